"""The command `claimboard export`: rows of views as files."""

import sys
from typing import Annotated

import typer
from rich.text import Text

from extract import queries, terminal
from extract.options import Db
from extract.printable import clean
from models import export as exports
from models.claim import Kind
from models.errors import ClaimboardError
from models.notation import counted
from models.store import DEFAULT_DATABASE, Store


def export(  # noqa: PLR0913, PLR0917 — each is an option
    db: Db = DEFAULT_DATABASE,
    format: Annotated[
        exports.Format,
        typer.Option(
            help="Tables of any view: csv, jsonl, parquet, markdown, latex. Of the papers that claim something: "
            "bibtex. Of claims: html, a report in one file; gold, one paper a line. Of leaderboard: pwc, the JSON of "
            "Papers with Code."
        ),
    ] = "csv",
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Where to; - is standard output.")
    ] = "-",
    view: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="The view whose rows are written, such as leaderboard; without this, claims."
        ),
    ] = None,
    columns: Annotated[
        str | None, typer.Option(metavar="NAME,NAME", help="Only these columns of the view, in this order.")
    ] = None,
    where: Annotated[
        str | None, typer.Option(metavar="CONDITION", help="Only rows for which this is true, in SQL.")
    ] = None,
    benchmark: Annotated[str | None, typer.Option(metavar="NAME", help="Only what is on this benchmark.")] = None,
    metric: Annotated[str | None, typer.Option(metavar="NAME", help="Only what is of this metric.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="Only claims of this kind, or papers with one.")] = None,
    reviewed: Annotated[bool, typer.Option("--reviewed", help="Only what a person has accepted or corrected.")] = False,
    excel: Annotated[bool, typer.Option("--excel", help="Mark CSV as UTF-8, so that Excel opens it as such.")] = False,
) -> None:
    """Write claims, or the rows of another view, to a file."""
    if format == "parquet" and output == "-" and sys.stdout.isatty():
        raise ClaimboardError("Parquet is binary and not for a terminal: name a file with --output")
    source = exports.view_of(format, view)
    named = tuple(name.strip() for name in columns.split(",")) if columns else exports.default_columns(format, source)
    store = Store(db)
    selection = queries.selection(
        store,
        source,
        columns=named,
        where=where,
        benchmark=benchmark,
        metric=metric,
        kind=kind,
        reviewed=reviewed,
    )
    count = exports.export(store, format, output, selection, excel=excel)
    if output != "-":
        rows = "" if count is None else f"{counted(count, 'row')} of {selection.view} to "
        terminal.error_console().print(Text(clean(f"wrote {rows}{output}")), soft_wrap=True)
