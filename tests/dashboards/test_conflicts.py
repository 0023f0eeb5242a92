"""Conflicts: numbers that contradict each other, side by side, each with its paper, sentence and conditions."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect


def test_the_numbers_of_a_conflict_stand_side_by_side_and_lead_to_their_claims(
    viewer: Any, serve: Callable[[Path], str], tmp_path: Path, put: Callable[..., None]
) -> None:
    path = tmp_path / "conflict.duckdb"
    fields = {"model": "Quokka", "benchmark": "Foo", "metric": "accuracy"}
    put(path, "Quokka itself", "Quokka reaches 84% accuracy on Foo.", ("84%", 84, "%", fields))
    put(path, "Others on it", "We find Quokka at 79% on Foo.", ("79%", 79, "%", fields))
    viewer.page.goto(f"{serve(path)}/conflicts")
    conflict = viewer.page.locator(".conflict")
    expect(conflict).to_have_count(1)
    expect(conflict.locator("h2")).to_have_text(re.compile("Quokka · Foo · Accuracy"))
    expect(conflict).to_contain_text("79% to 84% · 2 papers")
    low, high = conflict.locator(".side").all()
    assert "We find Quokka at 79% on Foo" in low.inner_text()
    assert "Others on it" in low.inner_text()
    expect(low.locator("mark")).to_have_text("79%")
    assert "Quokka reaches 84% accuracy on Foo" in high.inner_text()
    high.get_by_role("link", name="84%").click()
    expect(viewer.page.locator(".claim-head h2")).to_have_text("84% Quokka")


def test_without_a_conflict_the_page_says_so(viewer: Any, address: str) -> None:
    viewer.page.goto(f"{address}/conflicts")
    expect(viewer.page.get_by_text("No two numbers contradict each other so far.")).to_be_visible()
