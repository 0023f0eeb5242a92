"""Claims, leaderboards and rows for people at a terminal, of whatever width.

Whatever comes from an abstract passes through `clean` and is never read as markup.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from models.summary import Summary

Row = Mapping[str, Any]

_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # control sequences (ECMA-48, section 5.4)
    r"|(?:\x1b[]P^_X]|[\x90\x98\x9d-\x9f]).*?(?:\x1b\\|\x07|\x9c|$)"  # command strings (section 5.6)
    r"|\x1b[ -/]*[0-~]",
    re.DOTALL,
)
_INVISIBLE = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""What changes the direction of the text around it (Unicode Bidirectional Algorithm, UAX #9, section 2)."""

_BOUNDS = {"up_to": "up to ", "at_least": "at least ", "approx": "about ", "exact": ""}
_CURRENCIES = ("$", "€", "£", "¥")


def clean(text: str) -> str:
    """Return the text in one line, without anything that moves a cursor, colours or turns what stands around it."""
    text = _INVISIBLE.sub("", _ESCAPES.sub("", text))
    return "".join(" " if unicodedata.category(ch) in ("Cc", "Cs", "Zl", "Zp") else ch for ch in text)


def value_text(value: float, value_high: float | None, unit: str | None, bound: str) -> str:
    """Return a number as its abstract prints it: '82.7 %', 'up to 3.1x', '1.7–1.8x', '$3'."""
    digits = _digits(value) if value_high is None else f"{_digits(value)}–{_digits(value_high)}"
    match unit:
        case None:
            amount = digits
        case "x":
            amount = f"{digits}x"
        case "orders of magnitude" if value == 1 and value_high is None:
            amount = "1 order of magnitude"
        case str() if unit in _CURRENCIES:
            amount = f"{unit}{digits}"
        case _:
            amount = f"{digits} {unit}"
    return _BOUNDS[bound] + amount


def _digits(value: float) -> str:
    return f"{value:,.12g}"


def duration(seconds: float) -> str:
    """Return '4 s', '3 min 20 s' or '2 h 5 min'."""
    if seconds < 60:
        return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"


def quotation(claims: Sequence[Row]) -> Text:
    """Return the evidence that claims share, in quotation marks, their numbers highlighted."""
    evidence: str = claims[0]["evidence"]
    text = Text("“", "dim")
    end = 0
    for start, stop in sorted({(claim["number_start"], claim["number_end"]) for claim in claims}):
        first, last = (max(position - claims[0]["evidence_start"], end) for position in (start, stop))
        text.append(clean(evidence[end:first]), "default").append(clean(evidence[first:last]), "bold yellow")
        end = last
    return text.append(clean(evidence[end:]), "default").append("”")


def leaderboard(rows: Sequence[Row]) -> RenderableType:
    """Return one leaderboard: rows of one benchmark, metric and unit, the first rank first."""
    first = rows[0]
    metric = first["metric"] or "no metric named"
    models = f"{first['model_count']} models" if first["model_count"] != 1 else "1 model"
    heading = Text.assemble(
        (clean(first["benchmark"]), "bold cyan"),
        f" · {clean(metric)} · ",
        (f"{models}, {first['better']} is better", "dim"),
    )
    grid = _grid("dim", "bold yellow")
    for row in rows:
        head = Text.assemble((clean(row["model"]), "bold"))
        if row["setting"]:
            head.append(f" · {clean(row['setting'])}")
        grid.add_row(str(row["rank"]), _printed(row), Group(head, quotation([row]), _paper(row)))
    return Group(Rule(heading, align="left", style="dim"), grid, Text(""))


def claims(rows: Iterable[Row]) -> RenderableType:
    """Return claims, one below the other: number, kind and meaning; those of one sentence stand over its quote."""
    grid = _grid("dim", "bold yellow")
    for _, sentence in groupby(rows, lambda row: (row["paper_id"], row["evidence_start"], row["evidence_end"])):
        together = list(sentence)
        for row in together:
            grid.add_row(row["kind"], _printed(row), _meaning(row))
        grid.add_row("", "", Group(quotation(together), _paper(together[0]), ""))
    return grid


