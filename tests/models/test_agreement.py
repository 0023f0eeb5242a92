"""Where two extractors have read a paper: whether the one agrees with the other, field by field."""

from collections.abc import Callable
from typing import Any

import pytest
from made import MakeClaim, MakeEntry, Read

from models.paper import Paper
from models.store import Store

FIELDS = ("kind", "metric", "model", "benchmark", "direction", "baseline")
CLAIM = {"value": 84, "metric": "accuracy", "model": "GPT-4", "benchmark": "BIG-Bench Hard"}

Agreed = Callable[..., dict[str, Any]]


@pytest.fixture
def paper(store: Store, make_entry: MakeEntry) -> Paper:
    [paper] = store.add_entries([make_entry()])
    return paper


@pytest.fixture
def agreed(store: Store, paper: Paper, make_claim: MakeClaim, read: Read) -> Agreed:
    """Return the one current claim, after both extractors made it, the rules with other words."""

    def compare(**other: Any) -> dict[str, Any]:
        read(paper, make_claim(paper, **CLAIM), extractor="llm")
        read(paper, make_claim(paper, **(CLAIM | other)))
        [row] = store.query("FROM claims").to_pylist()
        assert (row["extractor"], row["other_extractor"]) == ("llm", "rules")
        return row  # type: ignore[no-any-return]

    return compare


def test_the_same_claim_is_agreed_on_in_every_field_also_where_both_leave_it_empty(agreed: Agreed) -> None:
    row = agreed()
    assert row["agreement"] is True
    assert [row[f"agrees_{name}"] for name in FIELDS] == [True] * len(FIELDS)


def test_spellings_and_known_names_of_one_thing_agree(agreed: Agreed) -> None:
    assert agreed(metric="acc.", model="GPT4", benchmark="BBH")["agreement"] is True


@pytest.mark.parametrize(
    ("field", "value", "decides"),
    [
        ("kind", "delta", True),
        ("metric", "F1", True),
        ("metric", None, True),
        ("model", "GPT-4 Turbo", True),
        ("benchmark", None, True),
        ("direction", "increase", False),
        ("baseline", "BERT", False),
    ],
)
def test_what_differs_is_told_and_four_fields_decide(agreed: Agreed, field: str, value: Any, decides: bool) -> None:
    row = agreed(**{field: value})
    assert [name for name in FIELDS if not row[f"agrees_{name}"]] == [field]
    assert row["agreement"] is not decides


def test_baselines_are_compared_as_names_of_models(
    store: Store, paper: Paper, make_claim: MakeClaim, read: Read
) -> None:
    for extractor, baseline in (("llm", "GPT4"), ("rules", "GPT-4")):
        read(paper, make_claim(paper, 2, kind="ratio", baseline=baseline), extractor=extractor)
    assert store.query("SELECT agrees_baseline FROM claims").to_pylist() == [{"agrees_baseline": True}]


def test_a_number_that_the_other_holds_to_be_no_claim_is_not_agreed_on(
    store: Store, paper: Paper, make_claim: MakeClaim, read: Read
) -> None:
    read(paper, make_claim(paper, 84), extractor="llm")
    read(paper)
    [row] = store.query("FROM claims").to_pylist()
    assert (row["other_extractor"], row["agreement"], row["agrees_model"]) == ("rules", False, None)


def test_nobody_agrees_where_no_other_extractor_finished_the_text(
    store: Store, paper: Paper, make_claim: MakeClaim, make_entry: MakeEntry, read: Read
) -> None:
    read(paper, make_claim(paper, 84))
    read(paper, make_claim(paper, 84), version=2)
    read(paper, extractor="llm", status="failed", reason="no reply")
    [row] = store.query("FROM claims").to_pylist()
    assert (row["extractor"], row["other_extractor"], row["agreement"]) == ("rules", None, None)


def test_what_the_other_read_in_an_earlier_text_does_not_count(
    store: Store, paper: Paper, make_claim: MakeClaim, make_entry: MakeEntry, read: Read
) -> None:
    read(paper, make_claim(paper, 84))
    [longer] = store.add_entries([make_entry(abstract=f"{paper.abstract} It is small.", line=2)])
    read(longer, make_claim(longer, 84), extractor="llm")
    assert store.query("SELECT agreement FROM claims").to_pylist() == [{"agreement": None}]


def test_the_latest_reading_of_the_other_is_compared(
    store: Store, paper: Paper, make_claim: MakeClaim, read: Read
) -> None:
    read(paper, make_claim(paper, **CLAIM), extractor="llm")
    read(paper, make_claim(paper, **(CLAIM | {"model": "BERT"})), version=2)
    read(paper, make_claim(paper, **CLAIM), version=1)
    assert store.query("SELECT agreement FROM claims").to_pylist() == [{"agreement": True}]
