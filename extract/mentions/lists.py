"""Joins what is printed together: the two ends of a range, a value and its spread, and a unit said once for a list."""

import re
from itertools import pairwise

from extract.mentions.number import Number

_DASH = re.compile(r"\s{0,16}[-–~]\s{0,8}(?:[-–~]\s{0,8})?\Z|-?\s?to-?\s{1,8}\Z|\s{1,8}to\s{1,8}\Z")
_AND = re.compile(r"\s{1,8}and\s{1,8}\Z")
_COMMA = re.compile(r",\s{0,8}\Z")
_BETWEEN = re.compile(
    r"\b(?:between|between\sroughly|between\sapproximately|between\sabout|within\sthe\srange)\s{1,8}\Z", re.IGNORECASE
)
_FROM = re.compile(r"\bfrom\s{1,8}(?:[a-z]+\s{1,8})?\Z", re.IGNORECASE)
_RANGING = re.compile(
    r"\b(?:rang|vary|varie|span|anywhere|between)[a-z]*(?:\s[\w-]+){0,2}\sfrom\s{1,8}(?:[a-z]+\s{1,8})?\Z",
    re.IGNORECASE,
)
_AND_FROM = re.compile(r"(?:\band|,)\sfrom\s{1,8}\Z", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"(?:\s\w{1,16}){0,1}\s\(\Z")
_SPREAD = re.compile(r"\s{0,8}\(?\s{0,2}(?:±|\+/-|\+-|\bpm\b)\s{0,8}\Z")


def join_spreads(plain: str, numbers: list[Number]) -> list[Number]:
    """Make one number of a value and its spread, "1.98 ± 0.07"; the unit may follow either."""
    joined: list[Number] = []
    for number in numbers:
        last = joined[-1] if joined else None
        if last and number.start - last.end <= 20 and _SPREAD.match(plain[last.end : number.start]):
            last.end = number.end
            last.unit = last.unit or number.unit
            best = joined[-2] if len(joined) > 1 else None
            if last.unit is None and best and _IN_BRACKETS.match(plain[best.end : last.start][:24]):
                last.unit = best.unit  # the best of several runs, then their mean: "1.93% (1.98 ± 0.07)"
        else:
            joined.append(number)
    return joined


def _same_quantity(low: Number, high: Number, gap: str) -> bool:
    """Whether the two ends agree in unit, or only the upper prints one; "9%-12% points" are points."""
    if low.unit == high.unit or low.unit is None:
        return True
    return " to " not in gap and (high.unit is None or (low.unit == "%" and high.unit == "points"))


def _is_range(plain: str, low: Number, high: Number, after_range: bool) -> bool:
    gap = plain[low.end : high.start]
    if len(gap) > 20 or high.value < low.value:
        return False
    before = plain[max(0, low.start - 48) : low.start]
    if _AND.match(gap):
        return bool(_BETWEEN.search(before))
    if _COMMA.match(gap):
        return before[-1:] == "[" and plain[high.end : high.end + 1] == "]"
    if not _DASH.match(gap):
        return False
    levels = low.sign is None and {low.unit, high.unit} <= {None, "%"}
    if levels and "to" in gap and before.rfind("(") > before.rfind(")"):
        return False  # "(61.2 to 63.5%)" tells where a gain began and ended
    if "to" in gap and _FROM.search(before):
        return bool(_RANGING.search(before)) or (after_range and bool(_AND_FROM.search(before)))
    return True


def join_ranges(plain: str, numbers: list[Number]) -> list[Number]:
    """Make one number of the two ends of a range, lower end first.

    "From 15.9% to 56%" stays two numbers: a level before and a level after. "Ranging from" makes one.
    """
    joined: list[Number] = []
    for number in numbers:
        last = joined[-1] if joined else None
        after_range = any(earlier.high is not None for earlier in joined[-3:-1])
        if (
            last
            and last.high is None
            and _same_quantity(last, number, plain[last.end : number.start])
            and _is_range(plain, last, number, after_range)
        ):
            last.high, last.end = number.value, number.end
            last.unit = number.unit or last.unit
            last.word = last.word and number.word
            continue
        joined.append(number)
    return joined


_LISTED = re.compile(r"\s{0,8}(?:,|/|;|and|or|&|to|vs\.?|versus|,\s?and|,\s?or|\||→|->)\s{0,8}\Z")


def _shares(giver: Number, taker: Number) -> bool:
    if taker.unit is not None or giver.unit is None or giver.word != taker.word:
        return False
    # "0.87 and 93%" are a share and a percentage side by side
    return giver.unit != "%" or not 0.0 < abs(taker.value) < 1.0 <= abs(giver.value)


def share_units(plain: str, numbers: list[Number]) -> None:
    """Give the unit printed at one end of a list to its other members: "3, 5 and 7 points", "84.1/88.3%"."""
    pairs = list(pairwise(numbers))
    listed = [
        right.start - left.end <= 16 and bool(_LISTED.match(plain[left.end : right.start])) for left, right in pairs
    ]
    for together, (left, right) in reversed(list(zip(listed, pairs, strict=True))):
        if together and _shares(right, left):
            left.unit = right.unit
    for together, (left, right) in zip(listed, pairs, strict=True):
        if together and left.unit == "x" and _shares(left, right):
            right.unit = left.unit
