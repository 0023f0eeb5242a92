"""The command `claimboard compare`: papers or models side by side."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from extract import terminal
from extract.commands.speedups import factor
from extract.options import Db, Json
from extract.printable import clean
from models.comparison import Cell, Comparison, Line
from models.comparison import compare as compared
from models.naming import Side
from models.notation import amount, bounded, counted, measured
from models.store import DEFAULT_DATABASE, Store

_NARROW = 13
"""Characters: a column of values narrower than this breaks numbers."""


def compare(
    names: Annotated[
        list[str],
        typer.Argument(metavar="NAME…", help="Two to six papers, by id or title, or models, in any spelling."),
    ],
    db: Db = DEFAULT_DATABASE,
    limit: Annotated[int, typer.Option(min=0, metavar="N", help="At most so many lines; 0 for all.")] = 30,
    as_json: Json = False,
) -> None:
    """Show what papers or models report, benchmark by benchmark, side by side.

    What several report comes first; – stands where one reports nothing. ≠ marks a number that others contradict, ? one
    that deserves a second look, +2 that two more are reported of the same, ✓ that a person has checked it.
    """
    comparison = compared(Store(db), names)
    if as_json:
        terminal.print_json(_record(comparison))
        return
    console = terminal.output_console()
    console.print(_legend(comparison))
    console.print()
    lines = comparison.lines[: limit or None]
    if lines:
        console.print(_matrix(comparison, lines, console.width))
    more = "; --limit 0 shows all" if len(lines) < len(comparison.lines) else ""
    shared = sum(line.shared > 1 for line in comparison.lines)
    text = f"{len(lines):,} of {counted(len(comparison.lines), 'line')}, {shared:,} that several report{more}"
    console.print(Text(text, "dim"))
    cells = [cell for line in lines for cell in line.cells if cell]
    if any(cell.disputed for cell in cells):
        console.print(Text("≠ others print another number: claimboard conflicts shows which", "dim"))
    if flags := sorted({flag for cell in cells for flag in cell.claim["flags"]}):
        console.print(Text(f"? deserves a second look: {', '.join(flags)}", "dim"))


def _legend(comparison: Comparison) -> RenderableType:
    """Return what each name was taken for."""
    table = terminal.grid("bold cyan", "dim")
    for letter, side in zip(_LETTERS, comparison.sides, strict=False):
        text = Text(clean(side.name), "bold")
        if side.kind == "paper":
            text.append(f" · {clean(side.key)}", "dim")
        text.append(f" · {counted(side.claims, 'claim')}", "dim")
        table.add_row(letter, side.kind, text)
    return table


_LETTERS = "ABCDEF"


def _matrix(comparison: Comparison, lines: Sequence[Line], width: int) -> RenderableType:
    """Return the values as a table, or, where its columns would be too narrow, those of each line below its name."""
    column = width // (len(comparison.sides) + 2)
    if column < _NARROW:
        return Group(*(part for line in lines for part in (_what(line), _in_line(line))))
    table = Table(header_style="bold", show_edge=False, pad_edge=False, expand=True)
    table.add_column("", ratio=2, overflow="fold")
    for letter, side in zip(_LETTERS, comparison.sides, strict=False):
        label = f"{letter} {_label(side)}"
        heading = Text(label if len(label) <= column - 3 else letter, "bold cyan")
        table.add_column(heading, justify="right", ratio=1, overflow="fold")
    for line in lines:
        table.add_row(_what(line), *(_cell(line, cell) for cell in line.cells))
    return table


def _in_line(line: Line) -> Padding:
    cells = (
        Text.assemble((f"{letter} ", "bold cyan"), _cell(line, cell))
        for letter, cell in zip(_LETTERS, line.cells, strict=False)
    )
    return Padding(Text("   ").join(cells), (0, 0, 0, 2))


def _label(side: Side) -> str:
    """Return the name of a side in short: what a title has before its colon."""
    return clean(side.name.partition(":")[0] if side.kind == "paper" else side.name)


def _what(line: Line) -> Text:
    text = Text(clean(line.benchmark) + " · " if line.benchmark else "", "cyan")
    text.append(clean(measured(line.metric)), "default")
    if line.setting:
        text.append(f" · {clean(line.setting)}", "default")
    said = {"score": "", "factor": ", times better", "change": ", change"}[line.measure]
    return text.append(said, "dim")


def _cell(line: Line, cell: Cell | None) -> Text:
    if cell is None:
        return Text("–", "dim")
    text = Text(clean(value(line, cell.claim)))
    for mark, style, there in (
        (" ≠", "bold red", cell.disputed),
        (" ?", "red", cell.claim["flags"]),
        (" ✓", "green", cell.claim["verdict"]),
        (f" +{cell.others}", "dim", cell.others),
    ):
        if there:
            text.append(mark, style)
    return text


def value(line: Line, claim: dict[str, Any]) -> str:
    """Return the number of a claim as it is compared: a factor, a change, or a level and what it is on the scale."""
    if line.measure == "factor":
        return factor(claim)
    number = (claim["value"], claim["value_high"], claim["unit"])
    printed = bounded(*number, claim["bound"])
    if line.measure == "change":
        return {"increase": "↑ ", "decrease": "↓ "}.get(claim["direction"], "") + printed
    on_scale = amount(claim["normal_value"], claim["normal_high"], claim["normal_unit"])
    return printed if on_scale == amount(*number) else f"{printed} ({on_scale})"


_OF_A_CELL = (
    *("paper_id", "claim_id", "model", "metric", "benchmark", "baseline", "setting", "value", "value_high", "unit"),
    *("bound", "direction", "normal_value", "normal_high", "normal_unit", "factor", "factor_high", "verdict"),
    *("flags", "evidence", "title", "url"),
)


def _record(comparison: Comparison) -> dict[str, Any]:
    sides = [vars(side) for side in comparison.sides]
    lines = [
        {
            **{name: getattr(line, name) for name in ("benchmark", "metric", "measure", "unit", "setting")},
            "cells": [
                cell
                and {
                    "shown": value(line, cell.claim),
                    "others": cell.others,
                    "disputed": cell.disputed,
                    **{name: cell.claim[name] for name in _OF_A_CELL},
                }
                for cell in line.cells
            ],
        }
        for line in comparison.lines
    ]
    return {"sides": sides, "lines": lines}
