"""Finds where a reviewer typed over the extractor's own cells of a sheet, whose words an import would not take in.

A spreadsheet changes cells too: it writes numbers in forms of its own, makes dates and truth values of words, and may
open UTF-8 as another encoding. What may come of that is nobody's doing.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

from models.claim import Claim
from models.export.spreadsheet import row_cell
from models.reviews import cells
from models.reviews.correction import CORRECTABLE, NUMBERS

_SAME_NUMBER = Decimal("1e-9")
"""Relative: a spreadsheet keeps 15 digits, and shows fewer of a long number."""

_FEWEST_DIGITS = 3
"""Of what a spreadsheet shows of a long number, as 1.23E+12: fewer are a number that somebody typed."""


def overwritten(shown: Mapping[str, str], claim: Claim) -> str | None:
    """Return the first field whose cell says something else than the claim, None where all say the same.

    `shown` are the cells of the sheet by field, as far as it has them.
    """
    return next(
        (field for field in CORRECTABLE if field in shown and not _says(shown[field], field, getattr(claim, field))),
        None,
    )


def _says(cell: str, field: str, value: float | str | None) -> bool:
    """Tell whether a cell may be what a spreadsheet made of a value."""
    if value is None:
        return not cell.strip()
    if field in NUMBERS:
        return _is_number(cell, float(value))
    written, found = _one_line(row_cell(value)), _one_line(cell)
    if found == written or (cells.converts(written) and cells.converts(found)):
        return True
    # In the wrong encoding, only ASCII is what it was.
    garbled = not (found.isascii() or written.isascii())
    return garbled and _ascii(found) == _ascii(written)


def _is_number(cell: str, value: float) -> bool:
    text = "".join(cell.split()).removeprefix("'").replace("−", "-")
    # A decimal comma, or commas between thousands.
    for form in {text.replace(",", "."), text.replace(",", "")}:
        try:
            if _is_same(Decimal(form), Decimal(value), is_short="e" in form.lower()):
                return True
        except ArithmeticError:
            continue
    return False


def _is_same(number: Decimal, value: Decimal, *, is_short: bool) -> bool:
    if not number.is_finite():
        return False
    _, digits, exponent = number.as_tuple()
    rounding = Decimal(0)
    if is_short and len(digits) >= _FEWEST_DIGITS:
        rounding = Decimal(5).scaleb(int(exponent) - 1)
    return abs(number - value) <= max(abs(value) * _SAME_NUMBER, rounding)


def _one_line(text: str) -> str:
    # Some spreadsheets take the apostrophe off that stands before what looks like a formula.
    return re.sub(r"\s+", " ", text).strip().lstrip("'")


def _ascii(text: str) -> str:
    return re.sub(r"[^!-~]", "", text)
