"""A backup holds all that cannot be made again, and is restored whole or refused."""

import json
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pytest
from made import MakeClaim, MakeEntry, MakeOutcome, MakeRun
from reviewing import decide, rows_of

from models import export as exports
from models.aliases import Alias, Aliases
from models.backup import back_up, restore
from models.backup.tables import KEPT
from models.claim import Reading, ground
from models.errors import ClaimboardError
from models.export.records import write_parquet
from models.mention import Mention
from models.selection import Selection
from models.store import Store

MADE_ANEW = (
    *("aliases", "benchmarks", "calibration", "meta", "metrics", "models", "names", "units", "words_after_numbers"),
    *("current_aliases", "current_claims", "current_papers", "current_scores"),
)
VIEWS = "SELECT view_name FROM duckdb_views() WHERE NOT internal AND schema_name = 'main' ORDER BY ALL"
TABLES = "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'store' ORDER BY ALL"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("backup")


@pytest.fixture
def filled(store: Store, path: Path, template: Path, request: pytest.FixtureRequest) -> Store:
    """A store that has something in every table: made once, and copied for each test."""
    if not (template / path.name).exists():
        fill(store, *map(request.getfixturevalue, ("make_entry", "make_claim", "make_run", "make_outcome")))
        shutil.copy(path, template / path.name)
    shutil.copy(template / path.name, path)
    return store


def fill(
    store: Store, make_entry: MakeEntry, make_claim: MakeClaim, make_run: MakeRun, make_outcome: MakeOutcome
) -> None:
    entries = [
        make_entry(f"Paper {n}", f"Quokka reaches {80 + n}% on Foo, 2x faster.", authors=("Ann Ode",), url=f"u{n}")
        for n in range(4)
    ]
    papers = store.add_entries(entries)
    for extractor in ("rules", "llm"):
        outcomes = []
        for number, paper in enumerate(papers):
            fields = {"metric": "accuracy", "model": "Quokka", "benchmark": "GSM8K" if number < 2 else "Foo"}
            printed = Mention(start=1, end=2, text=paper.abstract[1], value=2, unit="x")
            faster = Reading(kind="ratio", direction="increase", metric="speedup", model="Numbat")
            claims = (make_claim(paper, 80 + number, **fields), ground(paper, printed, faster, (0, 9)))
            outcomes.append(make_outcome(paper, *claims, replies=('{"claims": []}',)))
        store.commit(make_run(extractor), outcomes)
    Aliases(store).add([Alias(kind="benchmark", printed="Foo", name="MATH")])
    first, second, *_ = rows_of(store)
    decide(store, first, "reject", reviewer="Ann", note="no “such” number\n")
    decide(store, second, "correct", corrections={"model": "Numbat"})
    with store.write() as connection:
        for table in KEPT:
            if not connection.execute(f"FROM store.{table} LIMIT 1").fetchall():
                types = [kind for _, kind, *_ in connection.execute(f"DESCRIBE store.{table}").fetchall()]
                connection.execute(f"INSERT INTO store.{table} VALUES ({', '.join(map(some_value, types))})")


def some_value(kind: str) -> str:
    return f"cast({'now()' if kind == 'TIMESTAMP' else '[]' if kind.endswith('[]') else '1'} AS {kind})"


def everything(store: Store) -> dict[str, list[str]]:
    """Every row of every table and view, but for what a file says of itself."""
    with store.read() as connection:
        tables = [f"store.{name}" for (name,) in connection.execute(TABLES).fetchall() if name != "meta"]
        views = [name for (name,) in connection.execute(VIEWS).fetchall()]
        return {name: sorted(map(repr, connection.execute(f"FROM {name}").fetchall())) for name in tables + views}


def refusal(action: Callable[[], object]) -> str:
    with pytest.raises(ClaimboardError) as error:
        action()
    assert "\n" not in str(error.value)
    return str(error.value)


