"""A picture of any result: two of its columns against each other, as a person picks them."""

from datetime import date

import altair as alt
import pyarrow as pa
import streamlit as st

from dashboards import address, charts

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
    charts.show(_chart(table.slice(0, _MOST), mark, across, up), "plot", f"{up} by {across}")


def _first_other(names: list[str], name: str) -> str:
    return next((other for other in names if other != name), name)


def _chart(table: pa.Table, mark: str, across: str, up: str) -> charts.Chart:
    # Columns under names of our own: a name of a query may be one that the library reads as a path or a call.
    values = [
        {"across": one.isoformat() if isinstance(one, date) else one, "up": two}
        for one, two in zip(table[across].to_pylist(), table[up].to_pylist(), strict=True)
    ]
    kind = _kind(table.schema.field(across).type, mark)
    base = alt.Chart(alt.Data(values=values)).properties(height=320)  # type: ignore[no-untyped-call]
    marked = {"bars": base.mark_bar, "line": base.mark_line, "points": base.mark_circle}[mark]()
    return alt.layer(
        marked.encode(
            x=alt.X(f"across:{kind}", title=across, sort=None, axis=alt.Axis(labelLimit=160)),
            y=alt.Y("up:Q", title=up),
            tooltip=[alt.Tooltip(f"across:{kind}", title=across), alt.Tooltip("up:Q", title=up)],
        )
    )


def _kind(column: pa.DataType, mark: str) -> str:
    """Return whether a column is drawn as time (T), as names (N) or as an amount (Q)."""
    if pa.types.is_date(column) or pa.types.is_timestamp(column):
        return "T"
    is_number = pa.types.is_integer(column) or pa.types.is_floating(column)
    return "Q" if is_number and mark != "bars" else "N"
