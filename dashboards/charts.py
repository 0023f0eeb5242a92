"""Charts: numbers as places, with their ranges and bounds told apart by shape, so that colour is never all there is.

A mark leads to its claim when it is clicked, and the table beside each chart says the same in words. All text is drawn
as it is: Vega reads no markup, and its tooltips escape theirs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from math import ceil, floor, log10
from typing import Any, NamedTuple

import altair as alt
import streamlit as st

from dashboards import downloads

BOUNDS = {"exact": "exact", "approx": "about", "up_to": "up to", "at_least": "at least"}
"""How a number is meant, in the order of the legend."""

_SHAPES = ["circle", "diamond", "triangle-left", "triangle-right"]
_ITEM_SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"]

_PHONE = "windowSize()[0] < 700"

_SHORT = 12
"""Letters of names of which two fit beside each other on a phone."""

_SEPARATORS = {0x2028: " ", 0x2029: " "}

_NUMBER = ",.6~r"

_GREY = "#8a8880"
"""What a legend of shapes is drawn in, on light and on dark."""

_ROW = 24
"""Pixels from one row to the next."""

_NAME = alt.ExprRef(f"{_PHONE} ? 120 : 280")
"""Pixels that names have at most: fewer on a phone."""


# Altair looks pandas up without waiting for it, which another visitor's page may just be loading.
import_module("pandas")

Chart = alt.LayerChart | alt.FacetChart


@dataclass(frozen=True)
class Dot:
    """One number of a claim: where it stands, what it is called, and where a click leads."""

    row: str
    value: float
    high: float | None
    bound: str
    group: str
    address: str
    tooltip: Mapping[str, str]
    """What is said of it, by heading; the same headings for all dots of a chart."""


class Groups(NamedTuple):
    """What colours stand for: the names of all groups that there can be, and the title of the legend, if it has one."""

    names: Sequence[str]
    legend: str = ""


def show(chart: Chart, key: str, description: str) -> None:
    """Put a chart on the page, and a way to take it along. The description is read out in its place."""
    drawn = chart.to_dict()
    # One legend below the other, so that a phone has room for both. Altair does not know this of Vega.
    # A height is that of the rows or bars: axes and legends come on top of it, as many lines as they need.
    drawn["autosize"] = {"type": "fit-x", "contains": "padding"}
    drawn["config"] = {"legend": {"layout": {"top": {"anchor": "start", "direction": "vertical", "bounds": "full"}}}}
    spec = _in_one_line(drawn)
    st.vega_lite_chart(spec=spec, key=key, alt=description)
    downloads.svg(spec, key)


def _in_one_line(part: Any) -> Any:
    """Return a part of a chart without separators of lines and paragraphs, which end a text in Vega's expressions."""
    if isinstance(part, str):
        return part.translate(_SEPARATORS)
    if isinstance(part, dict):
        return {name: _in_one_line(inner) for name, inner in part.items()}
    return [_in_one_line(inner) for inner in part] if isinstance(part, list) else part


def dots(points: Sequence[Dot], title: str, groups: Groups, *, log: bool = False) -> Chart:
    """Return a chart of a row per `row`, in the order in which they come, and a dot or range per number.

    A logarithmic axis has no place for what is not above zero.
    """
    shown = [point for point in points if not log or point.value > 0]
    rows = list(dict.fromkeys(point.row for point in shown))
    scale = alt.Scale(type="log", nice=False, padding=16) if log else alt.Scale(zero=False, padding=16)
    axis = _factors(shown) if log else alt.Axis(tickCount=6, format=_NUMBER, labelOverlap=True)
    base = alt.Chart(_data(map(_flat, shown))).encode(
        y=alt.Y("row:N", sort=rows, title=None, axis=_NAMES),
        x=alt.X("value:Q", title=title, scale=scale, axis=axis),
        color=_groups(shown, groups),
    )
    marks = base.mark_point(filled=True, size=90, opacity=0.9, cursor="pointer").encode(
        shape=_bounds(shown), href="address:N", tooltip=_tooltip(shown)
    )
    layers = [marks]
    if any(point.high is not None for point in shown):
        ranges = base.transform_filter("isValid(datum.high)")
        lines = ranges.mark_rule(strokeWidth=3, opacity=0.6, aria=False).encode(x2="high:Q")
        layers = [lines, ranges.mark_tick(thickness=3, size=11, aria=False).encode(x="high:Q"), marks]
    if log:
        layers.insert(0, _at_one())
    return alt.layer(*layers).properties(height=len(rows) * _ROW)


