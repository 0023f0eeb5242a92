"""Every claim, searched and narrowed by the database, a page at a time; one of them in full, to be judged."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

import streamlit as st

from dashboards import address, downloads, facets
from dashboards.claim import claim_of, detail, paper_of
from dashboards.database import Database, Row
from dashboards.facets import Choice, place_of
from dashboards.markup import element, heading, show, way
from dashboards.pager import paged
from dashboards.sentence import source
from models.notation import bounded, counted, measured


def claims(database: Database) -> None:
    """Put the search, the claims that fit and, where the address names one, that claim in full on the page."""
    heading("Claims", "Every number that an abstract claims as an outcome, with the sentence that says it.")
    facets.pickers(database)
    choice = facets.choice()
    paper = paper_of(database, address.text("paper"))
    chips = facets.active(paper["title"] if paper else None)
    if chips is not None:
        show(chips)
    claim = claim_of(database, choice, address.text("claim"), address.text("of"))
    if address.text("claim") and claim is None:
        show(
            element(
                "p",
                "No claim here has the id that the address names: its abstract may be another now.",
                style_class="notice",
            )
        )
    if claim is None:
        _list(database, choice, None)
        return
    with st.container(key="claims_detail"):
        listed, shown = st.columns([5, 8], gap="large")
    with shown:
        detail(database, choice, claim)
    with listed:
        _list(database, choice, claim)


def _begin(first: Row) -> None:
    """Put the way into the queue on the page, so that keys lead all the way through it."""
    st.button(
        "Begin reviewing", key="begin", type="primary", shortcut="J", on_click=lambda: address.put(**place_of(first))
    )


def _list(database: Database, choice: Choice, selected: Row | None) -> None:
    """Put the claims that fit on the page; beside a selected one only what tells them apart."""
    is_queue = address.text("order") == "queue"
    rows, pager = paged(database, choice.page, choice.condition.parameters, "claim")
    if not rows:
        show(element("p", "Nothing is left in the queue." if is_queue else "No claim fits.", style_class="quiet"))
        return
    if is_queue and selected is None and pager.number == 1:
        _begin(rows[0])
    show(_table(rows, pager.total, choice, selected))
    pager.show()
    downloads.csv(
        database,
        "claims",
        f"SELECT * {choice.rows} ORDER BY {choice.order.sql}",
        choice.condition.parameters,
        label=f"Download {pager.total:,} as CSV",
    )


def _table(rows: Sequence[Row], count: int, choice: Choice, selected: Row | None) -> Element:
    caption = element("caption", f"{counted(count, 'claim')} · {choice.order.name.lower()}")
    names = ("Number", "What it is", "What the paper says")[: 2 if selected else 3]
    return element(
        "table",
        caption,
        element("thead", element("tr", *(element("th", name, scope="col") for name in names))),
        element("tbody", *(_line(row, selected) for row in rows)),
        style_class="claims narrow" if selected else "claims",
    )


def _line(row: Row, selected: Row | None) -> Element:
    is_selected = selected is not None and place_of(row) == place_of(selected)
    return element(
        "tr",
        element(
            "td",
            way(
                bounded(row["value"], row["value_high"], row["unit"], row["bound"]),
                facets.here(**place_of(row)),
                style_class="number",
                **({"aria-current": "true"} if is_selected else {}),
            ),
            element("span", row["kind"], style_class="kind"),
        ),
        element("td", *meaning(row)),
        None if selected else element("td", *source(row), style_class="source"),
        style_class="selected" if is_selected else "",
    )


def meaning(row: Row) -> list[Element]:
    """Return the names that an abstract gives a number, one a line."""
    metric = measured(row["metric"], row["direction"])
    parts = [element("span", row["model"], style_class="name")] if row["model"] else []
    parts.append(element("span", metric, f" on {row['benchmark']}" if row["benchmark"] else None))
    if row["baseline"]:
        parts.append(element("span", f"against {row['baseline']}"))
    if row["setting"]:
        parts.append(element("span", row["setting"], style_class="setting"))
    parts += [element("span", flag.replace("_", " "), style_class="flag") for flag in row["flags"]]
    if row["verdict"]:
        parts.append(
            element(
                "span",
                {"accept": "accepted", "correct": "corrected"}.get(row["verdict"], "rejected"),
                style_class="decided",
            )
        )
    return parts
