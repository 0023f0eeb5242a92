"""The dashboard: `claimboard dashboard`, or `streamlit run dashboards/app.py` with CLAIMBOARD_DB naming the database.

What all pages share stands here; each page is a function of the database, in a module of its own and of its name, which
is loaded when the page is first asked for: not every page needs the library of charts. Streamlit puts this folder on
Python's path, so no module here may have the name of a module of the standard library.
"""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

import streamlit as st

from dashboards import freshness, trouble
from dashboards.database import Database
from models.errors import ClaimboardError

# The pages by their addresses, in the order of the navigation; the first has none.
_PAGES = {
    "": ("Overview", "overview"),
    "leaderboards": ("Leaderboards", "leaderboards"),
    "speedups": ("Speedups", "speedups"),
    "compare": ("Compare", "compare"),
    "claims": ("Claims", "claims"),
    "conflicts": ("Conflicts", "conflicts"),
    "runs": ("Runs", "runs"),
    "sql": ("SQL", "sql"),
    "add": ("Add papers", "adding"),
}

# Pages that also have something to say where there is no database, or no paper in it.
_WITHOUT_PAPERS = frozenset({"add"})

_FOLDER = Path(__file__).parent


def main() -> None:
    """Draw the page that the address names."""
    page = st.navigation(
        [
            st.Page(partial(_draw, path), title=title, url_path=path, default=not path)
            for path, (title, _) in _PAGES.items()
        ],
        position="top",
    )
    st.set_page_config(page_title=f"{page.title} · claimboard", page_icon=_FOLDER / "icon.svg", layout="wide")
    st.logo(_FOLDER / "wordmark.svg", size="large")
    st.html(_FOLDER / "style.css")
    page.run()


def _draw(path: str) -> None:
    database = None
    try:
        database = Database.of_environment()
        if path not in _WITHOUT_PAPERS and trouble.nothing_in(database):
            return
        # Asked before the page is drawn: what an extraction stores while it is drawn may not be on it.
        has_claims = path in _WITHOUT_PAPERS or database.holds["claims"]
        _page(path)(database)
        freshness.hint(database, by_itself=not has_claims)
    except ClaimboardError as error:
        trouble.unreadable(database, error)


def _page(path: str) -> Callable[[Database], None]:
    _, name = _PAGES[path]
    return getattr(import_module(f"dashboards.{name}"), name)  # type: ignore[no-any-return]


if __name__ == "__main__":
    main()
