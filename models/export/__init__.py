"""Views as files: tables for spreadsheets, programs and manuscripts, citations, a report, and forms of other tools.

The same rows give the same bytes: they come in one order, and nothing of the day or the machine is written. Rows pass
through in batches, however many there are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

import duckdb
import pyarrow as pa

from models.errors import ClaimboardError
from models.export.evaluation_tables import write_evaluation_tables
from models.export.gold import write_gold
from models.export.records import write_counted, write_jsonl, write_parquet
from models.export.spreadsheet import write_csv, write_csv_for_excel
from models.export.target import check_is_not_the_store, opened
from models.export.typeset import write_latex, write_markdown
from models.selection import Selection
from models.store import Store

__all__ = ["Format", "default_columns", "export", "view_of", "write_csv"]

Format = Literal["csv", "jsonl", "parquet", "markdown", "latex", "bibtex", "html", "pwc", "gold"]

Write = Callable[[duckdb.DuckDBPyConnection, Selection, BinaryIO], int | None]
"""Writes what is selected, and returns the rows where there is one for each of the view."""

_ROWS = 10_000
"""Rows in memory at once."""


@dataclass(frozen=True)
class _Form:
    write: Write
    view: str | None = None
    """The one view that it is made from; None where any will do."""
    for_people: bool = False
    """Whether a table shows the columns that people read, unless others are named."""


_FOR_PEOPLE = {
    "claims": (
        *("model", "metric", "benchmark", "value", "value_high", "unit", "kind", "bound", "direction"),
        *("baseline", "setting", "evidence", "title", "url"),
    ),
    "leaderboard": ("benchmark", "metric", "rank", "model", "score", "unit", "setting", "title", "url"),
    "boards": ("benchmark", "metric", "unit", "better", "model_count", "paper_count"),
    "papers": ("title", "authors", "published", "url", "claim_count"),
}


def view_of(format: Format, view: str | None = None) -> str:
    """Return the view that a format is made from. Raises ClaimboardError where another than its only one is named."""
    only = _FORMS[format].view
    if only is not None and view not in (None, only):
        raise ClaimboardError(f"{format} is made from the view {only}, not from {view}: leave out --view")
    return only or view or "claims"


def default_columns(format: Format, view: str) -> tuple[str, ...]:
    """Return the columns of a view that a format shows where none are named; none for all."""
    return _FOR_PEOPLE.get(view, ()) if _FORMS[format].for_people else ()


def export(
    store: Store,
    format: Format,
    destination: Path | str,
    selection: Selection | None = None,
    *,
    excel: bool = False,
) -> int | None:
    """Write rows of a view to a file, or to standard output where the destination is `-`. Return how many.

    Only a table has them: for other formats that is None.

    csv, jsonl, parquet, markdown and latex: a row of the view each. bibtex: the selected papers that have claims. html:
    the selected claims and their places on leaderboards. pwc: rows of leaderboard as Papers with Code has them. gold:
    claims by paper, as labels are written. Without a selection it is all of the view, for most formats claims. `excel`
    marks CSV for Excel.

    A file appears whole or not at all. Raises ClaimboardError where it cannot be written or is the store's own, or the
    selection is of a view or has columns that the format has not; BrokenPipeError where whoever reads standard output
    stops.
    """
    form = _FORMS[format]
    view = view_of(format, selection.view if selection else None)
    chosen = selection or Selection(view, columns=default_columns(format, view))
    if form.view and chosen.columns:
        raise ClaimboardError(f"{format} has a form of its own, without columns to choose: leave out --columns")
    if excel and format != "csv":
        raise ClaimboardError(f"--excel is for csv, not for {format}: leave it out")
    check_is_not_the_store(store, str(destination))
    with opened(str(destination)) as file, store.read() as connection:
        return (_CSV_FOR_EXCEL if excel else form.write)(connection, chosen, file)


def _table(write: Callable[[pa.RecordBatchReader, BinaryIO], None]) -> Write:
    def write_table(connection: duckdb.DuckDBPyConnection, selection: Selection, file: BinaryIO) -> int:
        rows = connection.sql(selection.sql, params=selection.condition.parameters).to_arrow_reader(_ROWS)
        return write_counted(write, rows, file)

    return write_table


def _write_bibtex(connection: duckdb.DuckDBPyConnection, selection: Selection, file: BinaryIO) -> None:
    from models.export.bibtex import write_bibtex

    write_bibtex(connection, selection, file)


def _write_report(connection: duckdb.DuckDBPyConnection, selection: Selection, file: BinaryIO) -> None:
    from models.export.report import write_report

    write_report(connection, selection, file)


_FORMS: dict[Format, _Form] = {
    "csv": _Form(_table(write_csv)),
    "jsonl": _Form(_table(write_jsonl)),
    "parquet": _Form(_table(write_parquet)),
    "markdown": _Form(_table(write_markdown), for_people=True),
    "latex": _Form(_table(write_latex), for_people=True),
    "bibtex": _Form(_write_bibtex, "papers"),
    "html": _Form(_write_report, "claims"),
    "pwc": _Form(write_evaluation_tables, "leaderboard"),
    "gold": _Form(write_gold, "claims"),
}
_CSV_FOR_EXCEL = _table(write_csv_for_excel)
