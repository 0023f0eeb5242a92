"""How far a review is: what was decided, by whom, and where reviewers differ."""

from datetime import datetime

import duckdb
from pydantic import BaseModel, ConfigDict, Field

from models.store import Store


class ReviewerProgress(BaseModel):
    """The standing verdicts of one reviewer."""

    model_config = ConfigDict(frozen=True)

    reviewer: str | None = Field(description="None where the verdicts say no name")
    accepted: int
    corrected: int
    rejected: int
    latest: datetime = Field(description="UTC")


class Disagreement(BaseModel):
    """A claim on which the last verdicts of two or more reviewers differ; the newest counts."""

    model_config = ConfigDict(frozen=True)

    paper_id: str
    claim_id: str
    verdicts: tuple[str, ...] = Field(description="As 'Ada: accept', the newest last")


class ReviewProgress(BaseModel):
    """What was decided on the claims of a store."""

    model_config = ConfigDict(frozen=True)

    claims: int = Field(description="Of the current texts, rejected ones included")
    accepted: int
    corrected: int
    rejected: int
    unreviewed: int
    share: float = Field(description="Reviewed claims among all, 0 to 1; 0 where there is none")
    dormant: int = Field(description="Verdicts on an abstract that has changed since: they say nothing any more")
    reviewers: tuple[ReviewerProgress, ...] = Field(description="Who has most standing verdicts first")
    disagreements: tuple[Disagreement, ...]


def review_progress(store: Store) -> ReviewProgress:
    """Count what was decided. Raises ClaimboardError where the store cannot be read."""
    with store.read() as connection:
        [counts] = _rows(connection, _COUNTS)
        reviewers = _rows(connection, _REVIEWERS)
        disagreements = _rows(connection, _DISAGREEMENTS)
    return ReviewProgress.model_validate(counts | {"reviewers": reviewers, "disagreements": disagreements})


_REVIEWED = """
SELECT verdict FROM claims UNION ALL SELECT verdict FROM rejected
"""
_COUNTS = f"""
WITH reviewed AS ({_REVIEWED}), latest AS (
    SELECT verdicts.text_hash = papers.text_hash AS current, verdict
    FROM store.verdicts
    JOIN store.papers USING (paper_id)
    QUALIFY row_number() OVER (PARTITION BY paper_id, claim_id ORDER BY decided_at DESC) = 1
)
SELECT count(*) AS claims,
    count(*) FILTER (verdict = 'accept') AS accepted,
    count(*) FILTER (verdict = 'correct') AS corrected,
    count(*) FILTER (verdict = 'reject') AS rejected,
    count(*) FILTER (verdict IS NULL) AS unreviewed,
    coalesce(count(verdict) / nullif(count(*), 0), 0) AS share,
    (SELECT count(*) FROM latest WHERE NOT current AND verdict <> 'withdraw') AS dormant
FROM reviewed
"""  # noqa: S608 — our own text
_REVIEWERS = """
WITH latest AS (
    SELECT reviewer, verdict, decided_at
    FROM store.verdicts
    JOIN store.papers USING (paper_id, text_hash)
    QUALIFY row_number() OVER (PARTITION BY paper_id, claim_id ORDER BY decided_at DESC) = 1
)
SELECT reviewer,
    count(*) FILTER (verdict = 'accept') AS accepted,
    count(*) FILTER (verdict = 'correct') AS corrected,
    count(*) FILTER (verdict = 'reject') AS rejected,
    max(decided_at) AS latest
FROM latest
WHERE verdict <> 'withdraw'
GROUP BY reviewer
ORDER BY count(*) DESC, reviewer NULLS LAST
"""
_DISAGREEMENTS = """
WITH latest AS (
    SELECT verdicts.*
    FROM store.verdicts
    JOIN store.papers USING (paper_id, text_hash)
    QUALIFY row_number() OVER (PARTITION BY paper_id, claim_id, reviewer ORDER BY decided_at DESC) = 1
)
SELECT paper_id, claim_id,
    list(coalesce(reviewer, 'somebody') || ': ' || verdict ORDER BY decided_at) AS verdicts
FROM latest
WHERE verdict <> 'withdraw'
GROUP BY paper_id, claim_id
HAVING count(DISTINCT (
    verdict, value, coalesce(value_high, value), coalesce(unit, ''), kind, bound, coalesce(direction, ''),
    coalesce(basis, ''), coalesce(metric, ''), coalesce(model, ''), coalesce(benchmark, ''), coalesce(baseline, ''),
    coalesce(setting, '')
)) > 1
ORDER BY max(decided_at) DESC, paper_id, claim_id
"""


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, object]]:
    result = connection.execute(sql)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
