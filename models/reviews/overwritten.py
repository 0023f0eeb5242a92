"""Finds where a reviewer typed over the extractor's own cells of a sheet, whose words an import would not take in.

A spreadsheet changes cells too: it writes numbers in forms of its own, makes dates and truth values of words, and may
open UTF-8 as another encoding. What may come of that is nobody's doing.
"""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from models.claim import Claim
from models.export.spreadsheet import row_cell
from models.reviews import cells
from models.reviews.correction import CORRECTABLE, NUMBERS

_SAME_NUMBER = Decimal("1e-9")
"""Relative: a spreadsheet keeps 15 digits, and shows fewer of a long number."""


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
            number = Decimal(form)
        except InvalidOperation:
            continue
        if not number.is_finite():
            continue
        # 1.23E+12 is all that a spreadsheet shows of a long number.
        rounding = Decimal(5).scaleb(int(number.as_tuple().exponent) - 1) if "e" in form.lower() else Decimal(0)
        if abs(number - Decimal(value)) <= max(abs(Decimal(value)) * _SAME_NUMBER, rounding):
            return True
    return False


def _one_line(text: str) -> str:
    # Some spreadsheets take the apostrophe off that stands before what looks like a formula.
    return re.sub(r"\s+", " ", text).strip().lstrip("'")


def _ascii(text: str) -> str:
    return re.sub(r"[^!-~]", "", text)
