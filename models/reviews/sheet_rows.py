"""Rows of a review sheet as they come back from a spreadsheet, in whatever dialect of CSV that writes.

Columns are known by their names, in any order, with others among them. What the reviewer does not fill in is not taken
in: a spreadsheet may have made anything of it. The fields of the claim are kept as their cells have them, for whoever
types over them.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from textwrap import shorten
from typing import BinaryIO

from models.errors import ClaimboardError
from models.reviews import cells
from models.reviews.correction import CHOICES, CORRECTABLE, NUMBERS, Invalid
from models.reviews.seen import Seen
from models.reviews.sheet import COLUMNS, CORRECTION
from models.reviews.verdict import Judgement

_DELIMITERS = (",", ";", "\t")

_ALIKE = 0.85
"""From which likeness on, of at most 1, a heading is taken for a misspelt one (`difflib`)."""

_CELL_LIMIT = 2_000_000
"""Characters: more than any abstract has. A quote that is never closed ends here, not at the end of the file."""

_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
"""What Excel writes and reads before a heading."""

VERDICT_WORDS: dict[str, Judgement] = {
    "accept": "accept",
    "accepted": "accept",
    "reject": "reject",
    "rejected": "reject",
    "correct": "correct",
    "corrected": "correct",
    "withdraw": "withdraw",
    "withdrawn": "withdraw",
}

_CLAIM_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class SheetRow:
    """What a reviewer says in one row."""

    number: int
    """Of the row in the sheet; the heading is row 1."""
    paper_id: str
    """As the cell has it, which may be what a spreadsheet made of it."""
    claim_id: str
    """Empty where the row has no verdict and names no claim."""
    seen: Seen | None
    verdict: Judgement | None
    corrections: Mapping[str, float | str | None]
    note: str | None
    reviewer: str | None
    shown: Mapping[str, str]
    """The cells of the claim's own fields, as far as the sheet has them."""


@dataclass(frozen=True)
class Problem:
    """Why a row was not taken in."""

    row: int
    column: str | None
    reason: str


def is_filled_in(file: Path) -> bool:
    """Tell whether there is a file of this name that is a sheet in which somebody has written a verdict."""
    try:
        with file.open("rb") as sheet:
            return any(isinstance(row, Problem) or row.verdict for row in read_rows(sheet, str(file)))
    except (ClaimboardError, OSError):
        return False


def read_rows(file: BinaryIO, name: str) -> Iterator[SheetRow | Problem]:
    """Yield each row that is not empty, or what is wrong with it.

    Raises ClaimboardError where the file is no text, no table, or lacks a column without which no row says anything.
    """
    try:
        yield from _read(io.TextIOWrapper(file, encoding=_encoding(file, name), newline=""), name)
    except UnicodeError as error:
        raise ClaimboardError(
            f"{name} is not UTF-8 text, and nothing of it was taken in: save it as CSV in UTF-8 (in Excel, CSV UTF-8)"
        ) from error


def _encoding(file: BinaryIO, name: str) -> str:
    start = file.read(4)
    file.seek(0)
    if start.startswith(b"PK"):
        raise ClaimboardError(f"{name} is a workbook, not CSV: save it as CSV in UTF-8 from the spreadsheet")
    return "utf-16" if start.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"


def _read(text: io.TextIOWrapper, name: str) -> Iterator[SheetRow | Problem]:
    csv.field_size_limit(_CELL_LIMIT)
    number, delimiter, heading = _heading(text, name)
    at = {column: place for place, column in enumerate(heading) if column in COLUMNS}
    if "verdict" not in at or not {"claim_id", "seen"} & at.keys():
        missing = "verdict" if "verdict" not in at else "claim_id"
        among = shorten(", ".join(filter(None, heading)), 200, placeholder=" …") or "nothing"
        raise ClaimboardError(
            f"{name} has no column {missing!r} in its first row, but {among}: import what claimboard review export "
            "wrote, with its heading"
        )
    left = [column for column in COLUMNS if column.startswith(CORRECTION) and column not in at]
    for column in heading:
        near = get_close_matches(column, left, 1, _ALIKE)
        if near and column not in at:
            raise ClaimboardError(f"{name} has a column {column!r}, but none {near[0]!r}: rename it, or leave it out")
    rows = csv.reader(text, delimiter=delimiter, strict=True)
    while True:
        number += 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            ended = not str(error).startswith(("'", '"'))
            rest = "; the rows from here on were not read" if ended else ""
            yield Problem(
                number, None, f"a cell in quotes is not closed as it should be ({error}){rest}: check the quotes"
            )
            if ended:
                return
            continue
        if not any(cell.strip() for cell in row):
            continue
        if any(cell.strip() for cell in row[len(heading) :]):
            reason = f"the row has {len(row)} cells, the heading {len(heading)}: put cells with {delimiter!r} in quotes"
            yield Problem(number, None, reason)
            continue
        try:
            yield _row(number, {column: row[place] for column, place in at.items() if place < len(row)}, at)
        except Invalid as invalid:
            yield Problem(number, invalid.field, invalid.reason)


