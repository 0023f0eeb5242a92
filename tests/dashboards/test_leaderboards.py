"""Leaderboards: found by area, task or name, narrowed, and kept in the address."""

import csv
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from dashboard_server import dashboard
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory, put: Callable[..., None]) -> Iterator[str]:
    """Four systems on GSM8K over four years, one of them only cited, and one on a benchmark of its own."""
    path = tmp_path_factory.mktemp("dated") / "claims.duckdb"
    on = {"metric": "accuracy", "benchmark": "GSM8K"}
    put(
        path,
        "Quokka: first",
        "Quokka has 40% accuracy on GSM8K.",
        ("40%", 40, "%", {"model": "Quokka", **on}),
        published=date(2020, 5, 1),
    )
    put(
        path,
        "Wombat: second one",
        "Wombat has 55% accuracy on GSM8K, Dingo 30%.",
        ("55%", 55, "%", {"model": "Wombat", **on}),
        ("30%", 30, "%", {"model": "Dingo", **on}),
        published=date(2021, 5, 1),
    )
    put(
        path,
        "Numbat: the third one",
        "Numbat has up to 0.71 accuracy on GSM8K.",
        ("0.71", 0.71, None, {"model": "Numbat", "bound": "up_to", **on}),
        published=date(2023, 5, 1),
    )
    put(
        path,
        "Emu on Foo, without a date",
        "Emu has 9% error on Foo.",
        ("9%", 9, "%", {"model": "Emu", "metric": "error", "benchmark": "Foo"}),
    )
    put(
        path,
        "Koala on Foo, without one either",
        "The errors of Koala on Foo are 7% and 12%.",
        ("7%", 7, "%", {"model": "Koala", "metric": "error", "benchmark": "Foo"}),
        ("12%", 12, "%", {"model": "Koala", "metric": "error", "benchmark": "Foo"}),
    )
    put(
        path,
        "Quokka again, larger",
        "Quokka has 60% accuracy on GSM8K by now.",
        ("60%", 60, "%", {"model": "Quokka", **on}),
        published=date(2022, 5, 1),
    )
    with dashboard(path) as served:
        yield served


def _choose(viewer: Any, picker: str, option: str) -> None:
    viewer.drawn.get_by_role("combobox", name=picker, exact=True).click()
    viewer.page.keyboard.type(option)
    viewer.drawn.get_by_role("option", name=re.compile(option)).first.click()


def test_are_found_by_area_and_task(viewer: Any, dated: str) -> None:
    viewer.page.goto(f"{dated}/leaderboards")
    expect(viewer.drawn.locator(".card h2")).to_have_text(["Reasoning", "Other"])
    viewer.drawn.get_by_role("link", name="Reasoning").click()
    expect(viewer.drawn.locator("table.benchmarks caption")).to_have_text("Math word problems")
    assert viewer.table("benchmarks") == [["GSM8K", "Accuracy", "4", "5"]]
    viewer.drawn.get_by_role("link", name="GSM8K").click()
    expect(viewer.drawn.locator(".trail")).to_have_text("All areas › Reasoning › Math word problems › GSM8K")


def test_ranks_models_with_what_was_printed_and_the_quote_one_click_away(viewer: Any, dated: str) -> None:
    viewer.page.goto(f"{dated}/leaderboards?benchmark=gsm8k")
    expect(viewer.drawn.locator("table.board caption")).to_have_text("Accuracy, %: 4 models, higher is better")
    assert [row[:3] for row in viewer.table("board")] == [
        ["1", "Numbat", "up to 0.71 ranked as 71%"],
        ["2", "Quokka", "60%"],
        ["3", "Wombat", "55%"],
        ["4", "Dingo cited for comparison", "30%"],
    ]
    row = viewer.drawn.get_by_role("row", name="Dingo")
    row.get_by_text("Quote").click()
    expect(row.locator("mark")).to_have_text("30%")
    expect(row.get_by_role("link", name="Wombat: second one")).to_have_attribute(
        "href", re.compile(r"^https://example\.org/")
    )


def test_rank_no_flattering_one_of_several_scores_in_one_sentence(viewer: Any, dated: str) -> None:
    viewer.page.goto(f"{dated}/leaderboards?benchmark=foo")
    expect(viewer.drawn.locator("table.board caption")).to_contain_text("2 models")
    assert [row[1:3] for row in viewer.table("board")] == [["Emu", "9%"], ["Koala", "12%"]]


