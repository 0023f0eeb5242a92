"""Speedups, and savings of memory, energy and the like: each as one factor, whatever it was printed as."""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element

import streamlit as st

from dashboards import address, charts, downloads
from dashboards.database import Database, Row
from dashboards.markup import element, heading, show
from dashboards.pager import paged
from dashboards.sentence import folded, times
from models.notation import bounded, counted, measured
from models.selection import IN_ORDER, Condition, mentioning

_FAMILIES = ("speed", "memory", "energy", "compute", "cost", "size")
_BETTER = {
    "speed": "faster",
    "memory": "less memory",
    "energy": "less energy",
    "compute": "less compute",
    "cost": "cheaper",
    "size": "smaller",
}

_GROUPINGS = {
    "paper": ("paper_id", "any_value(title)"),
    "metric": ("coalesce(metric_key, '')", "coalesce(mode(canonical_metric), 'no metric named')"),
    "task": (
        "coalesce(benchmark_task, benchmark_key, '')",
        "coalesce(any_value(benchmark_task), mode(canonical_benchmark), 'no benchmark named')",
    ),
}
"""What claims are put together by: the SQL of the key, and of what is shown for it."""

_BOUNDS = {"typical": "typical", "up_to": "up to"}
_BOUND_HELP = (
    "typical: exact, average and approximate numbers. up to: the best case, which says little of the usual one."
)
_COLOURS = charts.Groups(tuple(_BOUNDS.values()), "The number is")
_OF_BOUND = {"typical": Condition("bound <> 'up_to'"), "up_to": Condition("bound = 'up_to'")}

_CLAIMS = 120
"""Claims that a page shows at most: groups are few, and some are large. Of each, the largest come first."""


