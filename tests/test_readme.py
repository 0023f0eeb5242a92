"""The README says what is so: its commands run as they stand there, and print what it shows."""

import csv
import gzip
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from extract.readers import Entry, read

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "examples").glob("*.txt"))
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
LINES = [line for _, text in BLOCKS for line in text.splitlines()]
SHELL = [line for language, text in BLOCKS if language == "sh" for line in text.splitlines()]
STATEMENTS = [f"claimboard sql {shlex.quote(text)}" for language, text in BLOCKS if language == "sql"]
COMMANDS = [line for line in SHELL if line.startswith("claimboard ")] + STATEMENTS
TARGETS = [line.split()[1] for line in SHELL if line.startswith("make ")]
SAMPLES = [
    found for _, text in BLOCKS for found in re.findall(r"^\$ (claimboard .*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE)
]
"""A command after the prompt, and what is shown below it."""


def words(line: str) -> list[str]:
    return shlex.split(line, comments=True)


def run(folder: Path, line: str) -> str:
    """Run a line as a shell does, and return what it prints; it ends with exit code 0."""
    done = subprocess.run(
        ["bash", "-c", line], cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def environment() -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name != "CLAIMBOARD_DB"}
    return inherited | {"PATH": f"{Path(sys.executable).parent}:{inherited['PATH']}", "COLUMNS": "80"}


def put(target: Path) -> None:
    """Make a source of the name that the README uses, in the format that the name tells."""
    target.parent.mkdir(parents=True, exist_ok=True)
    records = [
        {"title": item.title, "abstract": item.abstract}
        for item in read([str(page) for page in PAGES])
        if isinstance(item, Entry)
    ]
    lines = "".join(f"{json.dumps(record)}\n" for record in records)
    match target.name.partition(".")[2]:
        case "txt":
            for page in PAGES:
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
            raise AssertionError(f"the README reads {target.name}: say here how to make one")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the sources that the README names, read as it says."""
    made = tmp_path_factory.mktemp("readme")
    (made / "examples").symlink_to(ROOT / "examples")
    extractions = [line for line in COMMANDS if words(line)[1] == "extract"]
    for line in extractions:
        for source in words(line)[2:]:
            put(made / source)
        run(made, line)
    assert extractions
    return made


@pytest.mark.parametrize("line", [line for line in COMMANDS if words(line)[1] != "dashboard"])
def test_a_command_of_the_readme_runs(folder: Path, line: str) -> None:
    assert run(folder, line) or "-o" in words(line)


@pytest.mark.parametrize("line", [line for line in COMMANDS if words(line)[1] == "dashboard"])
def test_the_dashboard_of_the_readme_starts_and_stops(folder: Path, line: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen(
        [*words(line), "--no-browser", "--port", str(port)],
        cwd=folder,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert f":{port} " in process.stderr.readline()
        process.send_signal(signal.SIGINT)
    assert process.returncode == 0


@pytest.mark.parametrize(("line", "shown"), SAMPLES)
def test_a_sample_in_the_readme_is_what_the_command_prints(folder: Path, line: str, shown: str) -> None:
    """A line of nothing but … stands for lines that are left out."""
    assert shown.strip()
    pattern = "\n".join(r"(?:.*\n)*?.*" if part == "…" else re.escape(part) for part in stripped(shown))
    printed = "\n".join(stripped(run(folder, line)))
    assert re.fullmatch(pattern, printed), printed


def stripped(text: str) -> Iterator[str]:
    return (line.rstrip() for line in text.rstrip().splitlines())


def test_commands_that_need_a_model_have_the_options_that_the_readme_gives_them(tmp_path: Path) -> None:
    for line in (line for line in LINES if line.startswith("claimboard ") and line not in COMMANDS):
        command = [word for word in words(line)[1:3] if word.isalpha()]
        told = run(tmp_path, shlex.join(["claimboard", *command, "--help"]))
        assert {word for word in words(line) if word.startswith("--")} <= set(re.findall(r"--[a-z-]+", told)), line


@pytest.mark.parametrize("target", TARGETS)
def test_a_make_target_of_the_readme_is_there(target: str) -> None:
    subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, check=True)


def test_the_readme_has_commands_to_run_targets_and_a_sample() -> None:
    assert COMMANDS
    assert SAMPLES
    assert TARGETS
