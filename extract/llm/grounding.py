"""Whether a name that a model gives stands in the text, as a name and not as part of a word."""

import re
import unicodedata
from functools import cached_property

from extract.rules.roles import MEASURED
from models.paper import Paper

_MARKUP = re.compile(r"\\[a-zA-Z]+\s*|[${}\\]")
_WORD = re.compile(r"\w+")
_SMALL_WORDS = frozenset(
    ["a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "per", "the", "to", "vs", "with"]
)
_PLURAL = re.compile("|s|es")
_INFLECTION = re.compile("[a-z]{0,3}")
"""What a metric may have more in the text, where it may be a verb: "decodes", "decoding"."""


class Grounding:
    """Tells whether a name stands in the title or abstract of a paper."""

    def __init__(self, paper: Paper) -> None:
        self._printed = f"{paper.title}\n{paper.abstract}"

    def holds(self, name: str, *, inflected: bool = False) -> bool:
        """Whether a name stands in the text, case, spacing, hyphens and LaTeX aside; of a list, every part.

        It begins and ends where words do, or where capitals and digits divide one; a plural counts, and with
        `inflected` so do other short endings, and an adjective for what it measures.
        """
        ending = _INFLECTION if inflected else _PLURAL
        if self._has(name, ending):
            return True
        adjectives = [adjective for adjective, measured in MEASURED.items() if inflected and measured == name.lower()]
        if any(self._has(adjective, _PLURAL) for adjective in adjectives):
            return True
        parts = re.split(r",\s*(?:and\s+)?|\s+and\s+", name)
        return len(parts) > 1 and all(self._has(part, ending) for part in parts if part.strip())

    def holds_words(self, phrase: str) -> bool:
        """Whether every word of a phrase stands in the text, in whatever order."""
        words = _WORD.findall(phrase)
        return bool(words) and all(
            word.lower() in _SMALL_WORDS or self._has(word, _INFLECTION) for word in dict.fromkeys(words)
        )

    def _has(self, name: str, ending: re.Pattern[str]) -> bool:
        if not any(map(str.isalnum, name)):
            return False
        if _stands(name, self._printed, self._printed, ending):
            return True
        if len(self._lower) == len(self._printed) and _stands(name.lower(), self._lower, self._printed, ending):
            return True
        return self._has_letters(name, ending)

    @cached_property
    def _lower(self) -> str:
        return self._printed.lower()

    def _has_letters(self, name: str, ending: re.Pattern[str]) -> bool:
        """Whether the letters and digits of a name follow each other in the text, whatever stands between them."""
        wanted, _ = _letters(name)
        text, borders = self._letters
        start = text.find(wanted) if wanted else -1
        while start >= 0:
            end = start + len(wanted)
            if borders[start] and ending.fullmatch(text, end, borders.index(1, end)):
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


def _stands(name: str, text: str, printed: str, ending: re.Pattern[str]) -> bool:
    """Whether a name stands in a text of the same length as the printed one."""
    start = text.find(name)
    while start >= 0:
        end = last = start + len(name)
        if _divided(printed, start):
            while not _divided(printed, last):
                last += 1
            if ending.fullmatch(text, end, last):
                return True
        start = text.find(name, start + 1)
    return False


def _divided(text: str, position: int) -> bool:
    return not 0 < position < len(text) or _divides(text[position - 1], text[position])


def _divides(before: str, after: str) -> bool:
    """Whether a name may end and another begin between two characters: "GSM|8K", "Mobile|Net", but not "av|erage"."""
    if not (before.isalnum() and after.isalnum()):
        return True
    if before.isdigit() or after.isdigit():
        return not before.isdigit() or not (after.isdigit() or _is_cased(after))
    # Scripts without capitals are mostly written without spaces too.
    return not (_is_cased(before) and _is_cased(after)) or (before.islower() and after.isupper())


def _is_cased(letter: str) -> bool:
    return letter.islower() or letter.isupper()
