"""Papers in, without a terminal: give a source, see what is read from it, have its claims extracted."""

from typing import Any
from xml.etree.ElementTree import Element

import streamlit as st

from dashboards import address, estimates, extractions, uploads
from dashboards.database import Database
from dashboards.markup import element, heading, show
from dashboards.uploads import Contents, Upload
from models.errors import ClaimboardError

_WAYS = {"file": "A file", "text": "Pasted text", "abstract": "One abstract"}


def adding(database: Database) -> None:
    """Put the ways to give a source on the page, what was read from it, and how far its extraction is."""
    heading(
        "Add papers",
        "Listing pages saved as text, JSON lines, CSV, Parquet, or a single abstract. "
        "You see what is read before anything is stored.",
    )
    extraction = extractions.find(address.text("job"))
    if extraction is not None:
        extractions.watch(extraction)
        if extraction.command.has_ended and st.button("Add more", key="add_more"):
            address.put(job=None)
            estimates.forget()
            for name in ("add_found", "add_file", "add_pasted", "add_title", "add_abstract"):
                st.session_state.pop(name, None)
            st.rerun()
        return
    way_in = address.switched("From", "from", list(_WAYS), shown=_WAYS.__getitem__, default="file", resets=())
    upload = {"file": _file, "text": _text, "abstract": _abstract}[way_in]()
    if upload is None:
        return
    try:
        found = _contents(upload)
    except ClaimboardError as error:
        show(element("p", str(error), style_class="notice", role="alert"))
        return
    show(_found(found))
    if found.entries:
        extractions.start(database, upload, found)


def _file() -> Upload | None:
    given = st.file_uploader("File", type=list(uploads.SUFFIXES), key="add_file", max_upload_size=uploads.MEGABYTES)
    return Upload.of_file(given.name, given.getvalue()) if given is not None else None


def _text() -> Upload | None:
    with st.form("add_text", border=False):
        text = st.text_area(
            "Text",
            key="add_pasted",
            height=260,
            max_chars=uploads.PASTED,
            placeholder="Titles, each followed by its abstract; or JSON lines; or CSV with title and abstract",
        )
        st.form_submit_button("See what is in it", key="add_look", help="Ctrl+Enter in the field does it too")
    return Upload.of_text(text) if text and text.strip() else None


def _abstract() -> Upload | None:
    with st.form("add_one", border=False):
        title = st.text_input("Title", key="add_title", max_chars=1_000)
        abstract = st.text_area("Abstract", key="add_abstract", height=220, max_chars=20_000)
        st.form_submit_button("See what is in it", key="add_look", help="Ctrl+Enter in the field does it too")
    if not (title or "").strip() and not (abstract or "").strip():
        return None
    return Upload.of_abstract(title or "", abstract or "")


def _contents(upload: Upload) -> Contents:
    """Return what is in a source, which is found out once for each."""
    name, found = st.session_state.get("add_found", (None, None))
    if name != upload.name:
        with st.spinner("Reading …"):
            found = uploads.contents(upload)
        st.session_state["add_found"] = (upload.name, found)
    return found  # type: ignore[no-any-return]


def _found(found: Contents) -> Element:
    facts = [element("div", element("dd", f"{found.entries:,}"), element("dt", "read"))]
    if found.refusals:
        facts.append(element("div", element("dd", f"{found.refusals:,}"), element("dt", "refused")))
    parts = [element("dl", *facts, style_class="facts")]
    if found.refused:
        parts.append(element("ul", *map(_refusal, found.refused), style_class="refusals"))
        if found.refusals > len(found.refused):
            parts.append(element("p", f"and {found.refusals - len(found.refused):,} more", style_class="quiet"))
    if found.listed:
        parts.append(_titles(found))
    return element("section", *parts, style_class="found")


def _refusal(refused: dict[str, Any]) -> Element:
    place = f"line {refused['line']:,}: " if refused["line"] else ""
    return element("li", element("strong", place), refused["reason"])


def _titles(found: Contents) -> Element:
    more = f", the first {len(found.listed)} of {found.entries:,}" if found.entries > len(found.listed) else ""
    headings = (element("th", name, scope="col") for name in ("Line", "What was read", "Numbers"))
    rows = (
        element(
            "tr",
            element("td", f"{entry['line']:,}", style_class="line"),
            element(
                "td",
                element("span", entry["title"], style_class="name"),
                element("span", entry["abstract"], style_class="setting clipped"),
            ),
            element("td", f"{entry['numbers']:,}", style_class="count"),
        )
        for entry in found.listed
    )
    return element(
        "table",
        element("caption", f"Titles and abstracts{more}"),
        element("thead", element("tr", *headings)),
        element("tbody", *rows),
        style_class="titles",
    )
