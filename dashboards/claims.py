"""Every claim, searched and narrowed by the database, a page at a time; one of them in full, to be judged."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

import streamlit as st

from dashboards import address, downloads, facets
from dashboards.claim import claim_of, detail
from dashboards.database import Database, Row
from dashboards.facets import Choice
from dashboards.markup import element, heading, show, way
from dashboards.pager import Pager
from dashboards.sentence import source
from models.notation import bounded, counted, measured


def claims(database: Database) -> None:
    """Put the search, the claims that fit and, where the address names one, that claim in full on the page."""
    heading("Claims", "Every number that an abstract claims as an outcome, with the sentence that says it.")
    facets.pickers(database)
    choice = facets.choice()
    paper = _title(database, address.text("paper"))
    chips = facets.active(paper)
    if chips is not None:
        show(chips)
    claim = claim_of(database, choice, address.text("claim"))
    if address.text("claim") and claim is None:
        show(
            element(
                "p",
                "No claim here has the id that the address names: its abstract may be another now.",
                style_class="notice",
            )
        )
    if claim is None:
        if address.text("order") == "queue":
            _begin(database, choice)
        _list(database, choice, None)
        return
    with st.container(key="claims_detail"):
        listed, shown = st.columns([5, 8], gap="large")
    with shown:
        detail(database, choice, claim)
    with listed:
        _list(database, choice, claim["claim_id"])


def _begin(database: Database, choice: Choice) -> None:
    """Put the way into the queue on the page, so that keys lead all the way through it."""
    first = database.rows(
        f"SELECT claim_id {choice.rows} ORDER BY {choice.order.sql} LIMIT 1", choice.condition.parameters
    )
    if first:
        st.button(
            "Begin reviewing",
            key="begin",
            type="primary",
            shortcut="J",
            on_click=lambda: address.put(claim=first[0]["claim_id"]),
        )


def _title(database: Database, paper_id: str) -> str | None:
    if not paper_id:
        return None
    rows = database.rows("SELECT title FROM papers WHERE paper_id = ?", [paper_id])
    return rows[0]["title"] if rows else None


def _list(database: Database, choice: Choice, selected: str | None) -> None:
    """Put the claims that fit on the page; beside a selected one only what tells them apart."""
    count = database.row(f"SELECT count(*) AS count {choice.rows}", choice.condition.parameters)["count"]
    if not count:
        said = "No claim fits." if address.text("order") != "queue" else "Nothing is left in the queue."
        show(element("p", said, style_class="quiet"))
        return
    pager = Pager("page", count, "claim")
    rows = database.rows(choice.page, [*choice.condition.parameters, pager.size, pager.offset])
    show(_table(rows, count, choice, selected))
    pager.show()
    downloads.csv(
        database,
        "claims",
        f"SELECT * {choice.rows} ORDER BY {choice.order.sql}",
        choice.condition.parameters,
        label=f"Download {count:,} as CSV",
    )


def _table(rows: Sequence[Row], count: int, choice: Choice, selected: str | None) -> Element:
    caption = element("caption", f"{counted(count, 'claim')} · {choice.order.name.lower()}")
    names = ("Number", "What it is", "What the paper says")[: 2 if selected else 3]
    return element(
        "table",
        caption,
        element("thead", element("tr", *(element("th", name, scope="col") for name in names))),
        element("tbody", *(_line(row, selected) for row in rows)),
        style_class="claims narrow" if selected else "claims",
    )


def _line(row: Row, selected: str | None) -> Element:
    is_selected = row["claim_id"] == selected
    return element(
        "tr",
        element(
            "td",
            way(
                bounded(row["value"], row["value_high"], row["unit"], row["bound"]),
                facets.here(claim=row["claim_id"]),
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
