"""Reads how an abstract qualifies a number: "up to a", "more than a factor of", "~", "90%+", and shared along lists."""

import re

from extract.mentions.number import Number
from models.mention import Bound

_PHRASES: dict[Bound, tuple[str, ...]] = {
    "up_to": (
        "up to", "upto", "at most", "below", "under", "within", "less than", "fewer than", "lower than", "smaller than",
        "shorter than", "no more than", "not more than", "as high as", "as much as", "as many as", "as low as",
        "as far as", "as large as", "sub", "leq", "le",
    ),
    "at_least": (
        "over", "above", "at least", "beyond", "more than", "greater than", "higher than", "larger than", "longer than",
        "better than", "no less than", "not less than", "no fewer than", "as little as", "upwards of", "excess of",
        "exceed", "exceeds", "exceeded", "exceeding", "surpass", "surpasses", "surpassed", "surpassing", "geq", "ge",
    ),
    "approx": (
        "about", "around", "nearly", "almost", "approximately", "approximate", "roughly", "approx", "approx.", "circa",
        "ca.", "close to", "near", "near to", "approaching", "approaches", "sim",
    ),
}  # fmt: skip
"""`leq`, `sim` and the like are what some sources leave of a LaTeX command. "As low as" is where a drop ends."""

_BOUND_OF: dict[str, Bound] = {phrase: bound for bound, phrases in _PHRASES.items() for phrase in phrases}
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
    ("a", "an", "factor", "factors", "of", "by", "in", "additional", "extra", "another", "average", "further",
     "absolute", "relative", "multiplicative", "only", "+")
)  # fmt: skip
"""What stands between a bound and its number: "up to a 26.6%", "more than a factor of two", "up to an extra 3x"."""

_NEGATION = re.compile(r"\b(?:no|not|never|none|nor|neither|cannot|without|fails? to|n't)\b", re.IGNORECASE)
_NEGATED: dict[Bound, Bound] = {"at_least": "up_to", "up_to": "at_least", "approx": "approx", "exact": "exact"}
_NEGATABLE = frozenset(
    ("below", "under", "above", "exceed", "exceeds", "exceeded", "exceeding", "surpass", "surpasses", "surpassing")
)

_AFTER: tuple[tuple[Bound, re.Pattern[str]], ...] = (
    (
        "at_least",
        re.compile(r"\+(?=[\s,;:)\]-]|\.(?![0-9])|\Z)|\s{0,2}(?:or|and)\s(?:more|higher|above|greater|better|over)\b"),
    ),
    ("up_to", re.compile(r"\s(?:or|and)\s(?:less|fewer|lower|below|under)\b|\sat\smost\b")),
)

_FACTOR_OF = re.compile(
    r"(?:factors?|speed-?ups?)\sof\s(?:(?:about|around|approximately|roughly|nearly|almost|over|up|to|more|than|at|least|only)\s)"
    r"{0,2}(?:[$~<>≈≤≥\x1f]\s?){0,3}\Z",
    re.IGNORECASE,
)


def counts_factor(plain: str, start: int) -> bool:
    """Whether "a factor of" or "speedups of" leads to the number at `start`, which then needs no unit of its own."""
    return bool(_FACTOR_OF.search(plain[max(0, start - 40) : start]))


def _bound_before(plain: str, start: int, counted: bool) -> Bound:
    window = plain[max(0, start - 64) : start].rstrip(" \n\x1f([{$\"'+-–")
    if not window:
        return "exact"
    symbol = _SYMBOLS.get(window[-1])
    if symbol:
        return "exact" if window[-2:] == "->" else symbol
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
            if phrase == "within" and counted:
                return "exact"  # "within 23 languages" is no limit
            if phrase == "up to" and words[-3:-2] in (["add"], ["adds"], ["sum"], ["sums"]):
                return "exact"
            return bound
    return "exact"


def read_bounds(plain: str, numbers: list[Number]) -> None:
    """Give each number the bound printed before or after it; a trailing "+" joins its span."""
    for number in numbers:
        if number.bound != "exact":
            continue
        number.bound = _bound_before(plain, number.start, number.unit is None and number.value.is_integer())
        if number.bound == "exact":
            for bound, pattern in _AFTER:
                if trailing := pattern.match(plain, number.end):
                    number.bound = bound
                    if trailing[0] == "+":
                        number.end += 1


_NEXT_MEMBER, _FAR_MEMBER = 10, 80
"""Characters between members of a list that share a bound: "about 0.57 on A and 0.41 on B" binds less than "up to"."""

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
        reach = _NEXT_MEMBER if left.bound == "approx" else _FAR_MEMBER
        gap = plain[left.end : right.start]
        if len(gap) <= reach and _SHARED_GAP.match(gap):
            right.bound = left.bound
