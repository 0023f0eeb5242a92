"""Files of older and newer versions, and whether everything in one is explained."""

import shutil
from pathlib import Path

import duckdb
import pytest
from made import MakeClaim, MakeEntry, Read

import models.schema
from models.errors import ClaimboardError
from models.schema import VERSION, Schema
from models.store import Store

FOLDER = Path(models.schema.__file__).parent


@pytest.fixture
def next_version(tmp_path: Path) -> Schema:
    """The schema that a later claimboard might have: one column and one view more."""
    folder = tmp_path / "next"
    folder.mkdir()
    shutil.copytree(FOLDER / "views", folder / "views")
    (folder / "views" / "99_venues.sql").write_text("CREATE OR REPLACE VIEW venues AS SELECT venue FROM store.papers;")
    tables = (FOLDER / "schema.sql").read_text().replace("    doi VARCHAR,", "    doi VARCHAR, venue VARCHAR,")
    (folder / "schema.sql").write_text(
        tables.replace(f"('schema_version', '{VERSION}')", f"('schema_version', '{VERSION + 1}')")
    )
    if (FOLDER / "migrations").exists():  # git keeps no empty folder
        shutil.copytree(FOLDER / "migrations", folder / "migrations")
    (folder / "migrations").mkdir(exist_ok=True)
    (folder / "migrations" / f"{VERSION + 1:04}_venue.sql").write_text(
        "ALTER TABLE store.papers ADD COLUMN venue VARCHAR;"
    )
    return Schema(folder, VERSION + 1)


def test_every_table_view_and_column_says_what_it_is(store: Store, path: Path, make_entry: MakeEntry) -> None:
    store.add_entries([make_entry()])
    with duckdb.connect(path, read_only=True) as connection:
        silent = connection.execute(
            """
            SELECT table_name, NULL FROM duckdb_tables() WHERE comment IS NULL
            UNION ALL SELECT view_name, NULL FROM duckdb_views() WHERE NOT internal AND comment IS NULL
            UNION ALL SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL
            """
        ).fetchall()
    assert silent == []


def test_a_new_file_has_the_version_that_the_code_expects(store: Store, make_entry: MakeEntry) -> None:
    store.add_entries([make_entry()])
    assert store.status().schema_version == VERSION


def test_there_is_a_migration_to_every_version_after_the_first() -> None:
    numbers = sorted(int(file.name[:4]) for file in FOLDER.glob("migrations/*.sql"))
    assert numbers == list(range(2, VERSION + 1))


def test_a_writer_brings_an_older_file_up_to_date_and_keeps_what_it_holds(
    store: Store, path: Path, make_entry: MakeEntry, next_version: Schema
) -> None:
    store.add_entries([make_entry()])
    newer = Store(path, schema=next_version)
    newer.add_entries([make_entry("Two")])
    assert newer.query("SELECT venue FROM venues").to_pylist() == [{"venue": None}] * 2
    assert newer.status().schema_version == VERSION + 1


def test_a_migration_that_fails_leaves_the_file_as_it_was(
    store: Store, path: Path, tmp_path: Path, make_entry: MakeEntry, next_version: Schema
) -> None:
    store.add_entries([make_entry()])
    migration = tmp_path / "next" / "migrations" / f"{VERSION + 1:04}_venue.sql"
    migration.write_text(migration.read_text() + "ALTER TABLE store.nothing ADD COLUMN venue VARCHAR;")
    with pytest.raises(ClaimboardError):
        Store(path, schema=next_version).add_entries([make_entry("Two")])
    assert store.status().papers == 1
    assert "venue" not in store.query("DESCRIBE store.papers").column("column_name").to_pylist()


def test_a_reader_of_an_older_file_is_told_what_to_do(
    store: Store, path: Path, make_entry: MakeEntry, next_version: Schema
) -> None:
    store.add_entries([make_entry()])
    with pytest.raises(ClaimboardError, match=r"older claimboard.*extract"):
        Store(path, schema=next_version).status()


def test_a_file_of_a_newer_claimboard_is_neither_read_nor_written(
    store: Store, path: Path, make_entry: MakeEntry, next_version: Schema
) -> None:
    Store(path, schema=next_version).add_entries([make_entry()])
    for action in (store.status, lambda: store.add_entries([make_entry("Two")])):
        with pytest.raises(ClaimboardError, match=r"newer claimboard.*upgrade"):
            action()


def test_a_reader_sees_its_own_views_over_a_file_with_others_and_a_writer_replaces_them(
    store: Store, path: Path, tmp_path: Path, make_entry: MakeEntry
) -> None:
    store.add_entries([make_entry()])
    folder = tmp_path / "changed"
    folder.mkdir()
    shutil.copy(FOLDER / "schema.sql", folder)
    shutil.copytree(FOLDER / "views", folder / "views")
    papers = folder / "views" / "02_papers.sql"
    papers.write_text(papers.read_text().replace("SELECT papers.paper_id,", "SELECT 'changed' AS paper_id,", 1))
    other = Store(path, schema=Schema(folder))
    assert other.query("SELECT paper_id FROM papers").to_pylist() == [{"paper_id": "changed"}]
    assert store.query("SELECT paper_id FROM papers").to_pylist() != [{"paper_id": "changed"}]
    other.add_entries([make_entry()])
    with duckdb.connect(path, read_only=True) as connection:
        assert connection.execute("SELECT paper_id FROM papers").fetchall() == [("changed",)]


def test_a_file_with_other_tables_under_the_same_version_is_told_from_ours(
    store: Store, path: Path, make_entry: MakeEntry
) -> None:
    store.add_entries([make_entry()])
    with duckdb.connect(path) as connection:
        connection.execute("UPDATE store.meta SET value = 'other' WHERE name = 'schema_digest'")
    for action in (store.status, lambda: store.add_entries([make_entry("Two")])):
        with pytest.raises(ClaimboardError, match="extract into a new file"):
            action()


def test_a_remark_in_the_schema_makes_no_other_tables(
    store: Store, path: Path, tmp_path: Path, make_entry: MakeEntry
) -> None:
    store.add_entries([make_entry()])
    folder = tmp_path / "remarked"
    folder.mkdir()
    shutil.copytree(FOLDER / "views", folder / "views")
    tables = (FOLDER / "schema.sql").read_text().replace("IS 'The paper';", "IS 'Another word';")
    (folder / "schema.sql").write_text(f"-- A remark\n{tables}")
    assert Store(path, schema=Schema(folder)).status().papers == 1


def test_another_vocabulary_acts_from_the_next_write_on_claims_that_are_stored(
    store: Store, path: Path, make_entry: MakeEntry, make_claim: MakeClaim, read: Read
) -> None:
    [paper] = store.add_entries([make_entry()])
    read(paper, make_claim(paper, 84, metric="acc.", model="GPT4", benchmark="BBH"))
    with duckdb.connect(path) as connection:
        connection.execute("UPDATE store.meta SET value = 'other' WHERE name = 'vocabulary_digest'")
        for table in ("aliases", "current_aliases", "metrics", "benchmarks", "names", "current_claims"):
            connection.execute(f"DELETE FROM store.{table}")
    with store.write():
        pass
    shown = (
        "SELECT canonical_benchmark, canonical_model, canonical_metric, benchmark_area, metric_direction FROM claims"
    )
    [row] = store.query(shown).to_pylist()
    assert tuple(row.values()) == ("BIG-Bench Hard", "GPT-4", "Accuracy", "Reasoning", "higher")
