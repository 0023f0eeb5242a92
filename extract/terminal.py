"""Claims, leaderboards and rows for people at a terminal, of whatever width.

Whatever comes from an abstract passes through `clean` and is never read as markup.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from extract.printable import clean, escaped
from models.json_text import json_text
from models.notation import ASSUMED, bounded, counted, duration, measured, ranking
from models.run import Usage
from models.summary import ReadingSummary, Summary

if TYPE_CHECKING:
    from extract.llm.estimate import Estimate

Row = Mapping[str, Any]


def dollars(amount: float) -> str:
    """Return '$12.40', or '$0.0031' where cents would say too little."""
    return f"${amount:,.2f}" if amount >= 1 or amount == 0 else f"${amount:.2g}"


def quotation(claims: Sequence[Row]) -> Text:
    """Return the evidence that claims share, in quotation marks, their numbers highlighted."""
    evidence: str = claims[0]["evidence"]
    text = Text("“", "dim")
    end = 0
    for start, stop in sorted({(claim["quote_start"], claim["quote_end"]) for claim in claims}):
        first, last = max(start, end), max(stop, end)
        text.append(clean(evidence[end:first]), "default").append(clean(evidence[first:last]), "bold yellow")
        end = last
    return text.append(clean(evidence[end:]), "default").append("”")


def leaderboard(rows: Sequence[Row]) -> RenderableType:
    """Return one leaderboard: rows of one benchmark, metric and unit, the first rank first."""
    first = rows[0]
    models, better = counted(first["model_count"], "model"), ranking(first["better"], known=first["direction_known"])
    title = Text.assemble(
        (clean(first["benchmark"]), "bold cyan"),
        f" · {clean(measured(first['metric']))} · ",
        f"{clean(first['setting_key'])} · " if first["setting_key"] else "",
        (f"{models}, {better}", "dim"),
    )
    table = grid("dim", "bold yellow")
    for row in rows:
        head = Text.assemble((clean(row["model"]), "bold"))
        if row["setting"]:
            head.append(f" · {clean(row['setting'])}")
        if row["metric_assumed"]:
            head.append(f" · {ASSUMED}", "dim")
        table.add_row(str(row["rank"]), printed(row), Group(marked(head, row), quotation([row]), paper(row)))
    return Group(Heading(title), table, Text(""))


class Heading:
    """A line over what belongs together; where it is too long for one, several."""

    def __init__(self, title: Text) -> None:
        self._title = title

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        fits = self._title.cell_len + 2 <= options.max_width
        yield Rule(self._title, align="left", style="dim") if fits else self._title


def by_sentence(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield the rows that follow each other and quote one sentence."""
    for _, together in groupby(rows, lambda row: (row["paper_id"], row["evidence"])):
        yield list(together)


def claims(rows: Iterable[Row]) -> RenderableType:
    """Return claims, one below the other: number, kind and meaning; those of one sentence stand over its quote."""
    table = grid("dim", "bold yellow")
    for together in by_sentence(rows):
        for row in together:
            table.add_row(row["kind"], printed(row), meaning(row))
        table.add_row("", "", Group(quotation(together), paper(together[0]), ""))
    return table


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


_READABLE = 12
"""Characters: a column narrower than this, and than what it holds, breaks words into pieces."""


def rows_view(names: Sequence[str], rows: Sequence[Sequence[Any]], width: int) -> RenderableType:
    """Return any rows as a table, or record by record where its columns would be too narrow to read."""
    widths = [max(len(name), *(len(str(row[index])) for row in rows), 0) for index, name in enumerate(names)]
    if sum(min(longest, _READABLE) + 3 for longest in widths) <= width:
        return rows_table(names, rows)
    records = [
        facts((clean(name), "" if cell is None else str(cell)) for name, cell in zip(names, row, strict=True))
        for row in rows
    ]
    return Group(*(part for record in records for part in (record, Text())))


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
        if reading.model:
            form = f" ({reading.form})" if reading.form else ""
            pairs.append(("", f"{reading.model}{form}: {'; '.join(_ledger(reading))}"))
    if run := summary.last_run:
        ended = f", ended {run.finished_at:%Y-%m-%d %H:%M:%S}" if run.finished_at else ""
        pairs.append(("last run", f"{run.status}; began {run.started_at:%Y-%m-%d %H:%M:%S}{ended} UTC"))
    pairs += [("failed", f"{row['source']}: {row['title']}: {row['reason']}") for row in failures]
    return facts(pairs)


