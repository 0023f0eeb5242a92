"""Databases made by the code that makes real ones, the served dashboard, and a browser."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from chromium import chromium
from dashboard_server import AT_REST, Served, dashboard, drawn, wait_until_drawn
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, expect

from models.claim import Claim, Reading, ground
from models.mention import Mention
from models.paper import Entry, Paper
from models.run import Outcome, Run
from models.store import Store

expect.set_options(timeout=60_000)


@pytest.fixture(scope="session")
def claimed() -> Callable[..., Claim]:
    """A claim on the place in the abstract where a number stands; the sentence around it is its evidence."""

    def make(paper: Paper, text: str, value: float, unit: str | None = "%", **fields: Any) -> Claim:
        number = {name: fields.pop(name) for name in ("bound", "value_high") if name in fields}
        start = paper.abstract.index(text)
        mention = Mention(start=start, end=start + len(text), text=text, value=value, unit=unit, **number)
        first = paper.abstract.rfind(". ", 0, start) + 2 if ". " in paper.abstract[:start] else 0
        last = paper.abstract.find(". ", start)
        evidence = (first, last if last >= 0 else len(paper.abstract))
        return ground(paper, mention, Reading(**{"kind": "score"} | fields), evidence)

    return make


@pytest.fixture(scope="session")
def put(claimed: Callable[..., Claim]) -> Callable[..., None]:
    """Stores one paper and the claims of an extractor, each given as (text, value, unit, fields)."""

    def store(
        path: Path,
        title: str,
        abstract: str,
        *claims: tuple[str, float, str | None, dict[str, Any]],
        published: date | None = None,
    ) -> None:
        database = Store(path)
        address = f"https://example.org/{len(title)}"
        entry = Entry(location="l.txt", line=1, title=title, abstract=abstract, url=address, published=published)
        (paper,) = database.add_entries([entry])
        run = Run(
            run_id="run", extractor="rules", fingerprint="rules-1", sources=("l.txt",), started_at=datetime.now(UTC)
        )
        made = tuple(claimed(paper, text, value, unit, **fields) for text, value, unit, fields in claims)
        outcome = Outcome(paper_id=paper.paper_id, text_hash=paper.text_hash, status="done", claims=made)
        database.commit(run, [outcome])

    return store


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory, put: Callable[..., None]) -> Path:
    """Three models on Foo, two of them on Bar, and a paper with many speedups."""
    path = tmp_path_factory.mktemp("dashboard") / "claims.duckdb"
    foo, bar = {"metric": "accuracy", "benchmark": "Foo"}, {"metric": "error", "benchmark": "Bar"}
    put(
        path,
        "Quokka: a small parser",
        "We parse. Quokka reaches 84% accuracy on Foo with 5 shots. On Bar its error is 3.5%.",
        ("84%", 84, "%", {"model": "Quokka", "setting": "5 shots", **foo}),
        ("3.5%", 3.5, "%", {"model": "Quokka", **bar}),
    )
    put(
        path,
        "Wombat, a slower parser",
        "Wombat has an accuracy of 0.912 on Foo. Its error on Bar is below 7%.",
        ("0.912", 0.912, None, {"model": "Wombat", **foo}),
        ("7%", 7, "%", {"model": "Wombat", "bound": "up_to", **bar}),
    )
    put(
        path,
        "Numbat and its kin",
        "Numbat gets 61.5% on Foo, and uses 35% less memory than Wombat.",
        ("61.5%", 61.5, "%", {"model": "Numbat", **foo}),
        (
            "35%",
            35,
            "%",
            {"kind": "delta", "metric": "memory", "direction": "decrease", "model": "Numbat", "baseline": "Wombat"},
        ),
    )
    speedups = [f"{tenths / 10}x" for tenths in range(11, 51)]
    put(
        path,
        "Fast kernels in many sizes",
        f"The kernels are faster by {', '.join(speedups)} in turn.",
        *((f" {text}", float(text[:-1]), "x", {"kind": "ratio", "metric": "speedup"}) for text in speedups),
    )
    return path


@pytest.fixture(scope="session")
def address(database: Path) -> Iterator[str]:
    """Where the dashboard of `database` is served."""
    with dashboard(database) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser that ends with the tests of its file: while it runs, no other event loop can on this thread."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def shared_dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A dashboard for the files of one test after the other: to start one takes longer than most tests."""
    path = tmp_path_factory.mktemp("own") / "claims.duckdb"
    with dashboard(path) as served:
        yield Served(path, served)


@pytest.fixture
def own_dashboard(shared_dashboard: Served) -> Served:
    """A dashboard of a file that is not there yet."""
    for left in shared_dashboard.path.parent.glob(f"{shared_dashboard.path.name}*"):
        left.unlink()
    return shared_dashboard


@pytest.fixture
def serve() -> Iterator[Callable[[Path], str]]:
    """Serves the dashboard of any file until the test is over, and returns the address.

    For what goes on when the test is over, or needs settings of its own; else see `own_dashboard`.
    """
    with ExitStack() as servers:
        yield lambda path: servers.enter_context(dashboard(path))


class Viewer:
    """A window of the browser, and what went wrong in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.drawn = drawn(page)
        self.errors: list[str] = []
        self.outside: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", self._fail)
        page.on("request", self._note)

    def leave(self) -> None:
        """Leave the page, and listen no more."""
        self.page.goto("about:blank")
        self.page.remove_listener("console", self._hear)
        self.page.remove_listener("pageerror", self._fail)
        self.page.remove_listener("request", self._note)

    def _hear(self, message: ConsoleMessage) -> None:
        # Below the address of a page Streamlit first looks for itself where it is not.
        is_probe = "/_stcore/" in message.location["url"] and "404" in message.text
        if message.type == "error" and not is_probe:
            self.errors.append(message.text)

    def _fail(self, error: Error) -> None:
        self.errors.append(str(error))

    def _note(self, request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:", "about:")):
            self.outside.append(request.url)

    def press(self, key: str) -> None:
        """Press a key when the page is drawn: a button listens to its key a moment later than it can be seen."""
        wait_until_drawn(self.page)
        self.page.keyboard.press(key)

    def table(self, name: str) -> list[list[str]]:
        """Return the rows of a table as a person reads them, cell by cell, white space folded."""
        # Before the style is there, what stands below each other is one word.
        read = self.page.wait_for_function(
            """([name, atRest]) =>
                document.querySelector(atRest)
                && [...document.querySelectorAll('.stHtml td > span')]
                    .every((part) => getComputedStyle(part).display !== 'inline')
                && [...document.querySelectorAll(`table.${name} tbody tr`)]
                    .map((row) => [...row.children].map((cell) => cell.innerText))""",
            arg=[name, AT_REST],
        )
        return [[" ".join(cell.split()) for cell in row] for row in read.json_value()]


@pytest.fixture(scope="module")
def window(browser: Browser) -> Page:
    """The window that the tests of a file share: a new one takes twice as long to show a page."""
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    page.set_default_timeout(60_000)
    return page


@pytest.fixture
def viewer(window: Page, serve: Callable[[Path], str]) -> Iterator[Viewer]:
    """A window; a test fails where the page logged an error, called elsewhere or showed an exception.

    It leaves the page before what `serve` has started ends.
    """
    watched = Viewer(window)
    yield watched
    exceptions = window.get_by_test_id("stException").count()
    watched.leave()
    assert (exceptions, watched.errors, watched.outside) == (0, [], [])
