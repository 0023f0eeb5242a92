"""Conflicts: numbers that contradict each other, side by side, each with its paper, sentence and conditions."""

import re
from collections.abc import Callable
from typing import Any

from dashboard_server import Served
from playwright.sync_api import expect


def test_the_numbers_of_a_conflict_stand_side_by_side_and_lead_to_their_claims(
    viewer: Any, own_dashboard: Served, put: Callable[..., None]
) -> None:
    fields = {"model": "Quokka", "benchmark": "Foo", "metric": "accuracy"}
    put(own_dashboard.path, "Quokka itself", "Quokka reaches 84% accuracy on Foo.", ("84%", 84, "%", fields))
    put(own_dashboard.path, "Others on it", "We find Quokka at 79% on Foo.", ("79%", 79, "%", fields))
    viewer.page.goto(f"{own_dashboard.address}/conflicts")
    conflict = viewer.drawn.locator(".conflict")
    expect(conflict.locator(".side")).to_have_count(2)
    expect(conflict).to_have_count(1)
    expect(conflict.locator("h2")).to_have_text(re.compile("Quokka · Foo · Accuracy"))
    expect(conflict).to_contain_text("79% to 84% · 2 papers")
    low, high = conflict.locator(".side").first, conflict.locator(".side").last
    expect(low).to_contain_text("We find Quokka at 79% on Foo")
    expect(low).to_contain_text("Others on it")
    expect(low.locator("mark")).to_have_text("79%")
    expect(high).to_contain_text("Quokka reaches 84% accuracy on Foo")
    high.get_by_role("link", name="84%").click()
    expect(viewer.drawn.locator(".claim-head h2")).to_have_text("84% Quokka")


def test_without_a_conflict_the_page_says_so(viewer: Any, address: str) -> None:
    viewer.page.goto(f"{address}/conflicts")
    expect(viewer.drawn.get_by_text("No two numbers contradict each other so far.")).to_be_visible()
