"""Several exact scores of one model on one board in one sentence: often one only is its own."""

from collections.abc import Callable
from typing import Any

import pytest
from made import MakeClaim, MakeEntry, Read
from reviewing import decide, rows_of

from models.comparison import compare
from models.selection import BEST_FIRST
from models.store import Store

Put = Callable[..., str]
FLAG = "several_values"


@pytest.fixture
def put(store: Store, make_entry: MakeEntry, make_claim: MakeClaim, read: Read) -> Put:
    """Store a paper whose claims stand in one sentence, and return its id."""

    def make(title: str, *claims: dict[str, Any]) -> str:
        [paper] = store.add_entries([make_entry(title, f"{title} has 84% in all.")])
        defaults = {"value": 84, "metric": "accuracy", "model": "Quokka", "benchmark": "GSM8K", "certainty": 0.5}
        read(paper, *(make_claim(paper, ordinal=place, **(defaults | given)) for place, given in enumerate(claims)))
        return paper.paper_id

    return make


def flagged(store: Store) -> list[float]:
    rows = store.query(f"SELECT value FROM claims WHERE list_contains(flags, '{FLAG}') ORDER BY value").to_pylist()
    return [row["value"] for row in rows]


def ranked(store: Store) -> list[float]:
    return [row["score"] for row in store.query("SELECT score FROM leaderboard ORDER BY rank, score").to_pylist()]


def test_several_scores_of_one_model_in_one_sentence_are_flagged(store: Store, put: Put) -> None:
    put("One", {"value": 40}, {"value": 70}, {"value": 60, "model": "Wombat"}, {"value": 9, "metric": "F1"})
    assert flagged(store) == [40, 70]
    [counted] = store.query("SELECT flagged_count FROM paper_summary").to_pylist()
    assert counted == {"flagged_count": 2}


@pytest.mark.parametrize(
    "other",
    [
        {"value": 40},
        {"value": 0.4, "unit": None},
        {"value": 70, "setting": "hard"},
        {"value": 70, "setting": "8-shot"},
        {"value": 70, "bound": "up_to"},
        {"value": 70, "kind": "delta"},
        {"value": 70, "flags": ("misread",)},
        {"value": 70, "benchmark": None},
        {"value": 70, "model": None},
    ],
)
def test_the_same_score_again_and_another_kind_or_condition_raise_no_doubt(
    store: Store, put: Put, other: dict[str, Any]
) -> None:
    put("One", {"value": 40}, other)
    assert flagged(store) == []


def test_scores_of_two_papers_raise_no_doubt_of_this_kind(store: Store, put: Put) -> None:
    put("One", {"value": 40})
    put("Two", {"value": 70})
    assert flagged(store) == []


def test_the_surest_of_several_is_ranked_and_not_the_most_flattering(store: Store, put: Put) -> None:
    put("One", {"value": 40, "certainty": 0.95}, {"value": 70, "certainty": 0.1}, {"value": 30, "certainty": 0.1})
    assert ranked(store) == [40]


def test_of_several_that_are_equally_sure_the_least_flattering_is_ranked(store: Store, put: Put) -> None:
    put("One", {"value": 40}, {"value": 70})
    put("Two", {"value": 4, "metric": "error rate"}, {"value": 7, "metric": "error rate"})
    assert sorted(ranked(store)) == [7, 40]


def test_a_score_that_stands_alone_comes_before_several_of_one_sentence(store: Store, put: Put) -> None:
    put("One", {"value": 40}, {"value": 70})
    paper = put("Two", {"value": 30})
    assert ranked(store) == [30]
    [line] = compare(store, ["Quokka", paper]).lines
    assert [cell and cell.claim["value"] for cell in line.cells] == [30, 30]


def test_every_other_ranking_chooses_as_the_leaderboard_does(store: Store, put: Put) -> None:
    put("One", {"value": 40, "certainty": 0.95}, {"value": 70, "certainty": 0.1}, {"value": 30, "certainty": 0.1})
    put("Two", {"value": 50, "model": "Wombat"}, {"value": 60, "model": "Wombat"})
    put("Three", {"value": 55, "model": "Wombat", "bound": "up_to"}, {"value": 90, "model": "Numbat"})
    put("Four", {"value": 90, "model": "Numbat", "bound": "at_least"}, {"value": 80, "model": "Numbat"})
    chosen = f"""
        SELECT claim_id, paper_id FROM scores
        QUALIFY row_number() OVER (PARTITION BY model_key ORDER BY {BEST_FIRST}) = 1 ORDER BY ALL
    """
    ranked_ones = store.query("SELECT claim_id, paper_id FROM leaderboard ORDER BY ALL")
    assert ranked_ones.num_rows == 3
    assert store.query(chosen) == ranked_ones


def test_what_a_person_said_ends_the_doubt(store: Store, put: Put) -> None:
    put("One", {"value": 40}, {"value": 70})
    first, second = rows_of(store)
    decide(store, second, "accept")
    assert flagged(store) == [40]
    assert ranked(store) == [70]
    decide(store, first, "reject")
    decide(store, second, "withdraw")
    assert flagged(store) == []
