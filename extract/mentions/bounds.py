"""Reads how an abstract qualifies a number: "up to a", "more than a factor of", "~", "90%+", and shared along lists."""

import re

from extract.mentions.number import Number
from models.mention import Bound

_PHRASES: dict[Bound, tuple[str, ...]] = {
    "up_to": (
        "up to", "at most", "below", "under", "less than", "fewer than", "lower than", "smaller than", "within", "as high as",
        "as much as", "as many as", "no more than", "not more than", "maximum", "upto", "leq", "le", "just under", "as low as",
        "better than p", "shorter than", "faster than", "sub", "as far as", "as large as",
    ),
    "at_least": (
        "over", "more than", "at least", "above", "exceeding", "exceeds", "exceed", "exceeded", "greater than", "higher than",
        "larger than", "no less than", "not less than", "no fewer than", "surpassing", "surpasses", "surpass", "beyond",
        "upwards of", "geq", "ge", "longer than", "better than", "as little as", "excess of", "minimum",
    ),
    "approx": (
        "about", "around", "nearly", "almost", "approximately", "roughly", "approx", "approx.", "sim", "circa", "ca.",
        "close to", "near", "near to", "some", "order of", "estimated", "approaching", "approximate", "approaches",
    ),
}  # fmt: skip
_BOUND_OF: dict[str, Bound] = {phrase: bound for bound, phrases in _PHRASES.items() for phrase in phrases}
for _vague in ("maximum", "minimum", "some", "estimated", "better than p", "faster than", "order of"):
    del _BOUND_OF[_vague]
_LAST_WORDS = frozenset(phrase.rsplit(" ", 1)[-1] for phrase in _BOUND_OF)

_SYMBOLS: dict[str, Bound] = {
    "<": "up_to",
    "≤": "up_to",
    ">": "at_least",
    "≥": "at_least",
    "~": "approx",
    "≈": "approx",
}

_FILLERS = frozenset(
    "a an factor factors of by additional another average further absolute relative only in + multiplicative".split()
)
"""What stands between a bound and its number: "up to a 26.6%", "more than a factor of two", "up to an additional 3%"."""

_NEGATION = re.compile(r"\b(?:no|not|never|none|nor|neither|cannot|without|fails? to|n't)\b", re.IGNORECASE)
_NEGATED: dict[Bound, Bound] = {"at_least": "up_to", "up_to": "at_least", "approx": "approx", "exact": "exact"}
_NEGATABLE = frozenset(
    ("below", "under", "above", "exceed", "exceeds", "exceeded", "exceeding", "surpass", "surpasses", "surpassing")
)

_AFTER: tuple[tuple[Bound, re.Pattern[str]], ...] = (
    ("at_least", re.compile(r"\+(?![0-9/\w])|\s{0,2}(?:or|and)\s(?:more|higher|above|greater|better|over)\b")),
    ("up_to", re.compile(r"\s(?:or|and)\s(?:less|fewer|lower|below|under)\b|\sat\smost\b")),
)

_FACTOR_OF = re.compile(r"(?:factors?|speed-?ups?)\sof(?:\s[a-z]+){0,3}\s\Z", re.IGNORECASE)


def counts_factor(plain: str, start: int) -> bool:
    """Whether "a factor of" or "speedups of" leads to the number at `start`, which then needs no unit of its own."""
    return bool(_FACTOR_OF.search(plain[max(0, start - 40) : start]))


def _bound_before(plain: str, start: int) -> Bound:
    window = plain[max(0, start - 64) : start].rstrip(" \n\x1f([{$\"'+-–")
    if not window:
        return "exact"
    symbol = _SYMBOLS.get(window[-1])
    if symbol:
        return symbol
    if window[-1] == "=" and window[-2:-1] in _SYMBOLS:
        return _SYMBOLS[window[-2]]
    words = window.lower().replace("(", " ").split()[-9:]
    while words and words[-1] in _FILLERS:
        words.pop()
    if not words:
        return "exact"
    if words[-1] not in _LAST_WORDS:
        return "exact"
    for length in (3, 2, 1):
        phrase = " ".join(words[-length:])
        bound = _BOUND_OF.get(phrase)
        if bound:
            if phrase in _NEGATABLE and _NEGATION.search(" ".join(words[:-length])):
                return _NEGATED[bound]
            if phrase == "up to" and words[-3:-2] in (["add"], ["adds"], ["sum"], ["sums"]):
                return "exact"
            return bound
    return "exact"


def read_bounds(plain: str, numbers: list[Number]) -> None:
    """Give each number the bound printed before or after it; a trailing "+" joins its span."""
    for number in numbers:
        if number.bound != "exact":
            continue
        number.bound = _bound_before(plain, number.start)
        if number.bound == "exact":
            for bound, pattern in _AFTER:
                if trailing := pattern.match(plain, number.end):
                    number.bound = bound
                    if trailing[0] == "+":
                        number.end += 1


_SHARED_GAP = re.compile(
    r"\s{0,8}(?:,|/|and|or|,\sand|;|,?\sas\swell\sas|&)\s{0,8}\Z"
    r"|[^.;:()\[\]]{1,70}?(?:,|\sand|,\sand|\sor)\s{1,8}\Z"
)


def share_bounds(plain: str, numbers: list[Number]) -> None:
    """Carry a bound along the list that it opens: "up to 3.1x and 2.4x", "over 80% TLS and 70% CLS"."""
    for index, right in enumerate(numbers[1:], start=1):
        left = numbers[index - 1]
        if left.bound == "exact" and left.unit is None and index > 1:
            left = numbers[index - 2]  # over a count between: "up to 18% of 397 problems and 80%"
        if left.bound == "exact" or right.bound != "exact":
            continue
        if left.bound != "approx" and right.start - left.end <= 80 and _SHARED_GAP.match(plain[left.end : right.start]):
            right.bound = left.bound
        elif right.start - left.end <= 10 and _SHARED_GAP.match(plain[left.end : right.start]):
            right.bound = left.bound
