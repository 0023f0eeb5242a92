"""Reads numbers printed in letters, where they measure: "twice", "tenfold", "half the memory", "an order of magnitude".

General word-to-number libraries read "one hundred and five" anywhere and would make a mention of every "one"; here a
word is a number only together with a unit.
"""

import re
from collections.abc import Iterator

from extract.mentions.number import Number
from extract.mentions.units import read_unit

_CARDINALS = {
    "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "seven": 7.0, "eight": 8.0, "nine": 9.0,
    "ten": 10.0, "eleven": 11.0, "twelve": 12.0, "fifteen": 15.0, "twenty": 20.0, "thirty": 30.0, "forty": 40.0,
    "fifty": 50.0, "hundred": 100.0,
}  # fmt: skip

_FACTORS = (
    {"twice": 2.0, "thrice": 3.0, "halves": 2.0, "halve": 2.0, "halved": 2.0, "halving": 2.0, "half": 2.0}
    | {f"doubl{ending}": 2.0 for ending in ("e", "es", "ed", "ing")}
    | {f"tripl{ending}": 3.0 for ending in ("e", "es", "ed", "ing")}
    | {f"quadrupl{ending}": 4.0 for ending in ("e", "es", "ed", "ing")}
    | {f"{cardinal}fold": value for cardinal, value in _CARDINALS.items()}
)

_PARTS = {
    "third": 3.0, "quarter": 4.0, "fourth": 4.0, "fifth": 5.0, "tenth": 10.0, "twentieth": 20.0, "hundredth": 100.0,
    "thousandth": 1000.0,
}  # fmt: skip
"""A part names the factor that it shrinks by, as "half" does."""

_KINDS = (
    dict.fromkeys(_CARDINALS, "cardinal")
    | dict.fromkeys(_FACTORS, "factor")
    | dict.fromkeys(_PARTS, "part")
    | {"order": "order", "sub": "below one"}
)
_VOCABULARY = _KINDS | {word.capitalize(): kind for word, kind in _KINDS.items()}

_WORD = re.compile(r"[A-Za-z]+")

_VERB_OR_DETERMINER = re.compile(r"(?!\s(?:the|that|of|its|their|as)\b)")
_NO_FACTOR = {
    "half": re.compile(
        r"-[A-Za-z]|\s(?:an?\s)?(?:second|minute|hour|day|year|century|decade|life|precision|space|plane|width)"
    ),
    "halves": re.compile(r"\s(?:of|are|were|is)\b|[^\s\w]|\Z"),
    "double": _VERB_OR_DETERMINER,
    "triple": _VERB_OR_DETERMINER,
    "quadruple": _VERB_OR_DETERMINER,
    "doubles": re.compile(r"\sas\b"),
    "triples": re.compile(r"\s(?!the\b)(?:[a-z]{1,4}\s|[a-z]{1,20}(?:ing|ed|ly)\b)|[^\s\w]|\Z"),
}
"""What follows where the word names a kind: "half-precision", "half a second", "double descent", "triples of drugs"."""

_ONE_OF_TWO = re.compile(
    r"(?:first|second|other|latter|former|upper|lower|bottom|top|each|every|and\sa|one)[\s-]\Z", re.IGNORECASE
)
_PLANS = re.compile(
    r"[\s-](?:approach|perspective|contribution|strategy|framework|objective|goal|purpose|process|method|aim)"
)
_IS = re.compile(r"(?:\bis|\bare|\bwas|\bwere)\s\Z")
_ONE = re.compile(r"(?<![A-Za-z])(?:an?|one)[\s-]\Z", re.IGNORECASE)
_OF_MAGNITUDE = re.compile(r"[\s-]of[\s-]magnitude")
_OF = re.compile(r"\s(?:of|the|as)\b")
_BELOW_ONE = re.compile(r"-(?=(?:milli|micro|nano)?second|minute|hour|percent|ms\b)")
_SENTENCE_START = re.compile(r"[.?!:(]\s?\Z|\n\Z")


def _tells_of_plans(plain: str, before: str, end: int) -> bool:
    """Whether a "twofold" counts intentions: "our aim is twofold: ...", "a two-fold approach"."""
    return bool(_PLANS.match(plain, end)) or (bool(_IS.search(before)) and plain[end : end + 1] in {".", ":", ",", ";"})


def _cardinal(plain: str, word: str, start: int, end: int, before: str) -> Number | None:
    """Read "two times" or "five percent"; a number without unit is left for a range or list to give it one."""
    unit, factor, unit_end = read_unit(plain, end)
    if unit == "x" and "fold" in plain[end:unit_end] and _tells_of_plans(plain, before, unit_end):
        return None
    if unit == "points" and unit_end - end < len(" points "):
        unit, unit_end = None, end  # "two points in time" are counted, not measured
    return Number(start, unit_end, _CARDINALS[word] * factor, unit=unit, word=factor == 1.0)


def _factor(plain: str, word: str, start: int, end: int, before: str) -> Number | None:
    """Read "twice", "halving", "tenfold"."""
    no_factor = _NO_FACTOR.get(word)
    if no_factor and no_factor.match(plain, end):
        return None
    if word == "half" and _ONE_OF_TWO.search(before):
        return None
    if word.endswith("fold") and _tells_of_plans(plain, before, end):
        return None
    return Number(start, end, _FACTORS[word], unit="x", word=True)


def _part(plain: str, word: str, start: int, end: int, before: str) -> Number | None:
    """Read "a third of" and "one-quarter"; "a third method" only counts."""
    one = _ONE.search(before)
    if one and (_OF.match(plain, end) or before.endswith("-")):
        return Number(start - len(one[0]), end, _PARTS[word], unit="x", word=True)
    return None


def _order(plain: str, _word: str, start: int, end: int, before: str) -> Number | None:
    """Read "an order of magnitude" and "order-of-magnitude"; without an article it has no definite number."""
    magnitude = _OF_MAGNITUDE.match(plain, end)
    one = _ONE.search(before)
    if magnitude and (one or magnitude[0].startswith("-")):
        first = start - len(one[0]) if one else start
        return Number(first, magnitude.end(), 1.0, unit="orders of magnitude", word=True)
    return None


def _below_one(plain: str, _word: str, start: int, end: int, _before: str) -> Number | None:
    """Read "sub-millisecond": up to one."""
    below = _BELOW_ONE.match(plain, end)
    if below is None:
        return None
    unit, _, unit_end = read_unit(plain, below.end())
    return Number(start, unit_end, 1.0, unit=unit, bound="up_to", word=True) if unit else None


_READERS = {"cardinal": _cardinal, "factor": _factor, "part": _part, "order": _order, "below one": _below_one}


def read_words(plain: str) -> Iterator[Number]:
    """Yield the numbers printed in letters, in order; cardinals also without a unit, which a list may share."""
    for match in _WORD.finditer(plain):
        kind = _VOCABULARY.get(match[0])
        if kind is None:
            continue
        start, end = match.span()
        before = plain[max(0, start - 10) : start]
        if before and (before[-1] in "_@." or before[-1].isdigit()):
            continue
        if match[0][0].isupper() and before and not _SENTENCE_START.search(before):
            continue  # a name: "Sequential Halving"
        number = _READERS[kind](plain, match[0].lower(), start, end, before)
        if number:
            yield number
