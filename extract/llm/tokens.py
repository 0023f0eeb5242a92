"""How many tokens a text is: exactly where the model's own tokenizer is at hand, else by its length."""

import json
from collections.abc import Mapping
from typing import Any

CHARACTERS_PER_TOKEN = 4.0
"""Of English prose, in the tokenizers of current models; abstracts measure 4.2 to 4.8, our prompt 3.7."""

TOKENS_PER_CLAIM = 45
"""Completion tokens for one entry, on average; an entry that is no claim takes about 8."""

MOST_TOKENS = 16_384
"""Completion tokens of a reply whose request has no bound that is known here."""


def about(text: str) -> int:
    """Estimate the tokens of a text by its length."""
    return int(len(text) / CHARACTERS_PER_TOKEN) + 1


def most_tokens(arguments: Mapping[str, Any]) -> tuple[int, int]:
    """Return prompt and completion tokens that a request takes at most.

    Of plain text three characters are a token at least; of other scripts, each of the bytes may be one.
    """
    text = json.dumps(arguments, ensure_ascii=False, default=str)
    size = len(text.encode("utf-8", "replace"))
    other = size - len(text.encode("ascii", "ignore"))
    bounds = [arguments[name] for name in ("max_tokens", "max_completion_tokens") if name in arguments]
    return other + (size - other) // 3 + 1, int(bounds[0]) if bounds else MOST_TOKENS
