"""One file, several processes and threads, and everything that can be wrong with a path."""

import errno
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from made import MakeEntry

from models.errors import ClaimboardError
from models.store import Store

ROOT = Path(__file__).parents[2]

WRITE_BATCHES = """
import sys
from models.paper import Entry
from models.store import Store
store = Store(sys.argv[1])
for batch in range(int(sys.argv[2])):
    titles = [f"Batch {batch} paper {n}" for n in range(100)]
    store.add_entries(Entry(location="list.txt", line=1, title=title, abstract="Some words.") for title in titles)
    print(batch, flush=True)
"""

READ_OFTEN = """
import sys
from models.store import Store
store = Store(sys.argv[1])
seen = 0
while seen < int(sys.argv[2]):
    seen, = store.query("SELECT count(*) AS papers FROM papers").column("papers").to_pylist()
    assert seen % 100 == 0, seen
print(seen)
"""

HOLD = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "read")
print("held", flush=True)
sys.stdin.read()
"""

WITHOUT_RIGHTS = """
import os, sys
import pyarrow, tenacity
from models.errors import ClaimboardError
from models.paper import Entry
from models.store import Store
store = Store(sys.argv[1])
if os.getuid() == 0:
    os.setuid(65534)
for action in (lambda: store.add_entries([Entry(location="a", line=1, title="b", abstract="c")]), store.status):
    try:
        print("ok", action())
    except ClaimboardError as error:
        print("error", error)
"""

LIMITED_SPACE = """
import os, resource, sys
from models.errors import ClaimboardError
from models.paper import Entry
from models.store import Store
store = Store(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (os.path.getsize(sys.argv[1]) + 100_000, resource.RLIM_INFINITY))
entries = [Entry(location="a", line=1, title=f"Paper {n}", abstract=os.urandom(1000).hex()) for n in range(2000)]
try:
    store.add_entries(entries)
except ClaimboardError as error:
    print(error)
