"""Claims: found, narrowed, read in their abstract, and judged, with the mouse and with keys alone."""

import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from dashboard_server import Served
from playwright.sync_api import expect

from dashboards.claim import claim_of
from dashboards.database import Database, Row
from dashboards.facets import ORDERS, Choice, place_of
from dashboards.verdicts import neighbours
from models.claim import Claim
from models.paper import Entry
from models.reviews import Verdict, record
from models.run import Outcome, Run
from models.selection import Condition
from models.store import Store


@pytest.fixture
def reviewed(database: Path, own_dashboard: Served) -> Served:
    """A file of the test's own, in which nobody has judged anything yet, and its dashboard."""
    shutil.copy(database, own_dashboard.path)
    return own_dashboard


def _verdicts(path: Path) -> list[dict[str, Any]]:
    return Store(path).query("SELECT * FROM store.verdicts ORDER BY decided_at").to_pylist()  # type: ignore[no-any-return]


def _heading(viewer: Any) -> Any:
    return viewer.drawn.locator(".claim-head h2")


def test_search_and_kind_narrow_the_claims_and_stand_in_the_address(viewer: Any, address: str) -> None:
    viewer.page.goto(f"{address}/claims")
    expect(viewer.drawn.locator("table.claims caption")).to_contain_text("46 claims")
    viewer.drawn.get_by_label("Search").fill("WOMBAT")
    viewer.page.keyboard.press("Enter")
    expect(viewer.drawn.locator("table.claims caption")).to_contain_text("4 claims")
    viewer.drawn.get_by_role("radio", name="delta").or_(viewer.drawn.get_by_role("button", name="delta")).click()
    expect(viewer.drawn.locator("table.claims caption")).to_contain_text("1 claim ")
    (found,) = viewer.table("claims")
    assert found[:2] == ["35% delta", "Numbat memory ↓ against Wombat"]
    expect(viewer.page).to_have_url(re.compile("search=WOMBAT.*kind=delta|kind=delta.*search=WOMBAT"))


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("benchmark=FOO", "3 claims"),
        ("benchmark=foo&model=wombat", "1 claim "),
        ("metric=Error+Rates", "2 claims"),
        ("family=memory", "1 claim "),
        ("kind=ratio&order=factor", "40 claims"),
        ("verdict=none&order=queue", "46 claims"),
        ("flag=&extractor=rules&search=numbat", "2 claims"),
        ("year=1999", None),
        ("flag=misread", None),
        ("verdict=reject", None),
    ],
)
def test_an_address_narrows_by_every_facet(viewer: Any, address: str, asked: str, count: str | None) -> None:
    viewer.page.goto(f"{address}/claims?{asked}")
    if count is None:
        expect(viewer.drawn.get_by_text("No claim fits.")).to_be_visible()
    else:
        expect(viewer.drawn.locator("table.claims caption")).to_contain_text(count)


def test_filters_offer_what_there_is_and_can_be_taken_out_again(viewer: Any, address: str) -> None:
    viewer.page.goto(f"{address}/claims")
    viewer.drawn.get_by_text("More filters").click()
    viewer.drawn.get_by_role("combobox", name="Benchmark").click()
    viewer.drawn.get_by_role("option", name=re.compile("Foo · 3")).click()
    expect(viewer.drawn.locator("table.claims caption")).to_contain_text("3 claims")
    viewer.drawn.get_by_label("Remove benchmark").click()
    expect(viewer.drawn.locator("table.claims caption")).to_contain_text("46 claims")


def test_many_claims_come_a_page_at_a_time(viewer: Any, address: str) -> None:
    viewer.page.goto(f"{address}/claims")
    expect(viewer.drawn.locator("table.claims caption")).to_contain_text("46 claims")
    assert len(viewer.table("claims")) == 25
    viewer.drawn.get_by_role("button", name="Next").click()
    expect(viewer.drawn.get_by_text("26–46 of 46 claims")).to_be_visible()
    assert viewer.table("claims")[-1][0] == "5x ratio"


