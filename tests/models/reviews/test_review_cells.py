"""Texts and numbers on their way through a spreadsheet."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.reviews import cells
from models.reviews.correction import Invalid

HOSTILE = st.text(alphabet="'=+-@＝\t\r\n \u200b\ufeffaA0.5(none)TRUEmar", max_size=12)


@given(st.one_of(st.text(), HOSTILE))
def test_a_text_comes_back_from_its_cell_as_it_was(text: str) -> None:
    assert cells.read(cells.written(text)) == text


@given(st.one_of(st.text(alphabet=st.characters(codec="utf-8")), HOSTILE))
def test_it_comes_back_through_a_file_too(text: str) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerow([cells.written(text), "x"])
    file.seek(0)
    [[cell, _]] = csv.reader(file, strict=True)
    assert cells.read(cell) == text


@given(HOSTILE)
def test_no_cell_begins_as_a_formula_or_says_that_there_is_none(text: str) -> None:
    cell = cells.written(text)
    assert not re.match(r"[\s\ufeff\u200b]*[=+\-@＝＋－＠]|[\t\r\n]", cell)
    assert cell.lower() != cells.NONE


@pytest.mark.parametrize(
    "text",
    ["007", "0.50", "1e5", "3/4", "1-2", "10:30", "TRUE", "false", "MARCH1", "Sept 2", "1 Mar 2026", "5 %", "(None)"],
)
def test_what_a_spreadsheet_would_convert_is_written_as_text(text: str) -> None:
    assert cells.written(text) == f"'{text}"


@pytest.mark.parametrize("text", ["8-bit", "GPT-4", "Quokka", "%", "x", "march on", "5-shot", "L'Ours", "A1"])
def test_an_ordinary_name_is_written_as_it_is(text: str) -> None:
    assert cells.written(text) == text


@pytest.mark.parametrize("text", ["'tis", "'Quokka'"])
def test_an_apostrophe_that_a_person_typed_stays(text: str) -> None:
    assert cells.read(text) == text


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        *(("84", 84), ("84.0", 84), (" 84 ", 84), ("84,5", 84.5), ("0,845", 0.845), ("-3", -3), ("−3", -3), ("+3", 3)),
        *(("8.4e1", 84), ("8.4E+01", 84), (".5", 0.5), ("5.", 5), ("'-3", -3), ("1 200", 1200), ("1\u00a0200", 1200)),
        *(("84,1234", 84.1234), ("-0,5", -0.5)),
    ],
)
def test_a_number_is_read_in_the_forms_that_spreadsheets_write(cell: str, value: float) -> None:
    assert cells.number(cell) == value


@pytest.mark.parametrize("cell", ["1,234", "12,345,678", "1,234.5"])
def test_a_comma_that_could_mean_two_things_is_refused(cell: str) -> None:
    with pytest.raises(Invalid, match="in two ways"):
        cells.number(cell)


@pytest.mark.parametrize(
    "cell", ["84%", "inf", "nan", "1_000", "1.234,5", "many", "1e999", "٣", "84 ms", "=84", "--3", "#REF!"]
)
def test_what_is_no_number_is_refused(cell: str) -> None:
    with pytest.raises(Invalid, match="is not a number"):
        cells.number(cell)
