"""The command `claimboard claims`: claims with their quotes."""

from typing import Annotated

import typer
from rich.text import Text

from extract import queries, terminal
from extract.options import Db, Json
from models.claim import Kind
from models.store import DEFAULT_DATABASE, Store


def claims(  # noqa: PLR0913, PLR0917 — each is an option
    db: Db = DEFAULT_DATABASE,
    search: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Only claims with this in the quote, a name or the title.")
    ] = None,
    paper: Annotated[str | None, typer.Option(metavar="ID", help="Only claims of this paper.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="Only claims of this kind.")] = None,
    benchmark: Annotated[str | None, typer.Option(metavar="NAME", help="Only claims on this benchmark.")] = None,
    sort: Annotated[
        queries.Sort, typer.Option(help="In the order of the papers, or those first that are least sure to be right.")
    ] = "paper",
    limit: Annotated[int, typer.Option(min=0, metavar="N", help="At most so many; 0 for all.")] = 20,
    as_json: Json = False,
) -> None:
    """List claims, each with its quote."""
    rows, count = queries.claims(
        Store(db), search=search, paper=paper, kind=kind, benchmark=benchmark, sort=sort, limit=limit or None
    )
    if as_json:
        terminal.print_json(rows)
        return
    console = terminal.output_console()
    if rows:
        console.print(terminal.claims(rows))
    more = "; --limit 0 lists all" if len(rows) < count else ""
    console.print(Text(f"{len(rows):,} of {count:,} claims{more}", "dim"))
