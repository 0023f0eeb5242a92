"""CSV that a spreadsheet opens as data: RFC 4180, UTF-8, and no text that it would run as a formula."""

import codecs
import csv
import io
import re
from decimal import Decimal
from typing import Any, BinaryIO

import pyarrow as pa

from models.export.cells import cell

_FORMULA = re.compile(r"['\x00-\x20\s\ufeff\u200b]*[=+\-@＝＋－＠]|['\x00-\x20]*[\t\r\n]")
"""What makes a spreadsheet run a text cell, also after white space (OWASP, CSV Injection).

After apostrophes too: each such cell gets one more, so that taking one off gives back every text as it was.
"""


def write_csv_for_excel(reader: pa.RecordBatchReader, file: BinaryIO) -> None:
    """Write rows as CSV after the mark of byte order, without which Excel takes UTF-8 for a local encoding."""
    file.write(codecs.BOM_UTF8)
    write_csv(reader, file)


def write_csv(reader: pa.RecordBatchReader, file: BinaryIO) -> None:
    """Write rows as CSV, a text cell that a spreadsheet would run as a formula after a `'`; numbers stay numbers."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    lines = csv.writer(text)
    lines.writerow(map(harmless, reader.schema.names))
    for batch in reader:
        lines.writerows(
            zip(*([row_cell(value) for value in column.to_pylist()] for column in batch.columns), strict=True)
        )
    text.detach()


def harmless(text: str) -> str:
    """Return a text as a cell that no spreadsheet runs."""
    return f"'{text}" if _FORMULA.match(text) else text


def escaped_by_apostrophe(cell: str) -> bool:
    """Tell whether a cell is a text that `harmless` put an apostrophe before."""
    return cell.startswith("'") and _FORMULA.match(cell[1:]) is not None


def row_cell(value: Any) -> str:
    """Return any value as a cell: a number as one, a text as `harmless` does."""
    text = cell(value)
    return text if isinstance(value, int | float | Decimal) else harmless(text)
