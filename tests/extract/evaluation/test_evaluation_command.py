"""The command `claimboard evaluate`: whose claims it measures, what it prints, and what it says of bad input."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import claim_responder
import pytest
from command_line import run_command
from model_server import ServerHandle, model_server

EXAMPLE = Path(__file__).parents[3] / "examples" / "gold.jsonl"
CLAIM = {"value": 91.5, "unit": "%", "kind": "score", "metric": ["accuracy"], "model": ["Foo-7B"],
         "benchmark": ["BarBench"], "evidence": "Foo-7B reaches 91.5% accuracy on BarBench"}  # fmt: skip


def line(paper: str, *claims: dict[str, Any], abstract: str = "Foo-7B reaches 91.5% accuracy on BarBench.") -> str:
    record = {"paper": paper, "title": f"Foo-7B, version {paper}", "abstract": abstract, "claims": claims}
    return json.dumps(record) + "\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with two labelled abstracts."""
    (tmp_path / "gold.jsonl").write_text(line("a-1", CLAIM) + line("b-2", CLAIM))
    return tmp_path


def evaluated(folder: Path, *arguments: str, code: int = 0, **environment: str) -> dict[str, Any]:
    done = run_command(folder, "evaluate", *arguments, "--json", **environment)
    assert done.returncode == code, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def refusal(folder: Path, *arguments: str) -> str:
    """Return the one line that says why nothing was measured."""
    done = run_command(folder, "evaluate", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    (said,) = done.stderr.splitlines()
    return said


# Whose claims


def test_extracting_now_reading_the_store_and_reading_an_export_give_the_same_figures(tmp_path: Path) -> None:
    assert run_command(tmp_path, "extract", str(EXAMPLE)).returncode == 0
    assert run_command(tmp_path, "export", "--format", "gold", "-o", "read.jsonl").returncode == 0
    now = evaluated(tmp_path, str(EXAMPLE))
    assert now["abstracts"] == len(EXAMPLE.read_text().splitlines())
    assert now["found"]["f1"] > 0.5
    assert evaluated(tmp_path, str(EXAMPLE), "--predicted", "read.jsonl") == now
    stored = evaluated(tmp_path, str(EXAMPLE), "--db", "claims.duckdb")
    assert stored | {"reliability": None} == now
    assert stored["reliability"]["count"] == stored["predicted_claims"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["claims.duckdb", "read.jsonl"]


def test_a_store_knows_papers_by_their_titles_too_and_those_it_lacks_are_named(folder: Path) -> None:
    title = json.loads(line("a-1"))["title"]
    (folder / "page.jsonl").write_text(json.dumps({"title": title, "abstract": "Foo-7B reaches 91.5% on BarBench."}))
    assert run_command(folder, "extract", "page.jsonl").returncode == 0
    done = run_command(folder, "evaluate", "gold.jsonl", "--db", "claims.duckdb", "--json")
    assert json.loads(done.stdout)["found"]["recall"] == 0.5
    assert done.stderr == "1 labelled paper not in claims.duckdb, without claims here: b-2\n"


def test_where_sources_count_their_papers_the_title_tells_which_is_meant(tmp_path: Path) -> None:
    for name, value in (("first", "11%"), ("second", "91.5%")):
        abstract = f"Foo-7B reaches {value} accuracy on BarBench."
        record = {"id": "1", "title": f"The {name} paper", "abstract": abstract}
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(record))
        assert run_command(tmp_path, "extract", f"{name}.jsonl").returncode == 0
    (tmp_path / "gold.jsonl").write_text(line("1", CLAIM).replace("Foo-7B, version 1", "The second paper"))
    assert evaluated(tmp_path, "gold.jsonl", "--db", "claims.duckdb")["found"]["f1"] == 1


@pytest.fixture
def server() -> Iterator[ServerHandle]:
    with model_server(responder=claim_responder.respond) as handle:
        yield handle


def test_a_model_reads_each_abstract_once_and_leaves_nothing_behind(folder: Path, server: ServerHandle) -> None:
    before = sorted(folder.iterdir())
    result = evaluated(
        folder, "gold.jsonl", "--model", "openai/reader", "--base-url", server.base_url, OPENAI_API_KEY="any"
    )
    assert (result["found"]["f1"], result["fields"]["metric"]) == (1, 1)
    assert server.stats()["calls"] == 2
    assert sorted(folder.iterdir()) == before


# What is printed


def test_figures_are_taken_apart_as_asked(folder: Path) -> None:
    parts = evaluated(folder, "gold.jsonl", "--by", "source", "--by", "kind", "--by", "field")["by"]
    assert {source: part["abstracts"] for source, part in parts["source"].items()} == {"a": 1, "b": 1}
    assert parts["kind"]["score"]["gold_claims"] == 2
    assert parts["field"]["metric"]["found"] == 2
    printed = run_command(folder, "evaluate", "gold.jsonl", "--by", "source", "--by", "field").stdout
    assert "F1 by source" in printed
    assert "null for a value" in printed


@pytest.mark.parametrize(("arguments", "pages"), [(["--errors"], 2), (["--errors", "1"], 1), ([], 0)])
def test_errors_are_shown_for_all_abstracts_or_the_first(folder: Path, arguments: list[str], pages: int) -> None:
    (folder / "read.jsonl").write_text('{"paper": "a-1", "claims": []}\n{"paper": "b-2", "claims": []}\n')
    given = ("gold.jsonl", "--predicted", "read.jsonl")
    printed = run_command(folder, "evaluate", *arguments, *given).stdout
    assert printed.count("[missed: 91.5%]") == pages
    assert (f"{pages} of 2 abstracts with errors" in printed) == bool(pages)
    errors = evaluated(folder, *arguments, *given).get("errors", [])
    assert [error["what"] for error in errors] == ["missed"] * pages


def test_confidences_in_a_file_are_measured(folder: Path) -> None:
    claim = CLAIM | {"metric": "accuracy", "model": "Foo-7B", "benchmark": "BarBench", "confidence": 0.8}
    (folder / "read.jsonl").write_text(json.dumps({"paper": "a-1", "claims": [claim]}))
    given = ("gold.jsonl", "--predicted", "read.jsonl")
    assert evaluated(folder, *given)["reliability"]["expected_calibration_error"] == 0.2
    assert "expected calibration error 0.200" in run_command(folder, "evaluate", *given).stdout


# Bad input


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"paper": ', "not JSON (Expecting value, at character 11)"),
        ("[" * 100_000, "not JSON that can be read"),
        ("[1]", "input should be a valid dictionary"),
        ('{"title": "x", "abstract": "y", "claims": []}', "paper: field required"),
        ('{"paper": "c", "claims": []}', "abstract: field required"),
        (line("c", CLAIM | {"kind": "speedup"}), "claims.0.kind: input should be 'score', 'delta' or 'ratio', not 'sp"),
        (line("c", CLAIM, CLAIM | {"value": "many"}), "claims.1.value: input should be a valid number"),
        (line("c", CLAIM | {"value": float("nan")}), "claims.0.value: input should be a finite number"),
        (line("a-1"), "the paper 'a-1' stands on line 1 already; keep one of the two"),
    ],
)
def test_a_bad_line_is_named_with_what_is_wrong_and_what_to_do(folder: Path, text: str, said: str) -> None:
    with (folder / "gold.jsonl").open("a") as file:
        file.write("\n" + text)
    error = refusal(folder, "gold.jsonl")
    assert error.startswith("error: gold.jsonl:4: ")
    assert said in error
    assert error.endswith(("mend the line or take it out", "keep one of the two"))


