"""What a field can be corrected to, and what is said where it cannot."""

from typing import Any

import pytest
from reviewing import decide, log_of, rows_of

from models.store import Store


def refused(store: Store, place: int, **corrections: Any) -> tuple[str | None, str]:
    recorded = decide(store, rows_of(store)[place], "correct", corrections=corrections)
    assert recorded.result == "error"
    assert log_of(store) == []
    return recorded.field, str(recorded.reason)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("value", float("inf"), "'inf' is not a number"),
        ("value", float("nan"), "'nan' is not a number"),
        ("value", "84", "'84' is not a number"),
        ("value", None, "no claim is without a value"),
        ("value_high", 84.0, "a range ends above where it begins"),
        ("value_high", 3.0, "a range ends above where it begins"),
        ("kind", "level", "'level' is none of score, delta, ratio"),
        ("kind", None, "no claim is without a kind"),
        ("bound", "most", "'most' is none of exact, up_to, at_least, approx"),
        ("direction", "up", "'up' is none of increase, decrease"),
        ("basis", "relativ", "'relativ' is none of absolute, relative"),
        ("model", "", "a model of no characters says nothing"),
        ("model", " \t ", "a model of no characters says nothing"),
        ("metric", "a\0b", "a character that is none of any text"),
        ("metric", "a\ud800b", "a character that is none of any text"),
        ("setting", "x" * 10_001, "10,001 characters"),
        ("unit", 3.0, "3.0 is a number, where words are needed"),
        ("evidence", "other words", "'evidence' is no field that can be corrected"),
        ("direction", "increase", "a score has no direction"),
        ("baseline", "Numbat", "a score has no baseline"),
        ("basis", "relative", "a score has no basis"),
    ],
)
def test_a_field_that_cannot_be_so_is_named_with_the_reason(
    claimed: Store, field: str, value: object, reason: str
) -> None:
    where, why = refused(claimed, 0, **{field: value})
    assert where == field
    assert reason in why


def test_corrections_that_change_nothing_are_none(claimed: Store) -> None:
    assert "accept the claim" in refused(claimed, 0)[1]
    assert "accept the claim" in refused(claimed, 0, model="Quokka", value=84.0)[1]


def test_an_accepted_claim_takes_no_corrections(claimed: Store) -> None:
    recorded = decide(claimed, rows_of(claimed)[0], "accept", corrections={"model": "Wombat"})
    assert (recorded.result, recorded.field) == ("error", "model")


def test_what_is_corrected_to_a_score_loses_its_direction_and_baseline(claimed: Store) -> None:
    decide(claimed, rows_of(claimed)[1], "correct", corrections={"kind": "score"})
    row = rows_of(claimed)[1]
    assert [row[name] for name in ("kind", "direction", "baseline")] == ["score", None, None]
    decide(claimed, row, "withdraw")
    row = rows_of(claimed)[1]
    assert [row[name] for name in ("kind", "direction", "baseline")] == ["delta", "increase", "Numbat"]


def test_a_score_is_corrected_to_a_ratio_of_something(claimed: Store) -> None:
    corrections = {"kind": "ratio", "direction": "decrease", "baseline": "Numbat", "unit": "x", "bound": "up_to"}
    decide(claimed, rows_of(claimed)[0], "correct", corrections=corrections)
    row = rows_of(claimed)[0]
    assert {name: row[name] for name in corrections} == corrections


def test_a_field_is_emptied_and_a_number_becomes_a_range(claimed: Store) -> None:
    decide(claimed, rows_of(claimed)[1], "correct", corrections={"metric": None, "unit": None, "value_high": 14.0})
    row = rows_of(claimed)[1]
    assert (row["metric"], row["unit"], row["value"], row["value_high"]) == (None, None, 12, 14)


def test_names_are_kept_as_they_were_written_less_the_space_around_them(claimed: Store) -> None:
    decide(
        claimed, rows_of(claimed)[0], "correct", corrections={"model": "  'Wombat' =\r\n 7B "}, note=" see \r\n p. 3 "
    )
    row = rows_of(claimed)[0]
    assert (row["model"], row["note"]) == ("'Wombat' =\n 7B", "see \n p. 3")
