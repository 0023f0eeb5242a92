"""Short-lived connections to one DuckDB file that several processes and threads share.

DuckDB lets one process write a file or many read it, and within one process all connections to a file must be of one
configuration. So a connection here lives for one transaction: open, do, close. A lock held elsewhere is waited for, a
bounded time.

A process must not open and close the file by other means while it has it open in DuckDB: POSIX releases every lock that
a process holds on a file when it closes any descriptor of it.
"""

import errno
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Condition, Lock

import duckdb
import pyarrow as pa
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random

from models.errors import ClaimboardError
from models.placing import part_of, place

Setting = str | bool | int | float | list[str]

_CONFIGURATION: dict[str, Setting] = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "python_enable_replacements": False,
    "lock_configuration": True,
}
"""The same for readers and writers: SQL reaches this one file, no other file, no network and no Python variable."""


_DAMAGE = re.compile("[Cc]orrupt|Could not read enough bytes|replaying WAL file|Failed to load metadata|deserializ")
"""How DuckDB names what its checksums and sizes say of a file."""

_DAMAGE_ERRORS = (
    duckdb.Error,  # itself, for a wrong checksum
    duckdb.IOException,
    duckdb.SerializationException,
    duckdb.InternalException,
    duckdb.FatalException,
)
"""What DuckDB raises then. Other errors are of statements, and quote words and values of whoever wrote those."""

_NO_SPACE = re.compile("Could not write|No space left|File too large|quota exceeded")

_HELP = {
    errno.EACCES: "check its permissions, or ",
    errno.EPERM: "check its permissions, or ",
    errno.ENOSPC: "free space, or ",
    errno.EDQUOT: "free space, or ",
}
"""What helps against an error of the system, where naming another file is not all."""

_RESCUE = "restore a backup with claimboard restore, or extract again into a new file"
"""What helps where a file is damaged; one that is in order but not readable is another matter."""