"""


def start(script: str, *arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def finish(process: "subprocess.Popen[str]") -> str:
    output, errors = process.communicate()
    assert process.returncode == 0, errors
    return output


def refusal(action: Callable[[], object]) -> str:
    """The one line that the user reads."""
    with pytest.raises(ClaimboardError) as error:
        action()
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_writer_and_a_reader_in_two_processes_work_at_once(store: Store, path: Path, make_entry: MakeEntry) -> None:
    store.add_entries(make_entry(f"First {n}") for n in range(100))
    writer, reader = start(WRITE_BATCHES, path, 15), start(READ_OFTEN, path, 1600)
    assert finish(writer).split()[-1] == "14"
    assert finish(reader).split() == ["1600"]


def test_a_process_killed_while_writing_leaves_whole_batches(store: Store, path: Path) -> None:
    writer = start(WRITE_BATCHES, path, 1000)
    assert writer.stdout is not None
    for _ in range(5):
        batch = int(writer.stdout.readline())
    os.kill(writer.pid, signal.SIGKILL)
    writer.communicate()
    papers = store.status().papers
    assert papers % 100 == 0
    assert papers >= (batch + 1) * 100


@pytest.mark.parametrize("how", ["write", "read"])
def test_a_file_locked_elsewhere_is_waited_for_and_then_its_holder_named(
    store: Store, path: Path, make_entry: MakeEntry, how: str
) -> None:
    store.add_entries([make_entry()])
    holder = start(HOLD, path, how)
    assert holder.stdout is not None
    holder.stdout.readline()
    assert f"PID {holder.pid}" in refusal(lambda: store.add_entries([make_entry("Two")]))
    if how == "read":
        assert store.status().papers == 1
    waiting = Store(path, patience=60)
    threading.Timer(0.3, holder.communicate).start()
    assert len(waiting.add_entries([make_entry("Two")])) == 1


def test_a_connection_of_ones_own_in_the_same_process_is_named_as_what_locks_the_file(
    store: Store, path: Path, make_entry: MakeEntry
) -> None:
    store.add_entries([make_entry()])
    with duckdb.connect(path):
        assert "another connection of this process" in refusal(store.status)


def test_threads_read_and_write_one_file_at_once(path: Path, make_entry: MakeEntry) -> None:
    store = Store(path)
    store.add_entries([make_entry("First")])
    failures = []

    def work(number: int) -> None:
        try:
            for step in range(5):
                store.add_entries([make_entry(f"Thread {number} step {step}")])
                assert store.query("FROM papers").num_rows > step
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.status().papers == 21


def test_two_names_of_one_file_are_one_file(store: Store, path: Path, tmp_path: Path, make_entry: MakeEntry) -> None:
    store.add_entries([make_entry()])
    link = tmp_path / "link.duckdb"
    link.symlink_to(path)
    with store.read():
        assert Store(link).status().papers == 1
        assert "in use by another thread" in refusal(lambda: Store(link, patience=0.1).add_entries([make_entry("Two")]))


def test_reading_a_file_that_is_not_there_says_so_and_makes_none(store: Store, path: Path) -> None:
    path.unlink()
    assert "does not exist" in refusal(store.status)
    assert not path.exists()


@pytest.mark.parametrize("content", [b"", b"short", b"title,abstract\n" * 1000])
def test_a_file_of_another_kind_is_named_and_left_as_it_is(
    store: Store, path: Path, make_entry: MakeEntry, content: bytes
) -> None:
    path.write_bytes(content)
    for action in (store.status, lambda: store.add_entries([make_entry()])):
        assert "not a DuckDB file" in refusal(action)
    assert path.read_bytes() == content


def test_a_sqlite_file_is_named_and_left_as_it_is(store: Store, path: Path, make_entry: MakeEntry) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.executescript("CREATE TABLE papers (title)")
    connection.close()
    content = path.read_bytes()
    assert "not a DuckDB file" in refusal(lambda: store.add_entries([make_entry()]))
    assert path.read_bytes() == content


def test_a_duckdb_file_of_another_program_is_named_and_left_as_it_is(
    store: Store, path: Path, make_entry: MakeEntry
) -> None:
    path.unlink()
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE papers AS SELECT 'mine' AS title")
    for action in (store.status, lambda: store.add_entries([make_entry()])):
        assert "not one of claimboard's" in refusal(action)
    with duckdb.connect(path) as connection:
        assert connection.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("papers",)]


def test_a_damaged_file_is_one_line(store: Store, path: Path, make_entry: MakeEntry) -> None:
    store.add_entries([make_entry()])
    path.write_bytes(path.read_bytes()[:5000])
    assert str(path) in refusal(store.status)


def test_a_folder_and_a_folder_that_is_not_there_are_named(tmp_path: Path, make_entry: MakeEntry) -> None:
    for action in (Store(tmp_path).status, lambda: Store(tmp_path).add_entries([make_entry()])):
        assert "is a folder" in refusal(action)
    nowhere = Store(tmp_path / "nowhere" / "claims.duckdb")
    assert "there is no folder" in refusal(lambda: nowhere.add_entries([make_entry()]))


def test_what_may_not_be_written_can_still_be_read(make_entry: MakeEntry) -> None:
    # The folders that pytest makes are closed to others, and the test may run as root, whom no permission stops.
    with TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "claims.duckdb"
        Store(path).add_entries([make_entry()])
        path.chmod(0o444)
        folder.chmod(0o555)
        try:
            written, read = finish(start(WITHOUT_RIGHTS, path)).splitlines()
            missing, _ = finish(start(WITHOUT_RIGHTS, folder / "new.duckdb")).splitlines()
            folder.chmod(0)
            hidden = finish(start(WITHOUT_RIGHTS, path)).splitlines()
        finally:
            folder.chmod(0o755)
    assert written.startswith(f"error {path}")
    assert read.startswith("ok")
    assert missing.startswith(f"error {folder / 'new.duckdb'}")
    assert [line.startswith(f"error {path}: Permission denied") for line in hidden] == [True, True]


def test_a_full_disk_is_one_line_and_what_was_stored_stays(store: Store, path: Path, make_entry: MakeEntry) -> None:
    path.unlink()
    store.add_entries([make_entry()])
    said = finish(start(LIMITED_SPACE, path))
    assert "nothing of this step was stored: free space" in said
    assert "damaged" not in said
    assert store.status().papers == 1
    store.add_entries([make_entry("Two")])
    assert store.status().papers == 2


@pytest.mark.parametrize(
    "sql", ["SELECT 'Corrupt'::INT", "SELECT Corrupt FROM claims", "SELECT title::INT FROM papers"]
)
def test_words_of_a_statement_or_of_a_title_make_no_file_a_damaged_one(
    store: Store, make_entry: MakeEntry, sql: str
) -> None:
    store.add_entries([make_entry("Common Corruptions")])
    error = refusal(lambda: store.query(sql))
    assert "Corrupt" in error
    assert "damaged" not in error


def test_a_file_that_the_system_does_not_give_is_not_damaged_whatever_its_name(
    tmp_path: Path, make_entry: MakeEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "Corruptions.duckdb")
    store.add_entries([make_entry()])
    no_answer = duckdb.IOException(f'IO Error: Cannot open file "{store.path}": Input/output error')
    monkeypatch.setattr(duckdb, "connect", lambda *_, **__: raise_(no_answer))
    assert "damaged" not in refusal(store.status)


def raise_(error: Exception) -> None:
    raise error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            duckdb.FatalException(
                "FATAL Error: Failed to create checkpoint because of error: Could not write file: No space left"
            ),
            "free space$",
        ),
        (
            duckdb.InternalException("INTERNAL Error: Failed to bind column reference"),
            "nothing of this step was stored",
        ),
    ],
)
def test_a_full_disk_while_the_log_is_taken_in_and_a_slip_of_duckdb_are_no_damage(
    store: Store, make_entry: MakeEntry, error: duckdb.Error, said: str
) -> None:
    store.add_entries([make_entry()])

    def fail() -> None:
        with store.write():
            raise error

    line = refusal(fail)
    assert "damaged" not in line
    assert re.search(said, line)
    # What the log holds is stored, where only the file was not brought up to it.
    assert ("nothing of this step was stored" in line) == isinstance(error, duckdb.InternalException)


def test_a_name_is_used_as_long_as_the_system_takes_it(tmp_path: Path, make_entry: MakeEntry) -> None:
    longest = Store(tmp_path / f"{'x' * 240}.duckdb")
    longest.add_entries([make_entry()])
    assert longest.status().papers == 1
    said = refusal(lambda: Store(tmp_path / f"{'x' * 300}.duckdb").add_entries([make_entry()]))
    assert "File name too long" in said
    assert "permissions" not in said


@pytest.mark.parametrize(
    ("code", "said"),
    [(errno.ENOSPC, "free space"), (errno.EROFS, "Read-only file system: name another"), (errno.EACCES, "permissions")],
)
def test_what_helps_is_said_where_no_file_can_be_made(
    store: Store, make_entry: MakeEntry, monkeypatch: pytest.MonkeyPatch, code: int, said: str
) -> None:
    store.path.unlink()
    monkeypatch.setattr("models.placing.mkdtemp", lambda **_: raise_(OSError(code, os.strerror(code))))
    line = refusal(lambda: store.add_entries([make_entry()]))
    assert said in line
    assert ("permissions" in line) == (code == errno.EACCES)


def test_threads_that_meet_at_a_new_file_take_turns_from_the_first(tmp_path: Path, make_entry: MakeEntry) -> None:
    failures = []
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for round_ in range(5):
            together = threading.Barrier(4)

            def work(path: Path = tmp_path / f"{round_}.duckdb", together: threading.Barrier = together) -> None:
                store = Store(path)
                together.wait()
                try:
                    store.add_entries([make_entry()])
                except ClaimboardError as error:
                    failures.append(str(error))

            threads = [threading.Thread(target=work) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert failures == []
