"""What went wrong, abstract by abstract, for people at a terminal: the text with its numbers marked, and both readings.

On a terminal with colours, numbers are coloured and underlined; elsewhere what is wrong with them stands beside them.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from extract.evaluation.agreement import FULL, NAMES, Comparison, Match, Verdict, said_in
from extract.evaluation.places import Place, evidence_span, places
from extract.gold import GoldClaim
from extract.printable import clean
from models.notation import amount

_STYLES: dict[Verdict, str] = {
    "missed": "bold red underline",
    "wrong": "bold yellow underline",
    "not a claim": "bold magenta underline",
    "right": "green",
}
"""The worst first: where several claims share a number, it has the style of the worst."""

_NOTHING = "–"


def has_colours(console: Console) -> bool:
    """Whether styles tell anything on this console."""
    return console.is_terminal and console.color_system is not None and not console.no_color


def legend() -> Text:
    """Return what the colours mean."""
    return Text("  ").join(Text(verdict, style) for verdict, style in _STYLES.items())


def page(comparison: Comparison, *, coloured: bool) -> RenderableType:
    """Return an abstract with its numbers marked, and a table for each claim that is not right."""
    gold = comparison.gold
    heading = Text.assemble((clean(gold.title) or "without title", "bold"), (f" · {clean(gold.paper)}", "dim"))
    parts: list[RenderableType] = [Rule(style="dim"), heading, Text()]
    if gold.abstract:
        parts.append(_coloured(comparison) if coloured else _annotated(comparison))
    for match in comparison.matches:
        if match.verdict in ("missed", "wrong", "not a claim"):
            parts += [Text(), _caption(match), Padding(_fields(match), (0, 0, 0, 2))]
    return Group(*parts, Text())


def _annotated(comparison: Comparison) -> Text:
    """Return the abstract with what is wrong with a number before it, in brackets."""
    abstract = comparison.gold.abstract
    text = Text()
    for start, end, place in _pieces(comparison):
        wrong = ", ".join(verdict for verdict in place.verdicts if verdict != "right") if place else ""
        piece = clean(abstract[start:end])
        text.append(f"[{wrong}: {piece}]" if wrong else piece)
    return text


def _coloured(comparison: Comparison) -> Text:
    """Return the abstract with its numbers coloured, and the quotes of what is wrong underlined."""
    abstract = comparison.gold.abstract
    quotes = [
        span
        for match in comparison.matches
        if match.verdict not in ("right", "optional") and (span := evidence_span(match, abstract))
    ]
    text = Text()
    for start, end, place in _pieces(comparison):
        if place is not None:
            style = next(style for verdict, style in _STYLES.items() if verdict in place.verdicts)
            text.append(clean(abstract[start:end]), style)
            continue
        cuts = sorted({start, end, *(cut for quote in quotes for cut in quote if start < cut < end)})
        for first, last in pairwise(cuts):
            is_quoted = any(quote[0] <= first < quote[1] for quote in quotes)
            text.append(clean(abstract[first:last]), "underline" if is_quoted else "")
    return text


def _pieces(comparison: Comparison) -> Iterator[tuple[int, int, Place | None]]:
    """Yield the whole abstract, cut at its places: start and end of each piece, and the place that it is, if any."""
    done = 0
    for place in places(comparison):
        yield done, place.start, None
        yield place.start, place.end, place
        done = place.end
    yield done, len(comparison.gold.abstract), None


def _caption(match: Match) -> Text:
    claim = match.gold or match.predicted
    number = amount(claim.value, claim.value_high, claim.unit) if claim else ""
    said = f"wrong {', '.join(match.wrong)}" if match.wrong else match.verdict
    return Text.assemble((clean(number), "bold"), ": ", (said, _STYLES[match.verdict]))


def _fields(match: Match) -> Table:
    """Return the fields of the label beside those that were extracted, each difference marked."""
    table = Table(show_edge=False, pad_edge=False, header_style="dim", box=None, padding=(0, 2, 0, 0))
    table.add_column("", width=1)
    table.add_column("", style="dim", no_wrap=True)
    for heading, claim in (("labelled", match.gold), ("extracted", match.predicted)):
        if claim is not None:
            table.add_column(heading, overflow="fold", ratio=1)
    for name in FULL:
        cells = [
            said
            for claim, said in ((match.gold, _labelled(name, match.gold)), (match.predicted, _said(name, match)))
            if claim is not None
        ]
        if any(cell not in (_NOTHING, "exact") for cell in cells) or name in match.wrong:
            style = "bold" if name in match.wrong else ""
            mark = Text("≠" if name in match.wrong else "", "bold yellow")
            table.add_row(mark, name, *(Text(clean(cell), style) for cell in cells))
    return table


def _labelled(name: str, claim: GoldClaim | None) -> str:
    said: Any = getattr(claim, name, None)
    if name in NAMES and said is not None:
        return " | ".join(_NOTHING if wording is None else wording for wording in said)
    return said or _NOTHING


def _said(name: str, match: Match) -> str:
    claim = match.predicted
    if claim is None:
        return _NOTHING
    said: str | None = getattr(claim, name)
    return (said or _NOTHING) if name in NAMES or name == "unit" else (said_in(name, claim) or _NOTHING)
