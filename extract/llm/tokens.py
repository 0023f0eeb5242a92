"""How many tokens a text is: exactly where the model's own tokenizer is at hand, else by its length."""

import json
import queue
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import tiktoken

PROSE = 4.8
"""Characters per token of titles and abstracts: 5.0 in Qwen2.5's tokenizer, 4.8 in SmolLM2's.

Measured, like DENSE, by llama.cpp's server on 100 arXiv abstracts; the vocabularies of larger models are no smaller.
"""

DENSE = 3.3
"""Characters per token of instructions, schemas and replies: 3.0 to 3.6 in Qwen2.5's tokenizer, 2.6 in SmolLM2's."""

_FEWEST = 2
"""Characters per token of a whole request, as a bound: 2.4 to 2.9 in SmolLM2's tokenizer, which has the fewest."""

PER_CALL = 9
"""Tokens around two messages (OpenAI Cookbook, 'How to count tokens with tiktoken': 3 a message, 3 for the reply)."""

MOST_TOKENS = 16_384
"""Completion tokens of a reply whose request has no bound that is known here."""

_PATIENCE = 5.0
"""Seconds for which tiktoken may fetch a table that it does not have yet; it sets no limit of its own."""


@dataclass(frozen=True)
class TokenCounter:
    """Counts tokens as one model sees them."""

    encoding: tiktoken.Encoding | None
    method: str
    """How it counts, for people."""

    @classmethod
    def of(cls, model: str) -> "TokenCounter":
        """Return a counter for `provider/name`; where its tokenizer is not known, or cannot be had, one by length."""
        by_length = f"by length: {PROSE:g} characters a token in abstracts, {DENSE:g} in instructions and replies"
        try:
            name = tiktoken.encoding_name_for_model(model.rpartition("/")[2])
        except KeyError:
            return cls(None, by_length)
        encoding = _fetched(name)
        if encoding is None:
            return cls(None, f"{by_length} (tiktoken's table {name} cannot be had)")
        return cls(encoding, f"with the model's own tokenizer, {name}")

    def prose(self, text: str) -> int:
        """Count the tokens of a title or an abstract."""
        return self._count(text, PROSE)

    def dense(self, text: str) -> int:
        """Count the tokens of instructions, of a schema or of a reply."""
        return self._count(text, DENSE)

    def _count(self, text: str, characters: float) -> int:
        if self.encoding is None:
            return round(len(text) / characters)
        return len(self.encoding.encode_ordinary(text))


def _fetched(name: str) -> tiktoken.Encoding | None:
    """Return an encoding, None where its table is neither on this machine nor soon fetched."""
    found: queue.SimpleQueue[tiktoken.Encoding | None] = queue.SimpleQueue()

    def fetch() -> None:
        try:
            found.put(tiktoken.get_encoding(name))
        except (OSError, ValueError):
            found.put(None)

    threading.Thread(target=fetch, name="tiktoken", daemon=True).start()
    try:
        return found.get(timeout=_PATIENCE)
    except queue.Empty:
        return None


def most_tokens(arguments: Mapping[str, Any]) -> tuple[int, int]:
    """Return prompt and completion tokens that a request takes at most.

    Of plain text every second character may be a token; of other scripts, each of the bytes.
    """
    text = json.dumps(arguments, ensure_ascii=False, default=str)
    size = len(text.encode("utf-8", "replace"))
    other = size - len(text.encode("ascii", "ignore"))
    bounds = [arguments[name] for name in ("max_tokens", "max_completion_tokens") if name in arguments]
    return other + (size - other) // _FEWEST + 1, int(bounds[0]) if bounds else MOST_TOKENS
