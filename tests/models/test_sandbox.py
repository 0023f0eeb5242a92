"""A query of anyone's: it reads the views of one file, and can neither change nor reach nor stop anything."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.errors import ClaimboardError
from models.paper import Entry
from models.run import Outcome, Run
from models.sandbox import Limits, Sandbox
from models.store import Store

_LIMITS = Limits(rows=500, seconds=1.5, memory=256 << 20, size=1 << 20)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with one paper, and beside it a text that is nobody's business."""
    path = tmp_path_factory.mktemp("sandbox") / "claims.duckdb"
    path.with_name("private.csv").write_text("word\nabracadabra\n")
    store = Store(path)
    (paper,) = store.add_entries([Entry(location="l.txt", line=1, title="Quokka", abstract="Quokka reaches 84%.")])
    run = Run(run_id="run", extractor="rules", fingerprint="r1", sources=("l.txt",), started_at=datetime.now(UTC))
    store.commit(run, [Outcome(paper_id=paper.paper_id, text_hash=paper.text_hash, status="done")])
    return path


@pytest.fixture(scope="module")
def sandbox(path: Path) -> Iterator[Sandbox]:
    made = Sandbox(path, _LIMITS)
    yield made
    made.close()


def _everything(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.parent.iterdir()}


_REFUSED = [
    # To change what is stored.
    "DROP TABLE store.papers",
    "DELETE FROM store.papers",
    "UPDATE store.papers SET doi = 'x'",
    "INSERT INTO store.meta VALUES ('a', 'b')",
    "TRUNCATE store.claims",
    "CREATE TABLE mine (a INTEGER)",
    "CREATE TEMP TABLE mine AS SELECT 1",
    "CREATE OR REPLACE VIEW claims AS SELECT 1",
    "CREATE MACRO one() AS 1",
    "CREATE SEQUENCE mine",
    "ALTER TABLE store.papers RENAME TO theirs",
    "COMMENT ON VIEW claims IS 'mine'",
    "MERGE INTO store.meta USING (SELECT 1) ON false WHEN NOT MATCHED THEN INSERT VALUES ('a', 'b')",
    "SELECT 1; DROP TABLE store.papers",
    "SELECT 1; SELECT 2",
    "EXPLAIN ANALYZE DELETE FROM store.papers",
    "WITH gone AS (DELETE FROM store.papers RETURNING *) SELECT * FROM gone",
    "BEGIN",
    "CHECKPOINT",
    "VACUUM",
    "PREPARE mine AS SELECT 1",
    "CALL force_checkpoint()",
    # To read or write files.
    "SELECT * FROM read_csv('private.csv')",
    "SELECT * FROM 'private.csv'",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_json('/proc/self/environ')",
    "SELECT * FROM parquet_metadata('/etc/passwd')",
    "SELECT * FROM sniff_csv('private.csv')",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM query('SELECT * FROM read_text(''/etc/passwd'')')",
    "COPY (SELECT 1) TO 'mine.csv'",
    "COPY store.meta FROM 'private.csv'",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO 'mine.csv'",
    "EXPORT DATABASE 'mine'",
    "IMPORT DATABASE 'mine'",
    # To reach another database, an extension, the network or a variable.
    "ATTACH 'mine.duckdb'",
    "ATTACH ':memory:' AS mine",
    "DETACH claims",
    "USE memory",
    "INSTALL httpfs",
    "LOAD httpfs",
    "FORCE INSTALL spatial FROM community",
    "SELECT * FROM 'https://example.org/a.parquet'",
    "SELECT * FROM read_csv('http://127.0.0.1:9/a.csv')",
    "SELECT * FROM sqlite_scan('private.csv', 'a')",
    "CREATE SECRET (TYPE s3, KEY_ID 'a', SECRET 'b')",
    "SELECT getenv('HOME')",
    "SELECT * FROM sys",
    # To change a setting.
    "SET enable_external_access = true",
    "SET memory_limit = '100GB'",
    "SET GLOBAL temp_directory = '/tmp'",
    "RESET lock_configuration",
    "PRAGMA enable_profiling",
    "PRAGMA database_list",
    "SET VARIABLE a = 1",
    # To be read as something else.
    "",
    ";",
    "SELECT",
    "selec 1",
    "SELECT * FROM claims WHERE",
    "\x00SELECT 1",
    "SELECT " + "(" * 5_000 + "1" + ")" * 5_000,
    "SELECT '" + "x" * 100_001 + "'",
    # To take more than there is.
    "SELECT repeat('x', 1000000000)",
    "SELECT lpad('x', 2000000000, 'y')",
    "SELECT repeat(repeat('x', 1000000), 1000000)",
    "SELECT repeat('x', 3000000)",
    "SELECT list(i) FROM range(1000000000000) t(i)",
    "SELECT range(10000000000)",
    "SELECT string_agg(i, ',') FROM range(100000000000) t(i)",
    "SELECT count(*) FROM range(1000000000000)",
    "SELECT count(*) FROM range(9000000) a, range(9000000) b WHERE a.range * b.range % 7 = 8",
    "SELECT a.range FROM range(90000) a, range(90000) b ORDER BY hash(a.range + b.range)",
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r",
    "WITH RECURSIVE r(t) AS (SELECT 'xxxxxxxx' UNION ALL SELECT t || t FROM r) SELECT max(len(t)) FROM r",
    "SELECT sum(len(repeat('x', 1000000))) FROM range(1000000000000) t(i) WHERE i % 2 = 0",
    "SELECT regexp_matches(repeat('a', 1000000000), '(a*)*(b|c)+$')",
]


