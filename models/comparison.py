"""Papers and models side by side: what each reports on which benchmark, by which metric, and what it does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from models.errors import ClaimboardError
from models.naming import Side, side
from models.selection import COMPARED_FIRST
from models.store import Store

Row = dict[str, Any]

FEWEST, MOST = 2, 6
"""How many can be compared at once."""


@dataclass(frozen=True)
class Cell:
    """What one side reports: its best claim, and how many more it makes of the same."""

    claim: Row
    others: int
    disputed: bool
    """Whether the claim is one of those that contradict each other (view conflicts)."""


@dataclass(frozen=True)
class Line:
    """What is reported on one benchmark by one metric, by each side that reports it."""

    benchmark: str | None
    metric: str | None
    measure: Literal["score", "factor", "change"]
    """score: a level. factor: how many times better. change: by how much it moved, as printed."""
    unit: str | None
    setting: str
    """The setting that is compared, such as 5-shot; empty where none is told."""
    cells: tuple[Cell | None, ...]

    @property
    def shared(self) -> int:
        """By how many sides it is reported."""
        return sum(cell is not None for cell in self.cells)


@dataclass(frozen=True)
class Comparison:
    """The sides, in the order in which they were asked for, and the lines, those first that most sides share."""

    sides: tuple[Side, ...]
    lines: tuple[Line, ...]


def compare(store: Store, names: Sequence[str]) -> Comparison:
    """Return what two to six papers or models report. Raises ClaimboardError where a name is not known, or twice."""
    if not FEWEST <= len(names) <= MOST:
        raise ClaimboardError(f"{len(names)} named: {FEWEST} to {MOST} papers or models can be compared")
    sides: list[Side] = []
    for name in names:
        found = side(store, name)
        if twin := next((other for other in sides if (other.kind, other.key) == (found.kind, found.key)), None):
            raise ClaimboardError(f"{twin.asked!r} and {name!r} are one {found.kind}, {found.name}: leave one out")
        sides.append(found)
    by_side = [_claims(store, one) for one in sides]
    keys = dict.fromkeys(key for claims in by_side for key in claims)
    lines = [_line(key, [claims.get(key, []) for claims in by_side]) for key in keys]
    lines.sort(
        key=lambda line: (-line.shared, (line.benchmark or "~").lower(), (line.metric or "~").lower(), line.setting)
    )
    return Comparison(tuple(sides), tuple(lines))


Key = tuple[str, str, str, str, str]


def _claims(store: Store, one: Side) -> dict[Key, list[Row]]:
    """Return the claims of a side by what they report, the one to show first.

    That is a number that stands alone before several of one sentence, the paper's own result before those of others, an
    exact number before a bound, then the better one; of several of one sentence the surest, then the least flattering.
    """
    column = {"paper": "paper_id", "model": "model_key"}[one.kind]
    rows = store.query(
        f"""
        WITH disputed AS (SELECT DISTINCT unnest(claim_ids) AS claim_id, unnest(paper_ids) AS paper_id FROM conflicts)
        SELECT claims.*,
            CASE WHEN factor IS NOT NULL THEN 'factor' WHEN kind = 'score' THEN 'score' ELSE 'change' END AS measure,
            disputed.claim_id IS NOT NULL AS disputed,
            CASE
                WHEN factor IS NOT NULL THEN -factor
                WHEN metric_direction = 'lower' THEN normal_value
                ELSE -normal_value
            END AS place
        FROM claims
        LEFT JOIN disputed ON disputed.claim_id = claims.claim_id AND disputed.paper_id = claims.paper_id
        WHERE claims.{column} = ? AND NOT list_contains(flags, 'misread')
        ORDER BY {COMPARED_FIRST}
        """,  # noqa: S608 — made of constants
        [one.key],
    ).to_pylist()
    found: dict[Key, list[Row]] = {}
    for row in rows:
        unit = "x" if row["measure"] == "factor" else row["normal_unit"]
        key = (row["benchmark_key"] or "", row["metric_key"] or "", row["measure"], unit or "", row["setting_key"])
        found.setdefault(key, []).append(row)
    return found


def _line(key: Key, claims: Sequence[list[Row]]) -> Line:
    first = next(rows[0] for rows in claims if rows)
    cells = tuple(Cell(rows[0], len(rows) - 1, rows[0]["disputed"]) if rows else None for rows in claims)
    return Line(
        benchmark=first["canonical_benchmark"],
        metric=first["canonical_metric"],
        measure=first["measure"],
        unit=key[3] or None,
        setting=first["setting_key"],
        cells=cells,
    )
