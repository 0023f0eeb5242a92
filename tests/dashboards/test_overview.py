"""The page that the dashboard opens on, and what it says where there is nothing yet."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dashboard_server import Served
from playwright.sync_api import expect


def test_opens_on_counts_leaders_kinds_and_what_needs_attention(viewer: Any, address: str) -> None:
    viewer.page.goto(address)
    facts = viewer.drawn.locator("dl.facts")
    expect(facts).to_contain_text(re.compile(r"4\s*papers\s*46\s*claims\s*2\s*benchmarks\s*3\s*models\s*0%\s*reviewed"))
    expect(viewer.drawn.locator(".card", has_text="Needs attention")).to_contain_text("46 claims that nobody has")
    assert viewer.table("leaders") == [
        ["Bar Error rate · 2 models", "Quokka", "3.5%"],
        ["Foo Accuracy · 2 models", "Wombat", "0.912"],
        ["Foo Accuracy · 5-shot · 1 model", "Quokka", "84%"],
    ]
    assert [row[0:1] + row[2:] for row in viewer.table("families")] == [
        ["speed", "–", "–", "40"],
        ["quality", "5", "–", "–"],
        ["memory", "–", "1", "–"],
    ]
    expect(viewer.drawn.locator(".card", has_text="Newest run")).to_contain_text("read by rules")


def test_a_number_leads_to_its_sentence_and_a_benchmark_to_its_leaderboard(viewer: Any, address: str) -> None:
    viewer.page.goto(address)
    viewer.drawn.get_by_role("link", name="0.912").click()
    expect(viewer.drawn.get_by_role("heading", level=1)).to_have_text("Claims")
    expect(viewer.drawn.locator(".abstract .chosen")).to_have_text("0.912")
    viewer.page.go_back()
    viewer.drawn.get_by_role("link", name="Bar", exact=True).click()
    expect(viewer.drawn.locator("table.board caption")).to_contain_text("Error rate, %: 2 models, lower is better")


def test_a_count_of_a_kind_leads_to_those_claims(viewer: Any, address: str) -> None:
    viewer.page.goto(address)
    viewer.drawn.locator("table.families").get_by_role("link", name="40").click()
    expect(viewer.drawn.locator("table.claims caption")).to_contain_text("40 claims")


def test_an_empty_dashboard_reads_the_examples_at_a_click_and_shows_them(
    viewer: Any, serve: Callable[[Path], str], tmp_path: Path
) -> None:
    viewer.page.goto(serve(tmp_path / "new.duckdb"))
    expect(viewer.drawn.get_by_role("heading", name="No database yet")).to_be_visible()
    expect(viewer.drawn.get_by_role("link", name="Add papers").last).to_have_attribute("href", "./add")
    viewer.drawn.get_by_role("button", name="Read the examples").click()
    expect(viewer.drawn.get_by_text("Reading them")).to_be_visible()
    expect(viewer.drawn.locator("table.leaders tbody tr").first).to_be_visible(timeout=120_000)


def test_a_page_without_claims_shows_the_first_ones_by_itself(
    viewer: Any, own_dashboard: Served, put: Callable[..., None]
) -> None:
    put(own_dashboard.path, "Quoll, a survey", "Parsers are compared in words.")
    viewer.page.goto(own_dashboard.address)
    expect(viewer.drawn.get_by_text("No abstract so far gives a score")).to_be_visible()
    fields = {"model": "Quokka", "benchmark": "Foo", "metric": "accuracy"}
    put(own_dashboard.path, "Quokka", "Quokka reaches 84% on Foo.", ("84%", 84, "%", fields))
    expect(viewer.drawn.locator("table.leaders tbody tr")).to_have_count(1)


def test_a_database_that_is_made_while_the_page_is_open_appears_and_a_later_change_is_offered(
    viewer: Any, own_dashboard: Served, put: Callable[..., None]
) -> None:
    viewer.page.goto(own_dashboard.address)
    expect(viewer.drawn.get_by_text(f"claimboard extract SOURCE --db {own_dashboard.path}")).to_be_visible()
    fields = {"model": "Quokka", "benchmark": "Foo", "metric": "accuracy"}
    put(own_dashboard.path, "Quokka", "Quokka reaches 84% on Foo.", ("84%", 84, "%", fields))
    expect(viewer.drawn.locator("table.leaders tbody tr")).to_have_count(1)

    put(own_dashboard.path, "Wombat, later", "Wombat has 90% on Bar.", ("90%", 90, "%", fields | {"benchmark": "Bar"}))
    expect(viewer.drawn.get_by_text("The database has changed.")).to_be_visible()
    expect(viewer.drawn.locator("table.leaders tbody tr")).to_have_count(1)
    viewer.drawn.get_by_role("button", name="Show new data").click()
    expect(viewer.drawn.locator("table.leaders tbody tr")).to_have_count(2)
