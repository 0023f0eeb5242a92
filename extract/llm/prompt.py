"""What the model is told: instructions that never change, then one abstract with its numbers marked.

The unchanging part comes first, so that providers (and llama.cpp) keep its processing from one call to the next.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from models.mention import Mention
from models.paper import Paper, digest

MOST_MARKS = 24
"""Marks in one call; an abstract with more is read in several calls, so that no reply grows beyond its bound."""

LONGEST_TEXT = 12_000
"""Characters of an abstract in one call. Of a longer text, the model sees what stands around its marks."""

_MARGIN = 2_000
"""Characters before the first and after the last mark that a call shows of a text too long to be shown whole."""

MOST_QUESTIONS = 20
"""Calls for one abstract; what holds more numbers than they can ask about is no abstract."""

_MARK = re.compile(r"\[(?=\s*#)")
_FENCE = re.compile(r"<(?=[\s/]*(?:abstract|title))", re.IGNORECASE)
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]"
)
"""Controls, zero widths, directions, tags: what a reader of the abstract does not see."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_SPAN = LONGEST_TEXT - 2 * _MARGIN
"""Characters from the first to the last mark of such a call."""


@dataclass(frozen=True)
class Question:
    """One call's worth of an abstract: the text that is sent, and the mentions that it asks about, in order."""

    text: str
    mentions: tuple[Mention, ...]


@lru_cache(maxsize=1)
def instructions() -> str:
    """Return the unchanging part of the prompt."""
    return (files("extract.llm") / "prompt.md").read_text(encoding="utf-8")


def prompt_digest() -> str:
    """Name the prompt by its content: another wording is another extractor."""
    return digest(instructions())


def questions(paper: Paper, mentions: Sequence[Mention]) -> list[Question]:
    """Put an abstract with at least one mention into as few questions as the bounds allow."""
    found: list[Question] = []
    group: list[Mention] = []
    span = _SPAN if len(paper.abstract) > LONGEST_TEXT else LONGEST_TEXT
    for mention in mentions:
        too_far = bool(group) and mention.end - group[0].start > span
        if too_far or len(group) == MOST_MARKS:
            found.append(_question(paper, group))
            group = []
        group.append(mention)
    found.append(_question(paper, group))
    return found


def _question(paper: Paper, group: list[Mention]) -> Question:
    abstract = paper.abstract
    start, end = 0, len(abstract)
    if end > LONGEST_TEXT:
        start, end = max(0, group[0].start - _MARGIN), min(end, group[-1].end + _MARGIN)
    parts, position = [], start
    for number, mention in enumerate(group, start=1):
        parts += [_harmless(abstract[position : mention.start]), f"[#{number} {_harmless(mention.text)}]"]
        position = mention.end
    parts.append(_harmless(abstract[position:end]))
    title = _harmless(paper.title[:_MARGIN])
    return Question(f"<title>{title}</title>\n<abstract>{''.join(parts)}</abstract>", tuple(group))


def _harmless(text: str) -> str:
    """Take from a text what could be mistaken for a mark or for the end of the abstract, and what cannot be seen."""
    if not text.isascii():
        text = _SURROGATE.sub("\ufffd", text)
    return _FENCE.sub("(", _MARK.sub("(", _UNSEEN.sub(" ", text)))
