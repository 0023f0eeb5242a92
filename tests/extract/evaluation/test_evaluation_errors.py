"""What went wrong, as it is shown: numbers marked where they stand, both readings side by side."""

import io

import pytest
from labelled import gold, labelled, predicted
from rich.console import Console

from extract.evaluation import Comparison, PredictedClaim, compare
from extract.evaluation.browser import has_colours, page
from extract.evaluation.places import places
from extract.gold import GoldAbstract

ABSTRACT = (
    "FooNet reaches 84% accuracy on BarBench. It is 2.2x faster than BarLib on 12 machines, and needs 35% less memory."
)
EVIDENCE = "It is 2.2x faster than BarLib on 12 machines"


@pytest.fixture
def mixed() -> Comparison:
    """Return a comparison with one claim right, one wrong, one missed, and one that is none."""
    labels = labelled(
        gold(evidence="FooNet reaches 84% accuracy on BarBench"),
        gold(value=2.2, unit="x", kind="ratio", direction="increase", metric=["speed", None], benchmark=None,
             baseline="BarLib", evidence=EVIDENCE),
        gold(value=35, kind="delta", direction="decrease", metric="memory", benchmark=None, evidence="35% less memory"),
        title="FooNet: A Network",
        abstract=ABSTRACT,
    )  # fmt: skip
    claims = [
        predicted(),
        predicted(value=2.2, unit="x", kind="ratio", direction="increase", metric="speed", benchmark=None),
        predicted(value=12, unit=None, metric="machines", evidence=EVIDENCE),
    ]
    return one(labels, claims)


def one(labels: GoldAbstract, claims: list[PredictedClaim]) -> Comparison:
    return compare([labels], {labels.paper: claims})[0]


def shown(comparison: Comparison, *, coloured: bool, width: int = 200) -> str:
    file = io.StringIO()
    console = Console(file=file, width=width, force_terminal=coloured, color_system="standard" if coloured else None)
    assert has_colours(console) == coloured
    console.print(page(comparison, coloured=coloured))
    return file.getvalue()


def test_without_colours_what_is_wrong_stands_beside_each_number(mixed: Comparison) -> None:
    text = shown(mixed, coloured=False)
    assert "FooNet: A Network · p" in text
    assert (
        "FooNet reaches 84% accuracy on BarBench. It is [wrong: 2.2x] faster than BarLib on [not a claim: 12] machines,"
        " and needs [missed: 35%] less memory."
    ) in text


def test_with_colours_numbers_and_quotes_are_underlined_and_the_text_is_as_it_was(mixed: Comparison) -> None:
    text = shown(mixed, coloured=True)
    assert "\x1b[1;4;33m2.2x\x1b[0m" in text
    assert "\x1b[1;4;35m12\x1b[0m" in text
    assert "\x1b[1;4;31m35%\x1b[0m" in text
    assert "\x1b[32m84%\x1b[0m" in text
    assert "\x1b[4m faster than BarLib on \x1b[0m" in text
    assert "[wrong" not in text


def test_both_readings_stand_side_by_side_and_differences_are_marked(mixed: Comparison) -> None:
    lines = [line.split() for line in shown(mixed, coloured=False).splitlines()]
    assert ["2.2x:", "wrong", "baseline"] in lines
    assert ["≠", "baseline", "BarLib", "–"] in lines
    assert ["metric", "speed", "|", "–", "speed"] in lines
    assert ["12:", "not", "a", "claim"] in lines
    assert ["metric", "machines"] in lines
    assert ["35%:", "missed"] in lines
    assert ["direction", "decrease"] in lines


def test_text_of_an_abstract_is_printed_as_text() -> None:
    hostile = "[bold]Foo[/] \x1b[31mreaches\u202e 91% on [link=x]y[/link]\x07"
    labels = labelled(
        gold(value=91, model="[red]M[/red]", evidence="91% on [link=x]y"), title="[blink]T\x1b[2J", abstract=hostile
    )
    text = shown(one(labels, [predicted(value=7, metric="[i]x\x1b[1m")]), coloured=False)
    assert "[bold]Foo[/] reaches [missed: 91%] on [link=x]y[/link]" in text
    assert "[blink]T" in text
    assert "[red]M[/red]" in text
    assert "[i]x" in text
    assert not set(text) & set("\x1b\x07\u202e")


def test_claims_that_share_a_number_share_its_place() -> None:
    both = "Both reach 85% on BarBench, and 85% again."
    quote = "Both reach 85% on BarBench"
    labels = labelled(
        gold(value=85, model="FooNet", evidence=quote), gold(value=85, model="BarNet", evidence=quote), abstract=both
    )
    start = both.index("85%")
    claims = [predicted(value=85, model="FooNet", number_start=start, number_end=start + 3)]
    (place,) = places(one(labels, claims))
    assert (both[place.start : place.end], place.start, place.verdicts) == ("85%", start, ("right", "missed"))


def test_what_the_grammar_does_not_find_is_marked_by_its_quote_or_not_at_all() -> None:
    labels = labelled(
        gold(value=0.5, evidence="every other answer is wrong"), gold(value=77, evidence="nowhere"),
        abstract="For FooNet, every other answer is wrong.",
    )  # fmt: skip
    assert "For FooNet, [missed: every other answer is wrong]." in shown(one(labels, []), coloured=False)


def test_no_line_is_wider_than_the_terminal(mixed: Comparison) -> None:
    assert max(len(line) for line in shown(mixed, coloured=False, width=40).splitlines()) <= 40
