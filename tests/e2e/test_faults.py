"""Killed at any moment or on a full disk: what was stored is whole, no half file has a whole one's name, all goes on.

CLAIMBOARD_FAULTS multiplies how often each command is killed.
"""

import csv
import json
import os
import random
import shutil
from pathlib import Path

import pytest
from faulty import Contents, Faults
from made_abstracts import titles_and_abstracts

KILLS = 2 * int(os.environ.get("CLAIMBOARD_FAULTS", "1"))
FORMATS = ("csv", "jsonl", "parquet", "markdown", "latex", "bibtex", "html", "pwc", "gold")
EXPORT = ("export", "--format", "jsonl", "-o", "out.jsonl")


def write_papers(file: Path, count: int, first: int = 0) -> None:
    records = list(titles_and_abstracts(first + count))[first:]
    lines = (json.dumps({"title": title, "abstract": abstract}) for title, abstract in records)
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database of some papers, more papers to read, a filled-in sheet, aliases, and a backup."""
    folder = tmp_path_factory.mktemp("template")
    faults = Faults(folder)
    write_papers(folder / "papers.jsonl", 40)
    write_papers(folder / "more.jsonl", 60, first=30)
    (folder / "aliases.csv").write_text("kind,printed,name\nmodel,BarLib,Bar Library\nmodel,Foonet1,Foonet One\n")
    for arguments in (
        ("extract", "papers.jsonl"),
        ("review", "export", "--all", "-o", "sheet.csv"),
        ("backup", "kept"),
        EXPORT,
    ):
        done = faults.run(*arguments)
        assert done.returncode == 0, done.stderr
    with (folder / "sheet.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    with (folder / "sheet.csv").open("w", newline="") as file:
        sheet = csv.DictWriter(file, list(rows[0]))
        sheet.writeheader()
        sheet.writerows(row | {"verdict": "accept" if place % 2 else "reject"} for place, row in enumerate(rows))
    return folder


@pytest.fixture
def faults(template: Path, tmp_path: Path) -> Faults:
    shutil.copytree(template, tmp_path / "folder")
    return Faults(tmp_path / "folder")


WRITERS: dict[str, tuple[str, ...]] = {
    "extract": ("extract", "more.jsonl"),
    "review import": ("review", "import", "sheet.csv", "--reviewer", "Ann"),
    "alias add": ("alias", "add", "--from", "aliases.csv"),
}
MAKERS: dict[str, tuple[tuple[str, ...], str]] = {
    **{f"export {name}": (("export", "--format", name, "-o", "made"), "made") for name in FORMATS},
    "review export": (("review", "export", "-o", "made"), "made"),
    "backup": (("backup", "made"), "made"),
    "restore": (("restore", "kept", "--db", "made.duckdb"), "made.duckdb"),
}


def grew(before: Contents, after: Contents) -> bool:
    """Whether every row is as it was: papers, claims and what people said only ever come to those that are there."""
    kept = ("papers", "texts", "sources", "runs", "outcomes", "claims", "verdicts", "user_aliases")
    return all(after[name] >= before[name] for name in kept)


@pytest.mark.parametrize("writer", WRITERS)
def test_a_writer_killed_at_any_moment_loses_nothing_and_the_same_command_goes_on(faults: Faults, writer: str) -> None:
    arguments = WRITERS[writer]
    whole = faults.database.read_bytes()
    before = faults.contents()
    seconds = faults.seconds(*arguments)
    end = faults.contents()
    moments = random.Random(8)  # noqa: S311 — the same shares of the time that it takes
    faults.database.write_bytes(whole)
    killed = 0
    while killed < KILLS:
        if faults.kill(moments.uniform(0, seconds), *arguments):
            killed += 1
        else:
            seconds *= 0.7
        now = faults.contents()
        assert grew(before, now)
        before = now
    done = faults.run(*arguments)
    assert done.returncode == 0, done.stderr
    after = faults.contents()
    assert after["claims"] == end["claims"]
    for name in ("papers", "texts", "verdicts", "user_aliases"):
        assert after[name].total() == end[name].total()


@pytest.mark.parametrize("maker", ["export jsonl", "export parquet", "backup", "restore"])
def test_what_is_made_has_its_name_only_when_it_is_whole(faults: Faults, maker: str) -> None:
    arguments, name = MAKERS[maker]
    made = faults.folder / name
    seconds = faults.seconds(*arguments)
    whole = picture(faults, made)
    remove(made)
    before = faults.contents()
    moments = random.Random(9)  # noqa: S311
    killed = 0
    while killed < KILLS:
        if faults.kill(moments.uniform(0, seconds), *arguments):
            killed += 1
        else:
            seconds *= 0.7
        assert not made.exists() or picture(faults, made) == whole
        remove(made)
    assert faults.contents() == before
    assert faults.run(*arguments).returncode == 0
    assert picture(faults, made) == whole


def picture(faults: Faults, made: Path) -> object:
    """What is in a file or folder, but for when it was made."""
    if made.suffix == ".duckdb":
        return faults.contents(made)
    if made.is_dir():
        return {file.name: file.read_bytes() for file in made.iterdir() if file.name != "manifest.json"}
    return made.read_bytes()


def remove(made: Path) -> None:
    if made.is_dir():
        shutil.rmtree(made)
    else:
        made.unlink(missing_ok=True)


def one_line(code: int, said: str) -> str:
    """Return the error of a command that failed, which is one line, without a traceback."""
    assert code in (1, 2)
    assert "Traceback" not in said
    [line] = [line for line in said.splitlines() if line.startswith(("error: ", "stopped: "))]
    return line


@pytest.mark.parametrize("writer", WRITERS)
def test_a_writer_on_a_full_disk_is_one_line_and_leaves_what_was_stored(faults: Faults, writer: str) -> None:
    before = faults.contents()
    size = faults.database.stat().st_size
    failed = 0
    for limit in (1_000, 20_000, size):
        done = faults.run(*WRITERS[writer], limit=limit)
        after = faults.contents()
        assert grew(before, after)
        if done.returncode:
            assert "claims.duckdb" in one_line(done.returncode, done.stderr)
            failed += 1
        before = after
    assert failed
    done = faults.run("extract", "papers.jsonl", "--db", "new.duckdb", limit=1_000)
    assert "new.duckdb could not be" in one_line(done.returncode, done.stderr)
    assert not (faults.folder / "new.duckdb").exists()
    assert faults.run(*WRITERS[writer]).returncode == 0


@pytest.mark.parametrize("maker", MAKERS)
def test_what_cannot_be_written_to_its_end_is_one_line_and_no_file(faults: Faults, maker: str) -> None:
    arguments, name = MAKERS[maker]
    there = sorted(faults.folder.iterdir())
    done = faults.run(*arguments, limit=300)
    assert name in one_line(done.returncode, done.stderr)
    assert sorted(faults.folder.iterdir()) == there
    assert faults.run(*arguments).returncode == 0


def test_an_export_on_a_full_disk_leaves_the_one_that_was_there(faults: Faults) -> None:
    before = (faults.folder / "out.jsonl").read_bytes()
    done = faults.run(*EXPORT, limit=100)
    assert "out.jsonl" in one_line(done.returncode, done.stderr)
    assert (faults.folder / "out.jsonl").read_bytes() == before != b""
