"""Rows of the store as Arrow tables, which is how thousands of them get into DuckDB at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from models.catalogue import PaperRecord
from models.claim import Claim
from models.paper import Entry, Paper
from models.run import Outcome, Run

_PAPERS = pa.schema(
    {
        "paper_id": pa.string(),
        "position": pa.int64(),
        "text_hash": pa.string(),
        "title_key": pa.string(),
        "arxiv_id": pa.string(),
        "doi": pa.string(),
        "url": pa.string(),
        "authors": pa.list_(pa.string()),
        "author_count": pa.int32(),
        "published": pa.date32(),
        "date_printed": pa.string(),
        "title": pa.string(),
        "abstract": pa.string(),
    }
)
_SOURCES = pa.schema(
    {"paper_id": pa.string(), "location": pa.string(), "line": pa.int64(), "given_id": pa.string()},
)
_TEXTS = pa.schema({"paper_id": pa.string(), "text_hash": pa.string()})
_OUTCOMES = pa.schema(
    {
        "paper_id": pa.string(),
        "fingerprint": pa.string(),
        "text_hash": pa.string(),
        "run_id": pa.string(),
        "status": pa.string(),
        "reason": pa.string(),
        "mention_count": pa.int32(),
        "claim_count": pa.int32(),
        "finished_at": pa.timestamp("us"),
        "calls": pa.int32(),
        "tokens_in": pa.int64(),
        "tokens_cached": pa.int64(),
        "tokens_out": pa.int64(),
        "seconds": pa.float64(),
        "cost_usd": pa.float64(),
    }
)
_USAGE = ("calls", "tokens_in", "tokens_cached", "tokens_out", "seconds", "cost_usd")
_REPLIES = pa.schema(
    {
        "paper_id": pa.string(),
        "fingerprint": pa.string(),
        "run_id": pa.string(),
        "position": pa.int32(),
        "reply": pa.string(),
    }
)
CLAIM_FIELDS = {
    "claim_id": pa.string(),
    "value": pa.float64(),
    "value_high": pa.float64(),
    "unit": pa.string(),
    "kind": pa.string(),
    "bound": pa.string(),
    "direction": pa.string(),
    "basis": pa.string(),
    "metric": pa.string(),
    "model": pa.string(),
    "benchmark": pa.string(),
    "baseline": pa.string(),
    "setting": pa.string(),
    "evidence": pa.string(),
    "evidence_start": pa.int32(),
    "evidence_end": pa.int32(),
    "number_start": pa.int32(),
    "number_end": pa.int32(),
    "certainty": pa.float64(),
    "flags": pa.list_(pa.string()),
}
_VERDICTS = pa.schema(
    {
        "paper_id": pa.string(),
        "text_hash": pa.string(),
        "verdict": pa.string(),
        **{name: form for name, form in CLAIM_FIELDS.items() if name not in ("certainty", "flags")},
        "corrects": pa.string(),
        "extractor": pa.string(),
        "fingerprint": pa.string(),
        "note": pa.string(),
        "reviewer": pa.string(),
        "decided_at": pa.timestamp("us"),
    }
)
_CLAIMS = pa.schema({"paper_id": pa.string(), "fingerprint": pa.string(), "position": pa.int32(), **CLAIM_FIELDS})


def keys_table(keys: Iterable[tuple[str, str]]) -> pa.Table:
    """Return one row per (kind, key) by which papers are looked up."""
    rows = list(keys)
    return pa.table({"kind": [kind for kind, _ in rows], "key": [key for _, key in rows]})


def papers_table(records: Sequence[PaperRecord]) -> pa.Table:
    """Return one row per paper, with its current text."""
    values: dict[str, list[Any]] = {
        name: [getattr(record, name) for record in records] for name in _PAPERS.names if name != "text_hash"
    }
    values["text_hash"] = [record.paper.text_hash for record in records]
    return pa.table(values, schema=_PAPERS)


def sources_table(places: Iterable[tuple[Entry, str]]) -> pa.Table:
    """Return one row per distinct place of (entry, paper id)."""
    rows = list(dict.fromkeys((paper_id, entry.location, entry.line, entry.given_id) for entry, paper_id in places))
    return _transposed(rows, _SOURCES)


def texts_table(papers: Iterable[Paper]) -> pa.Table:
    """Return one row per paper: its id and the hash of its text."""
    return _transposed([(paper.paper_id, paper.text_hash) for paper in papers], _TEXTS)


def outcomes_table(run: Run, outcomes: Sequence[Outcome], finished_at: datetime) -> pa.Table:
    """Return one row per outcome."""
    rows = [
        (
            outcome.paper_id,
            run.fingerprint,
            outcome.text_hash,
            run.run_id,
            outcome.status,
            outcome.reason,
            outcome.mention_count,
            len(outcome.claims),
            finished_at,
            *(getattr(outcome.usage, name, None) for name in _USAGE),
        )
        for outcome in outcomes
    ]
    return _transposed(rows, _OUTCOMES)


def replies_table(run: Run, outcomes: Sequence[Outcome]) -> pa.Table:
    """Return one row per reply that is kept, each paper's in their order."""
    rows = [
        (outcome.paper_id, run.fingerprint, run.run_id, position, reply)
        for outcome in outcomes
        for position, reply in enumerate(outcome.replies)
    ]
    return _transposed(rows, _REPLIES)


def claims_table(run: Run, outcomes: Sequence[Outcome]) -> pa.Table:
    """Return one row per claim of the outcomes, each paper's in their order."""
    rows: list[tuple[str, int, Claim]] = [
        (outcome.paper_id, position, claim) for outcome in outcomes for position, claim in enumerate(outcome.claims)
    ]
    values: dict[str, list[Any]] = {
        "paper_id": [paper_id for paper_id, _, _ in rows],
        "fingerprint": [run.fingerprint] * len(rows),
        "position": [position for _, position, _ in rows],
    }
    values |= {name: [getattr(claim, name) for _, _, claim in rows] for name in CLAIM_FIELDS}
    return pa.table(values, schema=_CLAIMS)


def verdicts_table(verdicts: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Return one row per verdict, of what each has under the names of the columns."""
    return pa.Table.from_pylist([{name: verdict[name] for name in _VERDICTS.names} for verdict in verdicts], _VERDICTS)


def _transposed(rows: Sequence[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )
