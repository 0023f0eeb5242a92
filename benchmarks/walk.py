"""Walks through the dashboard as a first visitor does: from an empty folder to a CSV file of reviewed claims.

    python benchmarks/walk.py [--pictures FOLDER [--many DB]]

A Chromium does every step on a real server, and each is printed with the seconds until what it leads to stands on the
screen. It ends with an error where a step leads elsewhere, or where the file lacks a verdict. docs/walk.md tells the
same in words. With a folder for pictures, those of docs/walk.md and docs/dashboard.md are made anew, and those of many
papers from the database that is named.
"""

import csv
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from playwright.sync_api import Page, expect

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from chromium import chromium
from dashboard_server import dashboard, drawn, wait_until_drawn

_PATIENCE = 120_000
"""Milliseconds until a step counts as leading nowhere."""

_PAGES = {
    "overview": ("", "table.families"),
    "leaderboards": ("leaderboards?benchmark=HumanEval", "table.board"),
    "speedups": ("speedups", "table.factors"),
    "compare": ("compare?item=gpt4&item=llama3-405b&item=mixtral8x7b", "table.matrix"),
    "claims": ("claims?search=HumanEval&claim=8c421bee0df76e04", ".abstract"),
    "conflicts": ("conflicts", ".conflict"),
    "runs": ("runs", "table.ledger"),
    "sql": ("sql?sql=SELECT+metric_family,+count(*)+AS+n+FROM+claims+GROUP+BY+ALL+ORDER+BY+n+DESC", "canvas"),
    "add": ("add?from=abstract", "textarea"),
}
"""What docs/dashboard.md shows: addresses of pages, and what stands there once they are drawn."""

_OF_MANY = {
    "many-overview": ("", "table.families"),
    "many-leaderboards": ("leaderboards", ".card"),
    "many-speedups": ("speedups?by=task", "table.factors"),
}
"""The same, of many papers."""

_SETTLED = 1_500
"""Milliseconds after which a chart, too, is drawn."""

_METRIC = "accuracy, as corrected"
_REVIEWER = "Ada"


def main(
    pictures: Annotated[Path | None, typer.Option(help="Where to put screenshots.")] = None,
    many: Annotated[Path | None, typer.Option(help="A database of many papers, for screenshots.")] = None,
) -> None:
    """Do the steps, and print a line for each."""
    expect.set_options(timeout=_PATIENCE)
    with (
        tempfile.TemporaryDirectory() as folder,
        dashboard(Path(folder) / "claims.duckdb") as address,
        chromium() as browser,
    ):
        page = browser.new_page(viewport={"width": 1280, "height": 820}, color_scheme="light")
        page.set_default_timeout(_PATIENCE)
        began = time.perf_counter()
        _read(page, address, pictures)
        _look(page, pictures)
        _review(page, address, pictures)
        _take_along(page, address, Path(folder) / "claims.csv")
        print(f"{'all of it':56}{time.perf_counter() - began:6.1f} s")
        _pages(page, address, _PAGES, pictures)
        if many:
            with dashboard(many.absolute()) as of_many:
                _pages(page, of_many, _OF_MANY, pictures)


def _pages(page: Page, address: str, pages: Mapping[str, tuple[str, str]], pictures: Path | None) -> None:
    for name, (path, content) in pages.items() if pictures else ():
        page.goto(f"{address}/{path}")
        expect(drawn(page).locator(content).first).to_be_visible()
        _picture(page, pictures, name)


def _read(page: Page, address: str, pictures: Path | None) -> None:
    with _step("open the dashboard on an empty folder"):
        page.goto(address)
        expect(drawn(page).get_by_role("button", name="Read the examples")).to_be_visible()
    _picture(page, pictures, "walk-empty")
    with _step("Read the examples: the overview stands"):
        drawn(page).get_by_role("button", name="Read the examples").click()
        expect(drawn(page).locator("table.leaders tbody tr").first).to_be_visible()
    with _step("the examples are read, 76 papers"):
        fresh = drawn(page).get_by_role("button", name="Show new data")
        done = drawn(page).get_by_text("76 papers read by rules")
        # They come in batches: what is stored after a page was drawn is shown when somebody asks for it.
        while not done.is_visible():
            expect(done.or_(fresh).first).to_be_visible()
            if fresh.is_visible():
                fresh.click()
            page.wait_for_timeout(_SETTLED)


def _look(page: Page, pictures: Path | None) -> None:
    with _step("its first leaderboard"):
        drawn(page).locator("table.leaders tbody th a").first.click()
        expect(drawn(page).locator("table.board tbody tr").first).to_be_visible()
    with _step("the sentence of its first score"):
        row = drawn(page).locator("table.board tbody tr").first
        row.get_by_text("Quote").click()
        expect(row.locator(".quote mark")).to_be_visible()
    _picture(page, pictures, "walk-board")
    with _step("the score in its abstract"):
        row.get_by_role("link", name="all its claims").click()
        expect(drawn(page).locator(".abstract .chosen")).to_be_visible()


def _review(page: Page, address: str, pictures: Path | None) -> None:
    with _step("the review queue, least certain first"):
        page.goto(f"{address}/claims?order=queue")
        drawn(page).get_by_role("button", name="Begin reviewing").click()
        expect(drawn(page).locator(".abstract .chosen")).to_be_visible()
    with _step("who reviews"):
        drawn(page).get_by_label("Reviewer").fill(_REVIEWER)
        page.keyboard.press("Enter")
        page.wait_for_url("**reviewer=Ada**")
        drawn(page).locator(".claim-head").click()
    for key, said in (("a", "accepted."), ("x", "rejected.")):
        with _step(f"key {key.upper()}: {said.rstrip('.')}, and the next claim"):
            page.keyboard.press(key)
            expect(drawn(page).locator(".said .done")).to_contain_text(said)
    with _step("key E: the fields of the claim to correct"):
        page.keyboard.press("e")
        dialog = drawn(page).get_by_role("dialog")
        expect(dialog.get_by_label("Metric", exact=True)).to_be_visible()
    _picture(page, pictures, "walk-correct")
    with _step("another metric, saved"):
        dialog.get_by_label("Metric", exact=True).fill(_METRIC)
        dialog.get_by_role("button", name="Save the correction").click()
        expect(drawn(page).locator(".said .done")).to_contain_text("corrected.")


def _take_along(page: Page, address: str, path: Path) -> None:
    with _step("all claims, as CSV"):
        page.goto(f"{address}/claims")
        with page.expect_download() as download:
            drawn(page).get_by_role("button", name="as CSV").click()
        download.value.save_as(path)
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    verdicts = sorted(row["verdict"] for row in rows if row["reviewer"] == _REVIEWER)
    corrected = [row["metric"] for row in rows if row["verdict"] == "correct"]
    if verdicts != ["accept", "correct"] or corrected != [_METRIC]:
        raise SystemExit(f"the file has other verdicts than were given: {verdicts}, {corrected}")
    print(f"the file: {len(rows)} claims, one accepted, one corrected; the rejected one is left out")


@contextmanager
def _step(name: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    print(f"{name:56}{time.perf_counter() - began:6.1f} s", flush=True)


def _picture(page: Page, pictures: Path | None, name: str) -> None:
    if pictures is not None:
        wait_until_drawn(page)
        page.wait_for_timeout(_SETTLED)
        page.screenshot(path=pictures / f"{name}.png")


if __name__ == "__main__":
    typer.run(main)
