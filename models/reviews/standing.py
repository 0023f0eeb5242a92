"""What stands on claims: how extractors read them, and which verdict was the last, looked up for many at once."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from models.claim import Claim
from models.connection import registered
from models.reviews.verdict import Judgement

Key = tuple[str, str]
"""Paper id and claim id."""

_FIELDS = (
    "claim_id, value, value_high, unit, kind, bound, direction, basis, metric, model, benchmark, baseline, setting, "
    "evidence, evidence_start, evidence_end, number_start, number_end"
)


@dataclass(frozen=True)
class Reading:
    """A claim as one extractor has it."""

    claim: Claim
    text_hash: str
    extractor: str
    fingerprint: str


@dataclass(frozen=True)
class Decision:
    """A verdict as it is kept: with the claim as the person left it, and what the extractor had."""

    paper_id: str
    verdict: Judgement
    reading: Reading
    claim: Claim
    corrects: dict[str, Any] | None
    note: str | None
    reviewer: str | None
    decided_at: datetime


@dataclass
class Standing:
    """What is known of one claim. A verdict over another text than the paper's current one says nothing."""

    readings: list[Reading] = field(default_factory=list)
    """Of the current text, the preferred one first."""
    log: list[Decision] = field(default_factory=list)
    """Every verdict, the newest first."""

    @property
    def latest(self) -> Decision | None:
        """The newest verdict, also one that withdraws an earlier."""
        return self.log[0] if self.log else None

    @property
    def decision(self) -> Decision | None:
        """The verdict that counts."""
        return self.latest if self.latest and self.latest.verdict != "withdraw" else None


def standing(connection: duckdb.DuckDBPyConnection, keys: Iterable[Key]) -> dict[Key, Standing]:
    """Return what stands on each claim that any reading of its paper's current text has, or a verdict is on."""
    wanted = list(dict.fromkeys(keys))
    batch = pa.table(
        {
            "paper_id": pa.array([paper for paper, _ in wanted], pa.string()),
            "claim_id": pa.array([claim for _, claim in wanted], pa.string()),
        }
    )
    found: dict[Key, Standing] = {}
    with registered(connection, batch):
        readings = connection.execute(
            f"""
            SELECT paper_id, outcomes.text_hash, runs.extractor, claims.fingerprint, {_FIELDS}
            FROM store.claims
            SEMI JOIN batch USING (paper_id, claim_id)
            JOIN store.outcomes USING (paper_id, fingerprint)
            JOIN store.papers USING (paper_id, text_hash)
            JOIN store.runs USING (run_id)
            WHERE outcomes.status <> 'failed'
            ORDER BY runs.extractor <> 'llm', outcomes.finished_at DESC, claims.fingerprint
            """  # noqa: S608 — our own names
        )
        for paper_id, text_hash, extractor, fingerprint, *values in readings.fetchall():
            claim = _claim(values)
            known = found.setdefault((paper_id, claim.claim_id), Standing())
            known.readings.append(Reading(claim, text_hash, extractor, fingerprint))
        decisions = connection.execute(
            f"""
            SELECT paper_id, text_hash, extractor, fingerprint, verdict, corrects, note, reviewer, decided_at, {_FIELDS}
            FROM store.verdicts
            SEMI JOIN batch USING (paper_id, claim_id)
            JOIN store.papers USING (paper_id, text_hash)
            ORDER BY decided_at DESC
            """  # noqa: S608
        )
        for (
            paper_id,
            text_hash,
            extractor,
            fingerprint,
            verdict,
            corrects,
            note,
            who,
            when,
            *values,
        ) in decisions.fetchall():
            claim = _claim(values)
            had = json.loads(corrects) if corrects else None
            reading = Reading(claim.model_copy(update=had or {}), text_hash, extractor, fingerprint)
            known = found.setdefault((paper_id, claim.claim_id), Standing())
            known.log.append(Decision(paper_id, verdict, reading, claim, had, note, who, when))
    return found


def _claim(values: list[Any]) -> Claim:
    return Claim.model_validate(dict(zip(_FIELDS.split(", "), values, strict=True)))
