"""What holds for every abstract: spans, order, finite values, and that a printed number reads back as itself."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.mentions import find_mentions
from models.mention import Mention

FRAGMENTS = st.sampled_from(
    [
        *(
            "0",
            "1",
            "7",
            "10",
            "12",
            "84.1",
            ".5",
            "1,024",
            "1{,}024",
            "2023",
            "-0.67",
            "+3",
            "10^",
            "^{-3}",
            "e-3",
            "⁻³",
        ),
        *(
            "$0.02",
            "%",
            r"\%",
            "x",
            "×",
            r"\times",
            "$",
            "$$",
            "{",
            "}",
            "{,",
            "^",
            "^{",
            "_",
            "\\",
            r"\textbf{",
            r"\pm",
        ),
        *("±", "+/-", "~", "-", "--", "–", "—", "<", ">", "=", "(", ")", "[", "]", ",", ".", ";", ":", "/", "@", "\n"),
        *(
            "\u00a0",
            "\u2009",
            "🙂",
            "²",
            "٣",
            "①",
            "１",
            "½",
            "GPT-4",
            "Llama",
            "Table",
            "k",
            "M",
            "B",
            "ms",
            "s",
            "GB",
        ),
        *(
            "to",
            "and",
            "between",
            "from",
            "ranging",
            "up",
            "at",
            "least",
            "most",
            "more",
            "than",
            "a",
            "factor",
            "of",
            "or",
        ),
        *(
            "points",
            "pp",
            "times",
            "-fold",
            "twice",
            "half",
            "an",
            "order",
            "orders",
            "magnitude",
            "two",
            "million",
            "sub-",
        ),
    ]
)
ABSTRACTS = (
    st.text(max_size=300)
    | st.lists(FRAGMENTS, max_size=60).map("".join)
    | st.lists(FRAGMENTS, max_size=60).map(" ".join)
)

UNITS = {
    None: "",
    "%": "%",
    "points": " percentage points",
    "x": "x",
    "orders of magnitude": " orders of magnitude",
    "ms": " ms",
    "tokens/s": " tokens/s",
    "dB": " dB",
}
NUMERALS = st.decimals(min_value=0, max_value=10**6, places=2).map(lambda number: f"{number:f}") | st.decimals(
    min_value=0, max_value=10**7, places=1
).map(lambda number: f"{number:,f}")
BOUND_WORDS = {"exact": "", "up_to": "up to ", "at_least": "more than ", "approx": "about "}


def check_spans(abstract: str) -> list[Mention]:
    mentions = find_mentions(abstract)
    last_end = 0
    for mention in mentions:
        assert last_end <= mention.start < mention.end <= len(abstract)
        assert abstract[mention.start : mention.end] == mention.text
        assert math.isfinite(mention.value)
        assert mention.value_high is None or math.isfinite(mention.value_high)
        last_end = mention.end
    return mentions


@given(ABSTRACTS)
def test_spans_are_in_order_apart_and_verbatim_in_any_text(abstract: str) -> None:
    check_spans(abstract)


@given(st.text("0123456789.,eE^{}+-", max_size=400))
def test_long_strings_of_digits_and_huge_exponents_give_finite_values(text: str) -> None:
    check_spans(f"about {text} in all")


@pytest.mark.parametrize("text", ["²", "٣ runs", "①", "１２", "½", "9" * 5000, "1e99999", "10^{9999}", "10⁹⁹⁹⁹"])
def test_digits_of_other_scripts_and_impossible_sizes_are_left_alone(text: str) -> None:
    assert check_spans(text) == []


@given(NUMERALS, st.sampled_from(list(UNITS)), st.sampled_from(list(BOUND_WORDS)))
def test_a_printed_number_reads_back_with_its_unit_and_bound(numeral: str, unit: str | None, bound: str) -> None:
    printed = numeral + UNITS[unit]
    (mention,) = find_mentions(f"The method reaches {BOUND_WORDS[bound]}{printed} in our tests.")
    assert mention.text == printed
    assert mention.value == float(numeral.replace(",", ""))
    assert (mention.value_high, mention.unit, mention.bound) == (None, unit, bound)


@given(NUMERALS, NUMERALS, st.sampled_from(list(UNITS)), st.sampled_from(["-", "--", "–", " to "]))
def test_a_printed_range_reads_back_with_its_ends_and_unit(
    first: str, second: str, unit: str | None, dash: str
) -> None:
    low, high = sorted((first, second), key=lambda numeral: float(numeral.replace(",", "")))
    (mention,) = find_mentions(f"The method reaches {low}{dash}{high}{UNITS[unit]} in our tests.")
    assert mention.text == f"{low}{dash}{high}{UNITS[unit]}"
    assert mention.value == float(low.replace(",", ""))
    assert mention.value_high == float(high.replace(",", ""))
    assert mention.unit == unit


@given(NUMERALS, st.sampled_from(list(UNITS)), st.sampled_from(["{}", "${}$", r"\textbf{{{}}}", r"$\mathbf{{{}}}$"]))
def test_the_text_of_a_mention_alone_gives_the_mention_again(numeral: str, unit: str | None, markup: str) -> None:
    printed = markup.format(numeral + UNITS[unit])
    (mention,) = find_mentions(f"The method reaches {printed} in our tests.")
    (again,) = find_mentions(mention.text)
    assert mention.text == again.text == printed
    assert (again.value, again.value_high, again.unit) == (mention.value, mention.value_high, mention.unit)