def rows_table(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    """Return any rows as a table, every cell as text, numbers to the right."""
    table = Table(header_style="bold", show_edge=False, pad_edge=False)
    cells = [list(row) for row in rows]
    for index, name in enumerate(names):
        numeric = any(isinstance(row[index], int | float) for row in cells)
        table.add_column(Text(clean(name)), justify="right" if numeric else "left", overflow="fold")
    for row in cells:
        table.add_row(*(Text("" if cell is None else clean(str(cell))) for cell in row))
    return table


def facts(pairs: Iterable[tuple[str, str | RenderableType]]) -> Table:
    """Return names with their values, one pair a line."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in pairs:
        grid.add_row(name, Text(clean(value)) if isinstance(value, str) else value)
    return grid


def status(database: Path, summary: Summary, kinds: Mapping[str, int], failures: Sequence[Row]) -> RenderableType:
    """Return what a store holds."""
    by_kind = ", ".join(f"{count:,} {kind}" for kind, count in kinds.items())
    pairs: list[tuple[str, str | RenderableType]] = [
        ("database", f"{database} ({_size(summary.file_bytes)})"),
        ("papers", f"{summary.papers:,}, read in {summary.sources:,} places"),
        ("unread", f"{summary.unread:,}"),
        ("claims", f"{summary.claims:,}" + (f": {by_kind}" if kinds else "")),
        ("flagged", f"{summary.flagged:,}"),
    ]
    for reading in summary.readings:
        outcomes = f"{reading.done:,} papers done, {reading.skipped:,} skipped, {reading.failed:,} failed"
        pairs.append((reading.extractor, f"{outcomes}; {reading.claims:,} claims ({reading.fingerprint})"))
    if run := summary.last_run:
        ended = f", ended {run.finished_at:%Y-%m-%d %H:%M:%S}" if run.finished_at else ""
        pairs.append(("last run", f"{run.status}; began {run.started_at:%Y-%m-%d %H:%M:%S}{ended} UTC"))
    pairs += [("failed", f"{row['source']}: {row['title']}: {row['reason']}") for row in failures]
    return facts(pairs)


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:,.3g} GB"


def error_console() -> Console:
    """Return the console of standard error."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False)


def output_console() -> Console:
    """Return the console of standard output."""
    return Console(highlight=False, markup=False, emoji=False)


def _grid(*styles: str) -> Table:
    """Return a table with a narrow column per style, and a wide one."""
    grid = Table.grid(padding=(0, 2), expand=True)
    for style in styles:
        grid.add_column(justify="right", style=style, max_width=16)
    grid.add_column(ratio=1, overflow="fold")
    return grid


def _printed(row: Row) -> Text:
    if "printed_value" in row:
        number = (row["printed_value"], row["printed_value_high"], row["printed_unit"])
    else:
        number = (row["value"], row["value_high"], row["unit"])
    return Text(clean(value_text(*number, row["bound"])))


def _meaning(row: Row) -> Text:
    """Return 'Model: metric on benchmark, against baseline (setting)', as far as these are known."""
    text = Text()
    if row["model"]:
        text.append(clean(row["model"]), "bold")
        text.append(": ")
    arrow = {"increase": " ↑", "decrease": " ↓"}.get(row["direction"] or "", "")
    text.append(clean(row["metric"] or "no metric named") + arrow)
    if row["benchmark"]:
        text.append(" on ").append(clean(row["benchmark"]), "cyan")
    if row["baseline"]:
        text.append(f", against {clean(row['baseline'])}")
    if row["setting"]:
        text.append(f" ({clean(row['setting'])})", "dim")
    if row["flags"]:
        text.append(f"  [{', '.join(row['flags'])}]", "red")
    return text


def _paper(row: Row) -> Text:
    return Text(f"{clean(row['title'])} · {clean(row['paper_id'])}", "dim italic")
