"""How many calls may be under way: fewer when the server says it is too many, more again when it copes.

Additive increase, multiplicative decrease, as TCP does it (RFC 5681, section 3.1): the limit halves on a refusal, once
per burst, and grows by one for each limit's worth of answers. A `Retry-After` holds back every call until its time.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_BURST = 0.5
"""Seconds within which refusals are taken for one: they answer calls that were sent before the limit fell."""


class Throttle:
    """Bounds the calls of one event loop."""

    def __init__(self, concurrency: int) -> None:
        self._most = concurrency
        self._limit = float(concurrency)
        self._active = 0
        self._resume = 0.0
        self._reduced = 0.0
        self._changed = asyncio.Condition()

    @property
    def limit(self) -> int:
        """Calls that may be under way now."""
        return max(1, int(self._limit))

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait until a call may be made; it counts as under way inside the block."""
        async with self._changed:
            while True:
                pause = self._resume - time.monotonic()
                if pause > 0:
                    await self._pause(pause)
                elif self._active >= self.limit:
                    await self._changed.wait()
                else:
                    break
            self._active += 1
        try:
            yield
        finally:
            async with self._changed:
                self._active -= 1
                # More than one where the limit has grown since.
                self._changed.notify(max(1, self.limit - self._active))

    async def _pause(self, seconds: float) -> None:
        self._changed.release()
        try:
            await asyncio.sleep(seconds)
        finally:
            await self._changed.acquire()

    def answered(self) -> None:
        """Note that a call was answered."""
        self._limit = min(float(self._most), self._limit + 1.0 / self._limit)

    def refused(self, wait: float) -> None:
        """Note that the server refused a call as one too many, to be asked again in `wait` seconds."""
        now = time.monotonic()
        self._resume = max(self._resume, now + wait)
        if now - self._reduced > _BURST:
            self._limit = max(1.0, self._limit / 2)
            self._reduced = now
