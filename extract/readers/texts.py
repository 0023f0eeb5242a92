"""Text as printed, less the marks of the file it came in: control characters, stray white space, hard-wrapped lines."""

import re
from collections.abc import Iterable, Iterator, Sequence

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\ufeff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LINE_END = re.compile(r"\r\n?|\n")
_SENTENCE_END = re.compile(r"[.!?:;…][\"'”’)\]]*$")

_LABEL = re.compile(
    r"(?:title|authors?|abstract|comments?|subjects?|categories|journal-ref|doi|keywords):", re.IGNORECASE
)

_BROKEN_AT_HYPHEN = re.compile(r"\w-$")

_WRAP_WIDTHS = range(45, 131)
"""Widths, in characters, at which mail programs, editors and arXiv break lines."""

_WRAP_SAMPLE = 64
"""Lines of a block that decide whether the block is hard-wrapped: enough to tell, few enough to keep in memory."""


_TITLE_LINES = 4
"""Lines that a wrapped title may have."""


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
    """Join lines that were broken only to fit a width; pass through all others, and a blank line after each block.

    Lines are (number, text) pairs, blocks end at a blank line, and a joined line has the number of its first. Holds at
    most `_WRAP_SAMPLE` lines and one short block: a title's few lines are broken at the width of the abstract below.
    """
    held: list[tuple[int, str]] = []
    for block, is_new in _blocks(lines):
        if is_new:
            width = _wrap_width([text for _, text in block])
            if held:
                yield from _joined(held, width if width and max(len(text) for _, text in held) <= width else None)
                yield held[-1][0] + 1, ""
                held = []
            if width is None and 1 < len(block) <= _TITLE_LINES:
                held = block
                continue
        yield from _joined(block, width)
        yield block[-1][0] + 1, ""
    yield from held


def _blocks(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[list[tuple[int, str]], bool]]:
    """Yield runs of lines that are not blank, in parts of `_WRAP_SAMPLE`, and whether the part starts a run."""
    block: list[tuple[int, str]] = []
    is_new = True
    for number, line in lines:
        if line:
            block.append((number, line))
        if block and (not line or len(block) == _WRAP_SAMPLE):
            yield block, is_new
            block, is_new = [], not line
        elif not line:
            is_new = True
    if block:
        yield block, is_new


def _joined(block: list[tuple[int, str]], width: int | None) -> Iterator[tuple[int, str]]:
    number, joined = block[0]
    before = joined
    for at, text in block[1:]:
        if width is not None and _goes_on(len(before), text, width):
            joined += text if _BROKEN_AT_HYPHEN.search(before) else f" {text}"
        else:
            yield number, joined
            number, joined = at, text
        before = text
    yield number, joined


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
