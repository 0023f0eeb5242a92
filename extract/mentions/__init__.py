"""Finds every number in an abstract, with its unit, bound and place: the only place of the project that reads digits.

Quantity parsers for prose (quantulum3, Duckling) do not know LaTeX, "41-137times", "up to A and B" or that the 4 of "GPT-4"
is a name, and do not run thousands of times a second. So this is a small grammar in passes, each a module of its own:
`markup` writes the abstract in one plain spelling of the same length, `numerals` and `words` find the numbers, `names` throws
out those that count nothing, `units` reads what is counted, `lists` joins ranges and spreads, `bounds` reads "up to".
Every pattern looks a bounded distance around a number, so that time grows linearly with the text.
"""

from extract.mentions.bounds import counts_factor, read_bounds, share_bounds
from extract.mentions.lists import join_ranges, join_spreads, share_units
from extract.mentions.markup import BLANK, enclose, plain
from extract.mentions.names import continues_as_name, glued_to_name, labels_something, sizes_a_model
from extract.mentions.number import Number, Sign
from extract.mentions.numerals import read_numerals
from extract.mentions.units import read_unit
from extract.mentions.words import read_words
from models.mention import Mention

__all__ = ["find_mentions"]

_CURRENCIES = "$€£¥"


def _printed_sign(text: str, start: int, floor: int) -> tuple[Sign | None, int]:
    """Return the sign before the digits at `start` and where it stands; a hyphen after a number or a word is none."""
    at = start - 1
    if at >= floor and text[at] == " " and text[at - 1 : at] == "–" and text[at - 2 : at - 1] in {"(", ""}:
        at -= 1
    if at < floor or text[at] not in "+-–" or (floor and not text[floor:at].strip(BLANK)):
        return None, start
    before = text[at - 1 : at] if at else ""
    if before.isalnum() or before in {"%", "/", "+"}:
        return None, start
    return ("+" if text[at] == "+" else "-"), at


def _read_digits(text: str) -> list[Number]:
    numbers: list[Number] = []
    floor = 0
    after_label = after_name = -9
    for start, end, value in read_numerals(text):
        if start < floor or value is None:
            continue
        if glued_to_name(text, start, floor):
            after_name = end
            continue
        unit, factor, unit_end = read_unit(text, end)
        bare = unit is None and factor == 1.0
        if unit is None and continues_as_name(text, unit_end):
            after_name = end
            continue
        if (
            unit is None
            and factor == 1e9
            and text[unit_end - 1] == "B"
            and (after_name == start - 1 or sizes_a_model(text, start))
        ):
            after_name = unit_end
            continue
        priced = start > floor and text[start - 1] in _CURRENCIES
        if bare and not priced and labels_something(text, start, end, after_label):
            after_label = after_name = end
            continue
        sign, first = _printed_sign(text, start, floor)
        if first > floor and text[first - 1] in _CURRENCIES and unit is None:
            first, unit = first - 1, text[first - 1]
        elif first > floor and text[first - 1] == "×" and unit is None:
            first, unit = first - 1, "x"
        value *= factor
        if sign == "-" and unit not in {"%", "points", "x"}:
            value = -value
        numbers.append(Number(first, unit_end, value, unit=unit, sign=sign))
        floor = unit_end
    return numbers


def _in_order(digits: list[Number], words: list[Number]) -> list[Number]:
    """Merge numbers in digits and in letters by position; digits win where both claim the same characters."""
    numbers: list[Number] = []
    for number in sorted([*digits, *words], key=lambda number: (number.start, -number.end)):
        if not numbers or number.start >= numbers[-1].end:
            numbers.append(number)
    return numbers


def find_mentions(abstract: str) -> list[Mention]:
    """Find the numbers of an abstract, in order of position; their spans never overlap.

    Digits in names, citations, years, list labels, exponents and formulas are left out, plain counts are kept.
    """
    text = plain(abstract)
    numbers = _in_order(_read_digits(text), list(read_words(text)))
    numbers = join_ranges(text, join_spreads(text, numbers))
    for number in numbers:
        if number.unit is None and counts_factor(text, number.start):
            number.unit = "x"
    share_units(text, numbers)
    numbers = [number for number in numbers if not number.word or number.unit is not None]
    read_bounds(text, numbers)
    share_bounds(text, numbers)
    mentions = []
    for number in numbers:
        start, end = enclose(abstract, number.start, number.end) if text is not abstract else (number.start, number.end)
        mentions.append(
            Mention(
                start=start,
                end=end,
                text=abstract[start:end],
                value=number.value,
                value_high=number.high,
                unit=number.unit,
                bound=number.bound,
                sign=number.sign,
            )
        )
    return mentions
