"""The commands `claimboard alias`: which printed names count as one. They act at once, without reading papers again."""

import getpass
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from extract import terminal
from extract.options import Db, Json
from extract.printable import clean
from models.aliases import Alias, Aliases, Counted, Pair, read_aliases, suggestions, write_aliases
from models.errors import ClaimboardError
from models.notation import counted
from models.store import DEFAULT_DATABASE, Store
from models.vocabulary import NameKind
from models.vocabulary.tables import NAME_KINDS

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Say which printed names count as one: your own aliases, which win over those that claimboard knows.",
)

OfKind = Annotated[NameKind | None, typer.Option("--kind", help="Only names of this kind.")]
Csv = Annotated[bool, typer.Option("--csv", help="Write CSV, as alias add --from reads it.")]

_WHY = {
    "idle word": "but for an idle word",
    "in short": "in full and in short",
    "order of words": "in another order of words",
    "spelling": "but for a letter",
}


@app.command()
def add(  # noqa: PLR0913, PLR0917 — each is an option
    kind: Annotated[NameKind | None, typer.Argument(help="What both are names of.", show_default=False)] = None,
    printed: Annotated[
        str | None, typer.Argument(help="The name that papers print, in any spelling.", show_default=False)
    ] = None,
    name: Annotated[str | None, typer.Argument(help="What it counts as.", show_default=False)] = None,
    db: Db = DEFAULT_DATABASE,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FILE",
            help="Add those of a file: CSV with the columns kind, printed and name, or TOML with a table per kind.",
        ),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of another alias of the same printed name.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Have a printed name count as another one, in every view, export and page.

    All names of a file are added, or none.
    """
    if source is not None and kind is None:
        aliases = read_aliases(source)
    elif source is None and kind and printed is not None and name is not None:
        aliases = [Alias.checked(kind, printed, name)]
    else:
        raise ClaimboardError(
            "an alias is a kind, a printed name and what it counts as: claimboard alias add benchmark GSM-8000 GSM8K; "
            "or --from FILE for many"
        )
    added = Aliases(_existing(db)).add(aliases, replace=replace, added_by=_who())
    if as_json:
        terminal.print_json([_record(item) for item in added])
        return
    console = terminal.output_console()
    for item in added:
        console.print(_effect(item))


@app.command("list")
def list_(db: Db = DEFAULT_DATABASE, kind: OfKind = None, as_csv: Csv = False, as_json: Json = False) -> None:
    """List your aliases, with how many claims print each name."""
    _only_one(as_json=as_json, as_csv=as_csv)
    listed = Aliases(Store(db)).listed(kind)
    if as_csv:
        _write_csv([item.alias for item in listed])
    elif as_json:
        terminal.print_json(
            [{**_record(item), "added_at": item.added_at, "added_by": item.added_by} for item in listed]
        )
    else:
        console = terminal.output_console()
        grid = terminal.grid("dim", "dim")
        for item in listed:
            grid.add_row(counted(item.claims, "claim"), item.alias.kind, _arrow(item.alias.printed, item.alias.name))
        console.print(grid if listed else "No alias yet: claimboard alias suggest looks for names that may be one.")


@app.command()
def remove(
    kind: Annotated[NameKind, typer.Argument(help="What it is a name of.", show_default=False)],
    printed: Annotated[str, typer.Argument(help="The printed name, in any spelling.", show_default=False)],
    db: Db = DEFAULT_DATABASE,
    as_json: Json = False,
) -> None:
    """Have a printed name count again as it did before its alias."""
    removed = Aliases(_existing(db)).remove(kind, printed)
    if as_json:
        terminal.print_json(_record(removed))
        return
    text = Text(f"{_count(removed, 'no longer')} as ").append(clean(removed.alias.name), "bold cyan")
    terminal.output_console().print(text.append(f": {clean(removed.alias.printed)}", "dim"))


@app.command()
def suggest(
    db: Db = DEFAULT_DATABASE,
    kind: OfKind = None,
    limit: Annotated[int, typer.Option(min=0, metavar="N", help="At most so many of each kind; 0 for all.")] = 20,
    as_csv: Csv = False,
    as_json: Json = False,
) -> None:
    """List names in claims that are probably one, each with the command that would join them.

    Those come first that would join most claims. Nothing is changed. Names that differ in a digit are never suggested.
    """
    _only_one(as_json=as_json, as_csv=as_csv)
    store = Store(db)
    found = {kind: suggestions(store, kind) for kind in ([kind] if kind else NAME_KINDS)}
    shown = {kind: pairs[: limit or None] for kind, pairs in found.items()}
    if as_csv:
        _write_csv([_alias(kind, pair) for kind, pairs in shown.items() for pair in pairs])
    elif as_json:
        terminal.print_json(
            [
                {
                    "kind": kind,
                    "printed": pair.printed.name,
                    "name": pair.name.name,
                    "reason": pair.reason,
                    "printed_claims": pair.printed.claims,
                    "name_claims": pair.name.claims,
                    "command": _command(kind, pair, db),
                }
                for kind, pairs in shown.items()
                for pair in pairs
            ]
        )
    else:
        _print_suggestions(shown, sum(map(len, found.values())), db)


def _print_suggestions(shown: dict[NameKind, list[Pair]], count: int, db: Path) -> None:
    console = terminal.output_console()
    for kind, pairs in shown.items():
        if pairs:
            console.print(terminal.Heading(Text(f"{kind}s that may be one", "bold cyan")))
        for pair in pairs:
            text = Text.assemble((counted(pair.printed.claims, "claim"), "bold yellow"), "  ")
            text.append(_arrow(pair.printed.name, pair.name.name))
            text.append(f" ({pair.name.claims:,}), {_WHY[pair.reason]}", "dim")
            console.print(text)
            # Whoever copies it must not copy line ends of ours.
            console.print(Text(f"  {_command(kind, pair, db)}"), soft_wrap=True)
        if pairs:
            console.print()
    number = sum(map(len, shown.values()))
    more = "; --limit 0 lists all" if number < count else ""
    console.print(Text(f"{number:,} of {count:,} suggestions{more}", "dim"))


def _command(kind: NameKind, pair: Pair, db: Path) -> str:
    alias = _alias(kind, pair)
    dashes = ["--"] if alias.printed.startswith("-") or alias.name.startswith("-") else []
    place = [] if db == DEFAULT_DATABASE else ["--db", str(db)]
    words = ["claimboard", "alias", "add", *place, *dashes, kind, clean(alias.printed), clean(alias.name)]
    return shlex.join(words)


def _alias(kind: NameKind, pair: Pair) -> Alias:
    return Alias(kind=kind, printed=pair.printed.name, name=pair.name.name)


def _effect(item: Counted) -> Text:
    """Return what an alias did: '12 claims now count as GSM8K: GSM-8000'."""
    name = (clean(item.shown or item.alias.name), "bold cyan")
    was = f", which was {clean(item.before)}" if item.before else ""
    if not item.claims:
        text = Text.assemble("no claim prints it yet, but ", clean(item.alias.printed), " counts as ", name)
    else:
        text = Text.assemble(f"{_count(item)} as ", name, (f": {clean(item.alias.printed)}", "dim"))
    return text.append(was, "dim")


def _count(item: Counted, how: str = "now") -> str:
    """Return '1 claim now counts' or '12 claims now count'."""
    return f"{counted(item.claims, 'claim')} {how} {'counts' if item.claims == 1 else 'count'}"


def _arrow(printed: str, name: str) -> Text:
    return Text(clean(printed)).append(" → ", "dim").append(clean(name), "cyan")


def _record(item: Counted) -> dict[str, object]:
    return {**item.alias.model_dump(), "claims": item.claims, "before": item.before}


def _write_csv(aliases: Sequence[Alias]) -> None:
    write_aliases(aliases, sys.stdout.buffer)
    sys.stdout.buffer.flush()


def _only_one(*, as_json: bool, as_csv: bool) -> None:
    if as_json and as_csv:
        raise ClaimboardError("--json and --csv exclude each other: give one of them")


def _existing(db: Path) -> Store:
    """Return the store of a file that is there: an alias of no claims helps nobody, and may be a mistyped --db."""
    store = Store(db)
    store.status()
    return store


def _who() -> str | None:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return None
