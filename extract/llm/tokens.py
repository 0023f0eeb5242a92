"""How many tokens a text is: exactly where the model's own tokenizer is at hand, else by its length."""

from extract.llm.prompt import instructions
from models.paper import Paper

CHARACTERS_PER_TOKEN = 4.0
"""Of English prose, in the tokenizers of current models; abstracts measure 4.2 to 4.8, our prompt 3.7."""

TOKENS_PER_CLAIM = 45
"""Completion tokens for one entry, on average; an entry that is no claim takes about 8."""


def about(text: str) -> int:
    """Estimate the tokens of a text by its length."""
    return int(len(text) / CHARACTERS_PER_TOKEN) + 1


def most_tokens(paper: Paper, marks: int) -> tuple[int, int]:
    """Return prompt and completion tokens that reading a paper takes at most, without repeated calls."""
    schema = 900
    text = len(paper.title) + len(paper.abstract) + 8 * marks
    return about(instructions()) + schema + int(text / 3), 60 + 130 * marks