def speedups(database: Database) -> None:
    """Draw the factors of one family, narrowed and grouped as the address says."""
    heading("Speedups", "How many times faster, smaller or cheaper: 2.2x, 120% faster and 35% less time on one scale.")
    families = _families(database)
    if not families:
        show(
            element(
                "p",
                "No abstract so far says how many times faster, smaller or cheaper something is.",
                style_class="quiet",
            )
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        family = address.switched("What became better", "family", list(families), default=next(iter(families)))
        grouping = address.switched("Rows are", "by", list(_GROUPINGS), default="paper", shown=lambda by: f"{by}s")
        bound = address.switched(
            "Numbers", "bound", list(_BOUNDS), shown=lambda bound: _BOUNDS[bound], help=_BOUND_HELP
        )
        search = address.searched("Search", "search", placeholder="A model, baseline, hardware, or words")
    condition = _condition(family, bound, search)
    rows, pager = paged(database, page_of(condition, grouping), condition.parameters, grouping, size=12)
    if not rows:
        show(element("p", "No claim fits. Another family, or fewer words, may.", style_class="quiet"))
        return
    claims = rows[0]["claim_count"]
    _draw_distribution(database, family, condition, claims)
    _draw(family, rows)
    show(_table(family, rows, claims))
    pager.show()
    downloads.csv(
        database,
        f"factors-{family}",
        f"FROM speedups WHERE {condition.sql} ORDER BY factor DESC, {IN_ORDER}",
        condition.parameters,
    )


def _families(database: Database) -> dict[str, int]:
    rows = database.rows("SELECT family, count(*) AS count FROM speedups GROUP BY family")
    counts = {row["family"]: row["count"] for row in rows}
    return {family: counts[family] for family in _FAMILIES if family in counts}


def _condition(family: str, bound: str, search: str) -> Condition:
    condition = Condition("family = ?", (family,))
    if bound:
        condition &= _OF_BOUND[bound]
    return condition & mentioning(search) if search else condition


def page_of(condition: Condition, grouping: str) -> str:
    """Return the statement for the claims of some groups, those with the largest factor first."""
    key, name = _GROUPINGS[grouping]
    return f"""
        WITH fitting AS MATERIALIZED (
            SELECT {key} AS group_key, title, canonical_metric, canonical_benchmark, benchmark_task, paper_position,
                claim_position, paper_id, claim_id, factor, factor_high
            FROM speedups WHERE {condition.sql}
        ), groups AS (
            SELECT group_key, {name} AS group_name, max(coalesce(factor_high, factor)) AS best,
                min(paper_position) AS first, count(*) OVER () AS total
            FROM fitting
            GROUP BY group_key
            ORDER BY best DESC, first, group_key LIMIT ? OFFSET ?
        ), page AS (
            SELECT groups.*, paper_position, paper_id, claim_id
            FROM fitting JOIN groups ON groups.group_key = fitting.group_key
            ORDER BY row_number() OVER (PARTITION BY groups.group_key ORDER BY factor DESC, {IN_ORDER}),
                best DESC, first, groups.group_key
            LIMIT {_CLAIMS}
        )
        SELECT page.group_name, page.total, (SELECT count(*) FROM fitting) AS claim_count, speedups.*
        FROM page JOIN speedups USING (paper_position, paper_id, claim_id)
        ORDER BY best DESC, first, group_key, factor DESC, {IN_ORDER}
    """


def _draw_distribution(database: Database, family: str, condition: Condition, claims: int) -> None:
    """Draw how often which factor is claimed, where there are enough for a shape."""
    if claims < 12:
        return
    counts = database.rows(
        f"""
        SELECT 10 ** (bin / 8) AS low, 10 ** ((bin + 1) / 8) AS high, "group", count(*) AS count
        FROM (
            SELECT floor(log10(factor) * 8) AS bin, CASE bound WHEN 'up_to' THEN 'up to' ELSE 'typical' END AS "group"
            FROM speedups WHERE factor > 0 AND {condition.sql}
        )
        GROUP BY ALL ORDER BY "group", low
        """,
        condition.parameters,
    )
    chart = charts.distribution(counts, f"Times {_BETTER[family]}, of {counted(claims, 'claim')}", _COLOURS)
    charts.show(chart, "distribution", f"How many claims say which factor, from {len(counts)} groups of factors.")


def _draw(family: str, rows: Sequence[Row]) -> None:
    points = [_dot(row) for row in rows]
    chart = charts.dots(points, f"Times {_BETTER[family]}", charts.Groups(_COLOURS.names), log=True)
    charts.show(chart, "factors", f"Times {_BETTER[family]}, in rows. The table below has the same numbers.")


def _dot(row: Row) -> charts.Dot:
    return charts.Dot(
        row=row["group_name"],
        value=row["factor"],
        high=row["factor_high"],
        bound=row["bound"],
        group=_BOUNDS["up_to" if row["bound"] == "up_to" else "typical"],
        address=address.to("claims", paper=row["paper_id"], claim=row["claim_id"]),
        tooltip={
            "Factor": times(row["factor"], row["factor_high"]),
            "Printed": _printed(row),
            "Of": row["canonical_model"] or "not named",
            "Against": row["canonical_baseline"] or "not named",
            "Hardware": row["hardware"] or "not named",
            "Setting": row["setting"] or "none given",
            "Paper": row["title"],
        },
    )


def _printed(row: Mapping[str, Any]) -> str:
    number = bounded(row["value"], row["value_high"], row["unit"], row["bound"])
    return f"{number} {measured(row['metric'], row['direction'])}"


def _table(family: str, rows: Sequence[Row], claims: int) -> Element:
    names = (f"Times {_BETTER[family]}", "What was compared", "Paper")
    return element(
        "table",
        element("caption", f"{counted(claims, 'claim')}, the largest first"),
        element("thead", element("tr", *(element("th", name, scope="col") for name in names))),
        element("tbody", *map(_line, rows)),
        style_class="factors",
    )


def _line(row: Row) -> Element:
    worse = element("span", "worse", style_class="flag") if row["factor"] < 1 else None
    bound = "" if row["bound"] == "exact" else f"{charts.BOUNDS[row['bound']]} "
    return element(
        "tr",
        element(
            "td",
            element("span", bound, times(row["factor"], row["factor_high"]), style_class="number"),
            element("span", f"printed: {_printed(row)}", style_class="setting"),
            worse,
        ),
        element(
            "td",
            element("span", row["canonical_model"], style_class="name") if row["canonical_model"] else None,
            element("span", f"against {row['canonical_baseline']}") if row["canonical_baseline"] else None,
            element("span", f"on {row['canonical_benchmark']}") if row["canonical_benchmark"] else None,
            element("span", row["setting"], style_class="setting") if row["setting"] else None,
        ),
        element("td", *folded(row), style_class="source"),
    )