def over_time(points: Sequence[Dot], when: Sequence[str], better: str, title: str, groups: Groups) -> Chart:
    """Return a chart of numbers by date, and a line of the best so far. `when` are the dates, in ISO 8601, in order."""
    best: list[dict[str, Any]] = []
    for date, point in zip(when, points, strict=True):
        if not best or (point.value < best[-1]["value"] if better == "lower" else point.value > best[-1]["value"]):
            best.append({"date": date, "value": point.value})
    if best and best[-1]["date"] != when[-1]:
        best.append({"date": when[-1], "value": best[-1]["value"]})
    x = alt.X("date:T", title=None, axis=alt.Axis(tickCount=5, labelOverlap=True))
    y = alt.Y(
        "value:Q", title=title, scale=alt.Scale(zero=False, padding=10), axis=alt.Axis(tickCount=5, format=_NUMBER)
    )
    line = (
        alt.Chart(_data(best))
        .mark_line(interpolate="step-after", strokeWidth=2, opacity=0.7, aria=False)
        .encode(x=x, y=y)
    )
    dated = [_flat(point) | {"date": date} for date, point in zip(when, points, strict=True)]
    marks = (
        alt.Chart(_data(dated))
        .mark_point(filled=True, size=80, opacity=0.9, cursor="pointer")
        .encode(
            x=x, y=y, color=_groups(points, groups), shape=_bounds(points), href="address:N", tooltip=_tooltip(points)
        )
    )
    return alt.layer(line, marks).properties(height=240)


def distribution(counts: Sequence[Mapping[str, Any]], title: str, groups: Groups) -> Chart:
    """Return a histogram on a logarithmic axis, of rows with `low`, `high`, `count` and `group`."""
    # Vega stacks no bars whose both ends are given.
    heights: dict[float, int] = {}
    stacked = []
    for row in sorted(counts, key=lambda row: groups.names.index(row["group"])):
        below = heights.get(row["low"], 0)
        heights[row["low"]] = below + row["count"]
        stacked.append({**row, "below": below, "above": below + row["count"]})
    across = alt.X(
        "low:Q",
        title=title,
        scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(format=_NUMBER, grid=False, tickCount=6, labelOverlap=True),
    )
    up = alt.Y("below:Q", title="Claims", axis=alt.Axis(tickCount=4, tickMinStep=1, format=",d"))
    bars = (
        alt.Chart(_data(stacked))
        .mark_rect(stroke=None)
        .encode(
            x=across,
            x2="high:Q",
            y=up,
            y2="above:Q",
            color=alt.Color(
                "group:N", title=groups.legend, scale=alt.Scale(domain=list(groups.names)), legend=_top(groups.names)
            ),
            tooltip=[
                alt.Tooltip("low:Q", title="From", format=",.3~g"),
                alt.Tooltip("high:Q", title="Below", format=",.3~g"),
                alt.Tooltip("group:N", title=groups.legend),
                alt.Tooltip("count:Q", title="Claims", format=",d"),
            ],
        )
    )
    return alt.layer(bars, _at_one()).properties(height=120)