@pytest.mark.parametrize("sql", _REFUSED, ids=lambda sql: sql[:50])
def test_refuses_or_stops_what_does_more_than_read_a_little(sandbox: Sandbox, path: Path, sql: str) -> None:
    before = _everything(path)
    with pytest.raises(ClaimboardError) as refused:
        sandbox.ask(sql)
    assert "\n" not in str(refused.value)
    assert "abracadabra" not in str(refused.value)
    assert _everything(path) == before
    assert sandbox.ask("SELECT count(*) AS papers FROM papers").table.to_pylist() == [{"papers": 1}]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM range(1000000000000)",
        "SELECT * FROM generate_series(1, 1000000000000)",
        "SELECT unnest(range(1000000))",
        "SELECT a.range, b.range FROM range(1000000) a, range(1000000) b",
        "SELECT repeat('x', 10000) FROM range(499)",
    ],
)
def test_gives_only_the_first_rows_of_many_and_says_so(sandbox: Sandbox, path: Path, sql: str) -> None:
    before = _everything(path)
    answer = sandbox.ask(sql)
    assert 0 < answer.table.num_rows <= _LIMITS.rows
    assert answer.table.nbytes <= _LIMITS.size
    assert f"only the first {answer.table.num_rows:,} rows are here" in answer.more
    assert _everything(path) == before


def test_the_process_knows_no_key_of_the_one_that_asks(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "abracadabra")
    made = Sandbox(path, _LIMITS)
    settings = made.ask("SELECT * FROM duckdb_settings()").table.to_pylist()
    environments = [file.read_bytes() for file in Path("/proc").glob("[0-9]*/environ") if _is_ours(file.parent)]
    made.close()
    assert "abracadabra" not in str(settings)
    assert b"abracadabra" not in b"".join(environments)


def _is_ours(process: Path) -> bool:
    try:
        return b"models.sandbox.worker" in (process / "cmdline").read_bytes() and bool(
            (process / "environ").read_bytes()
        )
    except OSError:
        return False


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("1::HUGEINT", 1.0),
        ("1.25", 1.25),
        ("sum(2)", 2.0),
        ("[1, 2]", "[1, 2]"),
        ("{'a': 1}", "{'a': 1}"),
        ("MAP {'a': 1}", "{a=1}"),
        ("'ab'::BLOB", "ab"),
        ("TIME '10:00:00'", "10:00:00"),
        ("INTERVAL 1 DAY", "1 day"),
        ("'x'::ENUM ('x', 'y')", "x"),
        ("NULL", None),
        ("TIMESTAMPTZ '2024-01-02 03:04:05+00'", datetime(2024, 1, 2, 3, 4, 5)),
    ],
)
def test_every_type_comes_as_a_plain_one(sandbox: Sandbox, expression: str, shown: object) -> None:
    assert sandbox.ask(f"SELECT {expression} AS it").table.to_pylist() == [{"it": shown}]


def test_columns_of_one_name_are_told_apart(sandbox: Sandbox) -> None:
    assert sandbox.ask("SELECT 1 AS a, 2 AS a, 3 AS a").table.to_pylist() == [{"a": 1, "a 2": 2, "a 3": 3}]


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT title FROM papers -- all of them", [{"title": "Quokka"}]),
        ("FROM papers SELECT title;", [{"title": "Quokka"}]),
        ("PIVOT (SELECT 1 AS a, 2 AS b) ON a USING sum(b)", [{"1": 2.0}]),
        ("SELECT title FROM papers WHERE false", []),
    ],
)
def test_answers_what_reads(sandbox: Sandbox, sql: str, rows: list[dict[str, object]]) -> None:
    assert sandbox.ask(sql).table.to_pylist() == rows


@pytest.mark.parametrize("sql", ["DESCRIBE claims", "SHOW TABLES", "SUMMARIZE papers", "EXPLAIN FROM claims"])
def test_answers_what_describes(sandbox: Sandbox, sql: str) -> None:
    assert sandbox.ask(sql).table.num_rows


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    made = Sandbox(tmp_path / "none.duckdb", _LIMITS)
    with pytest.raises(ClaimboardError, match="does not exist"):
        made.ask("SELECT 1")
    made.close()


def test_a_file_that_was_changed_meanwhile_is_read_anew(tmp_path: Path) -> None:
    store = Store(tmp_path / "claims.duckdb")
    made = Sandbox(store.path, _LIMITS)
    for count in (1, 2):
        store.add_entries([Entry(location="l.txt", line=count, title=f"Paper {count}", abstract="It reaches 84%.")])
        assert made.ask("SELECT count(*) AS n FROM papers").table.to_pylist() == [{"n": count}]
    made.close()
