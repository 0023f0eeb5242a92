"""The command `claimboard sql`: any question, in SQL."""

import sys
from typing import Annotated

import typer
from rich.text import Text

from extract import terminal
from extract.options import Db, Json
from models import export as exports
from models.errors import ClaimboardError
from models.store import DEFAULT_DATABASE, Store

_ROWS_SHOWN = 1_000
"""Most rows of a query that are laid out as a table."""


def sql(
    statement: Annotated[str, typer.Argument(help="A SELECT statement, or - to read one from standard input.")],
    db: Db = DEFAULT_DATABASE,
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Write CSV.")] = False,
) -> None:
    """Answer a SELECT statement, without changing anything.

    Among the views are papers, claims, leaderboard, speedups and conflicts; SHOW TABLES lists all, and DESCRIBE claims
    what a view has.
    """
    if as_json and as_csv:
        raise ClaimboardError("--json and --csv exclude each other: give one of them")
    text = sys.stdin.read() if statement == "-" else statement
    table = Store(db).query(text, limit=None if as_json or as_csv else _ROWS_SHOWN + 1)
    if as_csv:
        exports.write_csv(table.to_reader(), sys.stdout.buffer)
        sys.stdout.buffer.flush()
    elif as_json:
        terminal.print_json(table.to_pylist())
    else:
        columns = [column.to_pylist() for column in table.columns]
        rows = list(zip(*columns, strict=True))[:_ROWS_SHOWN]
        console = terminal.output_console()
        console.print(terminal.rows_view(table.column_names, rows, console.width))
        if not rows:
            console.print(Text("no rows", "dim"))
        if table.num_rows > _ROWS_SHOWN:
            console.print(Text(f"the first {_ROWS_SHOWN:,} rows; --csv or --json writes all", "dim"))
