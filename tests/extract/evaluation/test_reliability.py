"""Confidence against outcome: the table and the error."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.evaluation import reliability


def test_a_confidence_that_is_kept_has_no_error() -> None:
    table = reliability([0.75] * 4 + [0.0, 1.0], [True, True, True, False, False, True])
    assert table.expected_calibration_error == 0
    assert [(part.low, part.high, part.count, part.right) for part in table.bins] == [
        (0.0, 0.1, 1, 0.0),
        (0.7, 0.8, 4, 0.75),
        (0.9, 1.0, 1, 1.0),
    ]


def test_an_error_is_weighed_by_the_claims_that_have_it() -> None:
    table = reliability([0.9] * 3 + [0.2], [False, False, False, False])
    assert table.expected_calibration_error == pytest.approx((3 * 0.9 + 0.2) / 4)


@pytest.mark.parametrize("tenth", range(1, 11))
def test_an_interval_has_its_upper_end(tenth: int) -> None:
    (part,) = reliability([tenth / 10], [True]).bins
    assert part.high == tenth / 10


@settings(max_examples=100)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=40), st.integers(1, 20))
def test_every_claim_is_in_one_interval(judged: list[tuple[float, bool]], bins: int) -> None:
    table = reliability([confidence for confidence, _ in judged], [right for _, right in judged], bins)
    assert sum(part.count for part in table.bins) == table.count == len(judged)
    assert 0 <= table.expected_calibration_error <= 1
    assert all(part.low - 1e-4 <= part.confidence <= part.high + 1e-4 for part in table.bins)


def test_what_is_no_confidence_is_refused() -> None:
    with pytest.raises(ValueError, match="0 to 1"):
        reliability([1.2], [True])
    with pytest.raises(ValueError, match="0 to 1"):
        reliability([float("nan")], [True])
    with pytest.raises(ValueError, match="2 claims"):
        reliability([0.5], [True, False])
