"""The command `claimboard leaderboard`: who reports the best score."""

from typing import Annotated

import typer

from extract import queries, terminal
from extract.options import Db, Json
from models.store import DEFAULT_DATABASE, Store


def leaderboard(
    benchmark: Annotated[
        str | None, typer.Argument(help="A benchmark, such as GSM8K; without one, the largest leaderboards.")
    ] = None,
    db: Db = DEFAULT_DATABASE,
    metric: Annotated[str | None, typer.Option(metavar="NAME", help="Only this metric, such as accuracy.")] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="N",
            help="Models per leaderboard, 0 for all: else 20 of one benchmark, 5 of several.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Rank the scores that papers report on a benchmark.

    One leaderboard per benchmark, metric and unit; the best score of each model, with its quote. Without a
    benchmark, the five largest.
    """
    boards = queries.leaderboards(
        Store(db),
        benchmark,
        metric,
        boards=5 if benchmark is None else 20,
        rows=(5 if benchmark is None else 20) if limit is None else limit,
    )
    if as_json:
        terminal.print_json([row for rows in boards for row in rows])
        return
    console = terminal.output_console()
    for rows in boards:
        console.print(terminal.leaderboard(rows))
    if not boards:
        console.print("No leaderboard yet: no claim names both a model and a benchmark.")
