"""The command `claimboard`: sources in, questions answered, at a terminal or from a script.

Exit codes: 0 done; 1 done in part: something failed, was refused, or is still to be read; 2 nothing was done, and one
line on standard error says why; 130 interrupted.
"""

import os
import sys
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any

import typer
from rich.text import Text
from typer.core import TyperGroup
from typer.main import get_command

from extract.environment import load_environment
from extract.printable import clean
from models.errors import ClaimboardError

_COMMANDS = {
    "extract": "extract.extraction:extract",
    "estimate": "extract.extraction:estimate",
    "read": "extract.commands.read:read",
    "load": "extract.cluster.command:load",
    "batch": "extract.batch.commands:app",
    "leaderboard": "extract.commands.leaderboard:leaderboard",
    "compare": "extract.commands.compare:compare",
    "speedups": "extract.commands.speedups:speedups",
    "conflicts": "extract.commands.conflicts:conflicts",
    "claims": "extract.commands.claims:claims",
    "review": "extract.commands.review:app",
    "alias": "extract.commands.alias:app",
    "sql": "extract.commands.sql:sql",
    "export": "extract.commands.export:export",
    "status": "extract.commands.status:status",
    "backup": "extract.commands.backup:backup",
    "restore": "extract.commands.backup:restore",
    "dashboard": "extract.commands.dashboard:dashboard",
    "evaluate": "extract.evaluation.command:app",
}
"""Where each command is, in the order of the help."""


class _Commands(TyperGroup):
    """Imports a command when it is asked for: all of them together take a second."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        # Typer looks for what a misspelt command may mean among the keys.
        self._loaded: dict[str, Any] = dict.fromkeys(_COMMANDS)
        self.commands = self._loaded

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in _COMMANDS and self._loaded[cmd_name] is None:
            self._loaded[cmd_name] = _load(cmd_name)
        return self._loaded.get(cmd_name)


def _load(name: str) -> Any:
    """Import a command, or a group of commands, and give it the style of the others."""
    module, _, attribute = _COMMANDS[name].partition(":")
    found = getattr(import_module(module), attribute)
    if isinstance(found, typer.Typer):
        group = found
    else:
        group = typer.Typer(add_completion=False)
        group.command(name)(found)
    group.rich_markup_mode = app.rich_markup_mode
    command = get_command(group)
    command.name = name
    return command


app = typer.Typer(
    cls=_Commands,
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


def main() -> None:
    """Run the command. What the user can act on is one line, without a traceback."""
    try:
        load_environment()
        app()
    except ClaimboardError as error:
        from extract import terminal  # noqa: PLC0415 — loads more than most commands that end well need

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
