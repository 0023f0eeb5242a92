"""Measures how soon each page of the dashboard is there over a database, and how much memory the app takes.

    python benchmarks/dashboard.py DB

A Chromium opens each page twice: first after a start of the server with nothing kept, then again, when the answers to
its questions are. `paint` is when what the page is about stands there, `done` when the server has nothing left to draw.
Then come interactions, as a person has them: from the key or click to the last change. Memory is the peak of the server
up to that line, as Linux counts it. `load` is what else the machine is doing: processes that want one of its cores.

`report.py` puts all of it on a page.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import psutil
import typer
from playwright.sync_api import Page

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from chromium import chromium
from dashboard_server import dashboard, wait_until_drawn

from models.store import Store

_PATIENCE = 120_000
"""Milliseconds until a page counts as not coming."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One page, opened twice, or one interaction. All times are seconds."""

    claims: int
    what: str
    is_page: bool
    paint: float
    """Until what the page is about stands there; of an interaction, until the first change."""
    done: float
    """Until the server has nothing left to draw; of an interaction, until the last change."""
    paint_again: float | None
    done_again: float | None
    peak_bytes: int
    """The most that the server has held up to then."""
    load: float
    """Processes of this machine that wanted a core, over the last minute."""


HEADER = f"{'seconds':28}{'paint':>8}{'done':>8}{'again':>8}{'done':>8}{'peak MB':>10}{'load':>7}"


def line(row: Drawn) -> str:
    """Return what is printed of a page or an interaction."""
    times = (row.paint, row.done, row.paint_again, row.done_again)
    shown = "".join(f"{seconds:8.2f}" for seconds in times if seconds is not None)
    return f"{row.what:28}{shown:32}{row.peak_bytes / 1e6:>10,.0f}{row.load:7.1f}"


def main(database: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What was extracted.")]) -> None:
    """Open the pages, and print a line for each."""
    print(HEADER)
    for row in measure(database):
        print(line(row), flush=True)


def measure(database: Path) -> Iterator[Drawn]:
    """Open each page twice, then act on some, over one server."""
    store = Store(database)
    pages = _pages(store)
    (counted,) = store.query("SELECT count(*) AS claims FROM claims").to_pylist()

    def row(name: str, first: tuple[float, float], again: tuple[float | None, float | None] | None = None) -> Drawn:
        return Drawn(
            counted["claims"], name, again is not None, *first, *(again or (None, None)), _peak(), os.getloadavg()[0]
        )

    with dashboard(database.absolute()) as address, chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.set_default_timeout(_PATIENCE)
        for name, (path, drawn) in pages.items():
            first = _opened(page, f"{address}/{path}", drawn)
            yield row(name, first, _opened(page, f"{address}/{path}", drawn))
        for name, (path, drawn, act) in _INTERACTIONS.items():
            _opened(page, f"{address}/{path}", drawn)
            yield row(name, _acted(page, act))


def _pages(store: Store) -> dict[str, tuple[str, str]]:
    """Return the address of each page, and what stands there once it is drawn."""
    boards = store.query("SELECT benchmark_key FROM boards ORDER BY model_count DESC LIMIT 1").to_pylist()
    models = store.query(
        "SELECT model_key FROM scores GROUP BY model_key ORDER BY count(DISTINCT benchmark_key) DESC LIMIT 3"
    ).to_pylist()
    claims = store.query("SELECT paper_id, claim_id FROM claims LIMIT 1").to_pylist()
    if not (boards and models and claims):
        raise SystemExit("the database has no leaderboard to open")
    items = "&".join(f"item={row['model_key']}" for row in models)
    return {
        "overview": ("", "table.families"),
        "leaderboards": ("leaderboards", ".card"),
        "one leaderboard": (f"leaderboards?benchmark={boards[0]['benchmark_key']}", "table.board"),
        "speedups": ("speedups", "table.factors"),
        "compare": (f"compare?{items}", "table.matrix"),
        "claims": ("claims", "table.claims"),
        "claims, searched": ("claims?search=faster+than", "table.claims"),
        "claims, one in full": ("claims?paper={paper_id}&claim={claim_id}".format(**claims[0]), ".abstract"),
        "claims, review queue": ("claims?order=queue", "table.claims"),
        "conflicts": ("conflicts", ".conflict"),
        "runs": ("runs", "table.ledger"),
        "sql": ("sql", "textarea"),
        "add papers": ("add", "main h1"),
    }


def _search(page: Page) -> None:
    box = page.get_by_label("Search").first
    box.fill("latency")
    box.press("Enter")


def _next_page(page: Page) -> None:
    page.get_by_role("button", name="Next").first.click()


def _another_family(page: Page) -> None:
    page.get_by_role("radio", name="memory").click()


def _begin(page: Page) -> None:
    page.get_by_role("button", name="Begin reviewing").click()


_INTERACTIONS: dict[str, tuple[str, str, Callable[[Page], None]]] = {
    "claims: search": ("claims", "table.claims", _search),
    "claims: next page": ("claims", "table.claims", _next_page),
    "queue: begin reviewing": ("claims?order=queue", ".st-key-begin button", _begin),
    "speedups: another family": ("speedups", "table.factors", _another_family),
}


def _opened(page: Page, address: str, drawn: str) -> tuple[float, float]:
    page.goto("about:blank")
    began = time.perf_counter()
    page.goto(address)
    page.locator(drawn).first.wait_for()
    painted = time.perf_counter() - began
    wait_until_drawn(page)
    return painted, time.perf_counter() - began


def _acted(page: Page, act: Callable[[Page], None]) -> tuple[float, float]:
    """Return when the page had changed for the first and for the last time; the server runs in between."""
    page.evaluate(
        "window.changes = []; new MutationObserver(() => changes.push(performance.now()))"
        ".observe(document.querySelector('[data-testid=stMain]'), "
        "{childList: true, subtree: true, characterData: true})"
    )
    began = page.evaluate("performance.now()")
    act(page)
    page.wait_for_function("changes.length && performance.now() - changes.at(-1) > 1500")
    wait_until_drawn(page)
    first, last = page.evaluate("[changes[0], changes.at(-1)]")
    return (first - began) / 1000, (last - began) / 1000


def _peak() -> int:
    """Return the most memory that a server started from here has held, in bytes."""
    servers = [child.pid for child in psutil.Process().children() if "streamlit" in child.cmdline()]
    status = [Path(f"/proc/{pid}/status").read_text() for pid in servers]
    held = [said.split()[1] for text in status for said in text.splitlines() if said.startswith("VmHWM")]
    return max(map(int, held), default=0) * 1024


if __name__ == "__main__":
    typer.run(main)
