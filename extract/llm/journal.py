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


class KeptReply(NamedTuple):
    """A reply as it was received."""

    kind: str
    """Names the provider's class."""
    text: str
    """JSON."""


def journal_key(paper_id: str, text_hash: str) -> str:
    """Name the text of one paper."""
    return digest(paper_id, text_hash)


class Journal:
    """The replies of one extractor, told apart from those of another by its fingerprint.

    A key names the text of one paper. Raises Stopped where the file cannot be written: replies that are paid for would
    be at risk.
    """

    def __init__(self, path: Path, fingerprint: str) -> None:
        self._path = path
        self._fingerprint = fingerprint
        with self._explained():
            self._connection = _opened(path)
            rows = self._connection.execute(
                "SELECT key, kind, reply FROM replies WHERE fingerprint = ? ORDER BY rowid", [fingerprint]
            ).fetchall()
        self._left: defaultdict[str, deque[KeptReply]] = defaultdict(deque)
        for key, kind, text in rows:
            self._left[key].append(KeptReply(kind, text))

    def take(self, key: str) -> deque[KeptReply]:
        """Return, once, what an earlier run left of a paper, in the order in which it was received."""
        return self._left.pop(key, deque())

    def add(self, key: str, reply: KeptReply) -> None:
        """Keep a reply."""
        with self._explained():
            self._connection.execute("INSERT INTO replies VALUES (?, ?, ?, ?)", [self._fingerprint, key, *reply])

    def close(self) -> None:
        """Close the file; what is in it stays."""
        self._connection.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise Stopped(f"{self._path}: replies cannot be kept ({error}); free space or permit writing") from error


def forget(path: Path, fingerprint: str, keys: Iterable[str]) -> None:
    """Drop the replies of papers that are in the store now; the file goes with the last one when nobody has it open."""
    if not path.exists():
        return
    try:
        with closing(_opened(path)) as connection:
            connection.execute("BEGIN")
            connection.executemany(
                "DELETE FROM replies WHERE fingerprint = ? AND key = ?", ((fingerprint, key) for key in keys)
            )
            connection.execute("COMMIT")
            ((empty,),) = connection.execute("SELECT NOT EXISTS (SELECT 1 FROM replies)")
            # Leaving the write-ahead log takes the file for oneself, and is refused while another has it open.
            connection.execute("PRAGMA busy_timeout = 0")
            if empty and connection.execute("PRAGMA journal_mode = delete").fetchone() == ("delete",):
                path.unlink()
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise Stopped(f"{path}: replies cannot be kept ({error}); free space or permit writing") from error


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = wal")
    # The operating system keeps what a killed process has written.
    connection.execute("PRAGMA synchronous = off")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS replies (fingerprint TEXT NOT NULL, key TEXT NOT NULL, kind TEXT, reply TEXT)"
    )
    connection.execute("CREATE INDEX IF NOT EXISTS replies_of_a_paper ON replies (key)")
    return connection
