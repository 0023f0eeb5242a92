"""claimboard read: what a source holds, told before anything is stored."""

import json
from pathlib import Path

import pytest
from command_line import run_command


@pytest.fixture
def source(tmp_path: Path) -> str:
    record = json.dumps({"title": "Quokka", "abstract": "Quokka reaches 84% on Foo, 2.2x faster than Bar."})
    (tmp_path / "papers.jsonl").write_text(f"{record}\nnonsense\n{record}\n", encoding="utf-8")
    return "papers.jsonl"


def test_lists_titles_with_their_numbers_and_says_what_was_refused(tmp_path: Path, source: str) -> None:
    done = run_command(tmp_path, "read", source)
    assert done.returncode == 1
    assert "papers.jsonl:1" in done.stdout
    assert "Quokka" in done.stdout
    assert "2 entries; 1 refusal" in done.stdout
    assert "refused: papers.jsonl:2" in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == [source]


def test_tells_scripts_the_same_as_json_and_counts_what_it_does_not_list(tmp_path: Path, source: str) -> None:
    done = run_command(tmp_path, "read", source, "--json", "--limit", "1")
    found = json.loads(done.stdout)
    assert (done.returncode, found["entries"], found["refusals"]) == (1, 2, 1)
    (listed,) = found["listed"]
    assert (listed["line"], listed["title"], listed["numbers"]) == (1, "Quokka", 2)
    assert found["refused"][0]["line"] == 2


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_what_holds_nothing_ends_with_2(tmp_path: Path, form: tuple[str, ...]) -> None:
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    done = run_command(tmp_path, "read", "empty.txt", *form)
    assert done.returncode == 2
    assert "is empty" in done.stdout + done.stderr


def test_an_extraction_that_finds_nothing_new_says_what_the_database_has(tmp_path: Path) -> None:
    paper = {"title": "Quokka: a small parser", "abstract": "Quokka reaches 84% accuracy on GSM8K."}
    (tmp_path / "papers.jsonl").write_text(json.dumps(paper), encoding="utf-8")
    first, second = (run_command(tmp_path, "extract", "papers.jsonl").stdout for _ in range(2))
    assert "nothing was new" not in first
    assert " in the database; nothing was new to read" in second
