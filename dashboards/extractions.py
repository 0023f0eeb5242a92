"""Extractions that a page has started: who is to read, how far it is, and how it ended."""

import json
import os
import secrets
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import streamlit as st

from dashboards import address, estimates
from dashboards.command import Command
from dashboards.database import Database, Row
from dashboards.markup import element, show, way
from dashboards.uploads import Contents, Upload
from models.errors import ClaimboardError
from models.notation import counted

_AT_ONCE = 2
"""Extractions that run at the same time."""

_KEPT = 50
"""Extractions that are remembered."""

_LOOK_AGAIN = "2s"
"""How often a page asks how far an extraction is."""


@dataclass(frozen=True)
class Extraction:
    """A command that extracts a source into the database."""

    command: Command
    name: str
    """The source, as the database knows it."""


@st.cache_resource(show_spinner=False)
def _extractions() -> dict[str, Extraction]:
    """All that this dashboard has started: a page that is loaded anew finds its own by the name in the address."""
    return {}


def find(job: str) -> Extraction | None:
    """Return an extraction that was started here, by the name that it has in addresses."""
    return _extractions().get(job)


def start(database: Database, upload: Upload, found: Contents) -> None:
    """Put on the page who is to read a source, what that would take, and the button that begins it."""
    model = os.environ.get("CLAIMBOARD_MODEL", "")
    reader = ["--extractor", "rules"]
    if model:
        names = {"rules": "Embedded rules", "model": "Model"}
        chosen = address.switched(
            "Who reads", "reader", list(names), shown=names.__getitem__, default="rules", resets=()
        )
        if chosen == "model":
            reader = estimates.of_model(database, upload, model)
    running = sum(not extraction.command.has_ended for extraction in _extractions().values())
    if running >= _AT_ONCE:
        said = f"{counted(running, 'extraction')} running already: wait for one to end."
        show(element("p", said, style_class="notice"))
    label = f"Extract the claims of {counted(found.entries, 'paper')}"
    if st.button(label, type="primary", key="add_extract", disabled=running >= _AT_ONCE):
        arguments = ["extract", upload.name, "--db", str(database.path.absolute()), "--json", *reader]
        job = secrets.token_hex(6)
        known = _extractions()
        known[job] = Extraction(Command(arguments, {upload.name: upload.content}), upload.name)
        for old in [name for name, other in known.items() if other.command.has_ended][:-_KEPT]:
            del known[old]
        address.put(job=job)
        st.rerun()


def watch(extraction: Extraction) -> None:
    """Show how far an extraction is or, once it has ended, what came of it."""
    if extraction.command.has_ended:
        _ended(extraction)
    else:
        _running(extraction)


@st.fragment(run_every=_LOOK_AGAIN)
def _running(extraction: Extraction) -> None:
    command = extraction.command
    if command.has_ended:
        st.rerun()
    share, said = _how_far(extraction)
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


def _how_far(extraction: Extraction) -> tuple[float, str]:
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


def _ended(extraction: Extraction) -> None:
    command = extraction.command
    try:
        result = json.loads(command.output)
    except ValueError:
        result = {}
    if command.code not in (0, 1, 130) or not result:
        show(element("p", command.said, style_class="notice", role="alert"))
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
