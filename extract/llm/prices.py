"""What tokens cost: a table of list prices, and the user's own over it."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

from models.errors import ClaimboardError

LOCAL_PROVIDERS = frozenset({"llamacpp", "ollama"})
"""Providers that are servers of one's own: they cost nothing."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

_VERSION = re.compile(r"-(?:latest|\d{4}-\d\d-\d\d|\d{4}(?:\d{4})?)$", re.ASCII)
"""What may follow a model's name and leave its price alone; any other word makes it another model."""


@dataclass(frozen=True)
class Price:
    """US dollars per million tokens."""

    prompt: float
    cached: float
    completion: float

    def cost(self, tokens_in: int, tokens_out: int, tokens_cached: int = 0) -> float:
        """Return the US dollars for so many tokens; the cached ones are part of `tokens_in`."""
        fresh = max(0, tokens_in - tokens_cached)
        return (fresh * self.prompt + tokens_cached * self.cached + tokens_out * self.completion) / 1e6

    def in_batch(self) -> "Price":
        """Return the price in a provider's batches: half, of prompt and reply.

        Source: OpenAI, Batch API guide, '50% lower costs'; Anthropic, Google and Mistral give the same.
        """
        return Price(self.prompt / 2, self.cached / 2, self.completion / 2)


def price_of(model: str, base_url: str | None = None, table: Path | None = None) -> Price | None:
    """Return the price of `provider/name`, or None where neither table has it.

    What the user's own table says comes first; else a server on this machine is free. Raises ClaimboardError where
    `table` is not a price table.
    """
    provider, _, name = model.partition("/")
    own = _find(_read(table), provider, name) if table else None
    if own is not None:
        return own
    if provider in LOCAL_PROVIDERS or (base_url and urlsplit(base_url).hostname in _LOOPBACK):
        return Price(0.0, 0.0, 0.0)
    return _find(_shipped(), provider, name)


def _find(prices: Mapping[str, Mapping[str, Price]], provider: str, name: str) -> Price | None:
    of_provider = prices.get(provider, {})
    return of_provider.get(name) or of_provider.get(_VERSION.sub("", name))


def _shipped() -> Mapping[str, Mapping[str, Price]]:
    return _parse((files("extract.llm") / "prices.toml").read_text(encoding="utf-8"), "prices.toml")


def _read(path: Path) -> Mapping[str, Mapping[str, Price]]:
    try:
        return _parse(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise ClaimboardError(f"{path}: cannot be read as a price table ({error})") from error


def _parse(text: str, name: str) -> Mapping[str, Mapping[str, Price]]:
    try:
        return {
            provider: {model: Price(*(float(value) for value in values)) for model, values in models.items()}
            for provider, models in tomllib.loads(text).items()
        }
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ClaimboardError(
            f'{name}: not a price table ({error}); write [provider], then "model" = [prompt, cached, completion]'
        ) from error
