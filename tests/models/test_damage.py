"""A file that is not as DuckDB wrote it is refused in one line; nothing else than what was stored is ever shown.

Where a bit is in a block that nothing uses, all answers stay as they were.
"""

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from made import MakeEntry

from models.errors import ClaimboardError
from models.store import Store

HEADERS = 3 * 4096
"""Bytes of the headers of a file, each with a checksum of its own (DuckDB, storage format)."""

TABLES = "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'store' ORDER BY ALL"

LEAVE_A_LOG = """
import os, signal, sys, duckdb
connection = duckdb.connect(sys.argv[1])
connection.execute("INSERT INTO store.sources SELECT 'p', 'a place', n, NULL FROM range(200) AS rows(n)")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("whole") / "claims.duckdb"


@pytest.fixture
def content(whole: Path, make_entry: MakeEntry) -> bytes:
    """The bytes of a file with some papers."""
    if not whole.exists():
        Store(whole).add_entries(make_entry(f"Paper {n}", f"Quokka reaches {n}% on Foo. " * 40) for n in range(200))
    return whole.read_bytes()


def answers(store: Store) -> list[object]:
    """What depends on every row of every table, and on a view."""
    names = [row["table_name"] for row in store.query(TABLES).to_pylist()]
    sums = " UNION ALL ".join(f"SELECT '{name}', sum(hash(t)) FROM store.{name} AS t" for name in names)
    return [*store.query(f"{sums} ORDER BY ALL").to_pylist(), *store.query("FROM coverage").to_pylist()]


def seen(path: Path) -> list[object] | str:
    """All answers of a file, or the line with which it is refused."""
    store = Store(path, patience=1)
    try:
        return answers(store)
    except ClaimboardError as error:
        assert "\n" not in str(error)
        assert str(error).startswith(f"{path} is ")
        assert "claimboard restore" in str(error)
        return str(error)


def rows(store: Store) -> set[tuple[str, str]]:
    """Every row of what papers are stored in."""
    return {
        (name, repr(row))
        for name in ("papers", "texts", "sources")
        for row in store.query(f"FROM store.{name}").to_pylist()
    }


def test_a_file_cut_off_anywhere_is_refused_or_answers_as_before(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    before = seen(path)
    cuts = (0, 1, 11, 12, 100, 4095, 4096, 8192, HEADERS - 1, HEADERS, HEADERS + 1, 100_000, len(content) // 2)
    for size in cuts:
        path.write_bytes(content[:size])
        assert isinstance(seen(path), str), size
    for size in (len(content) - 262_144, len(content) - 1):
        path.write_bytes(content[:size])
        assert isinstance(answer := seen(path), str) or answer == before, size


def test_a_flipped_bit_anywhere_is_refused_or_answers_as_before(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    before = seen(path)
    chance = random.Random(5)  # noqa: S311
    places = [*range(0, HEADERS, 1_000), *(chance.randrange(HEADERS, len(content)) for _ in range(30))]
    refused = []
    for place in places:
        changed = bytearray(content)
        changed[place] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        answer = seen(path)
        assert isinstance(answer, str) or answer == before, place
        refused.append(isinstance(answer, str))
    assert all(refused[: HEADERS // 1_000 + 1])
    assert sum(refused) > len(places) // 2


def test_a_writer_refuses_a_damaged_file_or_stores_into_a_whole_one(
    content: bytes, path: Path, make_entry: MakeEntry
) -> None:
    path.write_bytes(content)
    before = rows(Store(path))
    chance = random.Random(6)  # noqa: S311
    stored = 0
    for _ in range(10):
        changed = bytearray(content)
        changed[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        try:
            Store(path).add_entries([make_entry("One more")])
            after = rows(Store(path))
            assert after >= before
            assert len(after) == len(before) + 3
            stored += 1
        except ClaimboardError as error:
            assert "\n" not in str(error)
            assert str(path) in str(error)
        path.with_name(path.name + ".wal").unlink(missing_ok=True)
    assert stored


def test_a_log_of_a_killed_process_with_a_flipped_bit_or_cut_off_is_never_a_row_that_nobody_wrote(
    content: bytes, path: Path
) -> None:
    path.write_bytes(content)
    assert subprocess.run([sys.executable, "-c", LEAVE_A_LOG, path], check=False).returncode == -signal.SIGKILL
    log = path.with_name(path.name + ".wal")
    logged = log.read_bytes()
    known = path.read_bytes()
    with_it = seen(path)
    log.unlink()
    without = seen(path)
    assert with_it != without
    chance = random.Random(7)  # noqa: S311
    refused = 0
    for place in [*range(0, 60, 7), *(chance.randrange(len(logged)) for _ in range(20))]:
        changed = bytearray(logged)
        changed[place] ^= 1 << chance.randrange(8)
        path.write_bytes(known)
        log.write_bytes(changed)
        answer = seen(path)
        # A bit in what says how long an entry is makes it one that was never finished: DuckDB drops it.
        assert isinstance(answer, str) or answer in (with_it, without), place
        refused += isinstance(answer, str)
    assert refused > 15
    for size in (0, 1, 20, len(logged) // 3, len(logged) // 2, len(logged) - 1):
        path.write_bytes(known)
        log.write_bytes(logged[:size])
        answer = seen(path)
        assert isinstance(answer, str) or answer == without, size
