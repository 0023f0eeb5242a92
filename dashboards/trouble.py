"""What a page says when there is nothing to show: what is wrong, and what to type."""

import streamlit as st

from dashboards.database import Database
from dashboards.markup import element, show
from dashboards.welcome import ways_in
from models.errors import ClaimboardError

_LOOK_AGAIN = "3s"


def nothing_in(database: Database) -> bool:
    """Say how papers get into the database where there are none, and return whether that is so."""
    if not database.stamp:
        missing(database)
    elif not database.holds["papers"]:
        empty(database)
    else:
        return False
    return True


def missing(database: Database) -> None:
    """Say how a database is made where there is none."""
    _heading("No database yet", f"The dashboard looks for {database.path}, and there is no such file.")
    ways_in(database)
    _commands("Or open another database", "claimboard dashboard --db OTHER.duckdb")
    _look_again(database)


def empty(database: Database) -> None:
    """Say how papers get into a database that holds none."""
    _heading("No papers yet", f"{database.path} is a claimboard database, and holds no papers so far.")
    ways_in(database)
    _look_again(database)


def unreadable(database: Database | None, error: ClaimboardError) -> None:
    """Say why a database cannot be read. None stands for a name that no database can have."""
    _heading("The database cannot be read", str(error))
    _commands("Open another database", "claimboard dashboard --db OTHER.duckdb")
    _commands("Or make a new one", "claimboard extract SOURCE --db NEW.duckdb")
    if database is not None:
        _look_again(database)


def _heading(title: str, explanation: str) -> None:
    show(element("section", element("h1", title), element("p", explanation), style_class="trouble"))


def _commands(purpose: str, command: str) -> None:
    show(element("p", f"{purpose}:", style_class="purpose"))
    st.code(command, language=None, wrap_lines=True)


@st.fragment(run_every=_LOOK_AGAIN)
def _look_again(database: Database) -> None:
    """Draw the whole page anew once the database can be read."""
    if database.answers():
        st.rerun()
    show(element("p", "This page looks again every few seconds.", style_class="quiet"))
