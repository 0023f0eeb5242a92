"""When an extracted claim stands for a labelled one, and which of its fields are right."""

from typing import Any

import pytest
from labelled import gold, labelled, predicted

from extract.evaluation import compare
from extract.evaluation.agreement import Match


def matches(golds: list[Any], predictions: list[Any]) -> tuple[Match, ...]:
    return compare([labelled(*golds)], {"p": predictions})[0].matches


@pytest.mark.parametrize(
    ("label", "said", "wrong"),
    [
        ({}, {}, ()),
        ({"metric": ["accuracy", None]}, {"metric": None}, ()),
        ({"metric": ["accuracy"]}, {"metric": None}, ("metric",)),
        ({"benchmark": None}, {"benchmark": "BarBench"}, ("benchmark",)),
        ({"model": ["Foo Net", "FooNet (ours)"]}, {"model": "Foo-Net"}, ()),
        ({"model": ["GPT-4 Turbo"]}, {"model": "GPT-4"}, ()),
        ({"benchmark": ["MATH"]}, {"benchmark": "MATH-500"}, ("benchmark",)),
        ({"benchmark": ["A, B"]}, {"benchmark": ["A", "B"]}, ()),
        ({"model": None}, {"model": "our  Method"}, ()),
        ({"model": ["FooNet"]}, {"model": "the proposed model"}, ("model",)),
        ({"unit": "x"}, {"unit": "times"}, ()),
        ({"unit": "%"}, {"unit": "\\%"}, ()),
        ({"unit": None}, {"unit": "%"}, ("unit",)),
        ({"bound": "exact"}, {"bound": None}, ()),
        ({"bound": "up_to"}, {}, ("bound",)),
        ({"kind": "delta", "direction": "increase"}, {}, ("kind", "direction")),
        ({"setting": "on a phone", "basis": "relative"}, {}, ()),
    ],
)
def test_a_field_is_right_where_the_label_accepts_what_is_said(
    label: dict[str, Any], said: dict[str, Any], wrong: tuple[str, ...]
) -> None:
    (match,) = matches([gold(**label)], [predicted(**said)])
    assert match.wrong == wrong
    assert match.verdict == ("wrong" if wrong else "right")


def test_only_the_same_number_stands_for_a_number() -> None:
    (missed, extra) = matches([gold(value=84, value_high=None)], [predicted(value=84, value_high=85)])
    assert (missed.verdict, extra.verdict) == ("missed", "not a claim")
    (match,) = matches([gold(value=0.1 + 0.2)], [predicted(value=0.3)])
    assert match.verdict == "right"


def test_of_two_equal_numbers_each_gets_the_claim_that_agrees_best() -> None:
    labels = [gold(model="FooNet"), gold(model="BarNet")]
    found = matches(labels, [predicted(model="BarNet"), predicted(model="FooNet")])
    assert [match.verdict for match in found] == ["right", "right"]
    only_one = matches(labels, [predicted(model="BarNet")])
    assert [match.verdict for match in only_one] == ["missed", "right"]


def test_of_two_equal_claims_the_quote_tells_which_is_meant() -> None:
    labels = [gold(evidence="it reaches 84% at night"), gold(evidence="84% is what remains by day")]
    (first, second) = matches(labels, [predicted(evidence="84% is what remains")])
    assert (first.verdict, second.verdict) == ("missed", "right")


def test_an_optional_label_counts_neither_when_found_nor_when_left_out() -> None:
    label = gold(optional=True)
    assert [match.verdict for match in matches([label], [])] == ["optional"]
    assert [match.verdict for match in matches([label], [predicted(model=None)])] == ["optional"]
    # What could stand for either stands for the claim.
    found = matches([label, gold()], [predicted()])
    assert [match.verdict for match in found] == ["optional", "right"]
