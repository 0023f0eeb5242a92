"""What papers print is shown as it is on every page: it runs nothing, loads nothing, draws nothing."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from dashboard_server import dashboard, wait_until_drawn
from hostile import HOSTILE
from playwright.sync_api import expect

from models.claim import Claim
from models.paper import Entry
from models.run import Outcome, Run
from models.store import Store

_FORBIDDEN = (
    "main script, main iframe, main object, main base, main form[action], main .katex, main a[href^='javascript:' i], "
    "main .stHtml :is(img, svg, style, meta, link, math, template, input), main [onerror], main [onload], "
    "main [onmouseover], main [ontoggle], [data-testid=stException]"
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, claimed: Callable[..., Claim]) -> Path:
    """A file in which all that a paper can print is hostile: each text is a title, four names, a setting, a reason."""
    path = tmp_path_factory.mktemp("hostile") / "hostile.duckdb"
    store = Store(path)
    entries = [
        Entry(
            location=text[:1_000],
            line=1,
            title=f"{number} {text}",
            abstract=f"{text} reaches {50 + number / 10:g}% here. It was {60 + number / 10:g}% there. "
            f"It is {2 + number / 10:g}x faster. {text}",
            url=["javascript:window.ran=1", "https://example.org/a'b\"c", "data:text/html,x"][number % 3],
            published=datetime(2020 + number % 5, 1, 2, tzinfo=UTC).date(),
        )
        for number, text in enumerate(HOSTILE)
    ]
    papers = store.add_entries(entries)
    run = Run(
        run_id="<b>run</b>",
        extractor="rules",
        fingerprint="rules-1",
        sources=HOSTILE[:5],
        started_at=datetime.now(UTC),
        parameters='{"model": "<img src=x onerror=window.ran=1>"}',
    )
    outcomes = []
    for number, (paper, text) in enumerate(zip(papers, HOSTILE, strict=True)):
        names = {name: f"{text} {name}" for name in ("model", "benchmark", "setting")}
        # Two scores of one thing contradict each other, two models share a benchmark.
        names["benchmark"] = f"{HOSTILE[number - number % 2]} benchmark"
        scores = {"metric": "accuracy", **names}
        claims = (
            claimed(paper, f"{50 + number / 10:g}%", 50 + number / 10, **scores),
            claimed(paper, f"{60 + number / 10:g}%", 60 + number / 10, **scores),
            claimed(
                paper,
                f"{2 + number / 10:g}x",
                2 + number / 10,
                "x",
                kind="ratio",
                metric="speed",
                direction="increase",
                baseline=f"{text} baseline",
                **names,
            ),
        )
        outcomes.append(
            Outcome(paper_id=paper.paper_id, text_hash=paper.text_hash, status="done", mention_count=3, claims=claims)
        )
    store.commit(run, outcomes)
    # Another extractor has failed at all of them.
    other = run.model_copy(update={"run_id": "other", "extractor": "llm", "fingerprint": "llm-1"})
    store.commit(
        other,
        [
            Outcome(paper_id=paper.paper_id, text_hash=paper.text_hash, status="failed", reason=f"{text} reason")
            for paper, text in zip(papers, HOSTILE, strict=True)
        ],
    )
    return path


@pytest.fixture(scope="module")
def hostile_address(hostile: Path) -> Iterator[str]:
    with dashboard(hostile) as served:
        yield served


def _is_harmless(viewer: Any) -> str:
    """Make sure that nothing ran or was drawn, and return all text of the page."""
    wait_until_drawn(viewer.page)
    assert viewer.page.evaluate("window.ran") is None
    assert [element.inner_html() for element in viewer.page.locator(_FORBIDDEN).all()] == []
    expect(viewer.drawn.locator("main h1")).to_have_count(1)
    assert viewer.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 1440
    return viewer.drawn.locator("main").evaluate("main => main.textContent")  # type: ignore[no-any-return]


def _shown(text: str) -> list[str]:
    return [hostile for hostile in HOSTILE if hostile in text]


@pytest.fixture(autouse=True)
def no_dialog(viewer: Any) -> Iterator[None]:
    opened: list[str] = []

    def close(dialog: Any) -> None:
        opened.append(dialog.message)
        dialog.dismiss()

    viewer.page.on("dialog", close)
    yield
    viewer.page.remove_listener("dialog", close)
    assert opened == []


def test_on_the_claims_page_every_text_is_there_as_it_is(viewer: Any, hostile_address: str) -> None:
    seen: set[str] = set()
    for number in range(1, 7):
        viewer.page.goto(f"{hostile_address}/claims?page={number}")
        expect(viewer.drawn.locator("table.claims caption")).to_contain_text("150 claims")
        seen |= set(_shown(_is_harmless(viewer)))
    assert [text for text in HOSTILE if text not in seen] == []


@pytest.mark.parametrize("number", [0, 19, 29, 31, 33, 42, 46, 49])
def test_a_claim_in_full_shows_its_abstract_and_names_as_they_are(
    viewer: Any, hostile_address: str, hostile: Path, number: int
) -> None:
    (claim,) = (
        Store(hostile)
        .query("SELECT claim_id, paper_id FROM claims WHERE paper_position = ? AND unit = 'x'", [number + 1])
        .to_pylist()
    )
    viewer.page.goto(f"{hostile_address}/claims?claim={claim['claim_id']}&paper={quote(claim['paper_id'], safe='')}")
    expect(viewer.drawn.locator(".fields")).to_be_visible()
    text = _is_harmless(viewer)
    abstract = viewer.drawn.locator(".abstract").evaluate("one => one.textContent")
    assert abstract.startswith(f"{HOSTILE[number]} reaches ")
    assert abstract.endswith(f"x faster. {HOSTILE[number]}")
    for name in ("model", "setting", "baseline"):
        assert f"{HOSTILE[number]} {name}" in text
    assert f"{HOSTILE[number - number % 2]} benchmark" in text
    viewer.drawn.get_by_role("button", name="Correct").click()
    expect(viewer.drawn.get_by_role("dialog").get_by_label("Note")).to_be_visible()
    if "\n" not in HOSTILE[number] and len(HOSTILE[number]) < 1_000:
        expect(viewer.drawn.get_by_role("dialog").get_by_label("Model")).to_have_value(f"{HOSTILE[number]} model")
    assert viewer.page.locator("[role=dialog] .stHtml :is(script, img, svg), [role=dialog] .katex").count() == 0


@pytest.mark.parametrize(
    ("page", "least"),
    [
        ("", 1),
        ("leaderboards", 1),
        ("speedups", 5),
        ("compare", 1),
        ("conflicts", 8),
        ("runs", 8),
        ("sql", 0),
        ("add", 0),
        ("claims?order=queue", 5),
        ("conflicts?search=%3Cscript%3E", 1),
        ("claims?search=%3Cimg+src%3Dx+onerror%3Dwindow.ran%3D1%3E&benchmark=%3Cb%3Ex&flag=%3Ci%3E", 0),
        ("sql?sql=SELECT+%27%3Cimg+src%3Dx+onerror%3Dwindow.ran%3D1%3E%27+AS+%22%3Cb%3E%24x%24%22", 0),
        ("sql?sql=%3Cscript%3Ewindow.ran%3D1%3C%2Fscript%3E", 0),
    ],
)
def test_every_page_shows_texts_as_they_are(viewer: Any, hostile_address: str, page: str, least: int) -> None:
    viewer.page.goto(f"{hostile_address}/{page}")
    expect(viewer.drawn.locator("main h1")).to_be_visible()
    viewer.page.wait_for_timeout(1_000)
    assert len(_shown(_is_harmless(viewer))) >= least


def test_pickers_offer_names_as_they_are(viewer: Any, hostile_address: str) -> None:
    viewer.page.goto(f"{hostile_address}/claims")
    viewer.drawn.get_by_text("More filters").click()
    for text in (":material/home:", "**bold**", "$\\alpha"):
        viewer.drawn.get_by_role("combobox", name="Model").click()
        viewer.page.keyboard.type(text)
        expect(viewer.drawn.get_by_role("option").first).to_contain_text(text)
        viewer.page.keyboard.press("Escape")
    _is_harmless(viewer)


def test_rows_of_a_query_are_text(viewer: Any, hostile_address: str) -> None:
    viewer.page.goto(f"{hostile_address}/sql?sql={quote('SELECT title, model, setting FROM claims')}")
    expect(viewer.drawn.get_by_text("150 rows in")).to_be_visible()
    viewer.page.wait_for_timeout(1_000)
    _is_harmless(viewer)


def test_what_is_about_to_be_added_is_shown_as_it_is(viewer: Any, hostile_address: str) -> None:
    viewer.page.goto(f"{hostile_address}/add?from=abstract")
    text = " ".join(HOSTILE[number] for number in (0, 1, 21, 24, 31, 33, 34))
    viewer.drawn.get_by_label("Title").fill(text)
    viewer.drawn.get_by_label("Abstract").fill(f"{text} reaches 84% on Foo.")
    viewer.drawn.get_by_role("button", name="See what is in it").click()
    expect(viewer.drawn.locator("table.titles .name")).to_have_text(text, timeout=60_000)
    _is_harmless(viewer)
