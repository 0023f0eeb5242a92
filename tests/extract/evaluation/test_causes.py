"""Causes of error: every error has one, and the document on quality says what `causes.toml` says of them."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from extract.cli import main as claimboard
from extract.evaluation import Comparison, PredictedClaim, compare
from extract.evaluation.catalogue import Catalogue, Cause, catalogue
from extract.evaluation.cause_rules import OTHER, RULES
from extract.evaluation.causes import errors, main
from extract.evaluation.quality import Measured, document
from extract.gold import GoldAbstract, GoldClaim
from models.store import Store

ROOT = Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs" / "quality.md").read_text(encoding="utf-8")
CAUSES = catalogue().cause

ABSTRACTS = [
    {
        "paper": "lamp-1",
        "title": "Lampwick: A Lighter for Street Lamps",
        "abstract": "We present Lampwick, a lighter for lamps. Our method saves 35% of the oil. On DuskSet, Lampwick "
        "reaches 61.0% accuracy, compared to 53.5% for Rushlight, on 12 lamps.",
        "claims": [
            {"value": 35, "unit": "%", "kind": "delta", "direction": "decrease", "metric": "oil", "model": "Lampwick",
             "evidence": "Our method saves 35% of the oil"},
            {"value": 61, "unit": "%", "kind": "score", "metric": "accuracy", "model": "Lampwick",
             "benchmark": "DuskSet", "evidence": "Lampwick reaches 61.0% accuracy"},
            {"value": 53.5, "unit": "%", "kind": "score", "metric": "accuracy", "model": "Rushlight",
             "benchmark": "DuskSet", "evidence": "compared to 53.5% for Rushlight"},
            {"value": 0.5, "kind": "score", "metric": "fog"},
        ],
    },
    {
        "paper": "lamp-2",
        "title": "Oil",
        "abstract": "Tallow burns 40 minutes. It is twofold brighter than oil, by 12 points | or more.",
        "claims": [{"value": 40, "unit": "min", "kind": "score", "metric": "wicks", "model": "Candle"}],
    },
]  # fmt: skip


def example(cause: Cause) -> Comparison:
    """Return an abstract with nothing wrong but the example of a cause."""
    read = [PredictedClaim.model_validate({name: first(value) for name, value in one.items()}) for one in cause.beside]
    if not cause.id.startswith("missed."):
        claim = {name: first(value) for name, value in (cause.labelled | cause.read).items()}
        read.append(PredictedClaim.model_validate(claim))
    labels = [*cause.beside, *([cause.labelled] if cause.labelled else [])]
    gold = GoldAbstract(
        paper="p", title=cause.paper, abstract=cause.example, claims=tuple(labelled_as(label) for label in labels)
    )
    return compare([gold], {"p": read})[0]


def first(value: Any) -> Any:
    return value[0] if isinstance(value, list) else value


def labelled_as(label: dict[str, Any]) -> GoldClaim:
    return GoldClaim.model_validate(
        {name: [part or None for part in value] if isinstance(value, list) else value for name, value in label.items()}
    )


@pytest.mark.parametrize("cause", CAUSES, ids=[cause.id for cause in CAUSES])
def test_the_example_of_a_cause_has_it(cause: Cause) -> None:
    field = cause.id.partition(".")[0].replace("_", " ")
    found = {error.field: error.cause for error in errors(example(cause))}
    assert found[field] == cause.id


def test_every_cause_that_can_be_found_is_described_and_no_other() -> None:
    assert {cause.id for cause in CAUSES} == {
        f"{field.replace(' ', '_')}.{name}" for field, rules in RULES.items() for name, _ in rules
    }


def test_every_error_has_a_cause_and_nothing_that_is_right_has_one() -> None:
    abstract = GoldAbstract.model_validate(ABSTRACTS[0])
    right, wrong, none = (
        PredictedClaim(value=61, unit="%", kind="score", metric="accuracy", model="Lampwick", benchmark="DuskSet"),
        PredictedClaim(value=53.5, unit="%", kind="score", metric="accuracy", model="Lampwick"),
        PredictedClaim(value=12, kind="score", metric="lamps"),
    )
    found = errors(compare([abstract], {"lamp-1": [right, wrong, none]})[0])
    assert [(error.field, error.cause) for error in found] == [
        ("missed", "missed.level"),
        ("model", "model.proposal_for_compared"),
        ("benchmark", "benchmark.sentence_missed"),
        ("missed", "missed.no_mention"),
        ("not a claim", "not_a_claim.count"),
    ]


def test_what_no_rule_fits_is_counted_as_other() -> None:
    abstract = GoldAbstract(paper="p", abstract="We met 4.5% rain.", claims=())
    found = errors(compare([abstract], {"p": [PredictedClaim(value=4.5, unit="%")]})[0])
    assert [error.cause for error in found] == [OTHER]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder to work in, with two gold files."""
    for name, abstract in zip(("one.jsonl", "two.jsonl"), ABSTRACTS, strict=True):
        (tmp_path / name).write_text(json.dumps(abstract) + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CLAIMBOARD_MODEL", raising=False)
    yield tmp_path


def run(*arguments: str) -> int:
    with patch.object(sys, "argv", ["causes", *arguments]), pytest.raises(SystemExit) as end:
        main()
    return end.value.code if isinstance(end.value.code, int) else 0


def test_the_document_is_the_same_each_time_and_quotes_no_labelled_abstract(folder: Path) -> None:
    assert run("one.jsonl", "two.jsonl") == 0
    text = (folder / "docs" / "quality.md").read_text(encoding="utf-8")
    assert run("one.jsonl", "two.jsonl", "--output", "again.md") == 0
    assert (folder / "again.md").read_text(encoding="utf-8") == text
    assert "python -m extract.evaluation.causes one.jsonl two.jsonl\n" in text
    assert "| all | 5 |" in text
    written = re.sub(r"\s+", " ", text)
    for abstract in ABSTRACTS:
        assert not any(sentence in written for sentence in str(abstract["abstract"]).split(". "))


def test_claims_of_a_store_have_a_part_of_their_own(folder: Path) -> None:
    with patch.object(sys, "argv", ["claimboard", "extract", "one.jsonl", "two.jsonl", "--db", "c.duckdb"]):
        with pytest.raises(SystemExit) as end:
            claimboard()
        assert not end.value.code
    (row,) = Store(Path("c.duckdb")).query("SELECT DISTINCT fingerprint FROM papers").to_pylist()
    assert run("one.jsonl", "two.jsonl", "--db", "c.duckdb", "--extractor", "rules") == 0
    parts = re.split(r"^## ", (folder / "docs" / "quality.md").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert [part.splitlines()[0] for part in parts] == ["The embedded extractor"] * 2 + ["What was tried"]
    assert row["fingerprint"] in parts[0]
    # Only a store knows how sure to be of a claim.
    assert parts[0] == re.sub(r"### Confidence\n.*?(?=### )", "", parts[1], flags=re.DOTALL) != parts[1]


def test_confidence_and_what_was_tried_are_told_where_there_are_any() -> None:
    abstract = GoldAbstract.model_validate(ABSTRACTS[1])
    claim = PredictedClaim(value=40, unit="min", kind="score", metric="wicks", model="Candle", confidence=0.7)
    measured = Measured(
        "llm", "llm-1", "openai/some-model", {"two.jsonl": compare([abstract], {"lamp-2": [claim]})}, []
    )
    tried = {"extractor": "llm", "variant": "two | samples", "found": 0.5, "note": "dearer"}
    with_row = Catalogue.model_validate(catalogue().model_dump() | {"tried": [tried]})
    text = document(with_row, [measured], [], command="x", version="1")
    assert "## A language model: openai/some-model\n\nVersion: `llm-1`." in text
    assert "| 0.6–0.7 | 1 | 0.700 | 1.000 |" in text
    assert "No errors." in text
    assert text.endswith("| llm | two \\| samples | 0.500 | – | – | dearer |\n")


def test_bad_input_is_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "bad.jsonl").write_text("{}\n", encoding="utf-8")
    assert run("bad.jsonl") == 2
    assert re.fullmatch(r"error: bad\.jsonl:1: .*\n", capsys.readouterr().err)


def test_the_document_in_the_repository_says_what_the_catalogue_says() -> None:
    titles = {cause.title: cause for cause in CAUSES}
    told = re.findall(r"^#### \d+\. (.*)\n+.*\n+> (.*)\n+.*\n+(.*)$", DOCUMENT, re.MULTILINE)
    assert len(told) == len(re.findall("^#### ", DOCUMENT, re.MULTILINE)) > 0
    for title, quote, remedy in told:
        assert quote.endswith(titles[title].example)
        assert remedy in titles[title].remedy.values()
    headings = re.findall(r"^## ([^:\n]*)", DOCUMENT, re.MULTILINE)
    assert set(headings) <= {*catalogue().text.extractors.values(), "What was tried"}
    assert DOCUMENT.startswith(f"# {catalogue().text.title}\n")
    for paragraph in (catalogue().text.introduction, catalogue().text.tried):
        assert paragraph.strip() in DOCUMENT
    rows = DOCUMENT.partition("## What was tried")[2].splitlines()
    assert all(any(row.variant in line and row.note in line for line in rows) for row in catalogue().tried)


def test_a_cause_that_is_described_twice_is_refused() -> None:
    given = catalogue().model_dump()
    with pytest.raises(ValueError, match=re.escape(CAUSES[0].id)):
        Catalogue.model_validate(given | {"cause": [given["cause"][0], given["cause"][0]]})