def slopes(points: Sequence[Mapping[str, Any]], title: str) -> Chart:
    """Return a line per item, of rows with `scale`, `item`, `value`, `printed` and `address`."""
    scales = list(dict.fromkeys(point["scale"] for point in points))
    items = list(dict.fromkeys(point["item"] for point in points))
    base = alt.Chart(_data(points)).encode(
        x=alt.X("scale:N", sort=scales, title=None, axis=_TWO_LINES),
        y=alt.Y("value:Q", title=title, scale=alt.Scale(zero=False, padding=10), axis=alt.Axis(tickCount=5)),
        color=alt.Color(
            "item:N", sort=items, title=None, scale=alt.Scale(domain=items), legend=_top(items, labelLimit=320)
        ),
    )
    lines = base.mark_line(strokeWidth=1.5, opacity=0.7, aria=False)
    marks = base.mark_point(filled=True, size=90, cursor="pointer").encode(
        shape=alt.Shape(
            "item:N", sort=items, title=None, scale=alt.Scale(domain=items, range=_ITEM_SHAPES[: len(items)])
        ),
        href="address:N",
        tooltip=[
            alt.Tooltip("item:N", title="Of"),
            alt.Tooltip("scale:N", title="On"),
            alt.Tooltip("printed:N", title="Printed"),
        ],
    )
    return alt.layer(lines, marks).properties(height=300)


_NAMES = alt.Axis(labelLimit=_NAME, labelOverlap=False, labelFlush=False, domain=False, ticks=False, grid=True)

# Benchmark and metric, one below the other.
_TWO_LINES = alt.Axis(
    labelAngle=0,
    labelExpr="split(datum.label, '\\n')",
    labelLimit=alt.ExprRef(f"{_PHONE} ? 60 : 140"),
    labelOverlap=True,
    grid=True,
)


def _factors(points: Sequence[Dot]) -> alt.Axis:
    """Return an axis with a line at 1, 2 and 5 of each power of ten that the points span."""
    ends = [end for point in points for end in (point.value, point.high) if end]
    first, last = floor(log10(min(ends, default=1))), ceil(log10(max(ends, default=1)))
    values = [step * 10.0**power for power in range(first, last + 1) for step in (1, 2, 5)]
    return alt.Axis(values=values, format=_NUMBER, labelOverlap=True)


def _at_one() -> alt.Chart:
    """Return a line where nothing is better and nothing worse."""
    one = alt.Chart(_data([{"value": 1}]))
    return one.mark_rule(strokeDash=[3, 3], opacity=0.6, aria=False).encode(x="value:Q")  # type: ignore[no-any-return]


def _flat(point: Dot) -> dict[str, Any]:
    flat = asdict(point) | {"bound": BOUNDS[point.bound]}
    said: Mapping[str, str] = flat.pop("tooltip")
    return flat | {f"said_{index}": text for index, text in enumerate(said.values())}


def _data(rows: Iterable[Mapping[str, Any]]) -> alt.Data:
    return alt.Data(values=list(rows))  # type: ignore[no-untyped-call]


def _tooltip(points: Sequence[Dot]) -> list[alt.Tooltip]:
    headings = points[0].tooltip if points else ()
    return [alt.Tooltip(f"said_{index}:N", title=heading) for index, heading in enumerate(headings)]


def _groups(points: Sequence[Dot], groups: Groups) -> alt.Color:
    there = {point.group for point in points}
    names = [name for name in groups.names if name in there]
    shown = _top(names, values=names) if groups.legend and len(there) > 1 else None
    return alt.Color("group:N", title=groups.legend, scale=alt.Scale(domain=list(groups.names)), legend=shown)


def _bounds(points: Sequence[Dot]) -> alt.Shape:
    there = {point.bound for point in points}
    names = [name for bound, name in BOUNDS.items() if bound in there]
    shapes = [shape for shape, bound in zip(_SHAPES, BOUNDS, strict=True) if bound in there]
    legend = _top(names, symbolFillColor=_GREY, symbolStrokeColor=_GREY) if names != ["exact"] else None
    return alt.Shape("bound:N", title="The number is", scale=alt.Scale(domain=names, range=shapes), legend=legend)


def _top(names: Iterable[str], **more: Any) -> alt.Legend:
    """Return a legend above the chart, where it also has its place on a phone, whose width cuts off what is wider."""
    on_phone = 2 if all(len(name) <= _SHORT for name in names) else 1
    return alt.Legend(orient="top", columns=alt.ExprRef(f"{_PHONE} ? {on_phone} : 6"), **more)
