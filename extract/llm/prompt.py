"""What the model is told: instructions that never change, then an abstract with marked numbers, and a draft.

The unchanging part comes first, so that providers (and llama.cpp) keep its processing from one call to the next.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from extract.llm.draft import Draft, Drafted, line
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
_FENCE = re.compile(r"<(?=[\s/]*(?:abstract|title|draft))", re.IGNORECASE)
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]"
)
"""Controls, zero widths, directions, tags: what a reader of the abstract does not see."""

_OWN_WORK = re.compile(r"\b(?:we|our|this (?:paper|work|study|article|report))\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")

_SURROGATE = re.compile("[\ud800-\udfff]")
_SPAN = LONGEST_TEXT - 2 * _MARGIN
"""Characters from the first to the last mark of such a call."""


@dataclass(frozen=True)
class Question:
    """One call's worth of an abstract: the text that is sent, and the mentions that it asks about, in order."""

    text: str
    mentions: tuple[Mention, ...]
    draft: tuple[Drafted | None, ...]
    """What the draft in the text says of each mention, None where it is no claim."""


@lru_cache(maxsize=1)
def instructions() -> str:
    """Return the unchanging part of the prompt."""
    return (files("extract.llm") / "prompt.md").read_text(encoding="utf-8")


def prompt_digest() -> str:
    """Name the prompt by its content: another wording is another extractor."""
    return digest(instructions())


def groups(paper: Paper, mentions: Sequence[Mention]) -> list[list[Mention]]:
    """Put the mentions of an abstract into as few groups as the bounds on one call allow."""
    found: list[list[Mention]] = []
    span = _SPAN if len(paper.abstract) > LONGEST_TEXT else LONGEST_TEXT
    for mention in mentions:
        if not found or len(found[-1]) == MOST_MARKS or mention.end - found[-1][0].start > span:
            found.append([])
        found[-1].append(mention)
    return found


def question(paper: Paper, mentions: Sequence[Mention], group: Sequence[Mention], draft: Draft) -> Question:
    """Ask about a group of the mentions of a paper, given what they are taken for."""
    abstract = paper.abstract
    start, end = _shown(abstract, mentions, group)
    parts, position = [], start
    for number, mention in enumerate(group, start=1):
        parts += [_harmless(abstract[position : mention.start]), f"[#{number} {_harmless(mention.text)}]"]
        position = mention.end
    parts.append(_harmless(abstract[position:end]))
    title = _harmless(paper.title[:_MARGIN])
    drafted = tuple(draft.get(mention.start) for mention in group)
    # The names in it are the abstract's, and as little to be trusted.
    lines = [f"{_harmless(line(number, found))}\n" for number, found in enumerate(drafted, start=1) if found]
    text = f"<title>{title}</title>\n<abstract>{''.join(parts)}</abstract>\n<draft>\n{''.join(lines)}</draft>"
    return Question(text, tuple(group), drafted)


def _shown(abstract: str, mentions: Sequence[Mention], group: Sequence[Mention]) -> tuple[int, int]:
    """Return which characters of an abstract to show: neither its background nor what follows the last result.

    Together they are four tenths of an abstract, and say little of its numbers. What is shown begins with the first
    sentence that speaks of the work itself, or has a number.
    """
    first, last = mentions[0].start, mentions[-1].end
    own = _OWN_WORK.search(abstract, 0, first)
    # With the letter that it begins with, which tells the end of the sentence before.
    begun = (own.start() if own else first) + 1
    start = max((match.end() for match in _SENTENCE_END.finditer(abstract, 0, begun)), default=0)
    following = _SENTENCE_END.search(abstract, last)
    end = following.start() if following else len(abstract)
    if len(abstract) > LONGEST_TEXT:
        start, end = max(start, group[0].start - _MARGIN), min(end, group[-1].end + _MARGIN)
    return start, end


def _harmless(text: str) -> str:
    """Take from a text what could be mistaken for a mark or for the end of the abstract, and what cannot be seen."""
    if not text.isascii():
        text = _SURROGATE.sub("\ufffd", text)
    return _FENCE.sub("(", _MARK.sub("(", _UNSEEN.sub(" ", text)))
