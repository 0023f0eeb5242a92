"""The command `claimboard speedups`: how many times faster, smaller or cheaper papers say that something is."""

from collections.abc import Sequence
from itertools import groupby
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from extract import queries, terminal
from extract.options import Db, Json
from extract.printable import clean
from models.notation import amount, bounded, counted, measured
from models.store import DEFAULT_DATABASE, Store


def speedups(  # noqa: PLR0913, PLR0917 — each is an option
    db: Db = DEFAULT_DATABASE,
    family: Annotated[
        queries.Factored | None, typer.Option(help="Only what is about this: speed, memory and so on.")
    ] = None,
    benchmark: Annotated[str | None, typer.Option(metavar="NAME", help="Only claims on this benchmark.")] = None,
    model: Annotated[str | None, typer.Option(metavar="NAME", help="Only claims of this model or method.")] = None,
    min_factor: Annotated[
        float, typer.Option("--min-factor", min=0, metavar="N", help="Only what is at least so many times better.")
    ] = 1,
    limit: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="Most of each family, 0 for all: without this 20 of one, 5 of several."),
    ] = None,
    as_json: Json = False,
) -> None:
    """List speedups and savings as factors, whatever form they are printed in, the greatest first.

    "35% less memory" is 1.54 times better, "an order of magnitude faster" 10 times. Factors of papers that had other
    baselines or hardware do not compare: both stand beside them.
    """
    each = (5 if family is None else 20) if limit is None else limit
    rows = queries.speedups(Store(db), family=family, benchmark=benchmark, model=model, least=min_factor, each=each)
    if as_json:
        terminal.print_json(rows)
        return
    console = terminal.output_console()
    for _, of_family in groupby(rows, lambda row: row["family"]):
        console.print(_listing(list(of_family)))
    if not rows:
        console.print("No claim says how many times faster, smaller or cheaper anything is, within what was asked for.")


def _listing(rows: Sequence[terminal.Row]) -> RenderableType:
    first = rows[0]
    title = Text.assemble((first["family"], "bold cyan"), (f" · {counted(first['family_count'], 'claim')}", "dim"))
    table = terminal.grid("bold yellow")
    for together in terminal.by_sentence(rows):
        for row in together:
            table.add_row(factor(row), _meaning(row))
        table.add_row("", Group(terminal.quotation(together), terminal.paper(together[0])))
    count = first["family_count"]
    more = f"{len(rows)} of {count:,}; --limit 0 lists all\n" if len(rows) < count else ""
    return Group(terminal.Heading(title), table, Text(more, "dim"))


def factor(row: terminal.Row) -> str:
    """Return how many times better, with its bound: 'up to 3.1x'."""
    high = row["factor_high"]
    return bounded(_short(row["factor"]), None if high is None else _short(high), "x", row["bound"])


def _short(number: float) -> float:
    return float(f"{number:.3g}")


def _meaning(row: terminal.Row) -> Text:
    """Return 'Model: latency ↓ 35% on benchmark, against baseline (setting; hardware)', as far as these are known."""
    text = Text()
    if row["model"]:
        text.append(f"{clean(row['canonical_model'])}: ", "bold")
    text.append(clean(measured(row["metric"], row["direction"])))
    if row["formula"] != "v":
        text.append(f" {clean(amount(row['value'], row['value_high'], row['unit']))}", "yellow")
    if row["benchmark"]:
        text.append(" on ").append(clean(row["canonical_benchmark"]), "cyan")
    if row["baseline"]:
        text.append(f", against {clean(row['baseline'])}")
    conditions = [row["setting"] or ""]
    if row["hardware"] and row["hardware"].lower() not in conditions[0].lower():
        conditions.append(row["hardware"])
    if any(conditions):
        text.append(f" ({clean('; '.join(filter(None, conditions)))})", "dim")
    return terminal.marked(text, row)