def test_labels_without_texts_do_where_nothing_is_read(folder: Path) -> None:
    (folder / "gold.jsonl").write_text(json.dumps({"paper": "a-1", "claims": [CLAIM]}))
    (folder / "read.jsonl").write_text('{"paper": "a-1", "claims": []}')
    assert evaluated(folder, "gold.jsonl", "--predicted", "read.jsonl", "--errors")["found"]["f1"] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.jsonl"], "nowhere.jsonl cannot be read (No such file or directory): give a JSON Lines file"),
        (["empty.jsonl"], "empty.jsonl holds no labelled abstract"),
        (["gold.jsonl", "--db", "none.duckdb"], "none.duckdb does not exist"),
        (["gold.jsonl", "--db", "a", "--predicted", "b"], "--db and --predicted exclude each other"),
        (["gold.jsonl", "--db", "a", "--extractor", "rules"], "--extractor: with --db nothing is read"),
        (["gold.jsonl", "--predicted", "a", "--budget-usd", "1"], "--budget-usd: with --predicted nothing is read"),
        (["gold.jsonl", "--predicted", "other.jsonl"], "other.jsonl: none of its papers is a labelled one"),
        (["gold.jsonl", "--predicted", "bad.jsonl"], "bad.jsonl:1: not a read abstract: claims.0.value: field requir"),
        (["gold.jsonl", "--extractor", "oracle"], "there is no extractor 'oracle'"),
    ],
)
def test_what_cannot_be_measured_is_said_in_one_line(folder: Path, arguments: list[str], said: str) -> None:
    (folder / "empty.jsonl").write_text("\n")
    (folder / "other.jsonl").write_text('{"paper": "z", "claims": []}')
    (folder / "bad.jsonl").write_text('{"paper": "a-1", "claims": [{"kind": "score"}]}')
    assert said in refusal(folder, *arguments)
    assert not (folder / "none.duckdb").exists()


def test_a_store_without_any_of_the_papers_is_no_measure(folder: Path) -> None:
    (folder / "page.jsonl").write_text('{"title": "Other", "abstract": "It reaches 3%."}')
    assert run_command(folder, "extract", "page.jsonl").returncode == 0
    assert "has none of the labelled papers" in refusal(folder, "gold.jsonl", "--db", "claims.duckdb")


def test_a_line_end_within_a_string_ends_no_line(folder: Path) -> None:
    record = line("u", abstract="One\u2028two\x85three.").encode().decode("unicode_escape")
    (folder / "gold.jsonl").write_text(record, encoding="utf-8-sig")
    assert evaluated(folder, "gold.jsonl")["abstracts"] == 1
