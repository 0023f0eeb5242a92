"""Every claim, searched and narrowed by the database and shown a page at a time."""

from collections.abc import Sequence
from typing import cast, get_args
from xml.etree.ElementTree import Element

import streamlit as st

from dashboards import address
from dashboards.database import Database, Row
from dashboards.markup import element, heading, show
from dashboards.pager import Pager
from dashboards.sentence import source
from models.claim import Kind
from models.notation import bounded, counted, measured
from models.selection import IN_ORDER, matching_claims


def claims(database: Database) -> None:
    """Put the search, the filter and the claims that fit on the page."""
    heading("Claims")
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        search = address.searched("Search", "search", placeholder="A model, benchmark, metric, or words")
        kind = address.switched("Kind", "kind", get_args(Kind), help=_KIND_HELP)
    fitting = matching_claims(search, cast("Kind", kind) if kind else None)
    matching = f"FROM claims WHERE {fitting.sql}"
    count = database.row(f"SELECT count(*) AS count {matching}", fitting.parameters)["count"]
    if not count:
        show(element("p", "No claim fits. Fewer words, or another kind, may.", style_class="quiet"))
        return
    pager = Pager("page", count, "claim")
    rows = database.rows(
        f"SELECT * {matching} ORDER BY {IN_ORDER} LIMIT ? OFFSET ?",
        [*fitting.parameters, pager.size, pager.offset],
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
            *source(row),
            style_class="source",
        ),
    )


def _meaning(row: Row) -> list[Element]:
    """Return the names that an abstract gives a number, one a line."""
    metric = measured(row["metric"], row["direction"])
    parts = [element("span", row["model"], style_class="name")] if row["model"] else []
    parts.append(element("span", metric, f" on {row['benchmark']}" if row["benchmark"] else None))
    if row["baseline"]:
        parts.append(element("span", f"against {row['baseline']}"))
    if row["setting"]:
        parts.append(element("span", row["setting"], style_class="setting"))
    parts += [element("span", flag.replace("_", " "), style_class="flag") for flag in row["flags"]]
    return parts
