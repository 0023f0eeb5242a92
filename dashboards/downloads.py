"""Tables to take along: all rows of what is asked for, as CSV, made when somebody clicks."""

from collections.abc import Sequence
from functools import partial
from io import BytesIO

import streamlit as st

from dashboards.database import Database
from models.export.spreadsheet import write_csv_for_excel

_ROWS = 10_000
"""Rows that are text at once."""


def csv(
    database: Database, name: str, sql: str, parameters: Sequence[object] = (), *, label: str = "Download CSV"
) -> None:
    """Put a button on the page that downloads the rows of a SELECT statement as `name`.csv, however many they are.

    Text that a spreadsheet would run as a formula comes after a `'`, as in every export. `name` tells buttons of one
    page apart. The label may be Markdown: it must be our own words.
    """
    st.download_button(
        label,
        partial(_written, database, sql, tuple(parameters)),
        file_name=f"{name}.csv",
        mime="text/csv",
        key=f"download_{name}",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )


def _written(database: Database, sql: str, parameters: tuple[object, ...]) -> bytes:
    file = BytesIO()
    write_csv_for_excel(database.table(sql, parameters).to_reader(_ROWS), file)
    return file.getvalue()
