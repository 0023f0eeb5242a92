"""Where papers contradict each other, or themselves."""

from collections.abc import Callable
from typing import Any

import pytest
from made import MakeClaim, MakeEntry, Read

from models.store import Store

Printed = Callable[..., None]
DEFAULTS = {"metric": "accuracy", "model": "Quokka", "benchmark": "GSM8K"}


@pytest.fixture
def printed(store: Store, make_entry: MakeEntry, make_claim: MakeClaim, read: Read) -> Printed:
    """Store a paper that prints these scores, each in a sentence of its own."""

    def put(title: str, *scores: dict[str, Any]) -> None:
        abstract = "".join(f"Sentence {place}. " for place in range(len(scores))).strip()
        [paper] = store.add_entries([make_entry(title, abstract)])
        claims = [make_claim(paper, ordinal=place, **(DEFAULTS | score)) for place, score in enumerate(scores)]
        read(
            paper,
            *(
                claim.model_copy(update={"evidence_start": 12 * place, "evidence_end": 12 * place + 11})
                for place, claim in enumerate(claims)
            ),
        )

    return put


def found(store: Store, columns: str = "lowest, highest, paper_count, within_one_paper") -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in store.query(f"SELECT {columns} FROM conflicts").to_pylist()]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({"value": 84}, {"value": 84.4}),
        ({"value": 84.5}, {"value": 84.54}),
        ({"value": 84}, {"value": 0.842, "unit": None}),
        ({"value": 0.9, "unit": None}, {"value": 94}),
        ({"value": 84}, {"value": 84}),
    ],
)
def test_numbers_that_rounding_explains_are_no_conflict(
    store: Store, printed: Printed, one: dict[str, Any], two: dict[str, Any]
) -> None:
    printed("One", one)
    printed("Two", two)
    assert found(store) == []


@pytest.mark.parametrize(
    ("one", "two", "ends"),
    [
        ({"value": 84}, {"value": 84.6}, (84, 84.6)),
        ({"value": 84.5}, {"value": 84.56}, (84.5, 84.56)),
        ({"value": 0.84, "unit": None}, {"value": 85}, (84, 85)),
        (
            {"value": 12, "unit": "ms", "metric": "latency"},
            {"value": 0.013, "unit": "s", "metric": "latency"},
            (0.012, 0.013),
        ),
        ({"value": 84, "metric": None}, {"value": 86, "metric": None}, (84, 86)),
    ],
)
def test_papers_that_print_different_numbers_of_one_thing_are_a_conflict(
    store: Store, printed: Printed, one: dict[str, Any], two: dict[str, Any], ends: tuple[float, float]
) -> None:
    printed("One", one)
    printed("Two", {"benchmark": "GSM-8K", **two})
    assert found(store) == [(*ends, 2, False)]


@pytest.mark.parametrize(
    "other",
    [
        {"model": "Quokka 2"},
        {"benchmark": "MATH"},
        {"metric": "F1"},
        {"setting": "5-shot"},
        {"bound": "up_to"},
        {"value_high": 95},
        {"kind": "ratio"},
        {"flags": ("misread",)},
    ],
)
def test_numbers_of_different_things_are_no_conflict(store: Store, printed: Printed, other: dict[str, Any]) -> None:
    printed("One", {"value": 84})
    printed("Two", {"value": 90, **other})
    assert found(store) == []


def test_what_is_called_baseline_in_two_papers_is_not_one_model(store: Store, printed: Printed) -> None:
    for title, value in (("One", 84), ("Two", 90)):
        printed(title, {"value": value, "model": "our baseline"})
    assert found(store) == []
    rows = store.query("SELECT model, rank FROM leaderboard ORDER BY rank").to_pylist()
    assert rows == [{"model": "our baseline", "rank": 1}, {"model": "our baseline", "rank": 2}]


def test_a_paper_contradicts_itself_in_two_sentences_under_the_same_conditions(store: Store, printed: Printed) -> None:
    printed("One", {"value": 84}, {"value": 86}, {"value": 90, "setting": "on average"})
    assert found(store) == [(84, 90, 1, True)]
    assert found(store, "value_count, len(claim_ids), len(paper_ids)") == [(3, 3, 3)]


@pytest.mark.parametrize(
    ("scores", "apart"),
    [
        (({"value": 84}, {"value": 86, "setting": "on average"}), 11),
        (({"value": 84, "metric": None}, {"value": 86, "metric": None}), 11),
        (({"value": 84}, {"value": 86}), 0),
    ],
)
def test_a_paper_may_print_different_numbers_under_different_conditions_or_in_one_sentence(
    store: Store,
    make_entry: MakeEntry,
    make_claim: MakeClaim,
    read: Read,
    scores: tuple[dict[str, Any], ...],
    apart: int,
) -> None:
    [paper] = store.add_entries([make_entry()])
    claims = [make_claim(paper, ordinal=place, **(DEFAULTS | score)) for place, score in enumerate(scores)]
    read(
        paper,
        *(
            claim.model_copy(update={"evidence_start": apart * place, "evidence_end": apart * place + 10})
            for place, claim in enumerate(claims)
        ),
    )
    assert found(store) == []
