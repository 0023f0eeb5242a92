"""The ways to fill a database that holds nothing: a command, a page, and examples that come along."""

import shlex
from pathlib import Path

import streamlit as st

from dashboards import address
from dashboards.command import Command
from dashboards.database import Database
from dashboards.markup import element, show, way

_PLACES = (Path(__file__).with_name("samples"), Path(__file__).parents[1] / "examples")
"""Where the examples are: within the package where claimboard is installed, else in the checkout."""

_EXAMPLES = "page-*.txt"

_LOOK_AGAIN = "1s"


def ways_in(database: Database) -> None:
    """Put the three ways on the page, side by side as far as there is room."""
    with st.container(key="ways"):
        with st.container(key="way_command"):
            show(element("h2", "From a terminal"))
            show(element("p", "Listing pages saved as text, bibliography exports, tables of papers:"))
            command = f"claimboard extract SOURCE --db {shlex.quote(str(database.path))}"
            st.code(command, language=None, wrap_lines=True)
        with st.container(key="way_page"):
            show(element("h2", "On a page"))
            show(element("p", "Upload a file, paste a page or an abstract, and see what is read before it is stored."))
            show(element("p", way("Add papers", address.to("add"))))
        with st.container(key="way_examples"):
            show(element("h2", "Examples"))
            show(element("p", "Three listing pages with 76 papers on language models, vision and speech."))
            _examples(database)


def _samples() -> dict[str, bytes]:
    """Return the example pages by their names."""
    folder = next((place for place in _PLACES if place.is_dir()), None)
    return {path.name: path.read_bytes() for path in sorted(folder.glob(_EXAMPLES))} if folder else {}


@st.cache_resource(show_spinner=False)
def _started() -> dict[Path, Command]:
    """Return the command that reads the examples into each database, as far as one was started."""
    return {}


@st.fragment(run_every=_LOOK_AGAIN)
def _examples(database: Database) -> None:
    path = database.path.absolute()
    command = _started().get(path)
    if command is None or command.has_ended:
        if command is not None and command.code:
            show(element("p", command.said, style_class="notice", role="alert"))
        if st.button("Read the examples", key="read_examples", type="primary"):
            samples = _samples()
            arguments = ["extract", *samples, "--db", str(path), "--extractor", "rules"]
            _started()[path] = Command(arguments, samples)
            st.rerun(scope="fragment")
        return
    show(element("p", "Reading them; the first papers appear in a moment.", role="status", style_class="quiet"))
