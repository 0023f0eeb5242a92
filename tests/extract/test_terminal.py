"""What people at a terminal see of a duration, of a quote, and of text that is not to be trusted."""

import pytest

from extract.printable import clean
from extract.terminal import output_console, quotation, rows_view
from models.notation import duration


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("a\x1b[31mred\x1b[0m b", "ared b"),
        ("a\x1b]0;title\x07b", "ab"),
        ("a\x1b]8;;http://x\x1b\\link", "alink"),
        ("a\x9b2Jb", "ab"),
        ("one\ntwo\r\x08three\u2028four", "one two  three four"),
        ("\u202eabc\u2066def", "abcdef"),
        ("\ud800", " "),
        ("naïve × 数 — [bold]", "naïve × 数 — [bold]"),
    ],
)
def test_nothing_in_a_text_can_repaint_the_terminal(hostile: str, harmless: str) -> None:
    assert clean(hostile) == harmless


@pytest.mark.parametrize(
    ("seconds", "printed"),
    [(0.04, "0.0 s"), (9.96, "10.0 s"), (59.4, "59 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")],
)
def test_a_duration_is_said_in_the_units_that_matter(seconds: float, printed: str) -> None:
    assert duration(seconds) == printed


def test_the_numbers_of_a_quote_are_highlighted_where_they_stand() -> None:
    evidence = "reaches 84% on A and 71% on B"
    claims = [{"evidence": evidence, "quote_start": start, "quote_end": start + 3} for start in (21, 8)]
    quote = quotation(claims)
    assert quote.plain == f"“{evidence}”"
    assert [quote.plain[span.start : span.end] for span in quote.spans if "yellow" in str(span.style)] == ["84%", "71%"]


def shown(names: list[str], rows: list[tuple[object, ...]], width: int) -> list[str]:
    console = output_console()
    console.width = width
    with console.capture() as captured:
        console.print(rows_view(names, rows, width))
    return [line.rstrip() for line in captured.get().splitlines()]


def test_rows_too_wide_for_a_table_are_shown_record_by_record() -> None:
    names = [f"column{index}" for index in range(12)]
    lines = shown(names, [tuple(f"a value of some length {index}" for index in range(12))], 80)
    assert lines[0] == "column0   a value of some length 0"
    assert shown(["model", "value"], [("FooNet", 84.0)], 80)[-1] == "FooNet │  84.0"
