"""Whether a name that a model gives stands in the text, as a name and not as part of a word."""

import re
import unicodedata
from functools import cached_property

from models.paper import Paper

_MARKUP = re.compile(r"\\[a-zA-Z]+\s*|[${}\\]")
_WORD = re.compile(r"\w+")
_SMALL_WORDS = frozenset(
    ["a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "per", "the", "to", "vs", "with"]
)
_ENDINGS = (0, 1, 2)
"""Letters that a name may have more in the text: a plural."""

_INFLECTIONS = (0, 1, 2, 3)
"""The same for a metric, which may be a verb: "decodes", "decoding"."""


class Grounding:
    """Tells whether a name stands in the title or abstract of a paper."""

    def __init__(self, paper: Paper) -> None:
        self._printed = f"{paper.title}\n{paper.abstract}"

    def holds(self, name: str, *, inflected: bool = False) -> bool:
        """Whether a name stands in the text, case, spacing, hyphens and LaTeX aside; of a list, every part.

        It begins and ends where words do, or where capitals and digits divide one; a plural counts, and with
        `inflected` so do other short endings.
        """
        endings = _INFLECTIONS if inflected else _ENDINGS
        if self._has(name, endings):
            return True
        parts = re.split(r",\s*(?:and\s+)?|\s+and\s+", name)
        return len(parts) > 1 and all(self._has(part, endings) for part in parts if part.strip())

    def holds_words(self, phrase: str) -> bool:
        """Whether every word of a phrase stands in the text, in whatever order."""
        words = _WORD.findall(phrase)
        return bool(words) and all(
            word.lower() in _SMALL_WORDS or self._has(word, _INFLECTIONS) for word in dict.fromkeys(words)
        )

    def _has(self, name: str, endings: tuple[int, ...]) -> bool:
        if not any(map(str.isalnum, name)):
            return False
        if _stands(name, self._printed, self._printed, endings):
            return True
        if len(self._lower) == len(self._printed) and _stands(name.lower(), self._lower, self._printed, endings):
            return True
        return self._has_letters(name, endings)

    @cached_property
    def _lower(self) -> str:
        return self._printed.lower()

    def _has_letters(self, name: str, endings: tuple[int, ...]) -> bool:
        """Whether the letters and digits of a name follow each other in the text, whatever stands between them."""
        wanted, _ = _letters(name)
        text, borders = self._letters
        start = text.find(wanted) if wanted else -1
        while start >= 0:
            end = start + len(wanted)
            if borders[start] and any(borders[end + more] for more in endings if end + more < len(borders)):
                return True
            start = text.find(wanted, start + 1)
        return False

    @cached_property
    def _letters(self) -> tuple[str, bytes]:
        return _letters(self._printed)


def _letters(text: str) -> tuple[str, bytes]:
    """Return the letters and digits of a text, case folded, and before which of them (or the end) a name may begin."""
    kept: list[str] = []
    borders = bytearray()
    before = " "
    for character in unicodedata.normalize("NFKC", _MARKUP.sub("\0", text)):
        if character.isalnum() or character in "%+@":
            folded = character.casefold()
            kept.append(folded)
            borders += bytes([_divides(before, character)]) + bytes(len(folded) - 1)
        before = character
    return "".join(kept), bytes(borders + b"\1")


def _stands(name: str, text: str, printed: str, endings: tuple[int, ...]) -> bool:
    """Whether a name stands in a text of the same length as the printed one."""
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        if _divided(printed, start) and any(_divided(printed, end + more) for more in endings):
            return True
        start = text.find(name, start + 1)
    return False


def _divided(text: str, position: int) -> bool:
    return not 0 < position < len(text) or _divides(text[position - 1], text[position])


def _divides(before: str, after: str) -> bool:
    """Whether a name may end and another begin between two characters: "GSM|8|K", "Mobile|Net", but not "av|erage"."""
    if not (before.isalnum() and after.isalnum()):
        return True
    if before.isdigit() != after.isdigit():
        return True
    if before.isdigit():
        return False
    # Scripts without capitals are mostly written without spaces too.
    cased = (before.islower() or before.isupper()) and (after.islower() or after.isupper())
    return not cased or (before.islower() and after.isupper())
