"""What a run may ask of a model server, counted in one place for the processes of all nodes.

An actor of Ray's: its methods run in one event loop, around the same throttle and budget that a run on one machine has.
A process that dies gives nothing back. So each says every few seconds that it is there, and what one held that has not
been heard of for a while is given back for it: its places among the calls under way, and what it had reserved, which
counts as used, since a provider charges for a reply that nobody received.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from time import monotonic

from extract.cluster.messages import RENEWAL, Lost, Opened, Stop, Used
from extract.extractor import BudgetReached
from extract.llm.budget import Budget
from extract.llm.meter import Meter
from extract.llm.prices import Price
from extract.llm.throttle import Throttle
from models.parts import PartName

_MOST_MISSED = 6
"""Times in a row that it may not say so. They are counted and not timed: where this process itself was held up, so were
the words of all others, which lie before it."""

_MOST_DOUBTS = 3
"""Chunks in a row with something that the server left without an answer, before it is taken to be gone."""

_STARTING = 4
"""Renewals from its beginning until the processes of a run are there: each imports for seconds."""


@dataclass
class _Lease:
    """A place among the calls under way, and what is reserved for the call."""

    slot: AsyncExitStack
    meter: Meter = field(default_factory=Meter)
    reservation: AsyncExitStack | None = None
    most: tuple[int, int] = (0, 0)
    """Tokens that are reserved, of prompt and reply."""

    async def give_back(self, used: Used | None) -> None:
        """End it; what was reserved counts as used where nobody says what was."""
        if self.reservation is not None:
            if used is None:
                self.meter.lose(*self.most)
            else:
                self.meter.tokens_in, self.meter.tokens_out, self.meter.tokens_cached = used
            await self.reservation.aclose()
        await self.slot.aclose()


@dataclass
class _Process:
    """One that reads a chunk."""

    leases: dict[int, _Lease] = field(default_factory=dict)
    missed: int = 0
    """Times in a row that it did not say that it is there."""
    is_waiting: bool = False
    """For what the server replies to others."""

    @property
    def is_there(self) -> bool:
        return self.missed <= _MOST_MISSED

    async def give_back(self, numbers: Iterable[int]) -> None:
        """End leases of which nobody will say what they took."""
        for number in list(numbers):
            if lease := self.leases.pop(number, None):
                await lease.give_back(None)


class SharedLimits:
    """Throttle and budget of all processes of a run. Processes and their leases go by names that they give themselves.

    `renewal` is the seconds after which a process is expected to say again that it is there; the others are those of
    the extractor.
    """

    def __init__(
        self,
        concurrency: int,
        price: Price | None = None,
        budget_usd: float | None = None,
        budget_tokens: int | None = None,
        *,
        renewal: float = RENEWAL,
    ) -> None:
        self._throttle = Throttle(concurrency)
        self._budget = Budget(price, budget_usd, budget_tokens)
        self._renewal = renewal
        self._began = monotonic()
        self._key: str | None = None
        self._parts: Mapping[tuple[int, int], tuple[PartName, ...]] = {}
        """Chunk -> the parts that were at its place when the run began."""
        self._is_answered = False
        self._doubts = 0
        """Chunks that ended in doubt since the server last replied."""
        self._stop: Stop | None = None
        self._processes: dict[str, _Process] = {}
        self._readers: dict[tuple[int, int], str] = {}
        """Chunk -> the process that has it in hand."""
        self._reports: dict[tuple[int, int], str] = {}
        """Chunk -> what became of it: kept to the end, as Ray may have any of them read again."""
        self._watch: asyncio.Task[None] | None = None

    async def lend(self, key: str | None, parts: Mapping[tuple[int, int], tuple[PartName, ...]]) -> None:
        """Take what processes are told when they begin: the key that they sign in with, and which parts are there.

        The key is here in memory, and in no description of a task.
        """
        self._key, self._parts = key, parts

    async def open(self, name: str, chunk: tuple[int, int]) -> Opened:
        """Let a process begin with a chunk. One that had it in hand is taken for dead."""
        if self._watch is None:
            self._watch = asyncio.create_task(self._watching())
        if chunk in self._reports:
            return Opened(report=self._reports[chunk])
        if self._stop:
            return Opened(self._stop)
        former = self._readers.get(chunk)
        # First, so that the former may not write meanwhile.
        self._readers[chunk] = name
        self._processes[name] = _Process()
        if process := self._processes.pop(former or "", None):
            await process.give_back(process.leases)
        return Opened(names=self._parts.get(chunk, ()), is_repeated=former is not None, key=self._key)

    async def renew(self, name: str, held: Collection[int], following: int) -> None:
        """Note that a process is there, and has of the leases with numbers before `following` no others than these."""
        if process := self._processes.get(name):
            process.missed = 0
            await process.give_back(number for number in process.leases if number < following and number not in held)

    async def enter(self, name: str, lease: int) -> Stop | Lost | None:
        """Wait until a process may make a call, which counts as under way until it leaves; or say why it may not."""
        if process := self._processes.get(name):
            process.missed = 0
        slot = AsyncExitStack()
        await slot.enter_async_context(self._throttle.slot())
        process = self._processes.get(name)
        if self._stop or process is None or not process.is_there:
            await slot.aclose()
            return self._stop or Lost()
        process.leases[lease] = _Lease(slot)
        return None

    async def reserve(self, name: str, lease: int, tokens_in: int, tokens_out: int) -> Stop | Lost | None:
        """Reserve tokens for a call that has entered; or say why it may not be made."""
        held = self._lease(name, lease)
        if self._stop or held is None:
            return self._stop or Lost()
        held.most = (tokens_in, tokens_out)
        reservation = AsyncExitStack()
        try:
            await reservation.enter_async_context(self._budget.reserved(tokens_in, tokens_out, held.meter))
        except BudgetReached as reached:
            return await self.stop(Stop(str(reached), is_budget=True))
        # Both may have changed while there was no room.
        if self._stop or self._lease(name, lease) is not held:
            await reservation.aclose()
            return self._stop or Lost()
        held.reservation = reservation
        return None

    async def refuse(self, wait: float) -> None:
        """Note that the server refused a call as one too many, to be asked again in `wait` seconds."""
        self._throttle.refused(wait)

    async def leave(self, name: str, lease: int, used: Used, *, is_answered: bool) -> None:
        """End a call, whose answer took so much."""
        if is_answered:
            self._is_answered = True
            self._doubts = 0
            self._throttle.answered()
        if held := self._lease(name, lease):
            del self._processes[name].leases[lease]
            await held.give_back(used)

    async def may_write(self, name: str, chunk: tuple[int, int]) -> bool:
        """Whether the chunk is still in the hands of this process: else another has it, and writes its part."""
        return self._readers.get(chunk) == name

    async def close(self, name: str, chunk: tuple[int, int], report: str | None = None) -> None:
        """End a process's work on a chunk; without a report, it came to nothing."""
        if self._readers.get(chunk) == name:
            del self._readers[chunk]
            if report is not None:
                self._reports[chunk] = report
        if process := self._processes.pop(name, None):
            await process.give_back(process.leases)

    async def server_answers(self, name: str) -> bool:
        """Whether the server replies, though it left a process without an answer that has no further question.

        Where it never did, wait for that while there is another process that does not wait as well.
        """
        self._doubts += 1
        if process := self._processes.get(name):
            process.is_waiting = True
        while not (self._is_answered or self._stop) and (
            monotonic() < self._began + _STARTING * self._renewal
            or any(process.is_there and not process.is_waiting for process in self._processes.values())
        ):
            await asyncio.sleep(self._renewal / 10)
        return self._is_answered and self._doubts < _MOST_DOUBTS

    async def stop(self, stop: Stop) -> Stop:
        """Let no further call be made; the first reason counts, and is returned."""
        self._stop = self._stop or stop
        return self._stop

    async def finished(self) -> int | None:
        """Return how many chunks were closed, None while any is in hand."""
        return None if any(process.is_there for process in self._processes.values()) else len(self._reports)

    def _lease(self, name: str, lease: int) -> _Lease | None:
        process = self._processes.get(name)
        return process.leases.get(lease) if process else None

    async def _watching(self) -> None:
        while True:
            await asyncio.sleep(self._renewal)
            for process in list(self._processes.values()):
                process.missed += 1
                if not process.is_there:
                    await process.give_back(process.leases)
