"""What reading one paper takes: calls, tokens, seconds, money."""

import time
from dataclasses import dataclass, field
from typing import Any

from extract.llm.prices import Price
from models.run import Usage


@dataclass
class Meter:
    """Counts what reading one paper takes."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    tokens_cached: int = 0
    _began: float | None = field(default=None, init=False)

    def call(self) -> None:
        """Count a call that is about to be made; the first one starts the clock."""
        self.calls += 1
        if self._began is None:
            self._began = time.monotonic()

    def add(self, reply: Any) -> None:
        """Count the tokens of a reply, in whichever words the provider reports them."""
        usage = getattr(reply, "usage", None) or getattr(reply, "usage_metadata", None)
        if usage is None:
            return
        prompt = _first(usage, "prompt_tokens", "input_tokens", "prompt_token_count")
        completion = _first(usage, "completion_tokens", "output_tokens", "candidates_token_count")
        self.tokens_in += prompt
        # Some count what the model thought into the total alone, and charge for it as for the reply.
        self.tokens_out += max(completion, _first(usage, "total_tokens", "total_token_count") - prompt)
        details = getattr(usage, "prompt_tokens_details", None)
        self.tokens_cached += _first(
            details or usage, "cached_tokens", "cache_read_input_tokens", "cached_content_token_count"
        )

    def lose(self, tokens_in: int, tokens_out: int) -> None:
        """Count a call whose reply was lost on its way, with what it took at most: providers charge for it."""
        self.tokens_in += tokens_in
        self.tokens_out += tokens_out

    def usage(self, price: Price | None) -> Usage:
        """Return what was counted until now."""
        counts = {"tokens_in": self.tokens_in, "tokens_out": self.tokens_out, "tokens_cached": self.tokens_cached}
        return Usage(
            calls=self.calls,
            seconds=0.0 if self._began is None else time.monotonic() - self._began,
            cost_usd=price.cost(**counts) if price else None,
            **counts,
        )


def _first(usage: Any, *names: str) -> int:
    """Return the first of several counts that an object has; 0 where it has none, or what it has is no count."""
    found = (getattr(usage, name, None) for name in names)
    return next((int(value) for value in found if isinstance(value, int | float) and 0 <= value < 1e9), 0)
