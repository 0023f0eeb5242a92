"""Puts numerals together with sign, currency and unit, and leaves out those that are part of a name or a label."""

import re

from extract.mentions.markup import BLANK
from extract.mentions.names import continues_as_name, glued_to_name, labels_something, sizes_a_model
from extract.mentions.number import Number, Sign
from extract.mentions.numerals import read_numerals
from extract.mentions.units import read_unit

_CURRENCIES = frozenset("$€£¥")

_SIGNLESS = frozenset(("%", "points", "x"))
"""Units of a change: "-12%" says 12 and a direction. In any other unit, and bare, "-0.67" is a level below zero."""

_DECADE = re.compile(r"(?:1[89]|20)[0-9]0s\Z")


def _printed_sign(text: str, start: int, floor: int) -> tuple[Sign | None, int]:
    """Return the sign before the digits at `start` and where it stands.

    A hyphen right after a word, or after the number that ends at `floor`, is none.
    """
    at = start - 1
    if at > floor and text[at] == BLANK and text[at - 1] == "–" and text[at - 2 : at - 1] in {"(", ""}:
        at -= 1  # "(--31pp)"
    if at < floor or text[at] not in "+-–" or (floor and not text[floor:at].strip(BLANK)):
        return None, start
    before = text[at - 1 : at] if at else ""
    if before.isalnum() or before in {"%", "/", "+"}:
        return None, start
    return ("+" if text[at] == "+" else "-"), at


def read_digits(text: str) -> list[Number]:
    """Return the numbers printed in digits that count or measure something, in order, in plain text."""
    numbers: list[Number] = []
    floor = 0  # where the last number ended
    label_end = name_end = -9  # where the last label and the last name ended that held digits
    for start, end, size in read_numerals(text):
        if start < floor or size is None:
            continue
        if glued_to_name(text, start, floor):
            name_end = end
            continue
        unit, factor, unit_end = read_unit(text, end)
        if unit is None and continues_as_name(text, unit_end):
            name_end = end
            continue
        if unit is None and text[unit_end - 1] == "B" and (name_end == start - 1 or sizes_a_model(text, start)):
            name_end = unit_end
            continue
        sign, first = _printed_sign(text, start, floor)
        priced = first > floor and text[first - 1] in _CURRENCIES
        if unit is None and factor == 1.0 and not priced and labels_something(text, start, end, label_end):
            label_end = name_end = end
            continue
        if unit == "s" and _DECADE.match(text[start:unit_end]):
            continue
        if priced and unit in {None, "$"}:
            first -= 1
            unit = text[first]
        elif unit is None and first > floor and text[first - 1] == "×":
            first -= 1
            unit = "x"
        value = -size * factor if sign == "-" and unit not in _SIGNLESS else size * factor
        numbers.append(Number(first, unit_end, value, unit=unit, sign=sign))
        floor = unit_end
    return numbers