def test_a_number_leads_to_its_abstract_with_the_other_numbers_marked(viewer: Any, address: str) -> None:
    viewer.page.goto(f"{address}/claims?search=quokka")
    viewer.drawn.get_by_role("link", name="3.5%").first.click()
    expect(_heading(viewer)).to_have_text("3.5% Quokka")
    abstract = viewer.drawn.locator(".abstract")
    expect(abstract).to_have_text(
        "We parse. Quokka reaches 84% accuracy on Foo with 5 shots. On Bar its error is 3.5%."
    )
    expect(abstract.locator("mark")).to_have_text("3.5%")
    fields = viewer.drawn.locator(".fields")
    expect(fields.get_by_role("row", name=re.compile("^metric"))).to_contain_text(re.compile("error.*Error rate"))
    expect(fields.get_by_role("row", name=re.compile("^extractor"))).to_contain_text("rules")
    abstract.get_by_role("link", name="84%").click()
    expect(_heading(viewer)).to_have_text("84% Quokka")
    expect(viewer.page).to_have_url(re.compile("search=quokka"))
    expect(viewer.drawn.locator("table.claims tr.selected")).to_contain_text("84%")


def test_an_id_that_no_claim_has_is_said_to_be_none(viewer: Any, address: str) -> None:
    viewer.page.goto(f"{address}/claims?claim=%3Cb%3E&search=quokka")
    expect(viewer.drawn.get_by_text("No claim here has the id")).to_be_visible()
    assert len(viewer.table("claims")) == 2


def test_a_reviewer_goes_through_the_queue_with_keys_only(viewer: Any, reviewed: Served) -> None:
    keyboard = viewer.page.keyboard
    viewer.page.goto(f"{reviewed.address}/claims?order=queue&reviewer=Ann")
    expect(viewer.drawn.get_by_text("Begin reviewing")).to_be_visible()
    viewer.press("j")
    expect(viewer.drawn.get_by_text("46 claims left in the queue")).to_be_visible()
    first = _heading(viewer).inner_text()
    viewer.press("a")
    expect(viewer.drawn.get_by_text("45 claims left in the queue")).to_be_visible()
    expect(viewer.drawn.get_by_text("accepted.")).to_be_visible()
    second = _heading(viewer).inner_text()
    assert second != first
    viewer.press("x")
    expect(viewer.drawn.get_by_text("44 claims left in the queue")).to_be_visible()
    viewer.press("u")
    expect(viewer.drawn.get_by_text("45 claims left in the queue")).to_be_visible()
    expect(_heading(viewer)).to_have_text(second)
    viewer.press("j")
    expect(_heading(viewer)).not_to_have_text(second)
    expect(viewer.drawn.get_by_role("button", name="Previous Shortcut K")).to_be_enabled()
    viewer.press("k")
    expect(_heading(viewer)).to_have_text(second)

    viewer.press("e")
    dialog = viewer.drawn.get_by_role("dialog")
    expect(dialog).to_be_visible()
    # From the button that closes it, over eight fields, to the model.
    expect(dialog.get_by_label("Note")).to_be_visible()
    for _ in range(20):
        keyboard.press("Tab")
        if viewer.page.evaluate("document.activeElement.getAttribute('aria-label')") == "Model":
            break
    keyboard.type("Bilby")
    keyboard.press("Enter")
    expect(viewer.page.get_by_role("dialog")).to_have_count(0)
    expect(viewer.drawn.get_by_text("44 claims left in the queue")).to_be_visible()
    verdicts = _verdicts(reviewed.path)
    assert [row["verdict"] for row in verdicts] == ["accept", "reject", "withdraw", "correct"]
    assert {row["reviewer"] for row in verdicts} == {"Ann"}
    assert verdicts[-1]["model"] == "Bilby"


def test_the_queue_leads_through_the_claims_of_papers_that_have_one_text(
    claimed: Callable[..., Claim], tmp_path: Path
) -> None:
    store = Store(tmp_path / "claims.duckdb")
    entry = Entry(location="l.txt", line=1, title="Quokka", abstract="Quokka reaches 84% on Foo. Its error is 3.5%.")
    papers = store.add_entries(entry.model_copy(update={"given_arxiv_id": f"2401.0000{n}"}) for n in (1, 2))
    run = Run(run_id="r", extractor="rules", fingerprint="r", sources=("l.txt",), started_at=datetime.now(UTC))
    for paper in papers:
        claims = (claimed(paper, "84%", 84), claimed(paper, "3.5%", 3.5))
        store.commit(run, [Outcome(paper_id=paper.paper_id, text_hash=paper.text_hash, status="done", claims=claims)])
    database, choice = Database(store.path, store.stamp()), Choice("claims", Condition(), ORDERS["queue"])
    visited: list[Row] = []
    here: Row | None = store.query(f"SELECT * {choice.rows} ORDER BY {choice.order.sql} LIMIT 1").to_pylist()[0]
    while here is not None and len(visited) < 9:
        visited.append(place_of(here))
        claim = claim_of(database, choice, here["claim_id"], here["paper_id"])
        assert claim is not None
        _, here = neighbours(database, choice, claim)
    assert len(visited) == 4
    assert {place["of"] for place in visited} == {paper.paper_id for paper in papers}


