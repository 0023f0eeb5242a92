"""Speedups and savings: one factor for whatever was printed, in charts and in words."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from dashboards.speedups import page_of
from models.selection import Condition
from models.store import Store


def test_factors_stand_by_size_with_what_was_printed(viewer: Any, address: str) -> None:
    viewer.page.goto(f"{address}/speedups")
    expect(viewer.drawn.locator("table.factors caption")).to_have_text("40 claims, the largest first")
    rows = viewer.table("factors")
    assert rows[0][0].startswith("5x printed: 5x speedup")
    assert len(rows) == 40
    charts = viewer.drawn.get_by_test_id("stVegaLiteChart")
    expect(charts).to_have_count(2)
    expect(charts.last.locator(".mark-symbol.role-mark path")).to_have_count(40)


def test_a_saving_of_memory_is_a_factor_too_and_leads_to_its_sentence(viewer: Any, address: str) -> None:
    viewer.page.goto(f"{address}/speedups")
    viewer.drawn.get_by_role("radio", name="memory").or_(viewer.drawn.get_by_role("button", name="memory")).click()
    expect(viewer.drawn.locator("table.factors caption")).to_have_text("1 claim, the largest first")
    ((factor, compared, source),) = viewer.table("factors")
    assert factor == "1.54x printed: 35% memory ↓"
    assert compared == "Numbat against Wombat"
    assert source.startswith("Numbat and its kin")
    viewer.drawn.get_by_text("Quote").click()
    expect(viewer.drawn.locator("table.factors mark")).to_have_text("35%")
    expect(viewer.page).to_have_url(re.compile("family=memory"))
    viewer.drawn.get_by_test_id("stVegaLiteChart").last.locator(".mark-symbol.role-mark path").click()
    expect(viewer.drawn.locator(".abstract .chosen")).to_have_text("35%")


def test_words_that_no_claim_has_find_none_and_say_so(viewer: Any, address: str) -> None:
    viewer.page.goto(f"{address}/speedups?search=**nothing**")
    expect(viewer.drawn.get_by_text("No claim fits.")).to_be_visible()
    expect(viewer.drawn.get_by_label("Search")).to_have_value("**nothing**")


def test_a_large_group_leaves_room_for_the_others_of_its_page(put: Callable[..., None], tmp_path: Path) -> None:
    factors = [f"{tenths / 10}x" for tenths in range(11, 141)]
    many, one = {"kind": "ratio", "metric": "throughput"}, {"kind": "ratio", "metric": "decoding speed"}
    abstract = f"It is faster by {', '.join(factors)} in turn. It decodes 1.05x faster."
    claims = [(f" {text}", float(text[:-1]), "x", many) for text in factors] + [(" 1.05x", 1.05, "x", one)]
    path = tmp_path / "claims.duckdb"
    put(path, "Fast kernels", abstract, *claims)
    condition = Condition("family = ?", ("speed",))
    rows = Store(path).query(page_of(condition, "metric"), [*condition.parameters, 12, 0]).to_pylist()
    assert [row["metric"] for row in rows] == ["throughput"] * 119 + ["decoding speed"]
    assert {(row["total"], row["claim_count"]) for row in rows} == {(2, 131)}
