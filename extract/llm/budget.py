"""Money and tokens that a run may use: a call is made only if its dearest outcome still fits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from extract.extractor import BudgetReached
from extract.llm.meter import Meter
from extract.llm.prices import Price
from models.errors import ClaimboardError


@dataclass
class Budget:
    """Reserves what each call may take at most, and gives back what it did not take. None is no bound.

    It outlives the event loop whose calls it bounds, for the next one.
    """

    price: Price | None
    usd: float | None
    tokens: int | None
    _used_usd: float = field(default=0.0, init=False)
    _used_tokens: int = field(default=0, init=False)
    _reserved: int = field(default=0, init=False)
    _waiting: list[asyncio.Future[None]] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        if self.usd is not None and self.price is None:
            raise ClaimboardError("--budget-usd: the price of this model is not known; name it in a file with --prices")

    @property
    def bounded(self) -> bool:
        """Whether there is anything to reserve."""
        return self.usd is not None or self.tokens is not None

    @asynccontextmanager
    async def reserved(self, tokens_in: int, tokens_out: int, meter: Meter) -> AsyncIterator[None]:
        """Reserve so many tokens for the block, and count in their place what the meter says that it took.

        Waits while calls under way might leave room. Raises BudgetReached where there is none.
        """
        tokens = tokens_in + tokens_out
        usd = self.price.cost(tokens_in, tokens_out) if self.price else 0.0
        while reason := self._exceeded(usd, tokens):
            if not self._reserved:
                raise BudgetReached(reason)
            self._waiting.append(asyncio.get_running_loop().create_future())
            await self._waiting[-1]
        self._count(usd, tokens)
        self._reserved += 1
        before = meter.usage(self.price)
        try:
            yield
        finally:
            after = meter.usage(self.price)
            self._reserved -= 1
            self._count(
                (after.cost_usd or 0.0) - (before.cost_usd or 0.0) - usd,
                after.tokens_in + after.tokens_out - before.tokens_in - before.tokens_out - tokens,
            )
            waiting, self._waiting = self._waiting, []
            for waiter in waiting:
                if not waiter.done():
                    waiter.set_result(None)

    def _count(self, usd: float, tokens: int) -> None:
        self._used_usd += usd
        self._used_tokens += tokens

    def _exceeded(self, usd: float, tokens: int) -> str | None:
        """Return which bound so much more would break."""
        if self.usd is not None and self._used_usd + usd > self.usd:
            return f"the budget of {self.usd:g} US dollars is reached; raise --budget-usd and run again to go on"
        if self.tokens is not None and self._used_tokens + tokens > self.tokens:
            return f"the budget of {self.tokens} tokens is reached; raise --budget-tokens and run again to go on"
        return None
