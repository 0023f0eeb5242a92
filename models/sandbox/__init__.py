"""Queries of people who are not trusted with a machine: run in a process of their own, which can be ended.

DuckDB's own locks keep a query from writing, from files, from the network and from settings. They do not bound it: a
text of a gigabyte is made outside the memory limit, and a single long function call hears no interrupt. So the query
runs where memory is bounded by the operating system, and where a deadline ends the process and not the dashboard.
"""

import json
import subprocess
import sys
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore, Event, Lock, Thread, Timer
from typing import Any

import pyarrow as pa

from models.errors import ClaimboardError

LONGEST = 100_000
"""Characters that a statement may have."""

_GRACE = 1.5
"""Seconds between the interrupt that a query should hear and the end of its process."""

_IMPATIENCE = 30.0
"""Seconds that a query waits for others to end."""


@dataclass(frozen=True)
class Limits:
    """What one query may take. `memory` and `size` are bytes: of the process beside its start, and of the result."""

    rows: int = 10_000
    seconds: float = 10.0
    memory: int = 512 << 20
    size: int = 16 << 20


@dataclass(frozen=True)
class Answer:
    """The rows of a query, with simple columns: numbers, text, booleans, dates and times.

    `more` says why there are more rows than these, and is empty where there are not; `seconds` is what the query took.
    """

    table: pa.Table
    more: str
    seconds: float


class Sandbox:
    """Runs queries over one database file, at most `at_once` at a time, each within the limits.

    Its processes stay for the next query, and end with the process that has the sandbox.
    """

    def __init__(self, path: Path | str, limits: Limits | None = None, at_once: int = 2) -> None:
        self._path = Path(path)
        self.limits = limits or Limits()
        self._turns = BoundedSemaphore(at_once)
        self._idle: deque[_Worker] = deque()
        self._lock = Lock()
        self._is_prepared = False

    def ask(self, sql: str) -> Answer:
        """Return the rows of one SELECT statement.

        Raises ClaimboardError where it is not one statement that reads, is wrong, or takes more than the limits.
        """
        if len(sql) > LONGEST:
            raise ClaimboardError(f"the statement has {len(sql):,} characters: {LONGEST:,} are the most")
        if not self._turns.acquire(timeout=_IMPATIENCE):
            raise ClaimboardError("other queries are still running: try again in a moment")
        try:
            worker = self._worker()
            try:
                answer = worker.ask(sql)
            except BaseException:
                worker.end()
                raise
            if answer[0].get("is_spent"):
                # One that ran out of memory may end a moment after it has said so.
                worker.end()
            else:
                self._put_back(worker)
        finally:
            self._turns.release()
        if error := answer[0].get("error"):
            raise ClaimboardError(error)
        head, body = answer
        return Answer(pa.ipc.open_stream(body).read_all(), head["more"], head["seconds"])

    def prepare(self) -> None:
        """Start a process ahead of the first query, where there is none, without waiting for it."""
        with self._lock:
            if self._is_prepared:
                return
            self._is_prepared = True
        Thread(target=self._start_ahead, daemon=True).start()

    def _start_ahead(self) -> None:
        # Where it does not start, the query will say so.
        with suppress(ClaimboardError, OSError):
            self._put_back(_Worker(self._path, self.limits))

    def close(self) -> None:
        """End the processes that wait for queries."""
        with self._lock:
            idle, self._idle = self._idle, deque()
        for worker in idle:
            worker.end()

    def _worker(self) -> "_Worker":
        with self._lock:
            while self._idle:
                worker = self._idle.popleft()
                if worker.lives:
                    return worker
                worker.end()
        return _Worker(self._path, self.limits)

    def _put_back(self, worker: "_Worker") -> None:
        with self._lock:
            self._idle.append(worker)


class _Worker:
    """One process of `models.sandbox.worker`: a line of JSON in, a line of JSON and the bytes of a table out."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._limits = limits
        given = json.dumps({"path": str(path.absolute()), **vars(limits)})
        # -P: modules are ours, not those of the folder that the process happens to be in.
        self._process = subprocess.Popen(  # noqa: S603 — the command is made of our own words
            [sys.executable, "-P", "-m", "models.sandbox.worker", given],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Keys and addresses of model servers are none of its business.
            env={"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONDONTWRITEBYTECODE": "1"},
        )
        try:
            self._read_line()  # it is ready
        except EOFError:
            self.end()
            raise ClaimboardError("the process that answers queries ended at its start: see claimboard sql") from None

    @property
    def lives(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def ask(self, sql: str) -> tuple[dict[str, Any], bytes]:
        """Return the head and the body of an answer. Raises ClaimboardError where the process had to end."""
        late = Event()

        def give_up() -> None:
            late.set()
            self._process.kill()

        overdue = Timer(self._limits.seconds + _GRACE, give_up)
        overdue.start()
        try:
            assert self._process.stdin is not None  # noqa: S101 — of a pipe it is not
            self._process.stdin.write(json.dumps(sql).encode() + b"\n")
            self._process.stdin.flush()
            head = self._read_line()
            body = self._process.stdout.read(head.get("bytes", 0)) if self._process.stdout else b""
        except (BrokenPipeError, EOFError):
            head, body = {}, b""
        finally:
            overdue.cancel()
        if head and len(body) == head.get("bytes", 0):
            return head, body
        if late.is_set():
            raise ClaimboardError(
                f"the query took longer than {self._limits.seconds:g} s and was stopped: ask for less"
            )
        raise ClaimboardError(
            f"the query took more than {self._limits.memory >> 20:,} MB of memory and was stopped: ask for less"
        )

    def end(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue
        self._process.wait()

    def _read_line(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout else b""
        if not line:
            raise EOFError
        return json.loads(line)  # type: ignore[no-any-return]