def exported(store: Store, folder: Path) -> dict[str, bytes]:
    """Every form of export, and every view as CSV."""
    folder.mkdir()
    wanted: list[tuple[Any, Selection | None]] = [
        (format, None) for format in ("jsonl", "parquet", "markdown", "latex", "bibtex", "html", "pwc", "gold")
    ]
    wanted += [("csv", Selection(view)) for [view] in map(dict.values, store.query(VIEWS).to_pylist())]
    for number, (format, selection) in enumerate(wanted):
        exports.export(store, format, folder / f"{number}-{format}", selection)
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_a_restored_store_has_every_row_and_gives_the_same_bytes_in_every_export(filled: Store, tmp_path: Path) -> None:
    before = everything(filled)
    assert {name for name, rows in before.items() if not rows} <= {"gains", "run_progress"}
    manifest = back_up(filled, tmp_path / "backup")
    assert restore(tmp_path / "backup", tmp_path / "new.duckdb") == manifest
    again = Store(tmp_path / "new.duckdb")
    assert everything(again) == before
    assert exported(again, tmp_path / "two") == exported(filled, tmp_path / "one")


def test_a_restored_store_goes_on_as_the_old_one_would(filled: Store, tmp_path: Path, make_entry: MakeEntry) -> None:
    back_up(filled, tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "new.duckdb")
    again = Store(tmp_path / "new.duckdb")
    for store in (filled, again):
        store.add_entries(
            [make_entry("Another paper"), make_entry("Paper 1", "Quokka-1 reaches 99% on Foo, as I say.")]
        )
    assert everything(again) == everything(filled)


def test_a_backup_is_of_one_moment_while_others_write(path: Path, tmp_path: Path, make_entry: MakeEntry) -> None:
    store = Store(path)
    store.add_entries([make_entry("First")])
    stop, failures = threading.Event(), []

    def write() -> None:
        try:
            for number in range(10_000):
                if stop.is_set():
                    return
                store.add_entries(make_entry(f"Paper {number} {half}") for half in (1, 2))
        except ClaimboardError as error:
            failures.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        rows = [back_up(store, tmp_path / f"{number}").tables for number in range(3)]
    finally:
        stop.set()
        writer.join()
    assert failures == []
    assert all(tables["papers"].rows == tables["texts"].rows == tables["sources"].rows for tables in rows)
    assert all(tables["papers"].rows % 2 == 1 for tables in rows)


def test_every_table_is_copied_or_made_anew(filled: Store) -> None:
    tables = [name for (name,) in (row.values() for row in filled.query(TABLES).to_pylist())]
    assert tables == sorted((*KEPT, *MADE_ANEW))


def test_a_writer_that_has_waited_for_a_backup_as_long_as_it_may_is_told_and_can_come_again(
    filled: Store, tmp_path: Path, make_entry: MakeEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, told = filled.status().papers, []
    hasty = Store(filled.path, patience=0.01)

    def slow(rows: pa.RecordBatchReader, file: BinaryIO) -> None:
        told.append(refusal(lambda: hasty.add_entries([make_entry("Another paper")])))
        write_parquet(rows, file)

    monkeypatch.setattr("models.backup.writing.write_parquet", slow)
    assert back_up(filled, tmp_path / "backup").tables["papers"].rows == before
    assert "try again later" in told[0]
    hasty.add_entries([make_entry("Another paper")])
    assert filled.status().papers == before + 1


def test_what_else_is_in_the_folder_does_not_stop_a_restore(filled: Store, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "backup")
    (tmp_path / "backup" / ".DS_Store").touch()
    (tmp_path / "backup" / "notes").mkdir()
    restore(tmp_path / "backup", tmp_path / "new.duckdb")
    assert Store(tmp_path / "new.duckdb").status().papers == filled.status().papers


def test_a_backup_can_be_read_by_whoever_may_read_what_else_is_made_there(filled: Store, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "backup")
    (tmp_path / "other").mkdir()
    assert (tmp_path / "backup").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_neither_goes_over_what_is_there(filled: Store, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "backup")
    before = filled.path.read_bytes()
    for there in (tmp_path / "backup", filled.path, tmp_path):
        assert "is there already" in refusal(lambda there=there: back_up(filled, there))  # type: ignore[misc]
    assert "is there already" in refusal(lambda: restore(tmp_path / "backup", filled.path))
    (tmp_path / "new.duckdb.wal").touch()
    assert "new.duckdb.wal is there already" in refusal(lambda: restore(tmp_path / "backup", tmp_path / "new.duckdb"))
    assert filled.path.read_bytes() == before
    assert not (tmp_path / "new.duckdb").exists()


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def swapped(one: Path, other: Path) -> None:
    one.rename(one.with_name("aside"))
    other.rename(one)
    one.with_name("aside").rename(other)


def rewritten(manifest: Path, **changes: Any) -> None:
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | changes))


