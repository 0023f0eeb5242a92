"""Which reading of a paper is shown, and how scores of different papers are ranked."""

import pytest
from made import Board, MakeClaim, MakeEntry, Read

from models.store import Store


def shown(store: Store) -> list[tuple[str, float]]:
    return [(row["extractor"], row["value"]) for row in store.query("FROM claims").to_pylist()]


@pytest.mark.parametrize("order", [("llm", "rules"), ("rules", "llm")])
def test_the_llm_is_shown_before_the_rules_whoever_read_first(
    store: Store, make_entry: MakeEntry, make_claim: MakeClaim, read: Read, order: tuple[str, str]
) -> None:
    [paper] = store.add_entries([make_entry()])
    for extractor in order:
        read(paper, make_claim(paper, {"llm": 1, "rules": 2}[extractor]), extractor=extractor)
    assert shown(store) == [("llm", 1)]
    assert store.query("FROM store.claims").num_rows == 2


def test_an_llm_that_failed_leaves_the_rules_in_sight(
    store: Store, make_entry: MakeEntry, make_claim: MakeClaim, read: Read
) -> None:
    [paper] = store.add_entries([make_entry()])
    read(paper, make_claim(paper, 2))
    read(paper, extractor="llm", status="failed", reason="no reply")
    assert shown(store) == [("rules", 2)]


def test_an_llm_that_found_no_claim_hides_those_of_the_rules(
    store: Store, make_entry: MakeEntry, make_claim: MakeClaim, read: Read
) -> None:
    [paper] = store.add_entries([make_entry()])
    read(paper, make_claim(paper, 2))
    read(paper, extractor="llm")
    assert shown(store) == []


def test_the_later_of_two_versions_of_an_extractor_is_shown(
    store: Store, make_entry: MakeEntry, make_claim: MakeClaim, read: Read
) -> None:
    [paper] = store.add_entries([make_entry()])
    read(paper, make_claim(paper, 1), version=2)
    read(paper, make_claim(paper, 2), version=1)
    assert shown(store) == [("rules", 2)]


def test_papers_without_a_reading_are_listed_too(store: Store, make_entry: MakeEntry) -> None:
    store.add_entries([make_entry()])
    [paper] = store.query("FROM papers").to_pylist()
    assert (paper["title"], paper["status"], paper["sources"]) == (make_entry().title, None, ["list.txt:1"])


def test_higher_scores_rank_first_and_equal_ones_share_their_rank(board: Board) -> None:
    assert board({"value": 80}, {"value": 90}, {"value": 80}, {"value": 70}) == [
        (1, "m1", 90),
        (2, "m0", 80),
        (2, "m2", 80),
        (4, "m3", 70),
    ]


@pytest.mark.parametrize(
    "metric", ["error rate", "Word Error Rate", "WER", "perplexity", "FID", "latency", "test loss"]
)
def test_lower_scores_rank_first_where_lower_is_better(board: Board, metric: str) -> None:
    rows = board({"value": 9, "metric": metric}, {"value": 4, "metric": metric}, columns="rank, model, better")
    assert rows == [(1, "m1", "lower"), (2, "m0", "lower")]


@pytest.mark.parametrize("metric", ["error detection accuracy", "accuracy", "Elo", "loss reduction", None])
def test_higher_scores_rank_first_elsewhere(board: Board, metric: str) -> None:
    rows = board({"value": 4, "metric": metric}, {"value": 9, "metric": metric}, columns="rank, model, better")
    assert rows == [(1, "m1", "higher"), (2, "m0", "higher")]


def test_a_fraction_a_bare_percentage_and_a_percentage_stand_on_one_scale(board: Board) -> None:
    assert board(
        {"value": 0.07, "unit": None}, {"value": 84.5, "unit": None}, {"value": 84}, columns="score, unit"
    ) == [
        (84.5, "%"),
        (84, "%"),
        (7, "%"),
    ]


def test_a_perplexity_below_one_and_a_rating_are_no_percentages(board: Board) -> None:
    assert board(
        {"value": 0.9, "unit": None, "metric": "perplexity"},
        {"value": 1250, "unit": None, "metric": "Elo"},
        columns="score, unit",
    ) == [(1250, None), (0.9, None)]


def test_multiples_of_one_unit_are_ranked_together_and_other_units_apart(board: Board) -> None:
    rows = board(
        {"value": 12, "unit": "ms", "metric": "latency"},
        {"value": 3, "unit": "s", "metric": "latency"},
        {"value": 2, "unit": "steps", "metric": "latency"},
        columns="rank, score, unit, printed_unit",
    )
    assert rows == [(1, 0.012, "s", "ms"), (2, 3, "s", "s"), (1, 2, "steps", "steps")]


def test_up_to_is_marked_and_an_exact_score_of_the_same_height_is_preferred(board: Board) -> None:
    rows = board(
        {"value": 90, "model": "Quokka", "bound": "up_to"},
        {"value": 90, "model": "Quokka"},
        {"value": 95, "bound": "up_to"},
        columns="model, bound, up_to",
    )
    assert rows == [("m2", "up_to", True), ("Quokka", "exact", False)]


def test_only_scores_that_name_benchmark_and_model_and_were_not_misread_are_ranked(board: Board) -> None:
    assert (
        board({"kind": "delta"}, {"kind": "ratio"}, {"model": None}, {"benchmark": None}, {"flags": ("misread",)}) == []
    )


def test_each_rank_leads_to_its_sentence(board: Board, make_entry: MakeEntry) -> None:
    [(evidence, title, paper_id, value)] = board({"value": 84}, columns="evidence, title, paper_id, printed_value")
    entry = make_entry("Paper number 0")
    assert (evidence, title, paper_id, value) == (entry.abstract, entry.title, entry.paper_id, 84)
