"""Short ways to review claims in tests, and to look at what was decided."""

from typing import Any

from models.reviews import Recorded, Seen, Verdict, record
from models.store import Store

Row = dict[str, Any]


def rows_of(store: Store) -> list[Row]:
    """Every claim that views show, rejected ones too, in the order of the papers."""
    found: list[Row] = store.query(
        "SELECT * FROM (FROM claims UNION ALL BY NAME FROM rejected) ORDER BY paper_position, claim_position"
    ).to_pylist()
    return found


def log_of(store: Store) -> list[Row]:
    """Every verdict that was ever stored, in order."""
    found: list[Row] = store.query("FROM store.verdicts ORDER BY decided_at, rowid").to_pylist()
    return found


def verdict_on(row: Row, verdict: str, *, seen: bool = True, **fields: Any) -> Verdict:
    """A verdict by someone who looked at this row of a view; what they looked at goes unsaid where not `seen`."""
    mark = Seen.of(row, row["reviewed_at"]) if seen else None
    values = {"paper_id": row["paper_id"], "claim_id": row["claim_id"], "verdict": verdict, "seen": mark}
    return Verdict.model_validate(values | fields)


def decide(store: Store, row: Row, verdict: str, *, force: bool = False, **fields: Any) -> Recorded:
    """Record one verdict on a row, and return what came of it."""
    [recorded] = record(store, [verdict_on(row, verdict, **fields)], force=force)
    return recorded
