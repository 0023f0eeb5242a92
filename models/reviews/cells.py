"""Cells of a review sheet: texts and numbers that come back from a spreadsheet as what they were.

A spreadsheet runs what looks like a formula, and turns what looks like a number, a date or a truth value into one:
`007` into 7, `0.50` into 0.5, `MARCH1` into the first of March. Such a text is written after a `'`, and so is one that
begins with apostrophes before it; taking one off gives back every text as it was.
"""

import re
from math import isfinite

from models.export.spreadsheet import escaped_by_apostrophe, harmless
from models.reviews.correction import Invalid

NONE = "(none)"
"""What says, in a corrected field, that the claim has none."""

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_CONVERTED = re.compile(
    r"'*(?:"
    r"[\s$€£¥]*[\d.,][\d.,:/\s%€£¥$e+\-–—]*(?:[ap]m)?"
    rf"|{_MONTH}[\s\-./]*\d[\d\s,\-./]*|\d{{1,4}}[\s\-./]*{_MONTH}[\s\-./]*\d*"
    r"|true|false"
    rf"|{re.escape(NONE)}"
    r")",
    re.IGNORECASE,
)

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,4})?", re.IGNORECASE | re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?(?:\d+,(?:\d{1,2}|\d{4,})|0,\d+)", re.ASCII)
_DIGITS_IN_THREES = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)


def written(text: str) -> str:
    """Return a text as a cell that a spreadsheet neither runs nor converts."""
    return f"'{text}" if converts(text) else harmless(text)


def converts(text: str) -> bool:
    """Tell whether a spreadsheet may make a number, a date or a truth value of a text."""
    return _CONVERTED.fullmatch(text) is not None


def read(cell: str) -> str:
    """Return the text of a cell. One that a person typed without an apostrophe is what it says."""
    if cell.startswith("'") and (converts(cell[1:]) or escaped_by_apostrophe(cell)):
        return cell[1:]
    return cell


def number(cell: str) -> float:
    """Return the number in a cell: 84, 84.0, 8.4e1, with a decimal comma 84,5.

    Raises Invalid where it is none, or where a comma could be of thousands or of decimals.
    """
    text = "".join(cell.split()).removeprefix("'").replace("−", "-")
    if _DIGITS_IN_THREES.fullmatch(text) and not _DECIMAL_COMMA.fullmatch(text):
        raise Invalid(
            None, f"{cell.strip()[:40]!r} can be read in two ways: write it without commas, with a decimal point"
        )
    if _DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    value = float(text) if _NUMBER.fullmatch(text) else float("nan")
    if not isfinite(value):
        raise Invalid(
            None,
            f"{cell.strip()[:40]!r} is not a number: write digits with a decimal point, and the unit in corrected_unit",
        )
    return value
