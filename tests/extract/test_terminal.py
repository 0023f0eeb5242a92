"""What people at a terminal see of a number, of a duration, and of text that is not to be trusted."""

import pytest

from extract.terminal import clean, duration, quotation, value_text


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        ((82.7, None, "%", "exact"), "82.7 %"),
        ((3.1, None, "x", "up_to"), "up to 3.1x"),
        ((1.7, 1.8, "x", "exact"), "1.7–1.8x"),
        ((12.0, None, "points", "at_least"), "at least 12 points"),
        ((0.923, None, None, "exact"), "0.923"),
        ((1.0, None, "orders of magnitude", "approx"), "about 1 order of magnitude"),
        ((3.0, None, "orders of magnitude", "exact"), "3 orders of magnitude"),
        ((1500.0, None, "$", "exact"), "$1,500"),
    ],
)
def test_a_number_reads_as_its_abstract_says_it(
    number: tuple[float, float | None, str | None, str], printed: str
) -> None:
    assert value_text(*number) == printed


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
    claims = [
        {"evidence": evidence, "evidence_start": 100, "number_start": 100 + start, "number_end": 103 + start}
        for start in (21, 8)
    ]
    quote = quotation(claims)
    assert quote.plain == f"“{evidence}”"
    assert [quote.plain[span.start : span.end] for span in quote.spans if "yellow" in str(span.style)] == ["84%", "71%"]
