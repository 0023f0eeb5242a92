"""A page that stays true while an extraction goes on: it notices that the database has changed, and says so."""

import streamlit as st

from dashboards.database import Database
from dashboards.markup import element, show

_LOOK_AGAIN = "4s"


@st.fragment(run_every=_LOOK_AGAIN)
def hint(database: Database, *, by_itself: bool) -> None:
    """Offer to draw the page anew once the file is another, or do it where it may change by itself.

    What somebody reads does not move by itself; a page without claims has nothing to be read.
    """
    if not database.has_changed():
        return
    if by_itself:
        st.rerun()
    with st.container(key="freshness", horizontal=True, vertical_alignment="center"):
        show(element("span", "The database has changed.", role="status"))
        if st.button("Show new data", key="freshen"):
            st.rerun()
