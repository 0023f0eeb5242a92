"""What a person sees and does in the dashboard, in a real browser."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

_PICTURES = Path(__file__).parents[2] / "test-output"


def _choose(page: Any, picker: str, option: str) -> None:
    page.get_by_role("combobox", name=picker).click()
    page.keyboard.type(option)
    page.get_by_role("option", name=re.compile(option)).first.click()


def test_opens_on_counts_and_the_longest_leaderboard_with_its_quotes(viewer: Any, address: str) -> None:
    viewer.page.goto(address)
    expect(viewer.page.locator("dl.facts")).to_contain_text(re.compile(r"4\s*papers\s*46\s*claims\s*2\s*benchmarks"))
    expect(viewer.page.locator("table.board caption")).to_have_text("Foo Accuracy, % · 3 models, higher is better")
    board = viewer.table("board")
    assert [row[:3] for row in board] == [
        ["1", "Wombat", "0.912 ranked as 91.2%"],
        ["2", "Quokka 5 shots", "84%"],
        ["3", "Numbat", "61.5%"],
    ]
    assert "Quokka reaches 84% accuracy on Foo with 5 shots" in board[1][3]
    expect(viewer.page.locator("table.board tr", has_text="Quokka").locator("mark")).to_have_text("84%")
    expect(viewer.page.locator("table.board a", has_text="Quokka")).to_have_attribute(
        "href", re.compile(r"^https://example\.org/")
    )


def test_picking_another_benchmark_changes_table_and_address_which_then_shows_the_same(
    viewer: Any, address: str
) -> None:
    viewer.page.goto(address)
    _choose(viewer.page, "Benchmark", "Bar")
    expect(viewer.page.locator("table.board caption")).to_have_text("Bar Error rate, % · 2 models, lower is better")
    picked = viewer.table("board")
    assert [row[:3] for row in picked] == [["1", "Quokka", "3.5%"], ["2", "Wombat", "up to 7%"]]
    expect(viewer.page).to_have_url(re.compile("benchmark=bar"))

    viewer.page.goto(viewer.page.url)
    expect(viewer.page.locator("table.board caption")).to_contain_text("Bar")
    assert viewer.table("board") == picked
    viewer.page.go_back()
    expect(viewer.page.locator("table.board caption")).to_contain_text("Foo")


@pytest.mark.parametrize("name", ["Bar", "BAR", "b-a-r", "the Bar benchmark"])
def test_an_address_finds_a_benchmark_and_a_metric_in_any_spelling(viewer: Any, address: str, name: str) -> None:
    viewer.page.goto(f"{address}/?benchmark={name}&metric=Error+Rates&unit=%25")
    expect(viewer.page.locator("table.board caption")).to_contain_text("Bar Error rate, %")


def test_search_and_kind_narrow_the_claims_and_stand_in_the_address(viewer: Any, address: str) -> None:
    viewer.page.goto(address)
    viewer.page.get_by_label("Search").fill("WOMBAT")
    viewer.page.keyboard.press("Enter")
    expect(viewer.page.locator("table.claims caption")).to_contain_text("4 claims")
    viewer.page.get_by_role("radio", name="delta").or_(viewer.page.get_by_role("button", name="delta")).click()
    expect(viewer.page.locator("table.claims caption")).to_contain_text("1 claim,")
    (found,) = viewer.table("claims")
    assert found[:2] == ["35% delta", "Numbat memory ↓ against Wombat"]

    expect(viewer.page).to_have_url(re.compile("search=WOMBAT.*kind=delta|kind=delta.*search=WOMBAT"))
    viewer.page.goto(viewer.page.url)
    expect(viewer.page.locator("table.claims caption")).to_contain_text("1 claim,")
    expect(viewer.page.get_by_label("Search")).to_have_value("WOMBAT")


def test_many_claims_come_a_page_at_a_time(viewer: Any, address: str) -> None:
    viewer.page.goto(address)
    expect(viewer.page.locator("table.claims caption")).to_contain_text("46 claims")
    assert len(viewer.table("claims")) == 25
    viewer.page.get_by_role("button", name="Next").click()
    expect(viewer.page.get_by_text("26–46 of 46 claims")).to_be_visible()
    assert viewer.table("claims")[-1][0] == "5x ratio"
    expect(viewer.page).to_have_url(re.compile("page=2"))
    viewer.page.get_by_label("Search").fill("kernels")
    viewer.page.keyboard.press("Enter")
    expect(viewer.page.get_by_text("1–25 of 40 claims")).to_be_visible()
    assert viewer.table("claims")[0][0] == "1.1x ratio"


def test_text_of_abstracts_is_shown_as_it_is_and_nothing_in_it_runs(
    viewer: Any, serve: Callable[[Path], str], tmp_path: Path, put: Callable[..., None]
) -> None:
    hostile = (
        "<script>window.ran=1</script> <img src=x onerror='window.ran=1'> ![x](http://evil.invalid/x.png) "
        "**bold** [y](javascript:window.ran=1) $\\alpha$ :material/home: :smile: `code` </td></table>"
    )
    path = tmp_path / "hostile.duckdb"
    names = {name: f"{hostile} {name}" for name in ("metric", "model", "benchmark", "setting")}
    put(path, hostile, f"{hostile} reaches 84% here {hostile}", ("84%", 84, "%", names))

    viewer.page.goto(serve(path))
    expect(viewer.page.locator("table.claims caption")).to_contain_text("1 claim,")
    ((rank, model, score, source),) = viewer.table("board")
    assert (rank, model, score) == ("1", f"{hostile} model {hostile} setting", "84%")
    assert source == f"{hostile} reaches 84% here {hostile} {hostile}"
    ((_, meaning, quote),) = viewer.table("claims")
    assert meaning == f"{hostile} model {hostile} metric on {hostile} benchmark {hostile} setting"
    assert quote == source
    viewer.page.get_by_role("combobox", name="Benchmark").click()
    expect(viewer.page.get_by_role("option")).to_contain_text(f"{hostile} benchmark")
    assert viewer.page.evaluate("window.ran") is None
    assert viewer.page.locator("main img, .katex, a[href^=javascript]").count() == 0


def test_an_address_of_a_benchmark_that_is_not_there_says_so_as_text(viewer: Any, address: str) -> None:
    viewer.page.goto(f"{address}/?benchmark=%3Cimg%20src%3Dx%3E&page=99&rank_page=x")
    expect(viewer.page.get_by_text("No leaderboard here is of <img src=x>: this is another.")).to_be_visible()
    expect(viewer.page.locator("table.board caption")).to_contain_text("Foo")
    expect(viewer.page.get_by_text("26–46 of 46 claims")).to_be_visible()


def test_a_database_that_is_made_while_the_page_is_open_appears(
    viewer: Any, serve: Callable[[Path], str], tmp_path: Path, put: Callable[..., None]
) -> None:
    path = tmp_path / "later.duckdb"
    viewer.page.goto(serve(path))
    expect(viewer.page.get_by_role("heading", name="No database yet")).to_be_visible()
    expect(viewer.page.get_by_text(f"claimboard extract SOURCE --db {path}")).to_be_visible()
    fields = {"model": "Quokka", "benchmark": "Foo", "metric": "accuracy"}
    put(path, "Quokka", "Quokka reaches 84% on Foo.", ("84%", 84, "%", fields))
    expect(viewer.page.locator("table.board tbody tr")).to_have_count(1, timeout=20_000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_fits_the_screen_in_light_and_dark(browser: Any, address: str, width: int, scheme: Any) -> None:
    page = browser.new_page(viewport={"width": width, "height": 1000}, color_scheme=scheme)
    page.goto(address)
    expect(page.locator("table.claims tbody tr")).to_have_count(25)
    expect(page.get_by_role("combobox", name="Metric")).to_be_visible()
    expect(page.get_by_label("Search")).to_be_visible()
    _PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=_PICTURES / f"overview-{width}-{scheme}.png")
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
    text, ground = page.evaluate(
        "[document.querySelector('.board .name'), document.querySelector('.stApp')]"
        ".map((element, index) => getComputedStyle(element)[index ? 'backgroundColor' : 'color'])"
        ".map((colour) => colour.match(/[0-9]+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0))"
    )
    assert (text < ground) == (scheme == "light")
    page.close()