def usage_pairs(usage: Usage, skipped: int, seconds: float) -> list[tuple[str, str]]:
    """Return what a run asked a model server for, as names with values; nothing where it had nothing to read."""
    if not (usage.calls or skipped):
        return []
    rate = (usage.tokens_in + usage.tokens_out) / max(seconds, 1e-9)
    tokens = f"{usage.tokens_in:,} in ({usage.tokens_cached:,} cached), {usage.tokens_out:,} out"
    return [
        ("calls", f"{usage.calls:,}; {skipped:,} saved on abstracts without a result"),
        ("tokens", f"{tokens}; {rate:,.0f} a second"),
        ("cost", _cost(usage.cost_usd) if usage.calls else dollars(0)),
    ]


def estimate(estimate: "Estimate") -> RenderableType:
    """Return what a model would take to read papers."""
    papers = f"{estimate.papers:,}, {estimate.papers_with_numbers:,} with numbers"
    pairs = [("model", estimate.model), ("papers", papers)]
    if estimate.already_read:
        pairs.append(("read before", f"{estimate.already_read:,}"))
    pairs += [
        ("calls", f"{estimate.calls:,}; {estimate.calls_saved:,} saved on abstracts without a result"),
        ("prompts", f"{estimate.tokens_in:,} tokens, {estimate.tokens_cached:,} of them cached"),
        ("replies", f"{estimate.tokens_out:,} tokens"),
        ("cost", _cost(estimate.cost_usd)),
    ]
    if estimate.cost_usd_in_batch:
        half = "claimboard batch: half the price a token, none of them cached for sure"
        pairs.append(("in batches", f"{dollars(estimate.cost_usd_in_batch)} ({half})"))
    pairs.append(("counted", estimate.method))
    if estimate.thinks_first:
        pairs.append(("besides", "this model thinks before it replies, which takes more tokens than can be foreseen"))
    return facts(pairs)


def _cost(amount: float | None) -> str:
    return "not known: name the price of this model in a file with --prices" if amount is None else dollars(amount)


def _ledger(reading: ReadingSummary) -> list[str]:
    """Return what all readings of one model took."""
    parts = [
        f"{reading.calls:,} calls, {reading.calls_saved:,} saved",
        f"{reading.tokens_in:,} tokens in ({reading.tokens_cached:,} cached), {reading.tokens_out:,} out",
    ]
    if reading.cost_usd is not None:
        parts.append(dollars(reading.cost_usd))
    if reading.seconds_per_paper is not None:
        parts.append(f"{duration(reading.seconds_per_paper)} a paper")
    return parts


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:,.3g} GB"


def print_json(value: Any) -> None:
    """Print JSON in which what could repaint a terminal is escaped."""
    print(escaped(json_text(value, indent=2)))


def error_console() -> Console:
    """Return the console of standard error."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False)


def output_console() -> Console:
    """Return the console of standard output."""
    return Console(highlight=False, markup=False, emoji=False)


def grid(*styles: str) -> Table:
    """Return a table with a narrow column per style, and a wide one."""
    table = Table.grid(padding=(0, 2), expand=True)
    for style in styles:
        table.add_column(justify="right", style=style, max_width=16)
    table.add_column(ratio=1, overflow="fold")
    return table


def printed(row: Row) -> Text:
    """Return a number as the paper prints it, with its bound and unit."""
    if "printed_value" in row:
        number = (row["printed_value"], row["printed_value_high"], row["printed_unit"])
    else:
        number = (row["value"], row["value_high"], row["unit"])
    return Text(clean(bounded(*number, row["bound"])))


def meaning(row: Row) -> Text:
    """Return 'Model: metric on benchmark, against baseline (setting)', as far as these are known."""
    text = Text()
    if row["model"]:
        text.append(clean(row["model"]), "bold")
        text.append(": ")
    text.append(clean(measured(row["metric"], row["direction"])))
    if row["benchmark"]:
        text.append(" on ").append(clean(row["benchmark"]), "cyan")
    if row["baseline"]:
        text.append(f", against {clean(row['baseline'])}")
    if row["setting"]:
        text.append(f" ({clean(row['setting'])})", "dim")
    return marked(text, row)


_VERDICTS = {"accept": "✓", "correct": "✓ corrected"}


def marked(text: Text, row: Row) -> Text:
    """Append what a person said of a claim, or why it deserves a second look."""
    if row["verdict"]:
        text.append(f"  {_VERDICTS[row['verdict']]}", "green")
    if row["flags"]:
        text.append(f"  [{', '.join(row['flags'])}]", "red")
    return text


def paper(row: Row) -> Text:
    """Return the title and the id of the paper that a row is from."""
    return Text(f"{clean(row['title'])} · {clean(row['paper_id'])}", "dim italic")
