"""Sheets as spreadsheets and people leave them."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from made import MakeClaim, MakeEntry, Read
from reviewing import decide, log_of, rows_of

from models.errors import ClaimboardError
from models.paper import Paper
from models.reviews.intake import Intake, take_in
from models.reviews.sheet import COLUMNS, write_sheet
from models.store import Store

Cells = dict[str, str]


class Sheet:
    """An exported sheet in the hands of a reviewer."""

    def __init__(self, store: Store, file: Path) -> None:
        self.store = store
        self.file = file
        write_sheet(store, file, unreviewed=False, order="paper")
        self.rows: list[Cells] = list(csv.DictReader(io.StringIO(file.read_text("utf-8"), newline="")))

    def fill(self, row: int, **cells: str) -> None:
        self.rows[row] |= cells

    def text(self, columns: tuple[str, ...] = COLUMNS, delimiter: str = ",", end: str = "\r\n") -> str:
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, columns, delimiter=delimiter, lineterminator=end, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(self.rows)
        return text.getvalue()

    def back(self, content: str | bytes | None = None, **options: object) -> Intake:
        content = self.text() if content is None else content
        self.file.write_bytes(content.encode() if isinstance(content, str) else content)
        return take_in(self.store, self.file, **options)  # type: ignore[arg-type]


@pytest.fixture
def sheet(claimed: Store, tmp_path: Path) -> Sheet:
    return Sheet(claimed, tmp_path / "sheet.csv")


def counts(intake: Intake) -> dict[str, int]:
    return {name: count for name, count in intake.results.items() if count}


def errors(intake: Intake) -> list[tuple[int, str | None]]:
    return [(problem.row, problem.column) for problem in intake.errors]


def test_verdicts_corrections_notes_and_names_go_in(sheet: Sheet) -> None:
    sheet.fill(0, verdict="correct", corrected_model="Wombat", corrected_value="85", note="table 2", reviewer="Ada")
    sheet.fill(1, verdict="reject")
    intake = sheet.back()
    assert (counts(intake), intake.open) == ({"corrected": 1, "rejected": 1}, 0)
    first, second = rows_of(sheet.store)
    assert (first["model"], first["value"], first["note"], first["reviewer"]) == ("Wombat", 85, "table 2", "Ada")
    assert (second["verdict"], second["reviewer"]) == ("reject", None)


def test_a_sheet_that_nobody_touched_changes_nothing(sheet: Sheet) -> None:
    assert (counts(sheet.back()), sheet.back().open) == ({}, 2)
    decide(sheet.store, rows_of(sheet.store)[0], "correct", corrections={"model": "'=Wombat"}, note="=1")
    before = log_of(sheet.store)
    again = Sheet(sheet.store, sheet.file)
    assert counts(again.back()) == {"unchanged": 1}
    assert log_of(sheet.store) == before


def test_the_same_sheet_twice_changes_nothing_the_second_time(sheet: Sheet) -> None:
    sheet.fill(0, verdict="correct", corrected_model="Wombat", note="table 2")
    sheet.fill(1, verdict="reject")
    sheet.back()
    before = log_of(sheet.store)
    assert counts(sheet.back()) == {"unchanged": 2}
    assert log_of(sheet.store) == before


def test_a_name_that_looks_like_a_formula_a_number_or_a_quote_comes_through_exactly(sheet: Sheet) -> None:
    names = {"model": "'=Wombat", "metric": "=1+1", "benchmark": "007", "setting": "(none)", "unit": "'x"}
    decide(sheet.store, rows_of(sheet.store)[0], "correct", corrections=names)
    again = Sheet(sheet.store, sheet.file)
    decide(sheet.store, rows_of(sheet.store)[0], "withdraw")
    again.back(force=True)
    with sheet.store.write() as connection:
        connection.execute("DELETE FROM store.verdicts")
    again.back()
    assert {name: rows_of(sheet.store)[0][name] for name in names} == names


def test_the_reviewer_that_is_named_for_all_rows_comes_before_the_column(sheet: Sheet) -> None:
    sheet.fill(0, verdict="accept", reviewer="Ada")
    sheet.back(reviewer="Bob")
    assert rows_of(sheet.store)[0]["reviewer"] == "Bob"


# What spreadsheets do to a file


@pytest.mark.parametrize(
    "dress",
    [
        lambda sheet: sheet.text(),
        lambda sheet: "\ufeff" + sheet.text(),
        lambda sheet: sheet.text(delimiter=";"),
        lambda sheet: sheet.text(delimiter="\t"),
        lambda sheet: sheet.text(delimiter="\t").encode("utf-16"),
        lambda sheet: "sep=;\r\n" + sheet.text(delimiter=";"),
        lambda sheet: sheet.text(end="\n"),
        lambda sheet: sheet.text(end="\r"),
        lambda sheet: sheet.text(tuple(reversed(COLUMNS))),
        lambda sheet: sheet.text((*COLUMNS, "my own column", "")),
        lambda sheet: sheet.text().replace("corrected_model", " Corrected Model ").replace("verdict", "VERDICT"),
        lambda sheet: sheet.text() + "," * 40 + "\r\n\r\n" + "," * 40 + "\r\n",
        lambda sheet: sheet.text(("claim_id", "verdict", "corrected_model")),
        lambda sheet: sheet.text(("seen", "verdict", "corrected_model")),
    ],
)
def test_a_sheet_is_read_in_every_dialect(sheet: Sheet, dress: Callable[[Sheet], str | bytes]) -> None:
    sheet.fill(0, verdict=" Correct ", corrected_model="Wombat — größer", my_own="x")
    intake = sheet.back(dress(sheet))
    assert (counts(intake), intake.open) == ({"corrected": 1}, 1)
    assert rows_of(sheet.store)[0]["model"] == "Wombat — größer"


@pytest.mark.parametrize("word", ["accept", "ACCEPT", " Accepted ", "accepted", "'accept"])
def test_a_verdict_is_known_in_any_case(sheet: Sheet, word: str) -> None:
    sheet.fill(0, verdict=word)
    assert counts(sheet.back()) == {"accepted": 1}


def test_choices_are_known_with_spaces_and_capitals(sheet: Sheet) -> None:
    sheet.fill(0, verdict="correct", corrected_bound="Up to", corrected_kind=" Ratio", corrected_value="84,5")
    sheet.back()
    row = rows_of(sheet.store)[0]
    assert (row["bound"], row["kind"], row["value"]) == ("up_to", "ratio", 84.5)


def test_ids_that_a_spreadsheet_took_for_numbers_and_dates_in_its_own_form_do_no_harm(
    store: Store, make_entry: MakeEntry, make_claim: MakeClaim, read: Read, tmp_path: Path
) -> None:
    [paper] = store.add_entries([make_entry(given_id="2401.01230")])
    read(paper, make_claim(paper, 84))
    decide(store, rows_of(store)[0], "accept")
    sheet = Sheet(store, tmp_path / "sheet.csv")
    sheet.fill(0, paper_id="2401.0123", claim_id="1.23456E+15", reviewed_at="29/11/26 21:55", verdict="reject")
    sheet.fill(0, value="84,00", quote="=?", confidence="#REF!")
    assert counts(sheet.back()) == {"rejected": 1}


def test_one_text_under_two_ids_is_told_apart_also_where_the_ids_became_numbers(
    store: Store, make_entry: MakeEntry, make_claim: MakeClaim, read: Read, tmp_path: Path
) -> None:
    for paper in store.add_entries([make_entry(given_id="2401.01230"), make_entry(given_id="2401.01240")]):
        read(paper, make_claim(paper, 84))
    sheet = Sheet(store, tmp_path / "sheet.csv")
    assert sheet.rows[0]["claim_id"] == sheet.rows[1]["claim_id"]
    sheet.fill(1, paper_id="2401.0124", verdict="reject")
    sheet.fill(0, paper_id="", verdict="accept")
    intake = sheet.back()
    assert (counts(intake), errors(intake)) == ({"rejected": 1, "error": 1}, [(2, "paper_id")])
    assert [row["verdict"] for row in rows_of(store)] == [None, "reject"]


# What people do to a file


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"verdict": "corect"}, "verdict", "'corect' is no verdict: write accept, reject"),
        ({"verdict": "correct"}, None, "fill in what is wrong, or accept the claim"),
        ({"verdict": "accept", "corrected_model": "Wombat"}, "corrected_model", "say correct"),
        ({"corrected_model": "Wombat"}, "corrected_model", "there is no verdict"),
        ({"note": "table 2"}, "note", "there is no verdict"),
        ({"verdict": "correct", "corrected_value": "84%"}, "corrected_value", "'84%' is not a number"),
        ({"verdict": "correct", "corrected_value": "1,234"}, "corrected_value", "in two ways"),
        ({"verdict": "correct", "corrected_value": "(none)"}, "corrected_value", "no claim is without"),
        ({"verdict": "correct", "corrected_kind": "rank"}, "corrected_kind", "none of score, delta, ratio"),
        ({"verdict": "correct", "corrected_direction": "increase"}, "corrected_direction", "a score has no direction"),
        ({"verdict": "accept", "claim_id": "0" * 16}, "claim_id", "sort and move rows as a whole"),
        ({"verdict": "accept", "claim_id": "0" * 16, "seen": ""}, "claim_id", "there is no claim"),
        ({"verdict": "accept", "claim_id": "1.2E+15", "seen": ""}, "claim_id", "no id of a claim"),
        ({"verdict": "accept", "claim_id": "", "seen": ""}, "claim_id", "no id of a claim"),
        ({"verdict": "accept", "seen": "yesterday"}, "seen", "not what was exported"),
        ({"verdict": "accept", "note": "a\0b"}, None, "a character that is none of any text"),
        ({"verdict": "accept", "note": "x" * 20_000}, None, "20,000 characters"),
        ({"verdict": "correct", "corrected_model": "\0"}, "corrected_model", "a character that is none of any text"),
        ({"verdict": "x" * 1_000_000}, "verdict", "is no verdict"),
    ],
)
def test_a_bad_row_is_named_with_its_column_and_the_others_go_in(
    sheet: Sheet, cells: Cells, column: str | None, reason: str
) -> None:
    sheet.fill(0, **cells)
    sheet.fill(1, verdict="accept")
    intake = sheet.back()
    assert counts(intake) == {"accepted": 1, "error": 1}
    assert errors(intake) == [(2, column)]
    assert reason in intake.errors[0].reason
    assert len(intake.errors[0].reason) < 300
    assert [row["verdict"] for row in rows_of(sheet.store)] == [None, "accept"]


@pytest.mark.parametrize("verdict", ["accept", "correct", ""])
@pytest.mark.parametrize(
    ("column", "typed"),
    [
        ("value", "85"),
        ("value", ""),
        ("value", "0e2"),
        ("value", "1e9999999"),
        ("unit", "points"),
        ("model", "Wombat"),
        ("baseline", "Numbat"),
        ("model", ""),
    ],
)
def test_what_was_typed_over_the_extractor_s_own_cells_is_not_passed_over(
    sheet: Sheet, verdict: str, column: str, typed: str
) -> None:
    correction = {"corrected_metric": "F1"} if verdict == "correct" else {}
    sheet.fill(0, verdict=verdict, **{column: typed}, **correction)
    sheet.fill(1, verdict="accept")
    intake = sheet.back()
    assert counts(intake) == {"accepted": 1, "error": 1}
    assert errors(intake) == [(2, column)]
    assert f"corrected_{column}" in intake.errors[0].reason
    assert f"into {column}, and the verdict correct" in intake.errors[0].reason


def test_a_row_without_a_verdict_that_shows_what_was_exported_is_left_open(sheet: Sheet) -> None:
    sheet.fill(0, value="84.00")
    assert counts(sheet.back()) == {}


def test_a_claim_that_is_rejected_may_have_anything_typed_over_it(sheet: Sheet) -> None:
    sheet.fill(0, verdict="reject", value="85")
    assert counts(sheet.back()) == {"rejected": 1}


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (0.7, "0.70"),
        (0.7, "0,7"),
        (84, "84.0"),
        (84, " 84,00"),
        (1234, "1,234"),
        (1234, "1 234"),
        (1.5e12, "1.5E+12"),
        (1_234_567_890_123, "1.23457E+12"),
        (0.123456789012345678, "0.123456789012346"),
        (-3, "−3"),
    ],
)
def test_a_number_in_a_spreadsheet_s_own_form_is_what_it_was(
    store: Store,
    make_entry: MakeEntry,
    make_claim: MakeClaim,
    read: Read,
    tmp_path: Path,
    value: float,
    cell: str,
) -> None:
    [paper] = store.add_entries([make_entry()])
    read(paper, make_claim(paper, value))
    sheet = Sheet(store, tmp_path / "sheet.csv")
    sheet.fill(0, value=cell, verdict="accept")
    assert counts(sheet.back()) == {"accepted": 1}


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("007", "7"),
        ("MARCH1", "01-Mar"),
        ("true", "TRUE"),
        ("=Wombat", "=Wombat"),
        ("Wombat größer", "Wombat grÃ¶ÃŸer"),
        ("a\nb", "a\r\nb"),
    ],
)
def test_a_name_that_a_spreadsheet_made_something_else_of_was_not_typed_over(
    store: Store, make_entry: MakeEntry, make_claim: MakeClaim, read: Read, tmp_path: Path, name: str, cell: str
) -> None:
    [paper] = store.add_entries([make_entry()])
    read(paper, make_claim(paper, 84, model=name))
    sheet = Sheet(store, tmp_path / "sheet.csv")
    sheet.fill(0, model=cell, verdict="accept")
    assert counts(sheet.back()) == {"accepted": 1}


def test_rows_that_say_different_things_of_one_claim_are_both_refused(sheet: Sheet) -> None:
    sheet.fill(0, verdict="accept")
    sheet.rows += [sheet.rows[0] | {"verdict": "reject"}, sheet.rows[0] | {"verdict": "withdraw"}]
    intake = sheet.back()
    assert errors(intake) == [(2, "verdict"), (4, "verdict"), (5, "verdict")]
    assert "row 4, 5 says otherwise" in intake.errors[0].reason
    assert log_of(sheet.store) == []


def test_a_row_that_stands_there_twice_counts_once(sheet: Sheet) -> None:
    sheet.fill(0, verdict="accept")
    sheet.rows.append(sheet.rows[0])
    assert counts(sheet.back()) == {"accepted": 1, "unchanged": 1}


def test_a_row_with_more_cells_than_the_heading_is_named(sheet: Sheet) -> None:
    sheet.fill(0, verdict="accept")
    first, *rest = sheet.text().split("\r\n")
    intake = sheet.back("\r\n".join([first, rest[0] + ",more", *rest[1:]]))
    assert errors(intake) == [(2, None)]
    assert "put cells with ',' in quotes" in intake.errors[0].reason


def test_a_row_that_ends_early_is_read_as_far_as_it_goes(sheet: Sheet) -> None:
    row = sheet.rows[0]
    assert counts(sheet.back(f"claim_id,verdict,seen,note\n{row['claim_id']},accept\n")) == {"accepted": 1}


def test_a_quote_that_is_never_closed_ends_the_sheet_and_what_came_before_goes_in(sheet: Sheet) -> None:
    sheet.fill(0, verdict="accept")
    intake = sheet.back(sheet.text() + '"never closed,\r\nx,y\r\n')
    assert (counts(intake), errors(intake)) == ({"accepted": 1, "error": 1}, [(4, None)])
    assert "the rows from here on were not read" in intake.errors[0].reason


def test_a_quote_in_the_wrong_place_costs_one_row(sheet: Sheet) -> None:
    sheet.fill(1, verdict="accept")
    heading, rest = sheet.text().split("\r\n", 1)
    intake = sheet.back(f'{heading}\r\n"a"b,c\r\n{rest}')
    assert (counts(intake), errors(intake)) == ({"accepted": 1, "error": 1}, [(2, None)])


def test_a_conflict_is_named_and_left_out(sheet: Sheet) -> None:
    decide(sheet.store, rows_of(sheet.store)[0], "accept", reviewer="Ada")
    sheet.fill(0, verdict="reject")
    sheet.fill(1, verdict="accept")
    intake = sheet.back()
    assert counts(intake) == {"accepted": 1, "conflict": 1}
    assert [problem.row for problem in intake.conflicts] == [2]
    assert rows_of(sheet.store)[0]["verdict"] == "accept"
    assert counts(sheet.back(force=True)) == {"rejected": 1, "unchanged": 1}


def test_an_untouched_row_of_an_old_sheet_is_no_conflict(sheet: Sheet) -> None:
    decide(sheet.store, rows_of(sheet.store)[0], "accept", reviewer="Ada")
    old = Sheet(sheet.store, sheet.file)
    decide(sheet.store, rows_of(sheet.store)[0], "reject", reviewer="Bob")
    assert counts(old.back(force=True)) == {"unchanged": 1}
    assert rows_of(sheet.store)[0]["verdict"] == "reject"


def test_a_sheet_says_the_same_in_another_file_of_the_same_papers(
    sheet: Sheet, tmp_path: Path, make_entry: MakeEntry, make_claim: MakeClaim, paper: Paper
) -> None:
    empty = tmp_path / "other.duckdb"
    empty.write_bytes(sheet.store.path.read_bytes())
    decide(sheet.store, rows_of(sheet.store)[0], "correct", corrections={"model": "Wombat"}, reviewer="Ada")
    filled = Sheet(sheet.store, tmp_path / "all.csv")
    other = Store(empty)
    assert counts(take_in(other, filled.file)) == {"corrected": 1}
    assert (rows_of(other)[0]["model"], rows_of(other)[0]["reviewer"]) == ("Wombat", "Ada")


# What is no sheet at all


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "has no rows"),
        (b"\n\n \n", "has no rows"),
        (b"title,abstract\na,b\n", "has no column 'verdict'"),
        (b"verdict,model\naccept,x\n", "has no column 'claim_id'"),
        (b"claim_id\nx\n", "has no column 'verdict'"),
        (b"claim_id,verdict,correct_model\n1,correct,x\n", "a column 'correct_model', but none 'corrected_model'"),
        (b"PK\x03\x04" + b"\0" * 50, "is a workbook, not CSV"),
        ("claim_id,verdict,note\n1,accept,größer\n".encode("latin-1"), "is not UTF-8"),
        (b"\xff\xfe\x00", "is not UTF-8"),
        (bytes(range(256)) * 9, "is not UTF-8"),
        (b"\0" * 5_000, "has no column"),
        (b"x" * 3_000_000, "has no column"),
    ],
)
def test_what_is_no_sheet_is_one_line_and_nothing_goes_in(
    claimed: Store, tmp_path: Path, content: bytes, reason: str
) -> None:
    (tmp_path / "sheet.csv").write_bytes(content)
    with pytest.raises(ClaimboardError) as error:
        take_in(claimed, tmp_path / "sheet.csv")
    assert reason in str(error.value)
    assert len(str(error.value)) < 600
    assert log_of(claimed) == []


def test_one_wrong_byte_far_down_leaves_everything_out(sheet: Sheet) -> None:
    sheet.fill(0, verdict="accept")
    with pytest.raises(ClaimboardError, match="is not UTF-8"):
        sheet.back(sheet.text().encode() + b"," * 100_000 + b"\r\n\xe9\r\n")
    assert log_of(sheet.store) == []


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_a_file_that_cannot_be_read_is_one_line(claimed: Store, tmp_path: Path, name: str) -> None:
    with pytest.raises(ClaimboardError, match="could not be read"):
        take_in(claimed, tmp_path / name)


def test_a_database_that_is_not_there_is_not_made(sheet: Sheet, tmp_path: Path) -> None:
    sheet.fill(0, verdict="accept")
    sheet.store = Store(tmp_path / "missing.duckdb")
    with pytest.raises(ClaimboardError, match="does not exist"):
        sheet.back()
    assert not sheet.store.path.exists()
