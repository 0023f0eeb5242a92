"""The SQL console: examples, results, pictures and downloads; what it refuses is said, and nothing else happens."""

import re
from pathlib import Path
from shutil import copy
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from dashboards.database import Database
from dashboards.examples import Example, examples
from dashboards.sql import views
from models.store import Store


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.title)
def test_every_example_runs(database: Path, example: Example) -> None:
    assert Store(database).query(example.sql).num_columns > 1


def test_views_that_an_older_claimboard_has_left_in_the_file_are_listed_once(database: Path, tmp_path: Path) -> None:
    store = Store(copy(database, tmp_path))
    with store.write() as connection:
        connection.execute("UPDATE store.meta SET value = 'older' WHERE name = 'views_digest'")
    listed = [summary.text for summary in views(Database(store.path, store.stamp())).iter("summary")]
    assert len(listed) == len(set(listed)) > 10


def _ask(viewer: Any, statement: str) -> None:
    viewer.drawn.get_by_label("SELECT statement").fill(statement)
    viewer.page.keyboard.press("Control+Enter")


def test_a_statement_is_run_from_the_keyboard_and_stands_in_the_address(viewer: Any, address: str) -> None:
    viewer.page.goto(f"{address}/sql")
    _ask(viewer, "SELECT model, count(*) AS claims FROM claims GROUP BY model ORDER BY claims DESC")
    expect(viewer.drawn.get_by_text(re.compile("^4 rows in"))).to_be_visible()
    expect(viewer.page).to_have_url(re.compile("sql=SELECT"))
    viewer.page.goto(viewer.page.url)
    expect(viewer.drawn.get_by_text(re.compile("^4 rows in"))).to_be_visible()
    expect(viewer.drawn.get_by_label("SELECT statement")).to_have_value(re.compile("^SELECT model"))


def test_an_example_fills_the_field_and_runs(viewer: Any, address: str) -> None:
    viewer.page.goto(f"{address}/sql")
    viewer.drawn.get_by_role("combobox", name="Example").click()
    viewer.drawn.get_by_role("option").first.click()
    expect(viewer.drawn.get_by_text(re.compile(r"^\d+ rows? in"))).to_be_visible()
    expect(viewer.drawn.get_by_label("SELECT statement")).not_to_be_empty()


def test_what_is_refused_or_wrong_is_said_in_one_line_and_the_page_goes_on(
    viewer: Any, address: str, database: Path
) -> None:
    before = database.read_bytes()
    viewer.page.goto(f"{address}/sql")
    for statement, said in [
        ("DROP TABLE store.papers", "nothing was run"),
        ("SELECT * FROM read_text('/etc/passwd')", "Permission Error"),
        ("SELECT nothing FROM claims", "not found"),
        ("SELECT repeat('x', 2000000000)", "512 MB"),
    ]:
        _ask(viewer, statement)
        expect(viewer.drawn.get_by_role("alert").filter(has_text=said)).to_be_visible()
    _ask(viewer, "SELECT 41 + 1 AS answer")
    expect(viewer.drawn.get_by_text(re.compile("^1 row in"))).to_be_visible()
    assert database.read_bytes() == before


def test_the_result_is_drawn_and_downloaded(viewer: Any, address: str) -> None:
    statement = 'SELECT metric AS "<b>metric</b>", count(*) AS "n.of[claims]" FROM claims GROUP BY ALL ORDER BY 2 DESC'
    viewer.page.goto(f"{address}/sql?sql={quote(statement)}&plot=bars")
    picture = viewer.drawn.get_by_test_id("stVegaLiteChart")
    expect(picture.locator("canvas, svg").first).to_be_visible()
    with viewer.page.expect_download() as download:
        viewer.drawn.get_by_role("button", name="Download CSV").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert text.splitlines()[:2] == ["<b>metric</b>,n.of[claims]", "speedup,40"]


def test_the_schema_says_what_each_column_means(viewer: Any, address: str) -> None:
    viewer.page.goto(f"{address}/sql")
    schema = viewer.drawn.locator(".schema")
    schema.locator("summary", has_text=re.compile("^claims$")).click()
    expect(
        schema.locator("details[open]").get_by_text("The number as printed (84 for 84%); the lower end of a range")
    ).to_be_visible()
