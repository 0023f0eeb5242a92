"""The ways to all leaderboards: by area of the field, and within it by task."""

from collections.abc import Sequence
from itertools import groupby
from xml.etree.ElementTree import Element

from dashboards import address
from dashboards.database import Database, Row
from dashboards.markup import Node, element, show, way
from dashboards.pager import Pager
from models.notation import counted, measured

_OF_AN_AREA = 7
"""Benchmarks of an area that are named before one opens it."""

_OTHER = "Other"
"""The area and task of benchmarks that the vocabulary does not know."""

_BENCHMARKS = f"""
    SELECT coalesce(any_value(area), '{_OTHER}') AS area, coalesce(any_value(task), '{_OTHER}') AS task,
        benchmark_key, mode(benchmark) AS benchmark, count(DISTINCT model_key) AS models, count(*) AS scores,
        mode(metric) AS metric, count(DISTINCT metric_key) AS metrics
    FROM scores
    GROUP BY benchmark_key
"""


def areas(database: Database) -> None:
    """Put the areas on the page, each with its benchmarks of which most models are known."""
    rows = database.rows(
        f"""
        WITH benchmarks AS ({_BENCHMARKS})
        SELECT *, count(*) OVER (PARTITION BY area) AS in_area
        FROM benchmarks
        QUALIFY row_number() OVER (PARTITION BY area ORDER BY models DESC, scores DESC, benchmark_key) <= ?
        ORDER BY area = '{_OTHER}', sum(scores) OVER (PARTITION BY area) DESC, area, models DESC, scores DESC,
            benchmark_key
        """,
        [_OF_AN_AREA],
    )
    cards = (_card(area, list(group)) for area, group in groupby(rows, key=lambda row: str(row["area"])))
    show(element("div", *cards, style_class="cards"))


def tasks(database: Database, area: str, task: str) -> None:
    """Put the benchmarks of an area, or of one task in it, on the page, by task."""
    found = f"FROM ({_BENCHMARKS}) WHERE area = ? AND (? = '' OR task = ?)"
    parameters = (area, task, task)
    total = database.row(f"SELECT count(*) AS count {found}", parameters)["count"]
    trail: list[Node] = [way("All areas", address.to("leaderboards")), " › "]
    trail += [way(area, address.to("leaderboards", area=area)), f" › {task}"] if task else [area]
    show(element("p", *trail, style_class="trail"))
    if not total:
        show(element("p", "No leaderboard is in this area or task.", style_class="notice"))
        return
    pager = Pager("page", total, "benchmark", size=40)
    rows = database.rows(
        f"""
        SELECT * {found}
        ORDER BY task = '{_OTHER}', sum(scores) OVER (PARTITION BY task) DESC, task, models DESC, scores DESC,
            benchmark_key
        LIMIT ? OFFSET ?
        """,
        [*parameters, pager.size, pager.offset],
    )
    for name, group in groupby(rows, key=lambda row: str(row["task"])):
        show(_table(area, name, list(group), linked=not task))
    pager.show()


def _card(area: str, rows: Sequence[Row]) -> Element:
    total = rows[0]["in_area"]
    to_area = address.to("leaderboards", area=area)
    lines = [
        element(
            "li",
            way(row["benchmark"], address.to("leaderboards", benchmark=row["benchmark_key"])),
            element("span", counted(row["models"], "model"), style_class="count"),
        )
        for row in rows
    ]
    more = element("p", way(f"all {total:,} benchmarks", to_area), style_class="more") if total > len(rows) else None
    return element("section", element("h2", way(area, to_area)), element("ul", *lines), more, style_class="card")


def _table(area: str, task: str, rows: Sequence[Row], *, linked: bool) -> Element:
    title = way(task, address.to("leaderboards", area=area, task=task)) if linked else task
    headings = (element("th", name, scope="col") for name in ("Benchmark", "Most reported metric", "Models", "Scores"))
    return element(
        "table",
        element("caption", element("h2", title)),
        element("thead", element("tr", *headings)),
        element("tbody", *map(_line, rows)),
        style_class="benchmarks",
    )


def _line(row: Row) -> Element:
    others = row["metrics"] - 1
    return element(
        "tr",
        element("th", way(row["benchmark"], address.to("leaderboards", benchmark=row["benchmark_key"])), scope="row"),
        element(
            "td",
            measured(row["metric"]),
            element("small", f" and {others:,} more") if others > 0 else None,
        ),
        element("td", f"{row['models']:,}", style_class="figure"),
        element("td", f"{row['scores']:,}", style_class="figure"),
    )
