"""A filled-in review sheet, taken in: what is wrong with a row is said of that row, and the others go in together."""

import io
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from models.connection import registered
from models.errors import ClaimboardError
from models.export.cells import cell
from models.reviews import cells
from models.reviews.correction import Invalid
from models.reviews.log import record
from models.reviews.overwritten import overwritten
from models.reviews.seen import mark_of_reading
from models.reviews.sheet import CORRECTION
from models.reviews.sheet_rows import Problem, SheetRow, read_rows
from models.reviews.standing import Standing, standing
from models.reviews.verdict import Result, Verdict
from models.store import Store


@dataclass(frozen=True)
class Intake:
    """What came of the rows of a sheet."""

    results: Counter[Result] = field(default_factory=Counter)
    """Rows with a verdict, by what came of it; errors are those of rows that say nothing valid too."""
    open: int = 0
    """Rows without a verdict."""
    conflicts: tuple[Problem, ...] = ()
    errors: tuple[Problem, ...] = ()


def take_in(store: Store, source: Path | str, *, reviewer: str | None = None, force: bool = False) -> Intake:
    """Record the verdicts of a sheet, `-` for standard input; a `reviewer` gave them all, whatever the rows say.

    `force` decides also where the reviewer has not seen what stands. Raises ClaimboardError where the file cannot be
    read as a sheet, or the store not written; then nothing was taken in.
    """
    with _opened(source) as file:
        items = list(read_rows(file, str(source)))
    errors = [item for item in items if isinstance(item, Problem)]
    rows = [item for item in items if isinstance(item, SheetRow)]
    placed = list(_placed(store, [row for row in rows if row.claim_id]))
    found = [(row, paper_id) for row, paper_id in placed if not isinstance(paper_id, Problem)]
    errors += [problem for row, problem in placed if isinstance(problem, Problem) and row.verdict]
    errors += _typed_over(store, found)
    wrong = {problem.row for problem in errors}
    verdicts = {
        row.number: Verdict(
            paper_id=paper_id,
            claim_id=row.claim_id,
            verdict=row.verdict,
            corrections=row.corrections,
            note=row.note,
            reviewer=reviewer or row.reviewer,
            seen=row.seen,
        )
        for row, paper_id in found
        if row.verdict and row.number not in wrong
    }
    errors += _contradictions(verdicts)
    wrong = {problem.row for problem in errors}
    verdicts = {number: verdict for number, verdict in verdicts.items() if number not in wrong}
    results: Counter[Result] = Counter()
    conflicts: list[Problem] = []
    for number, recorded in zip(verdicts, record(store, verdicts.values(), force=force), strict=True):
        results[recorded.result] += 1
        if recorded.reason is not None:
            column = CORRECTION + recorded.field if recorded.field else None
            (conflicts if recorded.result == "conflict" else errors).append(Problem(number, column, recorded.reason))
    results["error"] = len(errors)
    return Intake(
        results,
        sum(row.verdict is None and row.number not in wrong for row in rows),
        tuple(conflicts),
        tuple(sorted(errors, key=lambda problem: problem.row)),
    )


@contextmanager
def _opened(source: Path | str) -> Iterator[BinaryIO]:
    """Open a file that can be read twice."""
    try:
        if str(source) == "-":
            yield io.BytesIO(sys.stdin.buffer.read())
        else:
            with Path(source).open("rb") as file:
                yield file if file.seekable() else io.BytesIO(file.read())
    except OSError as error:
        raise ClaimboardError(f"{source} could not be read: {error.strerror or error}: name another file") from error


def _placed(store: Store, rows: Sequence[SheetRow]) -> Iterator[tuple[SheetRow, str | Problem]]:
    """Yield each row with the paper that its claim is of, as the store calls it.

    The claim alone names it, but where two papers have one text: a spreadsheet makes 2401.0123 of 2401.01230.
    """
    papers: defaultdict[str, list[str]] = defaultdict(list)
    batch = pa.table({"claim_id": pa.array([row.claim_id for row in rows], pa.string())})
    with store.read() as connection, registered(connection, batch):
        found = connection.execute(
            """
            SELECT paper_id, claim_id FROM store.claims SEMI JOIN batch USING (claim_id)
            UNION SELECT paper_id, claim_id FROM store.verdicts SEMI JOIN batch USING (claim_id)
            ORDER BY ALL
            """
        )
        for paper_id, claim_id in found.fetchall():
            papers[claim_id].append(paper_id)
    for row in rows:
        try:
            yield row, _paper(row, papers[row.claim_id])
        except Invalid as invalid:
            yield row, Problem(row.number, invalid.field, invalid.reason)


def _paper(row: SheetRow, papers: Sequence[str]) -> str:
    if not papers:
        raise Invalid(
            "claim_id",
            f"there is no claim {row.claim_id}: it is of another database, or of an abstract that has changed",
        )
    if row.paper_id in papers:
        return row.paper_id
    alike = papers if len(papers) == 1 else [paper for paper in papers if _as_number(paper) == _as_number(row.paper_id)]
    if len(alike) != 1:
        raise Invalid("paper_id", f"several papers have this claim: write which, {', '.join(papers)}")
    return alike[0]


def _as_number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _typed_over(store: Store, placed: Sequence[tuple[SheetRow, str]]) -> Iterator[Problem]:
    """Yield the rows that would have a claim stand, or say nothing of it, with what was typed over it left out.

    A row is compared with the readings that it may have shown, which `seen` tells; where the sheet lacks that, only a
    row with a verdict is.
    """
    asked = [
        (row, paper_id)
        for row, paper_id in placed
        if row.verdict in ("accept", "correct") or (row.verdict is None and row.seen)
    ]
    with store.read() as connection:
        known = standing(connection, ((paper_id, row.claim_id) for row, paper_id in asked))
    for row, paper_id in asked:
        stands = known.get((paper_id, row.claim_id), Standing())
        readings = [*stands.readings, *(decision.reading for decision in stands.log)]
        claims = [
            reading.claim
            for reading in readings
            if row.seen is None or mark_of_reading(dict(reading.claim)) == row.seen.reading
        ]
        fields = [overwritten(row.shown, claim) for claim in claims]
        if fields and (field := fields[0]) and None not in fields:
            had = cell(getattr(claims[0], field))
            back = f"{had[:40]!r} back into {field}" if had else f"nothing into {field}"
            reason = (
                f"{row.shown[field].strip()[:40]!r} was typed over the extractor's {had[:40] or 'none'!r}: put it into "
                f"{CORRECTION}{field}, {cells.NONE} for none, {back}, and the verdict correct"
            )
            yield Problem(row.number, field, reason)


def _contradictions(verdicts: Mapping[int, Verdict]) -> Iterator[Problem]:
    """Yield the rows that say different things of one claim: none of them can be taken for what the reviewer means."""
    together: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for number, verdict in verdicts.items():
        together[verdict.paper_id, verdict.claim_id].append(number)
    for numbers in together.values():
        said = [(verdicts[row].verdict, verdicts[row].corrections, verdicts[row].note) for row in numbers]
        for row in numbers if any(one != said[0] for one in said) else ():
            others = ", ".join(str(number) for number in numbers if number != row)
            yield Problem(row, "verdict", f"row {others} says otherwise of the same claim: keep one of them")