def test_a_verdict_on_what_somebody_else_has_decided_meanwhile_is_not_stored_and_theirs_is_shown(
    viewer: Any, reviewed: Served
) -> None:
    (claim,) = (
        Store(reviewed.path).query("SELECT paper_id, claim_id FROM claims WHERE unit = '%' AND value = 84").to_pylist()
    )
    viewer.page.goto(f"{reviewed.address}/claims?claim={claim['claim_id']}")
    expect(_heading(viewer)).to_have_text("84% Quokka")
    record(Store(reviewed.path), [Verdict(**claim, verdict="reject", reviewer="Ben")])
    viewer.drawn.get_by_role("button", name="Accept").click()
    expect(viewer.drawn.get_by_role("status").filter(has_text="Not stored")).to_contain_text("Ben decided rejected")
    expect(viewer.drawn.locator(".fields").get_by_role("row", name=re.compile("^verdict"))).to_contain_text(
        "rejected by Ben"
    )
    assert [row["verdict"] for row in _verdicts(reviewed.path)] == ["reject"]
    viewer.drawn.get_by_role("button", name="Accept").click()
    expect(viewer.drawn.locator(".fields").get_by_role("row", name=re.compile("^verdict"))).to_contain_text("accepted")
    assert [row["verdict"] for row in _verdicts(reviewed.path)] == ["reject", "accept"]
    record(Store(reviewed.path), [Verdict(**claim, verdict="reject", reviewer="Ben")], force=True)
    viewer.drawn.get_by_role("button", name="Undo").click()
    expect(viewer.drawn.get_by_role("status").filter(has_text="Not stored")).to_contain_text("Ben decided rejected")
    assert [row["verdict"] for row in _verdicts(reviewed.path)] == ["reject", "accept", "reject"]


def test_a_correction_that_cannot_be_is_explained_and_not_stored(viewer: Any, reviewed: Served) -> None:
    (claim,) = Store(reviewed.path).query("SELECT claim_id FROM claims WHERE unit = '%' AND value = 84").to_pylist()
    viewer.page.goto(f"{reviewed.address}/claims?claim={claim['claim_id']}")
    viewer.drawn.get_by_role("button", name="Correct").click()
    dialog = viewer.drawn.get_by_role("dialog")
    dialog.get_by_label("Value", exact=True).fill("eighty-four")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("not a number")
    dialog.get_by_label("Value", exact=True).fill("84")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("none is")
    dialog.get_by_label("Value", exact=True).fill("48")
    dialog.get_by_role("button", name="Save").click()
    expect(_heading(viewer)).to_have_text("48% Quokka")
    ((value, benchmark),) = [(row["value"], row["benchmark"]) for row in _verdicts(reviewed.path)]
    assert (value, benchmark) == (48, "Foo")


def test_a_verdict_waits_for_a_lock_and_says_so_where_it_is_not_freed(viewer: Any, reviewed: Served) -> None:
    (claim,) = Store(reviewed.path).query("SELECT claim_id FROM claims WHERE unit = '%' AND value = 84").to_pylist()
    viewer.page.goto(f"{reviewed.address}/claims?claim={claim['claim_id']}")
    accept = viewer.drawn.get_by_role("button", name="Accept")
    expect(accept).to_be_enabled()
    with Store(reviewed.path).write():
        accept.click()
        viewer.page.wait_for_timeout(1_500)
    expect(viewer.drawn.get_by_role("status").filter(has_text="accepted.")).to_be_visible()
    assert [row["verdict"] for row in _verdicts(reviewed.path)] == ["accept"]
