"""Models and papers side by side."""

import re
from typing import Any

from playwright.sync_api import expect


def test_begins_with_the_leaders_of_a_benchmark_and_shows_what_is_missing(viewer: Any, address: str) -> None:
    viewer.page.goto(f"{address}/compare")
    viewer.drawn.get_by_role("link", name="Wombat, Numbat").click()
    expect(viewer.drawn.locator("table.matrix thead th")).to_have_text(["Benchmark", "Wombat", "Numbat"])
    rows = [[re.sub(r" ?Quote.*", "", cell) for cell in row] for row in viewer.table("matrix")]
    assert rows == [
        ["Foo Accuracy, %", "0.912 that is 91.2%", "61.5%"],
        ["Bar Error rate, %", "up to 7%", "–"],
    ]
    expect(viewer.drawn.locator(".best")).to_have_text("0.912")


def test_a_picked_model_comes_into_the_address_and_the_table(viewer: Any, address: str) -> None:
    viewer.page.goto(f"{address}/compare?item=quokka&item=wombat")
    expect(viewer.drawn.locator("table.matrix thead th")).to_have_text(["Benchmark", "Quokka", "Wombat"])
    viewer.drawn.get_by_role("combobox", name="Models").click()
    viewer.page.keyboard.type("Numbat")
    viewer.drawn.get_by_role("option", name=re.compile("Numbat")).click()
    expect(viewer.drawn.locator("table.matrix thead th")).to_have_text(["Benchmark", "Quokka", "Wombat", "Numbat"])
    expect(viewer.page).to_have_url(re.compile("item=quokka&item=wombat&item=numbat"))
    row = viewer.drawn.locator("table.matrix tr", has_text="Error rate")
    row.get_by_text("Quote").first.click()
    expect(row.locator("mark").first).to_have_text("3.5%")


def test_papers_stand_side_by_side_too(viewer: Any, address: str) -> None:
    viewer.page.goto(f"{address}/compare?what=papers")
    viewer.drawn.get_by_role("combobox", name="Papers").click()
    viewer.drawn.get_by_role("option", name=re.compile("Quokka")).click()
    viewer.drawn.get_by_role("option", name=re.compile("Wombat")).click()
    viewer.page.keyboard.press("Escape")
    expect(viewer.drawn.locator("table.matrix thead th")).to_have_count(3)
    expect(viewer.drawn.locator("table.matrix td", has_text="3.5%")).to_contain_text("Quokka")


def test_one_model_alone_is_not_compared(viewer: Any, address: str) -> None:
    viewer.page.goto(f"{address}/compare?item=quokka&item=nobody")
    expect(viewer.drawn.get_by_role("heading", name="Choose at least two")).to_be_visible()
