"""Tables and charts to take along: all rows of what is asked for as CSV, a chart as SVG, made when somebody clicks."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from io import BytesIO
from typing import Any

import streamlit as st
import vl_convert

from dashboards.database import Database
from models.export.spreadsheet import write_csv_for_excel

_ROWS = 10_000
"""Rows that are text at once."""

_WIDTH = 760
"""Pixels of a chart that is taken along, names and legend aside."""


def csv(
    database: Database, name: str, sql: str, parameters: Sequence[object] = (), *, label: str = "Download CSV"
) -> None:
    """Put a button on the page that downloads the rows of a SELECT statement as `name`.csv, however many they are.

    Text that a spreadsheet would run as a formula comes after a `'`, as in every export. `name` tells buttons of one
    page apart. The label may be Markdown: it must be our own words.
    """
    _button(label, partial(_written, database, sql, tuple(parameters)), f"{name}.csv", "text/csv")


def svg(drawn: Mapping[str, Any], name: str) -> None:
    """Put a button on the page that downloads a chart, as Vega-Lite has it, as `name`.svg."""
    _button("Download SVG", partial(_picture, drawn), f"{name}.svg", "image/svg+xml")


def _button(label: str, content: Callable[[], bytes], file_name: str, mime: str) -> None:
    st.download_button(
        label,
        content,
        file_name=file_name,
        mime=mime,
        key=f"download_{file_name}",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )


def _written(database: Database, sql: str, parameters: tuple[object, ...]) -> bytes:
    file = BytesIO()
    write_csv_for_excel(database.table(sql, parameters).to_reader(_ROWS), file)
    return file.getvalue()


def _picture(drawn: Mapping[str, Any]) -> bytes:
    """Draw a chart in the colours of the light theme, without links: they lead nowhere outside the dashboard."""
    colours = {"range": {"category": st.get_option("theme.chartCategoricalColors")}}
    picture = _without_links({**drawn, "width": _WIDTH, "background": "white"})
    return vl_convert.vegalite_to_svg(picture, config=colours).encode()


def _without_links(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: _without_links(inner) for name, inner in part.items() if name != "href"}
    return [_without_links(inner) for inner in part] if isinstance(part, list) else part
