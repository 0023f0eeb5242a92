"""Every claim, searched and narrowed by the database and shown a page at a time."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

import streamlit as st

from dashboards.database import Database, Row
from dashboards.markup import element, link, quotation, show
from dashboards.notation import bounded, counted
from dashboards.pager import Pager, go_to

_KINDS = ("score", "delta", "ratio")

_ARROWS = {"increase": " ↑", "decrease": " ↓"}

_MATCHING = """
FROM claims
WHERE (? IS NULL OR kind = ?)
    AND contains(lower(concat_ws(chr(10), evidence, title, metric, model, benchmark, baseline, setting)), lower(?))
"""


def claims(database: Database) -> None:
    """Put the search, the filter and the claims that fit on the page."""
    show(element("h2", "Claims"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(
            "Search",
            type="search",
            key="search",
            bind="query-params",
            placeholder="A model, benchmark, metric, or words of the abstract",
            on_change=go_to,
            args=("page",),
        )
        kind = st.segmented_control(
            "Kind", _KINDS, key="kind", bind="query-params", on_change=go_to, args=("page",), help=_KIND_HELP
        )
    parameters = [kind, kind, (search or "").strip()]
    count = database.row(f"SELECT count(*) AS count {_MATCHING}", parameters)["count"]
    if not count:
        show(element("p", "No claim fits. Fewer words, or another kind, may.", style_class="quiet"))
        return
    pager = Pager("page", count, "claim")
    rows = database.rows(
        f"SELECT * {_MATCHING} ORDER BY paper_position, claim_position LIMIT ? OFFSET ?",
        [*parameters, pager.size, pager.offset],
    )
    show(_table(rows, count))
    pager.show()


_KIND_HELP = (
    "score: the level of a metric, such as 84% accuracy. delta: a change or gap, such as 35% less memory. "
    "ratio: a multiple or share, such as 2.2x faster."
)


def _table(rows: Sequence[Row], count: int) -> Element:
    caption = element("caption", f"{counted(count, 'claim')}, in the order in which the papers were read")
    headings = (element("th", name, scope="col") for name in ("Number", "What it is", "What the paper says"))
    return element(
        "table",
        caption,
        element("thead", element("tr", *headings)),
        element("tbody", *map(_line, rows)),
        style_class="claims",
    )


def _line(row: Row) -> Element:
    start, end = (row[name] - row["evidence_start"] for name in ("number_start", "number_end"))
    return element(
        "tr",
        element(
            "td",
            element(
                "span",
                bounded(row["value"], row["value_high"], row["unit"], row["bound"]),
                style_class="number",
            ),
            element("span", row["kind"], style_class="kind"),
        ),
        element("td", *_meaning(row)),
        element(
            "td",
            quotation(row["evidence"], start, end),
            link(row["title"], row["url"], style_class="paper"),
            style_class="source",
        ),
    )


def _meaning(row: Row) -> list[Element]:
    """Return the names that an abstract gives a number, one a line."""
    metric = (row["metric"] or "no metric named") + _ARROWS.get(row["direction"] or "", "")
    parts = [element("span", row["model"], style_class="name")] if row["model"] else []
    parts.append(element("span", metric, f" on {row['benchmark']}" if row["benchmark"] else None))
    if row["baseline"]:
        parts.append(element("span", f"against {row['baseline']}"))
    if row["setting"]:
        parts.append(element("span", row["setting"], style_class="setting"))
    parts += [element("span", flag.replace("_", " "), style_class="flag") for flag in row["flags"]]
    return parts
