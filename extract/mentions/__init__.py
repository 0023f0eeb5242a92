"""Finds every number in an abstract, with unit, bound and place: the only place of the project that reads digits.

Quantity parsers for prose (quantulum3, Duckling) do not know LaTeX, "41-137times", "up to A and B" or that the 4 of
"GPT-4" is a name, and do not run thousands of times a second. So this is a small grammar in passes, each a module:

- `markup` writes the abstract in one plain spelling of the same length;
- `numerals` and `words` find numbers in digits and in letters, `names` tells which digits only name something,
  `units` reads what is counted, and `digits` puts these together;
- `lists` joins the ends of a range and a value with its spread, and shares a unit along a list;
- `bounds` reads "up to", ">" and "90%+", and carries them along a list.

Every pattern looks a bounded distance around a number, so that time grows linearly with the text.
"""

from itertools import zip_longest

from extract.mentions.bounds import counts_factor, read_bounds, share_bounds
from extract.mentions.digits import read_digits
from extract.mentions.lists import join_ranges, join_spreads, share_units
from extract.mentions.markup import enclose, plain
from extract.mentions.number import Number
from extract.mentions.words import read_words
from models.mention import Mention

__all__ = ["find_mentions"]


def _in_order(digits: list[Number], words: list[Number]) -> list[Number]:
    """Merge numbers in digits and in letters by position; the longer wins where two claim the same characters."""
    numbers: list[Number] = []
    for number in sorted([*digits, *words], key=lambda number: (number.start, -number.end)):
        if not numbers or number.start >= numbers[-1].end:
            numbers.append(number)
    return numbers


def _mention(abstract: str, number: Number, floor: int, ceiling: int) -> Mention:
    start, end = enclose(abstract, number.start, number.end, floor, ceiling)
    return Mention(
        start=start,
        end=end,
        text=abstract[start:end],
        value=number.value,
        value_high=number.high,
        unit=number.unit,
        bound=number.bound,
        sign=number.sign,
    )


def find_mentions(abstract: str) -> list[Mention]:
    """Find the numbers of an abstract, in order of position; their spans never overlap.

    Digits in names, citations, years, list labels, exponents and formulas are left out; plain counts ("11 datasets")
    are kept, with unit None. Seconds, minutes and hours come as "s", "min" and "h", other units as printed.
    """
    text = plain(abstract)
    numbers = _in_order(read_digits(text), list(read_words(text)))
    numbers = join_ranges(text, join_spreads(text, numbers))
    for number in numbers:
        if number.unit is None and counts_factor(text, number.start):
            number.unit = "x"
    share_units(text, numbers)
    numbers = [number for number in numbers if number.unit is not None or not number.word]
    read_bounds(text, numbers)
    share_bounds(text, numbers)
    mentions: list[Mention] = []
    for number, following in zip_longest(numbers, numbers[1:]):
        floor = mentions[-1].end if mentions else 0
        mentions.append(_mention(abstract, number, floor, following.start if following else len(abstract)))
    return mentions
