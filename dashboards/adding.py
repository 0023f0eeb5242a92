"""Papers in, without a terminal: give a source, see what is read from it, have its claims extracted."""

import json
import os
import secrets
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

import streamlit as st

from dashboards import address, uploads
from dashboards.command import Command
from dashboards.database import Database, Row
from dashboards.markup import element, heading, show, way
from dashboards.uploads import Contents, Upload
from models.errors import ClaimboardError
from models.notation import counted

_WAYS = {"file": "A file", "text": "Pasted text", "abstract": "One abstract"}

_AT_ONCE = 2
"""Extractions that run at the same time."""

_KEPT = 50
"""Extractions that are remembered."""

_LOOK_AGAIN = "2s"


@dataclass(frozen=True)
class Extraction:
    """A command that extracts a source into the database."""

    command: Command
    name: str
    """The source, as the database knows it."""
    entries: int


@st.cache_resource(show_spinner=False)
def _extractions() -> dict[str, Extraction]:
    """All that this dashboard has started: a page that is loaded anew finds its own by the name in the address."""
    return {}


def adding(database: Database) -> None:
    """Put the ways to give a source on the page, what was read from it, and how far its extraction is."""
    heading(
        "Add papers",
        "Listing pages saved as text, JSON lines, CSV, Parquet, or a single abstract. "
        "You see what is read before anything is stored.",
    )
    extraction = _extractions().get(address.text("job"))
    if extraction is not None:
        _progress(database, extraction)
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
        _start(database, upload, found)


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


def _start(database: Database, upload: Upload, found: Contents) -> None:
    model = os.environ.get("CLAIMBOARD_MODEL", "")
    reads = "rules"
    if model:
        names = {"rules": "Embedded rules", "model": "Model"}
        reads = address.switched(
            "Who reads", "reader", list(names), shown=names.__getitem__, default="rules", resets=()
        )
        if reads == "model":
            show(
                element("p", f"{model} is asked about every abstract with a number; it may cost.", style_class="quiet")
            )
    running = sum(not extraction.command.has_ended for extraction in _extractions().values())
    if running >= _AT_ONCE:
        show(
            element(
                "p", f"{counted(running, 'extraction')} running already: wait for one to end.", style_class="notice"
            )
        )
    if st.button(
        f"Extract the claims of {counted(found.entries, 'paper')}",
        type="primary",
        key="add_extract",
        disabled=running >= _AT_ONCE,
    ):
        arguments = ["extract", upload.name, "--db", str(database.path.absolute()), "--json"]
        command = Command(
            [*arguments, *(() if reads == "model" else ("--extractor", "rules"))], {upload.name: upload.content}
        )
        job = secrets.token_hex(6)
        known = _extractions()
        known[job] = Extraction(command, upload.name, found.entries)
        for old in [name for name, other in known.items() if other.command.has_ended][:-_KEPT]:
            del known[old]
        address.put(job=job)
        st.rerun()


def _progress(database: Database, extraction: Extraction) -> None:
    if not extraction.command.has_ended:
        _running(database, extraction)
        return
    _ended(database, extraction)
    if st.button("Add more", key="add_more"):
        address.put(job=None)
        for name in ("add_found", "add_file", "add_pasted", "add_title", "add_abstract"):
            st.session_state.pop(name, None)
        st.rerun()


@st.fragment(run_every=_LOOK_AGAIN)
def _running(database: Database, extraction: Extraction) -> None:
    command = extraction.command
    if command.has_ended:
        st.rerun()
    share, said = _how_far(database, extraction)
    show(
        element(
            "section",
            element("p", said, role="status"),
            element("progress", value=f"{share:.4f}", max="1", **{"aria-label": "Papers read"}),
            style_class="progress",
        )
    )
    # Called before anything is drawn: the next look may come before this one gets here.
    st.button("Stop the extraction", key="add_stop", disabled=command.was_stopped, on_click=command.stop)


def _how_far(database: Database, extraction: Extraction) -> tuple[float, str]:
    """Return which share of the papers is read, and the same in words."""
    if extraction.command.was_stopped:
        return 0.0, "Stopping; what is finished stays."
    try:
        rows = Database.of_environment().rows(
            """
            SELECT listed, pending FROM run_progress
            WHERE sources = [?] AND listed > 0 ORDER BY started_at DESC LIMIT 1
            """,
            [extraction.name],
        )
    except ClaimboardError:
        rows = []
    if not rows:
        return 0.0, "Starting …"
    listed, pending = rows[0]["listed"], rows[0]["pending"]
    return (listed - pending) / listed, f"{listed - pending:,} of {counted(listed, 'paper')} read"


def _ended(database: Database, extraction: Extraction) -> None:
    command = extraction.command
    try:
        result = json.loads(command.output)
    except ValueError:
        result = {}
    if command.code not in (0, 1, 130) or not result:
        said = next((line.removeprefix("error: ") for line in reversed(command.lines) if line), "")
        show(element("p", said or f"The command ended with code {command.code}.", style_class="notice", role="alert"))
        return
    names = {"papers": "papers", "new": "new", "claims": "claims", "failed": "failed", "refusals": "refused"}
    facts = (
        element("div", element("dd", f"{result[name]:,}"), element("dt", said))
        for name, said in names.items()
        if result.get(name) or name in ("papers", "claims")
    )
    show(element("dl", *facts, style_class="facts"))
    if command.code == 130:
        left = f"{result['pending'] - result['extracted'] - result['failed']:,}"
        show(
            element(
                "p",
                f"Stopped with {left} left to read. What was finished is stored; "
                "the same source again goes on from there.",
                style_class="notice",
            )
        )
    if result.get("stopped"):
        show(element("p", str(result["stopped"]), style_class="notice"))
    show(_papers(Database.of_environment(), extraction))


def _papers(database: Database, extraction: Extraction) -> Element:
    rows = database.rows(
        """
        SELECT paper_id, title, status, reason, claim_count
        FROM papers WHERE list_bool_or(list_transform(sources, lambda place: starts_with(place, ?)))
        ORDER BY paper_position LIMIT 100
        """,
        [f"{extraction.name}:"],
    )
    return element("ul", *map(_paper, rows), style_class="added")


def _paper(row: Row) -> Element:
    said = counted(row["claim_count"], "claim") if row["claim_count"] is not None else "not read yet"
    if row["status"] == "failed":
        said = f"failed: {row['reason']}"
    target = address.to("claims", paper=row["paper_id"]) if row["claim_count"] else None
    return element(
        "li",
        way(row["title"], target, style_class="name") if target else element("span", row["title"], style_class="name"),
        " ",
        element("span", said, style_class="quiet"),
    )
