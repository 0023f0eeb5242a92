"""The command `claimboard read`: what sources hold, seen before anything of them is stored or read for claims."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from extract import options, terminal
from extract.mentions import find_mentions
from extract.printable import clean
from extract.readers import Refusal
from extract.readers import read as read_sources
from models.errors import ClaimboardError
from models.notation import counted
from models.paper import Entry


def read(
    sources: options.Sources,
    limit: Annotated[
        int, typer.Option(min=0, metavar="N", help="List at most so many entries and refusals; 0 for all.")
    ] = 20,
    as_json: options.Json = False,
) -> None:
    """Say what sources hold: titles, how many numbers their abstracts have, and what is not understood.

    Nothing is stored. The last line counts all entries, of which several may be of one paper.
    """
    entries, refusals = 0, 0
    listed: list[dict[str, Any]] = []
    refused: list[Refusal] = []
    for item in read_sources(sources):
        if isinstance(item, Refusal):
            refusals += 1
            if not limit or len(refused) < limit:
                refused.append(item)
        else:
            entries += 1
            if not limit or len(listed) < limit:
                listed.append(_described(item))
    if as_json:
        reasons = [{"location": one.location, "line": one.line, "reason": one.reason} for one in refused]
        terminal.print_json({"entries": entries, "refusals": refusals, "listed": listed, "refused": reasons})
    else:
        for refusal in refused:
            terminal.error_console().print(Text(clean(f"refused: {refusal}")), soft_wrap=True)
        console = terminal.output_console()
        if listed:
            console.print(_table(listed))
        more = f", {counted(len(listed), 'entry', 'entries')} listed" if len(listed) < entries else ""
        said = f"{counted(entries, 'entry', 'entries')}{more}; {counted(refusals, 'refusal')}"
        console.print(Text(said, "dim"))
    if not entries and not as_json:
        raise ClaimboardError("nothing could be read: see the refusals above")
    raise typer.Exit(2 if not entries else 1 if refusals else 0)


def _described(entry: Entry) -> dict[str, Any]:
    return {
        "location": entry.location,
        "line": entry.line,
        "title": entry.title,
        "abstract": entry.abstract,
        "numbers": len(find_mentions(entry.abstract)),
    }


def _table(entries: Sequence[Mapping[str, Any]]) -> RenderableType:
    table = Table("source", "numbers", "title", box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.columns[1].justify = "right"
    for entry in entries:
        place = Text(clean(f"{entry['location']}:{entry['line']}"), "dim")
        table.add_row(place, str(entry["numbers"]), Text(clean(entry["title"])))
    return table
