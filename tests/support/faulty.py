"""Commands that are killed, or that find the disk full: each in a process of its own, forked from one that is ready.

A file may not grow past a limit in such a process (RLIMIT_FSIZE), as on a full disk; that works for every user.
"""

import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from unittest.mock import patch

from command_line import run_command

from extract.rules.linear import load_weights
from extract.rules.reader import load_network
from models.backup.tables import KEPT
from models.store import Store
from models.vocabulary import vocabulary

# What every command would load anew is there before the first one is forked.
load_weights()
load_network()
vocabulary()

TABLES = "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'store' ORDER BY ALL"

Contents = dict[str, Counter[str]]
"""The rows of each table, by a hash of all that is in them; of a run its name only, since what it counts goes on."""

NOT_HASHED = frozenset({"runs", "worklist"})


def contents_of(database: Path) -> Contents:
    """Return what a database holds, and check that each claim belongs to an outcome and to a view's row."""
    with Store(database).read() as connection:
        names = [name for (name,) in connection.execute(TABLES).fetchall()]
        contents = {name: Counter(value for (value,) in connection.execute(_rows(name)).fetchall()) for name in names}
        counted = connection.execute("SELECT coalesce(sum(claim_count), 0)::BIGINT FROM store.outcomes").fetchall()
        assert counted[0][0] == contents["claims"].total()
        shown = connection.execute("SELECT (SELECT count(*) FROM claims) + (SELECT count(*) FROM rejected)").fetchall()
        assert shown[0][0] == contents["current_claims"].total()
    return contents


def _rows(table: str) -> str:
    if table not in KEPT:
        return f"SELECT 'row' FROM store.{table}"
    return f"SELECT {'run_id' if table in NOT_HASHED else 'hash(t)::VARCHAR'} FROM store.{table} AS t"


def _look(answer: Connection, database: Path) -> None:
    answer.send(contents_of(database))


def _command(answer: Connection, folder: Path, limit: int | None, arguments: tuple[str, ...]) -> None:
    if limit is not None:
        # Writing more than that fails, instead of ending the process.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    answer.send(run_command(folder, *arguments))


class Faults:
    """Starts commands in a folder, which has its database in claims.duckdb."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "claims.duckdb"
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["faulty"])

    def contents(self, database: Path | None = None) -> Contents:
        """Look into a database as another process finds it."""
        with self._started(_look, database or self.database) as (_, answer):
            found: Contents = answer.recv()
        return found

    def run(self, *arguments: str, limit: int | None = None) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end; no file may grow past a limit in bytes."""
        with self._started(_command, self.folder, limit, arguments) as (_, answer):
            done: subprocess.CompletedProcess[str] = answer.recv()
        return done

    def seconds(self, *arguments: str) -> float:
        """Run a command to its good end, and return how long that took."""
        began = time.monotonic()
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return time.monotonic() - began

    def kill(self, after: float, *arguments: str) -> bool:
        """Start a command and kill it so many seconds later; return whether it was still running."""
        with self._started(_command, self.folder, None, arguments) as (process, _):
            process.join(after)
            was_running = process.is_alive()
            process.kill()
        return was_running

    @contextmanager
    def _started(
        self, target: object, *arguments: object
    ) -> "Iterator[tuple[multiprocessing.process.BaseProcess, Connection]]":
        here, there = self._context.Pipe()
        # What the other process imports is found where this one finds it.
        with patch.dict(os.environ, {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}):
            process = self._context.Process(target=target, args=(there, *arguments))  # type: ignore[arg-type]
            process.start()
        there.close()
        try:
            yield process, here
        finally:
            here.close()
            process.join()
