"""What a reviewer gets to fill in."""

import csv
import io
from pathlib import Path

import pytest
from made import MakeClaim, MakeEntry, Read
from reviewing import decide, rows_of

from models.errors import ClaimboardError
from models.paper import Paper
from models.reviews import CORRECTABLE
from models.reviews.sheet import COLUMNS, Order, write_sheet
from models.selection import Condition
from models.store import Store


def sheet(store: Store, tmp_path: Path, **options: object) -> list[dict[str, str]]:
    target = tmp_path / "sheet.csv"
    count = write_sheet(store, target, **options)  # type: ignore[arg-type]
    found = list(csv.DictReader(io.StringIO(target.read_text("utf-8"), newline="")))
    assert len(found) == count
    return found


def test_each_claim_has_a_row_with_its_quote_and_room_for_a_verdict(claimed: Store, tmp_path: Path) -> None:
    row = sheet(claimed, tmp_path, order="paper")[0]
    assert tuple(row) == COLUMNS
    assert row["quote"] == "«8»4% of Quokka, 91% of Numbat, on Foo."
    assert (row["link"], row["paper_id"], row["value"]) == ("https://quokka.example/1", "q", "84")
    assert (row["model"], row["unit"], row["kind"], row["benchmark"]) == ("Quokka", "%", "score", "Foo")
    assert [
        row[name] for name in ("verdict", "note", "reviewer", "reviewed_at", *(f"corrected_{f}" for f in CORRECTABLE))
    ] == [""] * (4 + len(CORRECTABLE))


@pytest.mark.parametrize(("order", "values"), [("confidence", ["12", "84"]), ("paper", ["84", "12"])])
def test_the_least_sure_come_first_or_all_in_the_order_of_their_papers(
    claimed: Store, tmp_path: Path, order: Order, values: list[str]
) -> None:
    assert [row["value"] for row in sheet(claimed, tmp_path, order=order)] == values


def test_what_is_decided_is_left_out_unless_all_are_asked_for(claimed: Store, tmp_path: Path) -> None:
    decide(claimed, rows_of(claimed)[0], "reject", reviewer="Ada", note="a year")
    assert [row["value"] for row in sheet(claimed, tmp_path)] == ["12"]
    rows = sheet(claimed, tmp_path, unreviewed=False, order="paper")
    assert [row["verdict"] for row in rows] == ["reject", ""]
    assert (rows[0]["reviewer"], rows[0]["note"], len(rows[0]["reviewed_at"])) == ("Ada", "a year", 19)


def test_a_correction_stands_beside_what_the_extractor_had(claimed: Store, tmp_path: Path) -> None:
    corrections = {"model": "=Wombat", "setting": "007", "value": -84.5, "benchmark": None, "metric": "(none)"}
    decide(claimed, rows_of(claimed)[0], "correct", corrections=corrections)
    row = sheet(claimed, tmp_path, unreviewed=False, order="paper")[0]
    assert (row["model"], row["setting"], row["value"], row["benchmark"]) == ("Quokka", "", "84", "Foo")
    assert {name: row[f"corrected_{name}"] for name in corrections} == {
        "model": "'=Wombat",
        "setting": "'007",
        "value": "-84.5",
        "benchmark": "(none)",
        "metric": "'(none)",
    }
    assert row["corrected_unit"] == ""


def test_a_sheet_is_narrowed_and_cut_short(claimed: Store, tmp_path: Path) -> None:
    assert [row["value"] for row in sheet(claimed, tmp_path, condition=Condition("kind = ?", ("delta",)))] == ["12"]
    assert len(sheet(claimed, tmp_path, limit=1)) == 1


def test_no_name_of_an_abstract_runs_in_a_spreadsheet(
    claimed: Store, paper: Paper, make_claim: MakeClaim, read: Read, tmp_path: Path
) -> None:
    read(paper, make_claim(paper, -3, model="=1+1", metric="@SUM", setting="+1"))
    row = sheet(claimed, tmp_path)[0]
    assert [row[name] for name in ("model", "metric", "setting", "value")] == ["'=1+1", "'@SUM", "'+1", "-3"]


def test_a_sheet_for_excel_begins_with_the_mark_of_byte_order(claimed: Store, tmp_path: Path) -> None:
    write_sheet(claimed, tmp_path / "sheet.csv", excel=True)
    assert (tmp_path / "sheet.csv").read_bytes().startswith(b"\xef\xbb\xbfpaper_id,")


def test_the_same_claims_give_the_same_sheet(claimed: Store, tmp_path: Path) -> None:
    decide(claimed, rows_of(claimed)[0], "accept")
    assert sheet(claimed, tmp_path, unreviewed=False) == sheet(claimed, tmp_path, unreviewed=False)


def test_the_database_itself_is_not_written_over(claimed: Store) -> None:
    with pytest.raises(ClaimboardError, match="is the database itself"):
        write_sheet(claimed, claimed.path)


def test_a_sheet_of_no_claims_has_a_heading(store: Store, make_entry: MakeEntry, tmp_path: Path) -> None:
    store.add_entries([make_entry()])
    assert sheet(store, tmp_path) == []
    assert (tmp_path / "sheet.csv").read_text().startswith("paper_id,claim_id,")
