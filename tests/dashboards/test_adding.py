"""Adding papers on a page: what is read is seen first, then extracted by the real command, which can be stopped."""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from dashboard_server import Served, dashboard
from made_abstracts import write_papers
from model_server import model_server
from playwright.sync_api import expect

from dashboards.command import Command
from dashboards.uploads import Upload, contents
from models.errors import ClaimboardError
from models.store import Store


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder in which commands make their temporary ones."""
    folder = tmp_path_factory.mktemp("temporary")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(folder))
        patch.setattr(tempfile, "tempdir", None)
        yield folder


@pytest.fixture(autouse=True)
def nothing_left(commands: Path) -> Iterator[None]:
    """No command leaves a temporary folder behind."""
    yield
    until = time.monotonic() + 20
    while (left := list(commands.glob("claimboard-*"))) and time.monotonic() < until:
        time.sleep(0.1)
    assert left == []


@pytest.fixture(scope="module")
def shared_dashboard(commands: Path) -> Iterator[Served]:
    """A dashboard whose commands make their temporary folders in `commands`."""
    path = commands / "added.duckdb"
    with dashboard(path) as address:
        yield Served(path, address)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a; rm -rf ~.csv", "--force.csv", "$(id).txt", "x\0y.csv", "C:\\a\\b.tsv", "é" * 300]
)
def test_an_uploaded_name_is_no_path_and_no_word_of_a_command(name: str) -> None:
    upload = Upload.of_file(name, b"title,abstract\nQuokka,It reaches 84% on Foo.\n")
    assert upload.name.startswith("upload-")
    assert upload.name.replace("-", "").replace(".", "").isalnum()
    assert upload.name.isascii()
    assert contents(upload).listed[0]["title"] == "Quokka"


def test_the_same_content_has_the_same_name_and_another_has_another() -> None:
    assert Upload.of_text("a").name == Upload.of_text("a").name != Upload.of_text("b").name


def test_what_is_not_understood_is_listed_with_its_line() -> None:
    found = contents(Upload.of_file("a.jsonl", b'{"title": "Quokka", "abstract": "It reaches 84%."}\nnonsense\n'))
    assert (found.entries, found.refusals) == (1, 1)
    assert found.listed[0]["numbers"] == 1
    assert found.refused[0]["line"] == 2


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 and so on", b"\0\1\2", b"<html><body>x</body></html>"])
def test_a_source_that_is_none_gives_refusals_and_no_entry(content: bytes) -> None:
    found = contents(Upload.of_file("a.txt", content))
    assert (found.entries, found.refusals) == (0, 1)


def test_a_command_that_cannot_run_says_its_one_line() -> None:
    command = Command(["extract", "none.txt", "--db", str(Path.cwd())], {})
    assert command.wait(60)
    assert command.code == 2
    assert any("is a folder" in line or "no such file" in line for line in command.lines)


def test_a_command_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboards.uploads._SECONDS", 0.01)
    with pytest.raises(ClaimboardError, match="give less at once"):
        contents(Upload.of_text("Quokka\nIt reaches 84% on Foo."))


def test_one_abstract_is_seen_then_extracted_then_leads_to_its_claims(viewer: Any, own_dashboard: Served) -> None:
    viewer.page.goto(f"{own_dashboard.address}/add?from=abstract")
    viewer.drawn.get_by_label("Title").fill("Quokka <b>: a parser</b>")
    viewer.drawn.get_by_label("Abstract").fill("Quokka reaches 84.5% accuracy on GSM8K, 2.2x faster than BarLib.")
    viewer.drawn.get_by_role("button", name="See what is in it").click()
    expect(viewer.drawn.locator("table.titles tbody tr")).to_contain_text("Quokka <b>: a parser</b>", timeout=60_000)
    assert not own_dashboard.path.exists()
    viewer.drawn.get_by_role("button", name="Extract the claims of 1 paper").click()
    expect(viewer.drawn.locator("ul.added")).to_contain_text("2 claims", timeout=120_000)
    assert Store(own_dashboard.path).query("SELECT count(*) AS n FROM claims").to_pylist() == [{"n": 2}]
    viewer.drawn.locator("ul.added a").click()
    expect(viewer.drawn.locator("table.claims tbody tr")).to_have_count(2)


def test_what_a_model_would_take_is_seen_before_it_is_asked(
    viewer: Any, serve: Callable[[Path], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "added.duckdb"
    with model_server(responder="claim_responder:respond") as server:
        monkeypatch.setenv("CLAIMBOARD_MODEL", "openai/gpt-4o-mini")
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "any")
        viewer.page.goto(f"{serve(path)}/add?from=abstract&reader=model")
        viewer.drawn.get_by_label("Title").fill("Quokka: a parser")
        viewer.drawn.get_by_label("Abstract").fill("Quokka reaches 84.5% accuracy on GSM8K, 2.2x faster than BarLib.")
        viewer.drawn.get_by_role("button", name="See what is in it").click()
        facts = viewer.drawn.locator("dl.facts").nth(1)
        expect(facts).to_contain_text("1calls")
        expect(facts).to_contain_text("US dollars")
        assert server.stats()["calls"] == 0
        viewer.drawn.get_by_role("button", name="Extract the claims of 1 paper").click()
        expect(viewer.drawn.locator("ul.added")).to_contain_text("2 claims", timeout=120_000)
        assert server.stats()["calls"] == 1
    assert Store(path).query("SELECT DISTINCT extractor FROM claims").to_pylist() == [{"extractor": "llm"}]


def test_a_file_with_refusals_is_extracted_as_far_as_it_was_understood(
    viewer: Any, own_dashboard: Served, tmp_path: Path
) -> None:
    source = tmp_path / "papers.jsonl"
    write_papers(source, 3)
    source.write_text(source.read_text() + "nonsense\n")
    viewer.page.goto(f"{own_dashboard.address}/add")
    viewer.drawn.locator("input[type=file]").set_input_files(source)
    expect(viewer.drawn.locator("ul.refusals")).to_contain_text("line 4", timeout=60_000)
    viewer.drawn.get_by_role("button", name="Extract the claims of 3 papers").click()
    expect(viewer.drawn.locator("ul.added li")).to_have_count(3, timeout=120_000)
    expect(viewer.drawn.locator("dl.facts")).to_contain_text("refused")


def test_an_extraction_is_stopped_and_what_is_finished_stays(
    viewer: Any, own_dashboard: Served, tmp_path: Path
) -> None:
    source = tmp_path / "papers.jsonl"
    write_papers(source, 2_000)
    viewer.page.goto(f"{own_dashboard.address}/add")
    viewer.drawn.locator("input[type=file]").set_input_files(source)
    viewer.drawn.get_by_role("button", name="Extract the claims of 2,000 papers").click(timeout=60_000)
    expect(viewer.drawn.get_by_text("of 2,000 papers read")).to_be_visible(timeout=120_000)
    viewer.page.goto(viewer.page.url)  # another session: the address knows what is running
    viewer.drawn.get_by_role("button", name="Stop the extraction").click()
    expect(viewer.drawn.get_by_text("Stopped with")).to_be_visible(timeout=60_000)
    ((papers, unread),) = [
        tuple(row.values())
        for row in Store(own_dashboard.path)
        .query("SELECT count(*) AS papers, count(*) FILTER (unread) AS unread FROM papers")
        .to_pylist()
    ]
    assert papers == 2_000
    assert unread > 0