class _Gate:
    """Lets many readers or one writer of this process at one file, since DuckDB refuses a mixture."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._readers = 0
        self._writing = False

    def enter(self, *, write: bool, patience: float) -> bool:
        with self._changed:
            if not self._changed.wait_for(lambda: not self._writing and not (write and self._readers), patience):
                return False
            self._writing = write
            self._readers += not write
            return True

    def leave(self, *, write: bool) -> None:
        with self._changed:
            if write:
                self._writing = False
            else:
                self._readers -= 1
            self._changed.notify_all()


_gates: dict[str, _Gate] = {}
_gates_lock = Lock()


def _gate(file: str) -> _Gate:
    """Return the one gate of a file, however many threads ask for it first."""
    with _gates_lock:
        return _gates.setdefault(file, _Gate())


class Database:
    """One DuckDB file, opened anew for each transaction.

    `patience` is how long, in seconds, a lock held by another process or thread is waited for; `settings` of DuckDB
    come beside those that are always made, and must be the same for all of a process. Every failure of DuckDB, here or
    inside a `with` block, is raised as a ClaimboardError of one line.
    """

    def __init__(self, path: Path | str, patience: float = 30.0, settings: Mapping[str, Setting] | None = None) -> None:
        self.path = Path(path)
        self.patience = patience
        self._configuration = {**(settings or {}), **_CONFIGURATION}
        self._resolved = os.path.realpath(self.path)

    @contextmanager
    def read(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open read-only, for one look. Raises ClaimboardError where the file does not exist."""
        with self._connection(write=False) as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open read-write, making the file if need be, for one transaction: all of the block is stored or nothing."""
        with self._connection(write=True) as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            except BaseException:
                # After a failed write DuckDB may have ended the transaction itself; closing drops it in any case.
                with suppress(duckdb.Error):
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def _connection(self, *, write: bool) -> Iterator[duckdb.DuckDBPyConnection]:
        gate = _gate(self._resolved)
        if not gate.enter(write=write, patience=self.patience):
            raise ClaimboardError(f"{self.path} is in use by another thread for {self.patience:g} s: try again later")
        try:
            connection = self._open(write=write)
            try:
                yield connection
            except duckdb.Error as error:
                if self._is_damage(error):
                    raise self._damaged(error) from error
                help_ = ": free space" if _NO_SPACE.search(str(error)) else ""
                # Where the file could not be brought up to its log, the log has what was stored.
                known = write and not isinstance(error, duckdb.FatalException)
                consequence = ": nothing of this step was stored" if known else ""
                raise ClaimboardError(f"{self.path}: {first_line(error)}{consequence}{help_}") from error
            finally:
                connection.close()
        finally:
            gate.leave(write=write)

    def _open(self, *, write: bool) -> duckdb.DuckDBPyConnection:
        attempts = Retrying(
            retry=retry_if_exception(_is_lock),
            stop=stop_after_delay(self.patience),
            wait=wait_random(0.01, 0.1),
            reraise=True,
        )
        try:
            if write and not os.path.lexists(self._resolved):
                self._make()
            return attempts(duckdb.connect, self._resolved, read_only=not write, config=self._configuration)
        except duckdb.Error as error:
            raise self._explained(error, write=write) from error
        except OSError as error:
            raise self._forbidden(error) from error

    def _make(self) -> None:
        """Make a database with nothing in it: whole under its name, or not at all, whatever ends this process."""
        target = Path(self._resolved)
        with part_of(target) as part:
            duckdb.connect(part, config=self._configuration).close()
            with suppress(FileExistsError):
                place(part, target)

    def _explained(self, error: duckdb.Error, *, write: bool) -> ClaimboardError:
        """Say what is wrong with the path, in the terms of who named it."""
        path = self.path
        if _is_lock(error):
            holder = re.search(r"lock is held in (.*?\(PID \d+\))", str(error))
            who = holder[1] if holder else "another connection of this process"
            return ClaimboardError(f"{path} has been locked for {self.patience:g} s by {who}: wait for it or end it")
        if _NO_SPACE.search(str(error)):
            return ClaimboardError(
                f"{path} could not be written: {first_line(error)}: free space, or name another file"
            )
        try:
            if path.is_dir():
                return ClaimboardError(f"{path} is a folder: name a file in it")
            if not path.parent.is_dir():
                return self._no_folder()
            if not path.exists() and not write:
                return ClaimboardError(f"{path} does not exist: claimboard extract SOURCE --db {path} makes it")
            if path.exists() and not _starts_like_duckdb(path):
                return ClaimboardError(
                    f"{path} is not a DuckDB file, or damaged in its first bytes, and was left as it is: name another "
                    f"file; where it was a database, {_RESCUE}"
                )
        except OSError as unreadable:
            return self._forbidden(unreadable)
        if self._is_damage(error):
            return self._damaged(error)
        return ClaimboardError(f"{path} could not be opened: {first_line(error)}")

    def _forbidden(self, error: OSError) -> ClaimboardError:
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            return self._no_folder()
        return ClaimboardError(f"{self.path}: {error.strerror}: {_HELP.get(error.errno or 0, '')}name another file")

    def _no_folder(self) -> ClaimboardError:
        folder = Path(self._resolved).parent
        return ClaimboardError(f"{self.path}: there is no folder {folder}: make it, or name another file")

    def _is_damage(self, error: duckdb.Error) -> bool:
        """Tell a file, or its log, that is not as DuckDB wrote it from a statement or a disk that is wrong."""
        said = str(error).replace(self._resolved, "")
        return type(error) in _DAMAGE_ERRORS and bool(_DAMAGE.search(said)) and not _NO_SPACE.search(said)

    def _damaged(self, error: duckdb.Error) -> ClaimboardError:
        return ClaimboardError(f"{self.path} is damaged, and was left as it is ({first_line(error)}): {_RESCUE}")


@contextmanager
def registered(connection: duckdb.DuckDBPyConnection, table: pa.Table) -> Iterator[None]:
    """Let the SQL of a block read the table under the name `batch`."""
    connection.register("batch", table)
    try:
        yield
    finally:
        connection.unregister("batch")


def first_line(error: Exception) -> str:
    """Return the message of an error in one line, without the excerpt of the statement."""
    message = str(error).split("\n\nLINE ")[0]
    return " ".join(message.split())


def _is_lock(error: BaseException) -> bool:
    message = str(error)
    return isinstance(error, duckdb.Error) and (
        "Could not set lock on file" in message or "with a different configuration than existing" in message
    )


def _starts_like_duckdb(path: Path) -> bool:
    """Every DuckDB file has these four bytes after its first checksum (DuckDB, storage format)."""
    with path.open("rb") as file:
        return file.read(12)[8:] == b"DUCK"
