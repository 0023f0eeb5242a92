"""Precision, recall and F1, where they are sure, and what they are made of."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labelled import gold, labelled, predicted

from extract.evaluation import Figures, PredictedClaim, compare, score
from extract.evaluation.breakdown import by_field, by_kind, by_source
from extract.gold import GoldAbstract, GoldClaim

NAMES = st.sampled_from(["FooNet", "BarNet", "QuxNet-7"])
LABELS = st.builds(
    gold,
    value=st.integers(1, 6),
    kind=st.sampled_from(["score", "delta", "ratio"]),
    unit=st.sampled_from(["%", "x", None]),
    model=st.lists(st.none() | NAMES, min_size=1, max_size=3),
    bound=st.sampled_from(["exact", "up_to"]),
    optional=st.booleans(),
)
CLAIMS = st.builds(
    predicted,
    value=st.integers(1, 6),
    kind=st.sampled_from(["score", "delta", "ratio"]),
    unit=st.sampled_from(["%", "times", None]),
    model=st.none() | NAMES,
)
PAIRS = st.lists(st.tuples(st.lists(LABELS, max_size=5), st.lists(CLAIMS, max_size=5)), min_size=1, max_size=6)
Pairs = list[tuple[list[GoldClaim], list[PredictedClaim]]]


def abstracts(pairs: Pairs) -> tuple[list[GoldAbstract], Mapping[str, Sequence[PredictedClaim]]]:
    labels = [labelled(*claims, paper=f"p{index}") for index, (claims, _) in enumerate(pairs)]
    return labels, {f"p{index}": claims for index, (_, claims) in enumerate(pairs)}


def said_first(label: GoldClaim) -> PredictedClaim:
    """Return what a reader says who says what the label has first."""
    fields = label.model_dump() | {
        name: getattr(label, name)[0] for name in ("metric", "model", "benchmark", "baseline")
    }
    return PredictedClaim.model_validate(fields)


def shares(figures: Figures) -> list[tuple[float, float, float]]:
    return [(part.precision, part.recall, part.f1) for part in (figures.found, figures.tuple, figures.full)]


@settings(max_examples=100)
@given(PAIRS)
def test_each_measure_asks_for_more_than_the_one_before_and_lies_in_its_interval(pairs: Pairs) -> None:
    figures = score(*abstracts(pairs))
    assert shares(figures) == sorted(shares(figures), reverse=True)
    for part in (figures.found, figures.tuple, figures.full):
        for low, high in (part.precision_95, part.recall_95, part.f1_95):
            assert 0 <= low <= high <= 1
    assert sum(sum(counts.values()) - counts["missed"] for counts in figures.kinds.values()) == figures.predicted_claims


@settings(max_examples=100)
@given(PAIRS)
def test_a_reader_who_says_what_the_labels_say_is_right_in_everything(pairs: Pairs) -> None:
    labels, _ = abstracts(pairs)
    figures = score(labels, {abstract.paper: [said_first(claim) for claim in abstract.claims] for abstract in labels})
    assert figures.predicted_claims == figures.gold_claims
    share = 1.0 if figures.gold_claims else 0.0
    assert shares(figures) == [(share, share, share)] * 3


@settings(max_examples=100)
@given(PAIRS, st.randoms(use_true_random=False))
def test_neither_the_order_of_abstracts_nor_numbers_that_nobody_labelled_help(pairs: Pairs, chance: Any) -> None:
    figures = score(*abstracts(pairs))
    shuffled = chance.sample(pairs, len(pairs))
    assert score(*abstracts(shuffled)) == figures
    noisy = score(*abstracts([(labels, [*claims, predicted(value=99)]) for labels, claims in pairs]))
    assert noisy.predicted_claims == figures.predicted_claims + len(pairs)
    assert noisy.found.recall == figures.found.recall
    assert noisy.found.precision <= figures.found.precision


@settings(max_examples=100)
@given(PAIRS)
def test_the_parts_add_up_to_the_whole(pairs: Pairs) -> None:
    labels, claims = abstracts(pairs)
    comparisons = compare(labels, claims)
    figures = score(labels, claims)
    found = sum(counts[kind] for counts in figures.kinds.values() for kind in counts if kind != "missed")
    found -= sum(figures.kinds["not a claim"].values())
    for name, part in by_field(comparisons).items():
        assert part.found == part.right + part.left_out + part.added + part.other == found
        assert figures.fields[name] == (round(part.right / found, 4) if found else None)
    kinds = by_kind(comparisons)
    assert sum(part.gold_claims for part in kinds.values()) == figures.gold_claims
    assert by_source(comparisons) == {"no prefix": figures}


def test_counts_are_those_of_a_small_case() -> None:
    labels = [
        labelled(gold(), gold(value=2, unit="x", kind="ratio"), gold(value=7, optional=True), paper="a"),
        labelled(gold(value=3), paper="b"),
        labelled(paper="c"),
    ]
    claims = {
        "a": [predicted(), predicted(value=2, unit="x", kind="delta"), predicted(value=7), predicted(value=11)],
        "c": [predicted(value=12)],
        "never labelled": [predicted()],
    }
    figures = score(labels, claims)
    assert (figures.abstracts, figures.gold_claims, figures.predicted_claims) == (3, 3, 4)
    assert shares(figures) == [(0.5, 0.6667, 0.5714), (0.25, 0.3333, 0.2857), (0.25, 0.3333, 0.2857)]
    assert figures.fields["kind"] == 0.5
    assert figures.kinds["ratio"] == {"score": 0, "delta": 1, "ratio": 0, "missed": 0}
    assert figures.kinds["score"] == {"score": 1, "delta": 0, "ratio": 0, "missed": 1}
    assert figures.kinds["not a claim"] == {"score": 2, "delta": 0, "ratio": 0, "missed": 0}
    assert figures.reliability is None


def test_many_abstracts_leave_less_to_chance_than_few() -> None:
    def width(abstracts: int) -> float:
        labels = [labelled(gold(), paper=str(index)) for index in range(abstracts)]
        claims = {str(index): [predicted(value=84 + index % 2)] for index in range(abstracts)}
        low, high = score(labels, claims).found.f1_95
        assert low < 0.5 < high
        return high - low

    # As the standard error of a share of one half does: 1.96 * sqrt(0.25 / n) to each side.
    assert width(100) == pytest.approx(0.196, abs=0.02)
    assert width(400) == pytest.approx(0.098, abs=0.01)


def test_what_goes_wrong_in_a_field_is_told_apart() -> None:
    labels = [gold(value=1), gold(value=2), gold(value=3, model=None), gold(value=4), gold(value=5, bound="up_to")]
    claims = [
        predicted(value=1, model="FooNet"),
        predicted(value=2, model=None),
        predicted(value=3, model="FooNet"),
        predicted(value=4, model="Other-9"),
        predicted(value=5),
    ]
    fields = by_field(compare([labelled(*labels)], {"p": claims}))
    assert fields["model"].model_dump() == {"found": 5, "right": 2, "left_out": 1, "added": 1, "other": 1}
    assert fields["bound"].model_dump() == {"found": 5, "right": 4, "left_out": 1, "added": 0, "other": 0}


@pytest.mark.parametrize(
    ("paper", "source", "group"),
    [
        ("a-2412.15246", None, "a"),
        ("cs/0112017", None, "cs"),
        ("acl:P19-1", None, "acl"),
        ("2412.15246", None, "no prefix"),
        ("a-1", "a journal", "a journal"),
    ],
)
def test_the_source_of_an_abstract_is_what_its_line_or_else_its_id_says(
    paper: str, source: str | None, group: str
) -> None:
    assert list(by_source(compare([labelled(paper=paper, source=source)], {}))) == [group]


def test_confidences_are_measured_where_claims_have_them() -> None:
    labels = labelled(gold(value=1), gold(value=2), gold(value=3, optional=True))
    claims = [
        predicted(value=1, confidence=0.95),
        predicted(value=2, model=None, confidence=0.85),
        predicted(value=3, confidence=0.1),
        predicted(value=4),
    ]
    table = score([labels], {"p": claims}).reliability
    assert table is not None
    assert [(part.low, part.count, part.confidence, part.right) for part in table.bins] == [
        (0.8, 1, 0.85, 0.0),
        (0.9, 1, 0.95, 1.0),
    ]
    assert table.expected_calibration_error == pytest.approx((0.85 + 0.05) / 2)