def replaced_by_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a flipped bit": (
        lambda folder: flipped(folder / "claims.parquet"),
        "claims.parquet: the backup is damaged: its",
    ),
    "a file that ends early": (lambda folder: os.truncate(folder / "claims.parquet", 99), "99 bytes where"),
    "a missing file": (lambda folder: (folder / "papers.parquet").unlink(), "papers.parquet is missing"),
    "swapped files": (lambda folder: swapped(folder / "claims.parquet", folder / "texts.parquet"), "is damaged"),
    "a folder for a file": (
        lambda folder: replaced_by_a_folder(folder / "runs.parquet"),
        "runs.parquet: Is a directory",
    ),
    "no manifest": (lambda folder: (folder / "manifest.json").unlink(), "no backup of claimboard"),
    "half a manifest": (
        lambda folder: os.truncate(folder / "manifest.json", 500),
        "json: the backup is damaged",
    ),
    "a manifest of another kind": (lambda folder: (folder / "manifest.json").write_text("[]"), "is damaged"),
    "a manifest that was changed": (
        lambda folder: rewritten(folder / "manifest.json", made_at="2030-01-01T00:00:00Z"),
        "it is not as it was written",
    ),
    "a newer format": (lambda folder: rewritten(folder / "manifest.json", format=2, more={}), "upgrade claimboard"),
    "no folder": (shutil.rmtree, "is not a folder"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_backup_that_is_not_as_it_was_made_is_one_line_and_makes_nothing(
    filled: Store, tmp_path: Path, damage: str
) -> None:
    folder, new = tmp_path / "backup", tmp_path / "new.duckdb"
    back_up(filled, folder)
    harm, said = DAMAGES[damage]
    harm(folder)
    there = sorted(tmp_path.iterdir())
    error = refusal(lambda: restore(folder, new))
    assert said in error
    assert str(folder) in error
    assert sorted(tmp_path.iterdir()) == there


def test_no_single_flipped_bit_of_a_backup_goes_unnoticed(filled: Store, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    back_up(filled, folder)
    files = sorted(folder.iterdir())
    for step in range(60):
        file = files[step % len(files)]
        content = file.read_bytes()
        changed = bytearray(content)
        changed[step * 7919 % len(content)] ^= 1 << step % 8
        file.write_bytes(changed)
        assert str(folder) in refusal(lambda: restore(folder, tmp_path / "new.duckdb"))
        file.write_bytes(content)
    restore(folder, tmp_path / "new.duckdb")


def test_a_backup_of_another_schema_names_the_claimboard_that_made_it(filled: Store, tmp_path: Path) -> None:
    manifest = back_up(filled, tmp_path / "backup")
    newer = manifest.model_copy(update={"schema_version": 2, "claimboard": "9.9"})
    newer.sealed().write(tmp_path / "backup")
    assert "claimboard 9.9" in refusal(lambda: restore(tmp_path / "backup", tmp_path / "new.duckdb"))


def test_a_backup_of_other_tables_is_refused(filled: Store, tmp_path: Path) -> None:
    manifest = back_up(filled, tmp_path / "backup")
    others = {"opinions" if name == "verdicts" else name: file for name, file in manifest.tables.items()}
    manifest.model_copy(update={"tables": others}).sealed().write(tmp_path / "backup")
    error = refusal(lambda: restore(tmp_path / "backup", tmp_path / "new.duckdb"))
    assert "unreleased claimboard, whose table opinions" in error


def test_a_backup_in_a_place_that_is_not_there_is_one_line(filled: Store, tmp_path: Path) -> None:
    assert "No such file" in refusal(lambda: back_up(filled, tmp_path / "nowhere" / "backup"))
    back_up(filled, tmp_path / "backup")
    assert "there is no folder" in refusal(lambda: restore(tmp_path / "backup", tmp_path / "nowhere" / "new.duckdb"))
