"""The review sheet: a row for each claim with its quote, and beside it the cells that a reviewer fills in.

The fields of a claim stand there as the extractor has them, corrections in columns of their own. So a sheet is the same
whoever reads the abstracts again, and says in another file of the same papers what it says in this one.
"""

import codecs
import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Literal

from models.export.cells import address
from models.export.spreadsheet import row_cell
from models.export.target import check_is_not_the_store, opened
from models.reviews import cells
from models.reviews.correction import CORRECTABLE, NUMBERS
from models.reviews.seen import Seen
from models.selection import IN_ORDER, LEAST_SURE_FIRST, Condition
from models.store import Store

Order = Literal["confidence", "paper"]

CORRECTION = "corrected_"
"""What the names of the columns begin with that take corrections."""

COLUMNS = (
    *("paper_id", "claim_id", "title", "link", "quote"),
    *CORRECTABLE,
    *("confidence", "flags", "extractor", "verdict"),
    *(CORRECTION + field for field in CORRECTABLE),
    *("note", "reviewer", "reviewed_at", "seen"),
)

_ORDERS: dict[Order, str] = {
    "confidence": LEAST_SURE_FIRST,
    "paper": IN_ORDER,
}

_ROWS = 5_000
"""Rows in memory at once."""


def write_sheet(  # noqa: PLR0913 — each is an option of the command
    store: Store,
    destination: Path | str,
    condition: Condition | None = None,
    *,
    unreviewed: bool = True,
    order: Order = "confidence",
    limit: int | None = None,
    excel: bool = False,
) -> int:
    """Write the claims under a condition as CSV to a file, or to standard output where it is `-`; return how many.

    All of them, rejected ones too, or the `unreviewed`; the least sure first, or in the order of their papers. `excel`
    marks the file as UTF-8. Raises ClaimboardError where it cannot be written or is the store's own.
    """
    chosen = condition or Condition()
    if unreviewed:
        chosen &= Condition("verdict IS NULL")
    sql = _SELECT.format(condition=chosen.sql, order=_ORDERS[order])
    check_is_not_the_store(store, str(destination))
    with opened(str(destination)) as file, store.read() as connection:
        rows = connection.execute(sql, [*chosen.parameters, limit])
        if excel:
            file.write(codecs.BOM_UTF8)
        names = [column[0] for column in rows.description or ()]
        return _write(
            file,
            (
                [dict(zip(names, row, strict=True)) for row in batch]
                for batch in iter(lambda: rows.fetchmany(_ROWS), [])
            ),
        )


def _write(file: BinaryIO, batches: Any) -> int:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    lines = csv.writer(text)
    lines.writerow(COLUMNS)
    count = 0
    for batch in batches:
        lines.writerows(_cells(row) for row in batch)
        count += len(batch)
    text.detach()
    return count


# A claim that nobody has corrected stands in the views as its extractor has it.
_SELECT = """
WITH latest AS (
    SELECT paper_id, claim_id, corrects
    FROM store.verdicts
    QUALIFY row_number() OVER (PARTITION BY paper_id, claim_id ORDER BY decided_at DESC) = 1
), everything AS (
    FROM claims UNION ALL BY NAME FROM rejected
), chosen AS (
    FROM everything WHERE {condition}
)
SELECT chosen.*, papers.arxiv_id, papers.doi, latest.corrects
FROM chosen
JOIN store.papers USING (paper_id)
LEFT JOIN latest USING (paper_id, claim_id)
ORDER BY {order}
LIMIT ?
"""


def _cells(row: Mapping[str, Any]) -> list[str]:
    shown = {field: row[field] for field in CORRECTABLE}
    had = json.loads(row["corrects"]) if row["corrects"] and row["verdict"] == "correct" else {}
    claim = {"claim_id": row["claim_id"], **shown, **had}
    plain = {
        **row,
        **claim,
        "link": address(row["url"], row["arxiv_id"], row["doi"]),
        "quote": _quote(row["evidence"], row["quote_start"], row["quote_end"]),
        "reviewed_at": row["reviewed_at"] and f"{row['reviewed_at']:%Y-%m-%d %H:%M:%S}",
        "seen": str(Seen.of(claim, row["reviewed_at"])),
    }
    corrections = {CORRECTION + field: _correction(field, shown[field]) for field in had}
    typed = {name: cells.written(plain[name] or "") for name in ("note", "reviewer")}
    all_cells = {name: row_cell(plain.get(name)) for name in COLUMNS} | corrections | typed
    return [all_cells[name] for name in COLUMNS]


def _quote(evidence: str, start: int, end: int) -> str:
    """Return the evidence with the number between marks: it may have more numbers, and the same one twice."""
    return f"{evidence[:start]}«{evidence[start:end]}»{evidence[end:]}"


def _correction(field: str, value: Any) -> str:
    if value is None:
        return cells.NONE
    return row_cell(value) if field in NUMBERS else cells.written(value)
