"""What the embedded extractor says of sentences in which results are reported."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from extract.gold import read_gold
from extract.mentions import find_mentions
from extract.rules import RulesExtractor
from extract.rules.extractor import read_paper
from extract.rules.names import read_names
from extract.rules.text import read_text
from models.claim import Claim
from models.errors import ClaimboardError
from models.paper import Paper


def claims_of(abstract: str, title: str = "A study") -> Sequence[Claim]:
    return read_paper(Paper(paper_id="p", title=title, abstract=abstract)).claims


def told(claims: Sequence[Claim], *fields: str) -> list[tuple[object, ...]]:
    return [tuple(getattr(claim, field) for field in fields) for claim in claims]


def test_two_levels_on_two_benchmarks_are_two_claims_of_the_proposal() -> None:
    claims = claims_of(
        "We propose FooNet, a network that classifies images. "
        "FooNet reaches 84.2% accuracy on ImageNet and 71.5% on CIFAR-100.",
        "FooNet: Folding Convolutions",
    )
    assert told(claims, "value", "unit", "kind", "metric", "model", "benchmark") == [
        (84.2, "%", "score", "accuracy", "FooNet", "ImageNet"),
        (71.5, "%", "score", "accuracy", "FooNet", "CIFAR-100"),
    ]


def test_latex_that_changes_how_words_look_is_not_read() -> None:
    said = r"We propose {\sc FooNet}, a network. On \textit{ImageNet}, \textsc{FooNet} reaches 84.2% accuracy."
    plain = "We propose FooNet, a network. On ImageNet, FooNet reaches 84.2% accuracy."
    fields = ("value", "unit", "kind", "metric", "model", "benchmark", "certainty")
    assert told(claims_of(said), *fields) == told(claims_of(plain), *fields)


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        (r"the \textsc{Foo} network", "Foo network"),
        (r"\textsc{Foo} \textsc{Large}", "Foo Large"),
        (r"Net \textsc{Foo large and fast}", "Net Foo large"),
        ("$F_{1}$", "F_1"),
    ],
)
def test_a_name_is_given_without_the_latex_that_it_would_cut_in_two(printed: str, name: str) -> None:
    text = read_text(f"On it, {printed} reaches 84%.", [])
    assert name in {phrase.text for phrase in read_names("", text).phrases.values()}


def test_a_speedup_has_a_baseline_and_a_bound() -> None:
    (faster, smaller) = claims_of(
        "We present QuickAttn, an attention kernel. QuickAttn is up to 2.3x faster than FlashAttention on A100 "
        "and reduces peak memory by 35%.",
        "Quick Attention on Old Cards",
    )
    assert (faster.value, faster.unit, faster.kind, faster.bound, faster.direction) == (
        2.3,
        "x",
        "ratio",
        "up_to",
        "increase",
    )
    assert (faster.metric, faster.model, faster.baseline) == ("speed", "QuickAttn", "FlashAttention")
    assert (smaller.kind, smaller.direction, smaller.metric) == ("delta", "decrease", "peak memory")


@pytest.mark.parametrize(
    ("said", "metric"),
    [("30% cheaper than BarLib", "cost"), ("4x smaller.", "size"), ("2.3x slower, if at all", "speed")],
)
def test_an_adjective_names_what_a_number_compares_where_nothing_else_does(said: str, metric: str) -> None:
    (claim,) = claims_of(f"We present QuickAttn. QuickAttn is {said}")
    assert (claim.metric, claim.model) == (metric, "QuickAttn")


def test_the_size_of_a_model_is_no_metric() -> None:
    assert all(claim.metric != "540B" for claim in claims_of("On GSM8K, PaLM 540B climbs from 17.9% to 56.9%."))


def test_a_gain_in_points_is_a_delta_of_the_better_model() -> None:
    (claim,) = claims_of("CodeFoo improves pass@1 on HumanEval by 3.1 points over StarCoder.")
    assert told([claim], "kind", "unit", "direction", "metric", "model", "benchmark", "baseline") == [
        ("delta", "points", "increase", "pass@1", "CodeFoo", "HumanEval", "StarCoder")
    ]


def test_sizes_of_models_and_data_are_no_claims() -> None:
    assert not claims_of(
        "We train BarLM on 200,000 texts with 7B parameters and 16 layers over 3 epochs. The corpus has 11 datasets."
    )


def test_an_abstract_without_numbers_has_no_claims() -> None:
    assert not claims_of("We ask whether small models reason, and find that the question is badly put.")


def test_from_one_level_to_another_is_two_scores() -> None:
    claims = claims_of("Fine-tuning raises the accuracy of BarLM on GSM8K from 15.9% to 56.1%.")
    assert told(claims, "value", "kind", "benchmark") == [(15.9, "score", "GSM8K"), (56.1, "score", "GSM8K")]


@pytest.mark.parametrize(
    ("words", "basis"), [("an absolute 4.2%", "absolute"), ("a relative 4.2%", "relative"), ("4.2%", None)]
)
def test_the_basis_is_given_only_where_the_text_says_it(words: str, basis: str | None) -> None:
    (claim,) = claims_of(f"Compared with StarCoder, CodeFoo improves the accuracy on MBPP by {words}.")
    assert claim.basis == basis


def test_hardware_goes_to_the_setting() -> None:
    (claim,) = claims_of("FooServe achieves 2.1x higher throughput than BarServe on A100 GPUs.")
    assert claim.setting is not None
    assert "A100" in claim.setting


def test_every_name_and_quote_stands_in_the_text() -> None:
    title = "TreeSolve: Search in Small Steps"
    abstract = (
        "Large models fail at puzzles. We introduce TreeSolve, which searches over partial answers. On Sudoku-Extreme, "
        "TreeSolve solves 74% of the boards where GPT-4 solves 12%, with 3.5x fewer tokens than beam search. "
        "It keeps 98% of the accuracy on MATH-500 (81.2 vs. 82.9), and needs only half the memory."
    )
    paper = Paper(paper_id="p", title=title, abstract=abstract)
    claims = read_paper(paper).claims
    assert len(claims) >= 5
    text = f"{title}\n{abstract}"
    for claim in claims:
        assert abstract[claim.evidence_start : claim.evidence_end] == claim.evidence
        assert claim.evidence_start <= claim.number_start < claim.number_end <= claim.evidence_end
        for name in (claim.metric, claim.model, claim.baseline, claim.setting):
            assert name is None or all(part in text for part in name.split(", "))


def test_the_same_text_gives_the_same_ids_in_every_source() -> None:
    text = {"title": "A study", "abstract": "FooNet reaches 84.2% accuracy on ImageNet and 71.5% on CIFAR-100."}
    one, other = (read_paper(Paper(paper_id=paper, **text)).claims for paper in ("a", "b"))
    assert [claim.claim_id for claim in one] == [claim.claim_id for claim in other]
    assert len({claim.claim_id for claim in one}) == 2


def test_processes_give_what_one_process_gives_in_the_same_order() -> None:
    papers = [
        Paper(paper_id=str(n), title="A study", abstract=f"FooNet reaches {n / 10}% accuracy on ImageNet.")
        for n in range(1200)
    ]
    alone = list(RulesExtractor(workers=1).extract(papers))
    assert list(RulesExtractor(workers=2).extract(iter(papers))) == alone
    assert [outcome.paper_id for outcome in alone] == [paper.paper_id for paper in papers]


def test_the_fingerprint_is_the_same_for_every_number_of_processes() -> None:
    assert RulesExtractor(workers=1).fingerprint == RulesExtractor(workers=4).fingerprint


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + "84%" + ")" * 5000,
        "84% and " * 1000,
        "A" * 50_000 + " 84%",
        "$" * 999 + "3.1x",
        "84%.\n" * 2000,
        "\u202e84%\u0000 x",
    ],
    ids=["brackets", "list", "long word", "dollars", "lines", "controls"],
)
def test_hostile_texts_are_read_without_a_crash(text: str) -> None:
    paper = Paper(paper_id="p", title="T", abstract=text)
    outcome = read_paper(paper)
    assert outcome.mention_count == len(find_mentions(text))
    assert outcome.status == ("done" if outcome.mention_count else "skipped")


def test_a_broken_gold_file_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "gold.jsonl"
    file.write_text('{"paper": "1", "claims": []}\n{"paper": ')
    with pytest.raises(ClaimboardError, match=r"gold\.jsonl:2: not a labelled abstract"):
        read_gold(file)
