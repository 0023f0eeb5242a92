"""The side of a process that reads: it asks the limits of its run for every call, and says that it is still there."""

import asyncio
import secrets
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import ray
from ray.exceptions import ActorUnavailableError, RayError

from extract.cluster.messages import RENEWAL, Lost, Opened, Stop, Used
from extract.extractor import BudgetReached, Stopped
from extract.llm.limits import OutOfReach
from extract.llm.meter import Meter
from models.errors import ClaimboardError

_WAITING = 8
"""Calls of one process that wait for the limits at once; the others wait here. Each answer lets the next one ask."""

_GONE = "the process that keeps the limits of the run does not answer; the same command goes on"


@dataclass
class _Call:
    """What there is to say when a call ends."""

    lease: int
    is_answered: bool = False
    used: Used = field(default_factory=Used)


_call: ContextVar[_Call] = ContextVar("call")
"""That of this task of the event loop."""


class Leases:
    """Limits that a caller may use as if they were its own. Reads one chunk at a time.

    `actor` is a handle of `SharedLimits`, `limit` the most calls under way in the whole run; `bounded` says whether
    there is a budget.
    """

    _waiting: asyncio.Semaphore
    """Of the event loop of the chunk."""

    def __init__(self, actor: Any, limit: int, *, bounded: bool) -> None:
        self.limit = limit
        self.bounded = bounded
        self._actor = actor
        self._name = ""
        self._held: set[int] = set()
        """Leases that it has, or waits for."""
        self._next = 0
        """The number of the next lease."""

    @contextmanager
    def reading(self, chunk: tuple[int, int]) -> Iterator[Opened]:
        """Have a chunk in hand inside the block, unless what is given to it says otherwise.

        Raises Stopped where the limits are gone.
        """
        self._name = secrets.token_hex(8)
        self._waiting = asyncio.Semaphore(_WAITING)
        opened: Opened = self._told(self._actor.open.remote(self._name, chunk))
        if opened.stop or opened.report:
            yield opened
            return
        ended = threading.Event()
        # Not in the event loop, which may have its hands full.
        renewing = threading.Thread(target=self._renew, args=[ended], name="renewal of leases", daemon=True)
        renewing.start()
        try:
            yield opened
        except ClaimboardError:
            self._actor.close.remote(self._name, chunk)
            raise
        finally:
            ended.set()
            renewing.join()

    def may_write(self, chunk: tuple[int, int]) -> bool:
        """Whether what was read of the chunk is to be written by this process. Raises Stopped as `reading` does."""
        return bool(self._told(self._actor.may_write.remote(self._name, chunk)))

    def close(self, chunk: tuple[int, int], report: str) -> None:
        """Say what became of the chunk. Raises Stopped as `reading` does."""
        self._told(self._actor.close.remote(self._name, chunk, report))

    def stop(self, stop: Stop) -> Stop:
        """Let no process make a further call, and return the first reason why. Raises Stopped as `reading` does."""
        first: Stop = self._told(self._actor.stop.remote(stop))
        return first

    def server_answers(self) -> bool:
        """Whether the server replies in this run; waits while other processes have a chunk that will tell.

        Raises Stopped as `reading` does.
        """
        return bool(self._told(self._actor.server_answers.remote(self._name)))

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait until a call may be made; it counts as under way inside the block. Raises Stopped where none may."""
        call = _Call(self._next)
        # In this order: `_renew` looks at them from another thread, in the other one.
        self._held.add(call.lease)
        self._next += 1
        try:
            async with self._waiting:
                await self._allowed(self._actor.enter.remote(self._name, call.lease))
            _call.set(call)
            yield
        finally:
            # Also where nobody knows whether it has entered. It is not waited for: if it is lost, `_renew` tells.
            self._actor.leave.remote(self._name, call.lease, call.used, is_answered=call.is_answered)
            self._held.remove(call.lease)

    def answered(self) -> None:
        """Note, inside the block, that the call was answered."""
        _call.get().is_answered = True

    def refused(self, wait: float) -> None:
        """Note that the server refused a call as one too many, to be asked again in `wait` seconds."""
        self._actor.refuse.remote(wait)

    @asynccontextmanager
    async def reserved(self, tokens_in: int, tokens_out: int, meter: Meter) -> AsyncIterator[None]:
        """Reserve so many tokens for the block, and count in their place what the meter says that it took.

        Raises BudgetReached where there is no room.
        """
        call = _call.get()
        await self._allowed(self._actor.reserve.remote(self._name, call.lease, tokens_in, tokens_out))
        before = _count(meter)
        try:
            yield
        finally:
            call.used = Used(*(now - then for now, then in zip(_count(meter), before, strict=True)))

    async def _allowed(self, answer: Any) -> None:
        """Wait for what the limits say to a call. Raises Stopped where they let none through any more."""
        try:
            said = await answer
        except ActorUnavailableError as error:
            # The network between nodes; the caller makes the call again a little later.
            raise OutOfReach(_GONE) from error
        except RayError as error:
            raise Stopped(_GONE) from error
        if isinstance(said, Lost):
            raise OutOfReach("this process was not heard of for a while; the same command goes on")
        if isinstance(said, Stop):
            raise BudgetReached(said.reason) if said.is_budget else Stopped(said.reason)

    def _told(self, answer: Any) -> Any:
        try:
            return ray.get(answer)
        except RayError as error:
            raise Stopped(_GONE) from error

    def _renew(self, ended: threading.Event) -> None:
        while not ended.wait(RENEWAL):
            following = self._next
            self._actor.renew.remote(self._name, self._held.copy(), following)


def _count(meter: Meter) -> Used:
    return Used(meter.tokens_in, meter.tokens_out, meter.tokens_cached)
