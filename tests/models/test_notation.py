"""How a claim reads, on a page and at a terminal."""

import pytest

from models.notation import bounded, counted, measured, ranking


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        ((82.7, None, "%", "exact"), "82.7%"),
        ((3.1, None, "x", "up_to"), "up to 3.1x"),
        ((1.7, 1.8, "x", "exact"), "1.7–1.8x"),
        ((12.0, None, "points", "at_least"), "at least 12 points"),
        ((0.923, None, None, "exact"), "0.923"),
        ((1.0, None, "orders of magnitude", "approx"), "about 1 order of magnitude"),
        ((3.0, None, "orders of magnitude", "exact"), "3 orders of magnitude"),
        ((12.5, None, "ms", "exact"), "12.5 ms"),
        ((1500.0, None, "$", "exact"), "$1,500"),
    ],
)
def test_a_number_reads_as_its_abstract_says_it(
    number: tuple[float, float | None, str | None, str], printed: str
) -> None:
    assert bounded(*number) == printed


def test_what_is_measured_says_which_way_it_moved_and_where_nothing_is_named() -> None:
    assert (measured("memory", "decrease"), measured("F1", "increase")) == ("memory ↓", "F1 ↑")
    assert (measured("F1"), measured(None)) == ("F1", "no metric named")


def test_a_guessed_direction_is_said_to_be_one() -> None:
    assert (ranking("lower", known=True), ranking("higher", known=False)) == (
        "lower is better",
        "higher is better, presumably",
    )


def test_one_is_no_plural() -> None:
    assert [counted(count, "model") for count in (0, 1, 1204)] == ["0 models", "1 model", "1,204 models"]
