"""Text as printed, less the marks of the file it came in: control characters, stray white space, hard-wrapped lines."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\ufeff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LINE_END = re.compile(r"\r\n?|\n")
_SENTENCE_END = re.compile(r"[.!?:;…][\"'”’)\]]*$")

_LABEL = re.compile(
    r"(?:title|authors?|abstract|comments?|subjects?|categories|journal-ref|doi|keywords):", re.IGNORECASE
)

_WRAP_WIDTHS = range(45, 131)
"""Widths, in characters, at which mail programs, editors and arXiv break lines."""

_WRAP_SAMPLE = 64
"""Lines of a block that decide whether the block is hard-wrapped: enough to tell, few enough to keep in memory."""


def clean(text: str) -> str:
    """Return the text without control characters, line ends as newlines; half of a surrogate pair becomes U+FFFD."""
    if text.isascii() and text.isprintable():
        return text
    return _SURROGATE.sub("\ufffd", _CONTROL.sub(" ", _LINE_END.sub("\n", text)))


def one_line(text: str) -> str:
    """Fold all white space to single blanks."""
    return " ".join(clean(text).split())


def paragraphs(text: str) -> str:
    """Return the text with its paragraphs separated by one newline, hard-wrapped lines joined."""
    if "\n" not in text and "\r" not in text:
        return clean(text).strip()
    lines = enumerate(clean(text).split("\n"), start=1)
    return "\n".join(line for _, line in unwrapped((number, line.strip()) for number, line in lines) if line)


def unwrapped(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Join lines that were broken only to fit a width; number and pass through all others, blank ones included.

    Lines are (number, text) pairs; a joined line has the number of its first. Works block by block (a block ends at a
    blank line) and holds at most `_WRAP_SAMPLE` lines.
    """
    block: list[tuple[int, str]] = []
    width: int | None = None
    decided = False
    pending: tuple[int, str] | None = None
    last_length = 0
    for number, line in chain(lines, [(0, "")]):
        if line:
            block.append((number, line))
            if len(block) < _WRAP_SAMPLE:
                continue
        if not decided:
            width = _wrap_width([text for _, text in block])
            decided = True
        for at, text in block:
            if pending is not None and width is not None and _goes_on(last_length, text, width):
                pending = (pending[0], f"{pending[1]} {text}")
            else:
                if pending is not None:
                    yield pending
                pending = (at, text)
            last_length = len(text)
        block.clear()
        if not line:
            if pending is not None:
                yield pending
            pending, decided = None, False
            if number:
                yield number, line


def _goes_on(length: int, following: str, width: int) -> bool:
    """Whether a line of this length was broken because the next word did not fit."""
    return length + 1 + len(following.split(maxsplit=1)[0]) > width and not _LABEL.match(following)


def _wrap_width(block: Sequence[str]) -> int | None:
    """Return the width that the block is wrapped at, or None where its line breaks mean something.

    Running text breaks before a word in lower case far more often than not; titles and abstracts hardly ever start so.
    """
    width = max(map(len, block), default=0)
    if len(block) < 2 or width not in _WRAP_WIDTHS:
        return None
    if len(block) == 2:
        first, second = block
        return len(first) if len(first) == width and second[0].islower() and not _SENTENCE_END.search(first) else None
    lower = sum(line[0].islower() for line in block[1:])
    return width if 2 * lower >= len(block) - 1 else None
