"""Replies that are paid for and not yet in the store, so that a run that was killed does not ask for them again.

Outcomes are committed by the hundred, since a commit of DuckDB takes as long as dozens of calls. What was answered in
between would be lost with the process. So each reply goes into a small SQLite file beside the store before its place
among the calls under way is given to another, and leaves it with the commit. SQLite, since several runs may share a
store, and since a killed process must leave a file that can be read: it need not survive a power cut.
"""

import sqlite3
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from extract.extractor import Stopped
from models.paper import digest


class JournalEntry(NamedTuple):
    """A reply as it was received."""

    form: str
    """The form in which it was asked for."""
    kind: str
    """Names the provider's class."""
    text: str
    """JSON."""


class JournalKey(NamedTuple):
    """What replies are about."""

    paper: str
    """Names the text of one paper, as `paper_key` does."""
    asked: str
    """Names what was asked about it, as `asked_hash` does."""


def paper_key(paper_id: str, text_hash: str) -> str:
    """Name the text of one paper."""
    return digest(paper_id, text_hash)


class Journal:
    """The replies of one extractor, told apart from those of another by its fingerprint.

    Raises Stopped where the file cannot be written: replies that are paid for would be at risk.
    """

    def __init__(self, path: Path, fingerprint: str) -> None:
        self._path = path
        self._fingerprint = fingerprint
        with self._explained():
            self._connection = _opened(path)
            rows = self._connection.execute(
                "SELECT paper, asked, form, kind, reply FROM entries WHERE fingerprint = ? ORDER BY rowid",
                [fingerprint],
            ).fetchall()
        self._left: defaultdict[JournalKey, deque[JournalEntry]] = defaultdict(deque)
        for paper, asked, *entry in rows:
            self._left[JournalKey(paper, asked)].append(JournalEntry(*entry))

    def take(self, key: JournalKey) -> deque[JournalEntry]:
        """Return, once, what an earlier run left of a paper, in the order in which it was received."""
        return self._left.pop(key, deque())

    def add(self, key: JournalKey, entry: JournalEntry) -> None:
        """Write a reply down."""
        with self._explained():
            self._connection.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)", [self._fingerprint, *key, *entry])

    def close(self) -> None:
        """Close the file; what is in it stays."""
        self._connection.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _unwritable(self._path, error) from error


def forget(path: Path, fingerprint: str, papers: Iterable[str]) -> None:
    """Drop the replies of papers that are in the store now; the file goes with the last one when nobody has it open.

    Papers are named as `paper_key` does.
    """
    if not path.exists():
        return
    try:
        with closing(_opened(path)) as connection:
            connection.execute("BEGIN")
            connection.executemany(
                "DELETE FROM entries WHERE fingerprint = ? AND paper = ?", ((fingerprint, paper) for paper in papers)
            )
            connection.execute("COMMIT")
            ((empty,),) = connection.execute("SELECT NOT EXISTS (SELECT 1 FROM entries)")
            # Leaving the write-ahead log takes the file for oneself, and is refused while another has it open.
            connection.execute("PRAGMA busy_timeout = 0")
            if empty and connection.execute("PRAGMA journal_mode = delete").fetchone() == ("delete",):
                path.unlink()
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise _unwritable(path, error) from error


def _unwritable(path: Path, error: sqlite3.Error) -> Stopped:
    return Stopped(f"{path}: the journal of replies cannot be written ({error}); free space or permit writing")


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = wal")
    # The operating system keeps what a killed process has written.
    connection.execute("PRAGMA synchronous = off")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS entries (fingerprint TEXT NOT NULL, paper TEXT NOT NULL, asked TEXT NOT NULL,"
        " form TEXT, kind TEXT, reply TEXT)"
    )
    connection.execute("CREATE INDEX IF NOT EXISTS entries_of_a_paper ON entries (paper)")
    return connection
