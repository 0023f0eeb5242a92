"""The command `claimboard`: sources in, questions answered, at a terminal or from a script.

Exit codes: 0 done; 1 done, but something failed or was refused; 2 nothing was done, and one line on standard error says
why; 130 interrupted.
"""

import json
import os
import re
import sys
from dataclasses import asdict
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from extract import dashboard as dashboards
from extract import queries, terminal
from extract.batch import commands as batches
from extract.extractors import NAMES, make_extractor
from extract.pipeline import Pipeline, RunResult
from extract.progress import shown_on
from models import export as exports
from models.errors import ClaimboardError
from models.store import Store

app = typer.Typer(
    help="Every number a paper's abstract claims, with the words it came from, in DuckDB.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(batches.app, name="batch")


class Kind(StrEnum):
    """Kinds of claims."""

    SCORE = "score"
    DELTA = "delta"
    RATIO = "ratio"


class Format(StrEnum):
    """Formats of exports."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    GOLD = "gold"


Db = Annotated[
    Path,
    typer.Option("--db", envvar="CLAIMBOARD_DB", metavar="FILE", help="The DuckDB file with papers and claims."),
]
Json = Annotated[bool, typer.Option("--json", help="Write JSON, for scripts.")]

_DB = Path("claims.duckdb")
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
def extract(  # noqa: PLR0913, PLR0917 — each is an option
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE",
            help="Listing pages, JSON, JSON Lines, CSV or Parquet: files, folders, patterns, or - for standard input.",
            show_default=False,
        ),
    ],
    db: Db = _DB,
    extractor: Annotated[str, typer.Option(metavar="NAME", help=f"Who reads: {', '.join(NAMES)}.")] = "rules",
    limit: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Read only the first N papers of the sources.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Read also papers that were read before.")] = False,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Read also papers that failed before.")] = False,
    as_json: Json = False,
) -> None:
    """Read abstracts and keep every number that they claim.

    A run that was interrupted goes on where it was when the same command is given again; papers that were read before
    are not read again.
    """
    console = terminal.error_console()
    with shown_on(console) as progress:
        pipeline = Pipeline(
            Store(db),
            make_extractor(extractor),
            limit=limit,
            force=force,
            retry_failed=retry_failed,
            progress=progress,
        )
        result = pipeline.run(sources)
    if as_json:
        _print_json({**asdict(result), "merged": result.merged, "already_done": result.already_done, "db": str(db)})
    elif result.entries:
        terminal.output_console().print(_summary(result, db))
    if result.interrupted:
        console.print("interrupted; what was finished is stored. The same command goes on from here.", soft_wrap=True)
        raise typer.Exit(130)
    if not result.entries:
        raise ClaimboardError("nothing could be read: see the refusals above")
    if result.failed:
        console.print("claimboard status tells why papers failed; --retry-failed reads them again.", soft_wrap=True)
    raise typer.Exit(1 if result.failed or result.refusals else 0)


@app.command()
def leaderboard(
    benchmark: Annotated[
        str | None, typer.Argument(help="A benchmark, such as GSM8K; without one, the largest leaderboards.")
    ] = None,
    db: Db = _DB,
    metric: Annotated[str | None, typer.Option(metavar="NAME", help="Only this metric, such as accuracy.")] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Models per leaderboard. [default: 20 of a benchmark, else 5]"),
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
        _print_json([row for rows in boards for row in rows])
        return
    console = terminal.output_console()
    for rows in boards:
        console.print(terminal.leaderboard(rows))
    if not boards:
        console.print("No leaderboard yet: no claim names both a model and a benchmark.")


@app.command()
def claims(  # noqa: PLR0913, PLR0917 — each is an option
    db: Db = _DB,
    search: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Only claims with this in the quote, a name or the title.")
    ] = None,
    paper: Annotated[str | None, typer.Option(metavar="ID", help="Only claims of this paper.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="Only claims of this kind.")] = None,
    benchmark: Annotated[str | None, typer.Option(metavar="NAME", help="Only claims on this benchmark.")] = None,
    limit: Annotated[int, typer.Option(min=0, metavar="N", help="At most so many; 0 for all.")] = 20,
    as_json: Json = False,
) -> None:
    """List claims, each with its quote."""
    rows, count = queries.claims(
        Store(db), search=search, paper=paper, kind=kind, benchmark=benchmark, limit=limit or None
    )
    if as_json:
        _print_json(rows)
        return
    console = terminal.output_console()
    if rows:
        console.print(terminal.claims(rows))
    more = "; --limit 0 lists all" if len(rows) < count else ""
    console.print(Text(f"{len(rows):,} of {count:,} claims{more}", "dim"))


@app.command()
def sql(
    statement: Annotated[str, typer.Argument(help="A SELECT statement, or - to read one from standard input.")],
    db: Db = _DB,
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Write CSV.")] = False,
) -> None:
    """Answer a SELECT statement, without changing anything.

    The views are papers, claims and leaderboard; DESCRIBE claims lists what a view has.
    """
    if as_json and as_csv:
        raise ClaimboardError("--json and --csv exclude each other: give one of them")
    text = sys.stdin.read() if statement == "-" else statement
    table = Store(db).query(text, limit=None if as_json or as_csv else _ROWS_SHOWN + 1)
    if as_csv:
        exports.write_csv(table.to_reader(), sys.stdout.buffer)
        sys.stdout.buffer.flush()
    elif as_json:
        _print_json(table.to_pylist())
    else:
        columns = [column.to_pylist() for column in table.columns]
        rows = list(zip(*columns, strict=True))[:_ROWS_SHOWN]
        console = terminal.output_console()
        console.print(terminal.rows_table(table.column_names, rows))
        if table.num_rows > _ROWS_SHOWN:
            console.print(Text(f"the first {_ROWS_SHOWN:,} rows; --csv or --json writes all", "dim"))


@app.command()
def export(
    db: Db = _DB,
    format: Annotated[
        Format,
        typer.Option(help="csv and parquet: one row per claim; jsonl: one claim a line; gold: one paper a line."),
    ] = Format.CSV,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Where to; - is standard output.")
    ] = "-",
) -> None:
    """Write every claim to a file."""
    if format is Format.PARQUET and output == "-" and sys.stdout.isatty():
        raise ClaimboardError("Parquet is binary and not for a terminal: name a file with --output")
    exports.export(Store(db), format.value, output)


@app.command()
def status(db: Db = _DB, as_json: Json = False) -> None:
    """Say what the file holds, and what failed.

    Papers, claims, how the reading of each extractor went, why papers failed, and the last run.
    """
    store = Store(db)
    summary, kinds, failures = store.status(), queries.kinds(store), queries.failures(store, 1_000 if as_json else 10)
    if as_json:
        _print_json({**summary.model_dump(), "kinds": kinds, "failures": failures})
        return
    terminal.output_console().print(terminal.status(db, summary, kinds, failures))


@app.command()
def dashboard(
    db: Db = _DB,
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


def _summary(result: RunResult, db: Path) -> Any:
    papers = f"{result.papers:,} ({result.new:,} new"
    papers += f"; {result.merged:,} entries merged)" if result.merged else ")"
    read = f"{result.extracted:,} in {terminal.duration(result.seconds)}"
    pairs = [("papers", papers), ("read", read)]
    if result.already_done:
        pairs.append(("read before", f"{result.already_done:,}"))
    pairs.append(("claims", f"{result.claims:,}"))
    if result.failed:
        pairs.append(("failed", f"{result.failed:,}"))
    if result.refusals:
        pairs.append(("refused", f"{result.refusals:,}"))
    pairs.append(("database", str(db)))
    return terminal.facts(pairs)


_UNPRINTABLE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def _print_json(value: Any) -> None:
    """Print JSON in which what could repaint a terminal is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    print(_UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text))


def main() -> None:
    """Run the command. What the user can act on is one line, without a traceback."""
    try:
        app()
    except ClaimboardError as error:
        terminal.error_console().print(Text(terminal.clean(f"error: {error}")), soft_wrap=True)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read the output has seen enough; the interpreter must not try to flush the rest.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)


if __name__ == "__main__":
    main()
