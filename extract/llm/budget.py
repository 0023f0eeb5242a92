"""Money and tokens that a run may use: a call is made only if its dearest outcome still fits."""

from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from extract.extractor import Stopped
from extract.llm.prices import Price
from extract.llm.tokens import most_tokens
from models.errors import ClaimboardError
from models.paper import Paper
from models.run import Outcome


@dataclass
class Budget:
    """Reserves what each paper may take at most, and gives back what it did not take. None is no bound."""

    price: Price | None
    usd: float | None
    tokens: int | None
    _spent_usd: float = field(default=0.0, init=False)
    _spent_tokens: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if self.usd is not None and self.price is None:
            raise ClaimboardError("--budget-usd: the price of this model is not known; name it in a file with --prices")

    async def guarded(self, work: Coroutine[Any, Any, Outcome], paper: Paper, marks: int) -> Outcome:
        """Do the work if the budget bears it. Raises Stopped where it does not."""
        if self.usd is None and self.tokens is None:
            return await work
        tokens_in, tokens_out = most_tokens(paper, marks)
        usd = self.price.cost(tokens_in, tokens_out) if self.price else 0.0
        if self.usd is not None and self._spent_usd + usd > self.usd:
            work.close()
            raise Stopped(
                f"the budget of {self.usd:g} US dollars is reached; raise --budget-usd and run again to go on"
            )
        if self.tokens is not None and self._spent_tokens + tokens_in + tokens_out > self.tokens:
            work.close()
            raise Stopped(
                f"the budget of {self.tokens} tokens is reached; raise --budget-tokens and run again to go on"
            )
        self._spent_usd += usd
        self._spent_tokens += tokens_in + tokens_out
        outcome = await work
        used = outcome.usage
        if used is not None:
            self._spent_usd += (used.cost_usd or 0.0) - usd
            self._spent_tokens += used.tokens_in + used.tokens_out - tokens_in - tokens_out
        return outcome
