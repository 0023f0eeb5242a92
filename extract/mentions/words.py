"""Reads numbers printed in letters, where they measure: "twice", "tenfold", "half the memory", "an order of magnitude".

General word-to-number libraries read "one hundred and five" anywhere and would make a mention of every "one"; here a word
is a number only together with a unit, which the passes after this one check.
"""

import re
from collections.abc import Iterator

from extract.mentions.number import Number
from extract.mentions.units import read_unit

_CARDINALS = {
    word: float(value)
    for value, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), start=1)
} | {"fifteen": 15.0, "twenty": 20.0, "thirty": 30.0, "forty": 40.0, "fifty": 50.0, "hundred": 100.0}

_FACTORS = (
    {"twice": 2.0, "thrice": 3.0, "halves": 2.0, "halve": 2.0, "halved": 2.0, "halving": 2.0, "half": 2.0}
    | {f"doubl{ending}": 2.0 for ending in ("e", "es", "ed", "ing")}
    | {f"tripl{ending}": 3.0 for ending in ("e", "es", "ed", "ing")}
    | {f"quadrupl{ending}": 4.0 for ending in ("e", "es", "ed", "ing")}
    | {f"{cardinal}fold": value for cardinal, value in _CARDINALS.items()}
)

_PARTS = {
    "third": 3.0,
    "quarter": 4.0,
    "fourth": 4.0,
    "fifth": 5.0,
    "tenth": 10.0,
    "twentieth": 20.0,
    "hundredth": 100.0,
    "thousandth": 1000.0,
}

_VOCABULARY = {
    spelling: kind
    for kind, words in (
        ("cardinal", _CARDINALS),
        ("factor", _FACTORS),
        ("part", _PARTS),
        ("order", ("order",)),
        ("below one", ("sub",)),
    )
    for word in words
    for spelling in (word, word.capitalize())
}

_WORD = re.compile(r"[A-Za-z]+")

_ADJECTIVE = {
    "half": re.compile(
        r"-[A-Za-z]|\s(?:hour|day|year|century|life|precision|space|plane|width|a\s(?:century|decade))|\Z"
    ),
    "double": re.compile(r"(?!\s(?:the|that|of|its|their|as)\b)"),
    "triple": re.compile(r"(?!\s(?:the|that|of|its|their|as)\b)"),
    "quadruple": re.compile(r"(?!\s(?:the|that|of|its|their|as)\b)"),
    "doubles": re.compile(r"\sas\b"),
    "triples": re.compile(r"\s(?!the\b)(?:[a-z]{1,4}\s|[a-z]+(?:ing|ed)\b)|[^\s\w]|\Z"),
}
"""Where the word names a kind and not a factor: "half-precision", "double descent", "triple store"."""

_PLANS = re.compile(
    r"[\s-](?:approach|perspective|contribution|strategy|framework|objective|goal|purpose|process|method|aim)"
)
_IS = re.compile(r"(?:\bis|\bare|\bwas|\bwere)\s\Z")
_ORDINAL_HALF = re.compile(
    r"(?:first|second|other|latter|former|upper|lower|and\sa|one|bottom|top|each|every)[\s-]\Z", re.IGNORECASE
)
_ONE = re.compile(r"(?<![A-Za-z])(?:an?|one)[\s-]\Z", re.IGNORECASE)
_OF_MAGNITUDE = re.compile(r"[\s-]of[\s-]magnitude")
_OF = re.compile(r"\s(?:of|the|as)\b")
_BELOW_ONE = re.compile(r"-(?=(?:milli|micro|nano)?second|minute|hour|percent|ms\b)")


def _tells_of_plans(plain: str, before: str, end: int) -> bool:
    """Whether a "twofold" counts intentions: "our aim is twofold: ...", "a two-fold approach"."""
    return bool(_PLANS.match(plain, end)) or (bool(_IS.search(before)) and plain[end : end + 1] in {".", ":", ",", ";"})


def read_words(plain: str) -> Iterator[Number]:
    """Yield the numbers printed in letters, in order; cardinals with whatever unit follows, if any."""
    for match in _WORD.finditer(plain):
        kind = _VOCABULARY.get(match[0])
        if kind is None:
            continue
        start, end = match.span()
        word = match[0].lower()
        before = plain[max(0, start - 10) : start]
        if before[-1:] in {"_", "@", "."} or before[-1:].isdigit():
            continue
        if kind == "cardinal":
            unit, factor, unit_end = read_unit(plain, end)
            if unit == "x" and "fold" in plain[end:unit_end] and _tells_of_plans(plain, before, unit_end):
                continue
            if unit == "points" and unit_end - end < 8:
                unit, unit_end = None, end  # "two points in time" are counted, not measured
            yield Number(start, unit_end, _CARDINALS[word] * factor, unit=unit, word=factor == 1.0)
        elif kind == "factor":
            if word.endswith("fold") and _tells_of_plans(plain, before, end):
                continue
            adjective = _ADJECTIVE.get(word)
            if not (adjective and adjective.match(plain, end)) and not (
                word == "half" and _ORDINAL_HALF.search(before)
            ):
                yield Number(start, end, _FACTORS[word], unit="x", word=True)
        elif kind == "part":
            one = _ONE.search(before)
            if one and (_OF.match(plain, end) or before[-1] == "-"):
                yield Number(start - len(one[0]), end, _PARTS[word], unit="x", word=True)
        elif kind == "order":
            magnitude = _OF_MAGNITUDE.match(plain, end)
            one = _ONE.search(before)
            if magnitude and (one or "-" in magnitude[0]):
                first = start - len(one[0]) if one else start
                yield Number(first, magnitude.end(), 1.0, unit="orders of magnitude", word=True)
        elif below := _BELOW_ONE.match(plain, end):
            unit, _, unit_end = read_unit(plain, below.end())
            if unit:
                yield Number(start, unit_end, 1.0, unit=unit, bound="up_to", word=True)
