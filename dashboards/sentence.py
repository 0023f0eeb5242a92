"""The words that a number rests on, and the ways to it: the same below every number on every page.

A row here is one of `claims`, `leaderboard` or another view with evidence, quote_start, quote_end, title, url, paper_id
and claim_id.
"""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from dashboards import address
from dashboards.markup import element, link, quotation, way


def source(row: Mapping[str, Any]) -> list[Element]:
    """Return the sentence with the number marked, then the paper: what stands in the last cell of a table's row."""
    return [quotation(row["evidence"], row["quote_start"], row["quote_end"]), paper(row)]


def folded(row: Mapping[str, Any]) -> list[Element]:
    """Return the paper, and below it the sentence behind a word that opens it, also by the keyboard."""
    quote = quotation(row["evidence"], row["quote_start"], row["quote_end"])
    return [paper(row), element("details", element("summary", "Quote"), quote, style_class="folded")]


def paper(row: Mapping[str, Any]) -> Element:
    """Return the paper's title as a link to the web, and a link to all that it claims."""
    return element(
        "span",
        link(row["title"], row["url"], style_class="title"),
        f" ({row['published'].year}) " if row["published"] else " ",
        way("all its claims", address.to("claims", paper=row["paper_id"], claim=row["claim_id"]), style_class="more"),
        style_class="paper",
    )


def times(factor: float, high: float | None = None) -> str:
    """Return a factor with three digits that count: '1.54x', '2.1–3x', '12,000x'."""
    ends = [factor] if high is None else [factor, high]
    return "–".join(f"{end:,.0f}" if abs(end) >= 100 else f"{end:.3g}" for end in ends) + "x"
