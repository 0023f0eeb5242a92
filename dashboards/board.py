"""One leaderboard: what it is of, how it is narrowed, who stands where, and how the best grew."""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element

import streamlit as st

from dashboards import address, charts, downloads
from dashboards.database import Database, Row
from dashboards.markup import element, show, way
from dashboards.pager import Pager
from dashboards.sentence import folded
from models.notation import ASSUMED, amount, bounded, counted, measured, ranking
from models.selection import BEST_FIRST, IN_ORDER, LARGEST_FIRST, Condition
from models.vocabulary import vocabulary

_OWN = {"own": "the paper's own", "other": "cited for comparison"}
_GROUPS = {True: "the paper's own", False: "cited for comparison", None: "not known"}
_COLOURS = charts.Groups(tuple(_GROUPS.values()), "The model is")

_NONE = "-"
"""Stands in an address for a metric, unit or setting that the abstracts do not name."""

_MOMENTS = 400
"""Dated scores that the chart over time draws at most: the best ones."""


def board(database: Database, benchmark_key: str) -> None:
    """Draw the leaderboard of a benchmark, in the metric and narrowed as the address says."""
    boards = database.rows(f"FROM boards WHERE benchmark_key = ? ORDER BY {LARGEST_FIRST}", [benchmark_key])
    show(_trail(boards[0]))
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        chosen = _metric(boards)
        narrowed = _narrowed(database, chosen)
    ranked, parameters = _ranked(chosen, narrowed)
    total = chosen["model_count"]
    if narrowed != Condition():
        total = database.row(f"SELECT count(*) AS count FROM ({ranked})", parameters)["count"]
    caption = _caption(chosen, total)
    if not total:
        show(element("p", caption, style_class="quiet"))
        return
    pager = Pager("page", total, "model", size=20)
    in_order = f"{ranked} ORDER BY rank, {IN_ORDER}"
    rows = database.rows(f"{in_order} LIMIT ? OFFSET ?", [*parameters, pager.size, pager.offset])
    _draw(chosen, rows, "board_chart", caption)
    show(_table(caption, rows))
    pager.show()
    name = f"leaderboard-{chosen['benchmark_key']}".replace(" ", "-")
    downloads.csv(database, name, in_order, parameters)
    _draw_over_time(database, chosen, ranked, parameters)


def _trail(row: Row) -> Element:
    area, task = row["area"] or "Other", row["task"] or "Other"
    return element(
        "p",
        way("All areas", address.to("leaderboards")),
        " › ",
        way(area, address.to("leaderboards", area=area)),
        " › ",
        way(task, address.to("leaderboards", area=area, task=task)) if task != area else None,
        " › " if task != area else None,
        element("strong", row["benchmark"]),
        style_class="trail",
    )


def _metric(boards: Sequence[Row]) -> Row:
    """Put the picker of metric, unit and comparable setting on the page; return the board that is picked."""
    by_name = {_name(row): row for row in boards}
    asked = next((name for name, row in by_name.items() if _is_named(row)), next(iter(by_name)))
    name = address.picked(
        "Metric",
        "metric",
        list(by_name),
        shown=lambda name: f"{name} · {counted(by_name[name]['model_count'], 'model')}",
        read=lambda _: asked,
        write=lambda name: identity(by_name[name]),
    )
    return by_name[name]


def identity(row: Row, unit: str = "unit") -> dict[str, address.Value]:
    """Return the parameters that name a board of a benchmark; `unit` is the column that has its unit."""
    return {
        "metric": row["metric_key"] or _NONE,
        "unit": row[unit] or _NONE,
        "setting": row["setting_key"] or _NONE,
    }


def _is_named(row: Row) -> bool:
    """Whether the address names this board, as far as it names any, in whatever spelling."""
    metric = address.text("metric")
    return metric in ("", row["metric_key"] or _NONE, *_spelt(metric, row)) and all(
        address.text(name) in ("", identity(row)[name]) for name in ("unit", "setting")
    )


def _spelt(metric: str, row: Row) -> tuple[str, ...]:
    return (metric,) if metric and vocabulary().key("metric", metric) == row["metric_key"] else ()


def _name(row: Row) -> str:
    parts = (measured(row["metric"]), row["unit"], row["setting_key"])
    return ", ".join(part for part in parts if part)


def _narrowed(database: Database, chosen: Row) -> Condition:
    """Put the filters on the page, as far as there is something to choose, and return what they ask for."""
    there = database.row(
        f"""
        SELECT list_sort(list(DISTINCT paper_year)) AS years, list_sort(list(DISTINCT extractor)) AS extractors,
            count(own_result) > 0 AS own, count(verdict) > 0 AS reviewed
        FROM scores WHERE {_OF_BOARD}
        """,
        _identity(chosen),
    )
    condition = Condition()
    if there["own"]:
        own = address.picked("Whose result", "own", ["", *_OWN], shown=lambda value: _OWN.get(value, "any"))
        if own:
            condition &= Condition("own_result = ?", (own == "own",))
    if there["years"]:
        years = [str(year) for year in there["years"]]
        year = address.picked("Up to year", "year", ["", *years], shown=lambda value: value or "any")
        if year:
            condition &= Condition("paper_year <= ?", (int(year),))
    if len(there["extractors"]) > 1:
        extractor = address.picked(
            "Read by", "extractor", ["", *there["extractors"]], shown=lambda value: value or "any"
        )
        if extractor:
            condition &= Condition("extractor = ?", (extractor,))
    if there["reviewed"] and address.ticked("Reviewed only", "reviewed"):
        condition &= Condition("verdict IS NOT NULL")
    return condition


