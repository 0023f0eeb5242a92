"""The picture of the page: how time grows, with abstracts and with claims, both on logarithmic axes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import altair as alt
import vl_convert
from growth import growth
from results import Row, Section

_MOST = 6
"""Questions drawn, the slowest ones."""

_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F7F7F")
"""Told apart also by those who do not see all colours; as on the dashboard."""

Point = tuple[float, float]


def plot(sections: Mapping[str, Section]) -> str | None:
    """Return the picture as SVG, on white, or None where nothing grows in what was measured."""
    panels = []
    if "extraction" in sections:
        panels.append(_panel(_reading(sections["extraction"].rows), "abstracts", "seconds", "Extracting"))
    if "views" in sections:
        panels.append(_panel(_asking(sections["views"].rows), "claims", "milliseconds", "Asking the views"))
    if not panels:
        return None
    chart = (
        alt.hconcat(*panels, background="white", padding=16, spacing=32)
        .resolve_scale(color="independent", shape="independent")
        .configure(font="DejaVu Sans, sans-serif")
        .configure_view(stroke=None)
        .configure_axis(gridColor="#e4e4e4", domainColor="#888888")
        .configure_legend(orient="bottom", columns=1, labelLimit=420, titleFontWeight="normal")
    )
    return str(vl_convert.vegalite_to_svg(chart.to_dict()))


def _reading(rows: Sequence[Row]) -> dict[str, list[Point]]:
    lines: dict[str, list[Point]] = {}
    for row in rows:
        cores = f"{row['cores']} {'core' if row['cores'] == 1 else 'cores'}"
        name = f"{row['reader']}, {cores}"
        lines.setdefault(name, []).append((row["papers"], row["seconds"]))
    return lines


def _asking(rows: Sequence[Row]) -> dict[str, list[Point]]:
    lines: dict[str, list[Point]] = {}
    for row in rows:
        if row["unit"] == "ms" and "stored" not in row["asked"]:
            lines.setdefault(row["asked"], []).append((row["claims"], row["views"]))
    slowest = sorted(lines, key=lambda asked: max(lines[asked]), reverse=True)[:_MOST]
    return {asked: lines[asked] for asked in slowest}


def _panel(lines: Mapping[str, Iterable[Point]], size: str, unit: str, title: str) -> alt.Chart:
    values: list[dict[str, Any]] = []
    names = []
    for name, points in lines.items():
        found = sorted(points)
        slope = growth(found)
        names.append(name if slope is None else f"{name} ({slope:.2f})")
        values += [{"size": at, "time": time, "line": names[-1]} for at, time in found]
    axis = {"type": "log", "nice": True}
    # One legend for both: title and domain must be the same.
    said: dict[str, Any] = {"shorthand": "line:N", "title": "slope in brackets"}
    return (
        alt.Chart(alt.Data(values=values), title=title, width=380, height=300)
        .mark_line(point=alt.OverlayMarkDef(size=50))
        .encode(
            x=alt.X("size:Q", title=size, scale=alt.Scale(**axis), axis=alt.Axis(format="~s", tickCount=5)),
            y=alt.Y("time:Q", title=unit, scale=alt.Scale(**axis), axis=alt.Axis(format="~s", tickCount=5)),
            color=alt.Color(**said, scale=alt.Scale(domain=names, range=list(_COLOURS))),
            shape=alt.Shape(**said, scale=alt.Scale(domain=names)),
        )
    )
