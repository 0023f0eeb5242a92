"""Questions that no page answers, in SQL: over the views, with examples to begin from, and without doing any harm."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from xml.etree.ElementTree import Element

import streamlit as st

from dashboards import address, plot
from dashboards.database import Database, Row
from dashboards.examples import Example, examples
from dashboards.markup import element, heading, show
from models.errors import ClaimboardError
from models.export.spreadsheet import write_csv_for_excel
from models.notation import counted
from models.sandbox import Answer, Limits, Sandbox
from models.store import Stamp

_LONGEST = 8_000
"""Characters of a statement here: it stands in the address, which a link carries along."""

_LIMITS = Limits(rows=10_000, seconds=15.0)


def sql(database: Database) -> None:
    """Put the statement, its result and what can be asked for on the page."""
    heading(
        "SQL",
        f"Ask the views anything: at most {_LIMITS.rows:,} rows, {_LIMITS.seconds:.0f} seconds. "
        "Nothing can be changed from here.",
    )
    _sandbox(str(database.path)).prepare()
    asking, schema = st.columns([7, 3], gap="large")
    with asking:
        _editor(examples())
        statement = address.text("sql").strip()
        if statement:
            _result(database, statement)
    with schema:
        show(views(database))


def _editor(offered: Sequence[Example]) -> None:
    """Put the statement of the address into the field, and take what is written there into the address."""
    _example_picker(offered)
    # The address decides, also after the browser's "back"; what is being written is not lost meanwhile.
    if st.session_state.get("sql_shown") != address.text("sql"):
        st.session_state["sql_shown"] = address.text("sql")
        st.session_state["sql_text"] = address.text("sql")
    if not st.session_state.get("sql_text"):
        st.session_state["sql_text"] = offered[0].sql
    with st.form("sql_form", border=False):
        st.text_area("SELECT statement", key="sql_text", height=190, max_chars=_LONGEST)
        st.form_submit_button(
            "Run",
            type="primary",
            key="sql_run",
            help="Ctrl+Enter in the field runs it too",
            on_click=lambda: address.put(sql=st.session_state["sql_text"].strip(), x=None, y=None, plot=None),
        )


def _example_picker(offered: Sequence[Example]) -> None:
    by_title = {example.title: example.sql for example in offered}

    def choose() -> None:
        chosen = st.session_state["sql_example"]
        if chosen is not None:
            address.put(sql=by_title[chosen], x=None, y=None, plot=None)

    # What is picked is the statement, not the example: it may be changed afterwards.
    current = next((title for title, text in by_title.items() if text == address.text("sql").strip()), None)
    st.session_state["sql_example"] = current
    st.selectbox("Example", list(by_title), key="sql_example", placeholder="Begin from an example", on_change=choose)


def _result(database: Database, statement: str) -> None:
    try:
        answer = _answer(str(database.path), database.stamp, statement)
    except ClaimboardError as error:
        show(element("p", str(error), style_class="notice sql-error", role="alert"))
        return
    table = answer.table
    with st.container(horizontal=True, vertical_alignment="center", key="sql_facts"):
        rows = "no rows" if not table.num_rows else counted(table.num_rows, "row")
        show(element("p", f"{rows} in {answer.seconds:.2f} s", style_class="quiet", role="status"))
        st.download_button(
            "Download CSV",
            lambda: _csv(answer),
            file_name="query.csv",
            mime="text/csv",
            key="sql_csv",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
        )
    if answer.more:
        show(element("p", answer.more, style_class="notice"))
    if not table.num_rows:
        return
    st.dataframe(table, hide_index=True, key="sql_rows", height=min(38 + 35 * table.num_rows, 460), alt="Result")
    plot.of_table(table)


def _csv(answer: Answer) -> bytes:
    file = BytesIO()
    write_csv_for_excel(answer.table.to_reader(), file)
    return file.getvalue()


@st.cache_resource(show_spinner=False)
def _sandbox(path: str) -> Sandbox:
    return Sandbox(path, _LIMITS)


# The stamp is an argument only so that a result is kept for it, and no longer.
@st.cache_data(max_entries=16, ttl="10m", show_spinner="Asking the database …")
def _answer(path: str, stamp: Stamp, statement: str) -> Answer:
    return _sandbox(path).ask(statement)


def views(database: Database) -> Element:
    """Return the views with their columns, each with what it means, behind words that open them."""
    columns: dict[str, list[Row]] = {}
    for row in database.rows(
        f"""
        SELECT table_name AS name, column_name, data_type, comment
        FROM duckdb_columns() WHERE schema_name = 'main' AND NOT internal {_SEEN} ORDER BY name, column_index
        """
    ):
        columns.setdefault(row["name"], []).append(row)
    found = database.rows(
        f"""
        SELECT view_name AS name, comment
        FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal {_SEEN} ORDER BY name
        """
    )
    return element(
        "section",
        element("h2", "Views"),
        *(_view(row, columns.get(row["name"], [])) for row in found),
        style_class="schema",
    )


_SEEN = "QUALIFY database_name = 'temp' OR NOT bool_or(database_name = 'temp') OVER (PARTITION BY name)"
"""Of the views of an older claimboard in the file only those that this one does not put its own before."""


def _view(view: Row, columns: Sequence[Row]) -> Element:
    return element(
        "details",
        element("summary", view["name"]),
        element("p", view["comment"] or "", style_class="quiet"),
        element("dl", *(element("div", *_column(row)) for row in columns)),
    )


def _column(row: Mapping[str, str]) -> list[Element]:
    return [
        element("dt", row["column_name"], element("span", row["data_type"].lower(), style_class="type")),
        element("dd", row["comment"] or ""),
    ]