_OF_BOARD = "benchmark_key = ? AND metric_key = ? AND unit IS NOT DISTINCT FROM ? AND setting_key = ?"


def _identity(chosen: Row) -> tuple[Any, ...]:
    return tuple(chosen[name] for name in ("benchmark_key", "metric_key", "unit", "setting_key"))


def _ranked(chosen: Row, narrowed: Condition) -> tuple[str, tuple[Any, ...]]:
    """Return the statement of the best score of each model among those that are left, ranked, and its parameters."""
    return (
        f"""
        WITH best AS (
            SELECT * REPLACE (mode(model) OVER (PARTITION BY model_key) AS model)
            FROM scores
            WHERE {_OF_BOARD} AND {narrowed.sql}
            QUALIFY row_number() OVER (PARTITION BY model_key ORDER BY {BEST_FIRST}) = 1
        )
        SELECT rank() OVER (ORDER BY place) AS rank, * EXCLUDE (place) FROM best
        """,
        (*_identity(chosen), *narrowed.parameters),
    )


def _caption(chosen: Row, total: int) -> str:
    direction = ranking(chosen["better"], known=chosen["direction_known"])
    shown = (
        counted(total, "model")
        if total == chosen["model_count"]
        else f"{total:,} of {counted(chosen['model_count'], 'model')}"
    )
    return f"{_name(chosen)}: {shown}, {direction}"


def _dot(row: Mapping[str, Any]) -> charts.Dot:
    return charts.Dot(
        row=row["model"],
        value=row["score"],
        high=row["score_high"],
        bound=row["bound"],
        group=_GROUPS[row["own_result"]],
        address=address.to("claims", paper=row["paper_id"], claim=row["claim_id"]),
        tooltip={
            "Model": row["model"],
            "Printed": _printed(row),
            "Setting": row["setting"] or "none given",
            "Paper": row["title"],
            "Date": str(row["published"] or "not known"),
        },
    )


def _axis(chosen: Row) -> str:
    metric = measured(chosen["metric"])
    return f"{metric} ({chosen['unit']})" if chosen["unit"] else metric


def _draw(chosen: Row, rows: Sequence[Row], key: str, caption: str) -> None:
    if len(rows) < 2:
        return
    points = [_dot(row) for row in rows]
    charts.show(charts.dots(points, _axis(chosen), _COLOURS), key, f"{caption}. The table below has the same numbers.")


def _draw_over_time(database: Database, chosen: Row, ranked: str, parameters: tuple[Any, ...]) -> None:
    """Draw how the best score grew, where at least three scores have dates."""
    rows = database.rows(
        f"""
        FROM (FROM ({ranked}) WHERE published IS NOT NULL ORDER BY rank LIMIT {_MOMENTS}) ORDER BY published, rank
        """,
        parameters,
    )
    if len({row["published"] for row in rows}) < 3:
        return
    show(element("h2", "Best so far"))
    chart = charts.over_time(
        [_dot(row) for row in rows],
        [row["published"].isoformat() for row in rows],
        chosen["better"],
        _axis(chosen),
        _COLOURS,
    )
    charts.show(chart, "time_chart", f"{_axis(chosen)} by date of the paper, with a line of the best so far.")


def _printed(row: Mapping[str, Any]) -> str:
    return bounded(row["printed_value"], row["printed_value_high"], row["printed_unit"], row["bound"])


def _table(caption: str, rows: Sequence[Row]) -> Element:
    headings = (element("th", name, scope="col") for name in ("Rank", "Model", "Score", "Paper"))
    return element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *headings)),
        element("tbody", *map(_line, rows)),
        style_class="board",
    )


def _line(row: Row) -> Element:
    printed = _printed(row)
    normal = amount(row["score"], row["score_high"], row["unit"])
    as_normal = element("span", f"ranked as {normal}", style_class="setting") if normal not in printed else None
    return element(
        "tr",
        element("td", str(row["rank"]), style_class="rank"),
        element(
            "th",
            element("span", row["model"], style_class="name"),
            element("span", row["setting"], style_class="setting") if row["setting"] else None,
            element("span", _GROUPS[False], style_class="setting") if row["own_result"] is False else None,
            scope="row",
        ),
        element(
            "td",
            element("span", printed, style_class="number"),
            as_normal,
            element("span", ASSUMED, style_class="setting") if row["metric_assumed"] else None,
            _verdict(row),
            style_class="score",
        ),
        element("td", *folded(row), style_class="source"),
    )


def _verdict(row: Row) -> Element | None:
    words = {"accept": "checked", "correct": "corrected"}
    return element("span", words[row["verdict"]], style_class="verdict") if row["verdict"] else None
