"""A picture of any result: two of its columns against each other, as a person picks them."""

import altair as alt
import pandas as pd
import pyarrow as pa
import streamlit as st

from dashboards import address

_MARKS = {"": "No chart", "bars": "Bars", "line": "Line", "points": "Points"}

_MOST = 2_000
"""Points drawn; the browser draws each."""


def of_table(table: pa.Table) -> None:
    """Put pickers and the chart that they choose below a result; nothing where no column is a number."""
    numbers = [
        field.name for field in table.schema if pa.types.is_integer(field.type) or pa.types.is_floating(field.type)
    ]
    if not numbers or table.num_columns < 2:
        return
    names = table.column_names
    with st.container(horizontal=True, vertical_alignment="bottom", key="plot_pickers"):
        mark = address.switched("Chart", "plot", list(_MARKS), shown=_MARKS.__getitem__, default="", resets=())
        if not mark:
            return
        across = address.picked("Across", "x", names, default=_first_other(names, numbers[-1]), resets=())
        up = address.picked("Up", "y", numbers, default=numbers[-1], resets=())
    st.altair_chart(_chart(table.slice(0, _MOST), mark, across, up), key="plot")


def _first_other(names: list[str], name: str) -> str:
    return next((other for other in names if other != name), name)


def _chart(table: pa.Table, mark: str, across: str, up: str) -> alt.Chart:
    # Columns under names of our own: a name of a query may be one that the library reads as a path or a call.
    data = pd.DataFrame({"across": table[across].to_pandas(), "up": table[up].to_pandas()})
    kind = table.schema.field(across).type
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        type_, data["across"] = "T", pd.to_datetime(data["across"])
    elif across == up or (mark == "points" and not pa.types.is_string(kind)):
        type_ = "Q"
    elif pa.types.is_string(kind) or pa.types.is_boolean(kind) or mark == "bars":
        type_ = "N"
    else:
        type_ = "Q"
    base = alt.Chart(data, height=320)
    marked = {"bars": base.mark_bar, "line": base.mark_line, "points": base.mark_circle}[mark]()
    return marked.encode(
        x=alt.X(f"across:{type_}", title=across, sort=None, axis=alt.Axis(labelLimit=160)),
        y=alt.Y("up:Q", title=up),
        tooltip=[alt.Tooltip(f"across:{type_}", title=across), alt.Tooltip("up:Q", title=up)],
    )
