"""Pages of documentation as things to run: their commands, and what they say that these print.

In a page, a block of `sh` holds commands, one a line; of those in `text`, what stands below a `$ command` is what it
prints, where a line of nothing but … stands for lines that are left out. A block of `sql` is a statement for
`claimboard sql`. A block whose language is followed by a file's name, such as "csv aliases.csv", is that file.
"""

import csv
import gzip
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from command_line import run_command

from extract.readers import Entry, read

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.txt"))

_BLOCK = re.compile(r"^```(?P<language>\w*)(?: (?P<file>\S+))?\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)
_SAMPLE = re.compile(r"^\$ (?P<command>.*)\n(?P<shown>(?:(?!\$ ).*\n)*)", re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """A file to write, or a command to run and what the page says that it prints, if it does."""

    command: str = ""
    shown: str | None = None
    file: str = ""
    text: str = ""


@dataclass(frozen=True)
class Document:
    """A page, by its path from the root of the checkout."""

    path: str

    @cached_property
    def blocks(self) -> list[re.Match[str]]:
        """The blocks of code, in their order."""
        return list(_BLOCK.finditer((ROOT / self.path).read_text(encoding="utf-8")))

    @cached_property
    def lines(self) -> list[str]:
        """All lines of all blocks."""
        return [line for block in self.blocks for line in block["text"].splitlines()]

    @cached_property
    def shell(self) -> list[str]:
        """The lines of the blocks that a shell is to run."""
        return [line for block in self.blocks if block["language"] == "sh" for line in block["text"].splitlines()]

    @cached_property
    def steps(self) -> list[Step]:
        """What a reader does who follows the page from its top."""
        return [step for block in self.blocks for step in _steps(block)]


def _steps(block: re.Match[str]) -> Iterator[Step]:
    if block["file"]:
        yield Step(file=block["file"], text=block["text"])
    elif block["language"] == "sql":
        yield Step(f"claimboard sql {shlex.quote(block['text'])}")
    elif block["language"] == "sh":
        yield from (Step(line) for line in block["text"].splitlines() if line.startswith("claimboard "))
    else:
        yield from (Step(sample["command"], sample["shown"]) for sample in _SAMPLE.finditer(block["text"]))


def follow(document: Document, folder: Path) -> None:
    """Do, in a folder with the examples in it, all that a page says; what it shows is what is printed."""
    if not (folder / "examples").exists():
        (folder / "examples").symlink_to(ROOT / "examples")
    for step in document.steps:
        if step.file:
            (folder / step.file).write_text(step.text, encoding="utf-8")
            continue
        printed = run(folder, step.command)
        if step.shown is not None:
            assert_shown(step.shown, printed)


def run(folder: Path, line: str) -> str:
    """Run a line as a shell does, and return what it prints; it ends with exit code 0."""
    name, *arguments = words(line)
    if (
        name == "claimboard"
        and not {"|", ">", "<", "&&"} & set(arguments)
        and not any("*" in word for word in arguments)
    ):
        done = run_command(folder, *arguments, COLUMNS="80")
    else:
        done = subprocess.run(
            ["bash", "-c", line], cwd=folder, env=environment(), capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, f"{line}\n{done.stderr}"
    return done.stdout


def environment() -> dict[str, str]:
    """Return the variables that commands of a page run with: 80 columns, and no setting of the machine's."""
    inherited = {name: value for name, value in os.environ.items() if name != "CLAIMBOARD_DB"}
    return inherited | {"PATH": f"{Path(sys.executable).parent}:{inherited['PATH']}", "COLUMNS": "80"}


def words(line: str) -> list[str]:
    """Return the words of a command, without what stands after a #."""
    return shlex.split(line, comments=True)


def assert_shown(shown: str, printed: str) -> None:
    """Check that a sample is what was printed; a line of nothing but … stands for lines that are left out."""
    assert shown.strip()
    pattern = "\n".join(r"(?:.*\n)*?.*" if part == "…" else re.escape(part) for part in _stripped(shown))
    printed = "\n".join(_stripped(printed))
    assert re.fullmatch(pattern, printed), printed


def _stripped(text: str) -> Iterator[str]:
    return (line.rstrip() for line in text.rstrip().splitlines())


def put_source(target: Path) -> None:
    """Make a source of the name that a page uses, in the format that the name tells, of the example papers."""
    target.parent.mkdir(parents=True, exist_ok=True)
    records = [
        {"title": item.title, "abstract": item.abstract}
        for item in read([str(page) for page in EXAMPLES])
        if isinstance(item, Entry)
    ]
    lines = "".join(f"{json.dumps(record)}\n" for record in records)
    match target.name.partition(".")[2]:
        case "txt":
            for page in EXAMPLES:
                shutil.copy(page, target.parent)
        case "csv":
            with target.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, ["title", "abstract"])
                writer.writeheader()
                writer.writerows(records)
        case "jsonl":
            target.write_text(lines, encoding="utf-8")
        case "jsonl.gz":
            target.write_bytes(gzip.compress(lines.encode()))
        case _:
            raise AssertionError(f"a page reads {target.name}: say here how to make one")
