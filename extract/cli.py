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

from extract import extraction, terminal
from extract.batch import commands as batches
from extract.commands import alias, review
from extract.commands.backup import backup, restore
from extract.commands.claims import claims
from extract.commands.compare import compare
from extract.commands.conflicts import conflicts
from extract.commands.dashboard import dashboard
from extract.commands.export import export
from extract.commands.leaderboard import leaderboard
from extract.commands.read import read
from extract.commands.speedups import speedups
from extract.commands.sql import sql
from extract.commands.status import status
from extract.environment import load_environment
from extract.evaluation.command import EvaluateCommand, evaluate
from extract.printable import clean
from models.errors import ClaimboardError

app = typer.Typer(
    help="Every number a paper's abstract claims, with the words it came from, in DuckDB.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


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


app.command()(extraction.extract)
app.command()(extraction.estimate)
app.command()(read)
app.add_typer(batches.app, name="batch")
app.command()(leaderboard)
app.command()(compare)
app.command()(speedups)
app.command()(conflicts)
app.command()(claims)
app.add_typer(review.app, name="review")
app.add_typer(alias.app, name="alias")
app.command()(sql)
app.command()(export)
app.command()(status)
app.command()(backup)
app.command()(restore)
app.command()(dashboard)
app.command(cls=EvaluateCommand)(evaluate)


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
