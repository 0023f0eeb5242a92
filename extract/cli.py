"""The command `claimboard`: sources in, questions answered, at a terminal or from a script.

Exit codes: 0 done; 1 done in part: something failed, was refused, or is still to be read; 2 nothing was done, and one
line on standard error says why; 130 interrupted.
"""

import os
import sys
from importlib.metadata import version
from typing import Annotated

import typer
from rich.text import Text

from extract import dashboard as dashboards
from extract import extraction, queries, terminal
from extract.batch import commands as batches
from extract.commands import review
from extract.commands.read import read
from extract.environment import load_environment
from extract.evaluation.command import EvaluateCommand, evaluate
from extract.options import Db, Json
from extract.printable import clean
from models import export as exports
from models.claim import Kind
from models.errors import ClaimboardError
from models.store import DEFAULT_DATABASE, Store

app = typer.Typer(
    help="Every number a paper's abstract claims, with the words it came from, in DuckDB.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(extraction.extract)
app.command()(extraction.estimate)
app.command()(read)
app.command(cls=EvaluateCommand)(evaluate)
app.add_typer(batches.app, name="batch")
app.add_typer(review.app, name="review")


_ROWS_SHOWN = 1_000
"""Most rows of a query that are laid out as a table."""


def _say_version(asked: bool) -> None:
    if asked:
        print(f"claimboard {version('claimboard')}")
        raise typer.Exit


@app.callback()
def _claimboard(
    _version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command()
def leaderboard(
    benchmark: Annotated[
        str | None, typer.Argument(help="A benchmark, such as GSM8K; without one, the largest leaderboards.")
    ] = None,
    db: Db = DEFAULT_DATABASE,
    metric: Annotated[str | None, typer.Option(metavar="NAME", help="Only this metric, such as accuracy.")] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="Models per leaderboard: without this 20 of one benchmark, 5 of several."
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
        rows=limit or (5 if benchmark is None else 20),
    )
    if as_json:
        terminal.print_json([row for rows in boards for row in rows])
        return
    console = terminal.output_console()
    for rows in boards:
        console.print(terminal.leaderboard(rows))
    if not boards:
        console.print("No leaderboard yet: no claim names both a model and a benchmark.")


@app.command()
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


@app.command()
def sql(
    statement: Annotated[str, typer.Argument(help="A SELECT statement, or - to read one from standard input.")],
    db: Db = DEFAULT_DATABASE,
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Write CSV.")] = False,
) -> None:
    """Answer a SELECT statement, without changing anything.

    The views are papers, claims, leaderboard and boards; DESCRIBE claims lists what a view has.
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
        if table.num_rows > _ROWS_SHOWN:
            console.print(Text(f"the first {_ROWS_SHOWN:,} rows; --csv or --json writes all", "dim"))


@app.command()
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
    excel: Annotated[bool, typer.Option("--excel", help="Mark CSV as UTF-8, so that Excel opens it as such.")] = False,
) -> None:
    """Write claims, or the rows of another view, to a file."""
    if format == "parquet" and output == "-" and sys.stdout.isatty():
        raise ClaimboardError("Parquet is binary and not for a terminal: name a file with --output")
    source = exports.view_of(format, view)
    named = tuple(name.strip() for name in columns.split(",")) if columns else exports.default_columns(format, source)
    store = Store(db)
    selection = queries.selection(
        store, source, columns=named, where=where, benchmark=benchmark, metric=metric, kind=kind
    )
    exports.export(store, format, output, selection, excel=excel)


@app.command()
def status(db: Db = DEFAULT_DATABASE, as_json: Json = False) -> None:
    """Say what the file holds, and what failed.

    Papers, claims, how the reading of each extractor went, why papers failed, and the last run.
    """
    store = Store(db)
    summary, kinds, failures = store.status(), queries.kinds(store), queries.failures(store, 1_000 if as_json else 10)
    if as_json:
        terminal.print_json({**summary.model_dump(), "kinds": kinds, "failures": failures})
        return
    terminal.output_console().print(terminal.status(db, summary, kinds, failures))


@app.command()
def dashboard(
    db: Db = DEFAULT_DATABASE,
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 lets other machines in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, metavar="N", help="Port to listen on.")] = 8501,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser on it.")] = True,
) -> None:
    """Serve the dashboard until Ctrl-C."""
    Store(db).status()
    console = terminal.error_console()
    code = dashboards.serve(
        db,
        host,
        port,
        browser=browser and dashboards.has_display(),
        say=lambda address: console.print(f"claimboard dashboard: {address} (Ctrl-C stops it)", soft_wrap=True),
    )
    raise typer.Exit(code)


def main() -> None:
    """Run the command. What the user can act on is one line, without a traceback."""
    try:
        load_environment()
        app()
    except ClaimboardError as error:
        terminal.error_console().print(Text(clean(f"error: {error}")), soft_wrap=True)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read the output has seen enough; the interpreter must not try to flush the rest.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)


if __name__ == "__main__":
    main()