def test_charts_show_a_dot_per_model_and_the_best_so_far_and_a_dot_leads_to_its_claim(viewer: Any, dated: str) -> None:
    viewer.page.goto(f"{dated}/leaderboards?benchmark=gsm8k")
    charts = viewer.drawn.get_by_test_id("stVegaLiteChart")
    expect(charts).to_have_count(2)
    expect(charts.first.locator(".mark-symbol.role-mark path")).to_have_count(4)
    expect(viewer.drawn.get_by_role("heading", name="Best so far")).to_be_visible()
    expect(charts.last.locator(".mark-line path")).to_have_count(1)
    charts.first.locator(".mark-symbol.role-mark path").first.click()
    expect(viewer.drawn.locator(".abstract .chosen")).to_have_text("0.71")


def test_are_narrowed_and_ranked_anew_and_the_address_shows_the_same(viewer: Any, dated: str) -> None:
    viewer.page.goto(f"{dated}/leaderboards?benchmark=gsm8k")
    _choose(viewer, "Whose result", "own")
    expect(viewer.drawn.locator("table.board caption")).to_contain_text("3 of 4 models")
    _choose(viewer, "Up to year", "2021")
    expect(viewer.drawn.locator("table.board caption")).to_contain_text("2 of 4 models")
    narrowed = viewer.table("board")
    assert [row[:2] for row in narrowed] == [["1", "Wombat"], ["2", "Quokka"]]
    viewer.page.goto(viewer.page.url)
    expect(viewer.drawn.locator("table.board caption")).to_contain_text("2 of 4 models")
    assert viewer.table("board") == narrowed


def test_picking_another_benchmark_changes_the_address_and_back_goes_back(viewer: Any, address: str) -> None:
    viewer.page.goto(f"{address}/leaderboards?benchmark=foo&setting=5-shot")
    expect(viewer.drawn.locator("table.board caption")).to_contain_text("Accuracy, %, 5-shot")
    _choose(viewer, "Benchmark", "Bar")
    expect(viewer.drawn.locator("table.board caption", has_text="Error rate")).to_be_visible()
    expect(viewer.page).to_have_url(re.compile(r"benchmark=bar$"))
    viewer.page.go_back()
    expect(viewer.drawn.locator("table.board caption", has_text="Accuracy, %, 5-shot")).to_be_visible()


@pytest.mark.parametrize("name", ["Bar", "BAR", "b-a-r", "the Bar benchmark"])
def test_an_address_finds_a_benchmark_and_a_metric_in_any_spelling(viewer: Any, address: str, name: str) -> None:
    viewer.page.goto(f"{address}/leaderboards?benchmark={name}&metric=Error+Rates&unit=%25")
    expect(viewer.drawn.locator("table.board caption")).to_contain_text("Error rate, %")


def test_an_address_of_a_benchmark_that_is_not_there_says_so_as_text(viewer: Any, address: str) -> None:
    viewer.page.goto(f"{address}/leaderboards?benchmark=%3Cimg%20src%3Dx%3E&page=99")
    expect(viewer.drawn.get_by_text("No leaderboard here is of <img src=x>.")).to_be_visible()
    expect(viewer.drawn.locator(".card h2")).to_have_text("Other")


def test_the_download_has_every_row_of_what_is_shown(viewer: Any, dated: str, tmp_path: Path) -> None:
    viewer.page.goto(f"{dated}/leaderboards?benchmark=gsm8k&own=own")
    with viewer.page.expect_download() as waiting:
        viewer.drawn.get_by_role("button", name="Download CSV").click()
    waiting.value.save_as(tmp_path / "board.csv")
    with (tmp_path / "board.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["rank"], row["model"], row["score"]) for row in rows] == [
        ("1", "Numbat", "71"),
        ("2", "Quokka", "60"),
        ("3", "Wombat", "55"),
    ]


def test_a_chart_is_taken_along_as_a_picture_without_links(viewer: Any, dated: str, tmp_path: Path) -> None:
    viewer.page.goto(f"{dated}/leaderboards?benchmark=gsm8k")
    with viewer.page.expect_download() as waiting:
        viewer.drawn.get_by_role("button", name="Download SVG").first.click()
    waiting.value.save_as(tmp_path / "chart.svg")
    root = ElementTree.parse(tmp_path / "chart.svg").getroot()  # noqa: S314 — our own file
    drawn = {element.text for element in root.iter() if element.text}
    assert {"Numbat", "Wombat", "Quokka", "the paper's own"} <= drawn
    assert not [name for element in root.iter() for name in element.attrib if name.endswith("href")]
