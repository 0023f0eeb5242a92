"""Where papers print different numbers for one thing: the numbers side by side, each in its sentence."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

import streamlit as st

from dashboards import address, downloads
from dashboards.database import Database, Row
from dashboards.markup import element, heading, show, way
from dashboards.pager import paged
from dashboards.sentence import source
from models.notation import amount, bounded, counted, measured
from models.selection import Condition, mentioning

_ORDERS = {
    "": ("Most papers first", "paper_count DESC, spread DESC"),
    "spread": ("Largest difference first", "spread / nullif(greatest(abs(lowest), abs(highest)), 0) DESC NULLS LAST"),
    "benchmark": ("By benchmark", "benchmark_key, metric_key, model_key"),
}

_UNIQUE = "benchmark_key, metric_key, model_key, setting_key, unit"

_SHOWN = 3
"""Claims from either end of one conflict that are shown; the rest is behind a link."""


def conflicts(database: Database) -> None:
    """Put the conflicts that fit on the page, each with its claims."""
    heading(
        "Conflicts",
        "One model, one benchmark, one metric, and different numbers beyond rounding: "
        "other settings, other versions, or one of them is wrong.",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = address.searched("Search", "search", placeholder="A model, benchmark or metric")
        order = address.picked("Order", "order", list(_ORDERS), shown=lambda name: _ORDERS[name][0])
        between = address.ticked("Only between papers", "between", help="Leave out what one paper prints itself")
    condition = Condition()
    if search:
        condition &= mentioning(search, "benchmark, metric, model")
    if between:
        condition &= Condition("NOT within_one_paper")
    fitting, in_order = f"FROM conflicts WHERE {condition.sql}", f"ORDER BY {_ORDERS[order][1]}, {_UNIQUE}"
    page = f"SELECT *, count(*) OVER () AS total {fitting} {in_order} LIMIT ? OFFSET ?"
    rows, pager = paged(database, page, condition.parameters, "conflict", size=10)
    if not rows:
        said = "No conflict fits." if search or between else "No two numbers contradict each other so far."
        show(element("p", said, style_class="quiet"))
        return
    claims = _claims(database, rows)
    show(
        element(
            "div",
            element("p", counted(pager.total, "conflict"), style_class="quiet"),
            *(_conflict(row, claims) for row in rows),
            style_class="conflicts",
        )
    )
    pager.show()
    downloads.csv(database, "conflicts", f"{fitting} {in_order}", condition.parameters)


def _claims(database: Database, conflicts: Sequence[Row]) -> dict[tuple[str, str], Row]:
    """Return the claims of conflicts that are shown, by paper and claim."""
    ids = sorted({claim_id for row in conflicts for _, claim_id in _ends(row)})
    if not ids:
        return {}
    rows = database.rows(f"FROM claims WHERE claim_id IN ({', '.join('?' for _ in ids)})", ids)
    return {(row["paper_id"], row["claim_id"]): row for row in rows}


def _ends(conflict: Row) -> list[tuple[str, str]]:
    """Return paper and claim of the lowest numbers, then of the highest."""
    pairs = list(zip(conflict["paper_ids"], conflict["claim_ids"], strict=True))
    return pairs if len(pairs) <= 2 * _SHOWN else pairs[:_SHOWN] + pairs[-_SHOWN:]


def _conflict(row: Row, claims: dict[tuple[str, str], Row]) -> Element:
    found = [claims[pair] for pair in _ends(row) if pair in claims]
    lowest, highest = (amount(row[end], None, row["unit"]) for end in ("lowest", "highest"))
    said = [f"{lowest} to {highest}", counted(row["paper_count"], "paper")]
    if row["within_one_paper"]:
        said = [f"{lowest} to {highest}", "within one paper"]
    if row["setting_key"]:
        said.append(row["setting_key"])
    ask = address.to(
        "claims", benchmark=row["benchmark_key"], metric=row["metric_key"], model=row["model_key"], kind="score"
    )
    more = len(row["claim_ids"]) - len(found)
    return element(
        "article",
        element(
            "h2",
            row["model"],
            element("span", f" · {row['benchmark']} · {measured(row['metric'])}", style_class="quiet"),
        ),
        element("p", " · ".join(said), style_class="quiet"),
        element("div", *(_side(claim, row) for claim in found), style_class="sides"),
        element("p", way(f"All these claims{f', {more:,} more' if more > 0 else ''}", ask), style_class="more quiet"),
        style_class="conflict",
    )


def _side(claim: Row, conflict: Row) -> Element:
    """Return one of the numbers: as printed, its conditions, and its sentence in its paper."""
    printed = bounded(claim["value"], claim["value_high"], claim["unit"], claim["bound"])
    compared = amount(claim["normal_value"], claim["normal_high"], claim["normal_unit"])
    parts: list[Element | None] = [
        way(printed, address.to("claims", claim=claim["claim_id"], paper=claim["paper_id"]), style_class="number"),
        element("span", f"compared as {compared}", style_class="setting") if compared != printed else None,
        element("span", claim["setting"], style_class="setting") if claim["setting"] else None,
        element("span", f"printed as {claim['model']}", style_class="setting")
        if claim["model"] != conflict["model"]
        else None,
        element("span", str(claim["published_year"]), style_class="setting") if claim["published_year"] else None,
        *source(claim),
    ]
    return element("section", *parts, style_class="side")
