"""The dashboard: `claimboard dashboard`, or `streamlit run dashboards/app.py` with CLAIMBOARD_DB naming the database.

What all pages share stands here; each page is a function of the database in a module of its own. Streamlit puts this
folder on Python's path, so no module here may have the name of a module of the standard library.
"""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from dashboards import trouble
from dashboards.database import Database
from dashboards.markup import element, show
from dashboards.overview import overview
from models.errors import ClaimboardError

# The pages by their titles, the first one first.
_PAGES: dict[str, Callable[[Database], None]] = {"Overview": overview}

_FOLDER = Path(__file__).parent


def main() -> None:
    """Draw the page that the address names."""
    st.set_page_config(page_title="claimboard", page_icon=_FOLDER / "icon.svg", layout="wide")
    st.html(_FOLDER / "style.css")
    show(
        element(
            "header",
            element("h1", "claimboard"),
            element("p", "What abstracts claim, in numbers, each with the words it came from"),
            style_class="masthead",
        )
    )
    database = None
    try:
        database = Database.of_environment()
        _navigation(database).run()
    except ClaimboardError as error:
        trouble.unreadable(database, error)


def _navigation(database: Database) -> st.Page:
    def page(title: str, draw: Callable[[Database], None]) -> st.Page:
        return st.Page(
            lambda: draw(database) if database.stamp else trouble.missing(database),
            title=title,
            url_path=title.lower(),
            default=title == next(iter(_PAGES)),
        )

    return st.navigation([page(title, draw) for title, draw in _PAGES.items()], position="top")


if __name__ == "__main__":
    main()