def _heading(text: io.TextIOWrapper, name: str) -> tuple[int, str, list[str]]:
    """Return the number of the first row with anything in it, what separates its cells, and these."""
    for number, line in enumerate(iter(lambda: text.readline(_CELL_LIMIT), ""), start=1):
        content = line.strip()
        if content and not _SEPARATOR_LINE.fullmatch(content):
            delimiter = max(_DELIMITERS, key=lambda mark: len(set(_names(content, mark)).intersection(COLUMNS)))
            return number, delimiter, _names(content, delimiter)
    raise ClaimboardError(f"{name} has no rows: import what claimboard review export wrote, filled in")


def _names(line: str, delimiter: str) -> list[str]:
    try:
        found = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []
    return ["_".join(cell.strip().lower().split()) for cell in found]


def _row(number: int, row: Mapping[str, str], at: Mapping[str, int]) -> SheetRow:
    verdict = _verdict(row.get("verdict", ""))
    corrections = {
        field: _correction(field, row[CORRECTION + field])
        for field in CORRECTABLE
        if row.get(CORRECTION + field, "").strip()
    }
    note = cells.read(row.get("note", "")).strip()
    if verdict is None and (corrections or note):
        column = CORRECTION + next(iter(corrections)) if corrections else "note"
        raise Invalid(column, "is filled in, but there is no verdict: write accept, reject, correct or withdraw")
    try:
        claim_id, seen = _claim(row)
    except Invalid:
        # Of a row that says nothing, nothing is asked.
        if verdict is not None:
            raise
        claim_id, seen = "", None
    return SheetRow(
        number,
        cells.read(row.get("paper_id", "")).strip(),
        claim_id,
        seen,
        verdict,
        corrections if verdict in ("accept", "correct") else {},
        note if "note" in at else None,
        cells.read(row.get("reviewer", "")).strip() or None,
        {field: row[field] for field in CORRECTABLE if field in row},
    )


def _verdict(cell: str) -> Judgement | None:
    word = cell.strip().strip("'").lower()
    if word and word not in VERDICT_WORDS:
        raise Invalid(
            "verdict",
            f"{cell.strip()[:40]!r} is no verdict: write accept, reject, correct or withdraw, or leave it empty",
        )
    return VERDICT_WORDS.get(word)


def _claim(row: Mapping[str, str]) -> tuple[str, Seen | None]:
    written, mark = row.get("claim_id", "").strip().strip("'").lower(), row.get("seen", "").strip()
    seen = Seen.read(mark)
    if mark and seen is None:
        raise Invalid("seen", f"{mark[:40]!r} is not what was exported there: copy it from the export, or empty it")
    if _CLAIM_ID.fullmatch(written):
        if seen and seen.claim_id != written:
            raise Invalid("claim_id", "is another claim than the column seen names: sort and move rows as a whole")
        return written, seen
    if seen:
        return seen.claim_id, seen
    raise Invalid(
        "claim_id",
        f"{written[:40]!r} is no id of a claim; a spreadsheet may have made a number of it: copy it from the export",
    )


def _correction(field: str, cell: str) -> float | str | None:
    try:
        if cell.strip().lower() == cells.NONE:
            return None
        if field in NUMBERS:
            return cells.number(cell)
    except Invalid as invalid:
        raise Invalid(CORRECTION + field, invalid.reason) from None
    if field in CHOICES:
        return "_".join(re.split(r"[\s_-]+", cell.strip().strip("'").lower()))
    return cells.read(cell).strip()
