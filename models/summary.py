"""What a store holds, counted."""

from datetime import datetime

import duckdb
from pydantic import BaseModel, ConfigDict, Field


class ReadingSummary(BaseModel):
    """How the current texts came out of one extractor."""

    model_config = ConfigDict(frozen=True)

    extractor: str
    fingerprint: str
    done: int
    failed: int
    skipped: int
    claims: int = Field(description="Also those that another extractor's reading stands before")
    latest: datetime = Field(description="UTC, when the last outcome was stored")
    model: str | None = Field(description="provider/name, where a model was asked")
    form: str | None = Field(description="How the latest run sent the schema of the reply")
    calls: int = Field(description="Requests of all runs, also about papers that were read again since")
    calls_saved: int = Field(
        description="Abstracts without a number, or with none that may be a claim: no model was asked"
    )
    tokens_in: int = Field(description="Prompt tokens of all runs, cached ones included")
    tokens_cached: int
    tokens_out: int = Field(description="Completion tokens of all runs")
    cost_usd: float | None = Field(description="US dollars, all runs; None where the price is not known")
    seconds_per_paper: float | None = Field(description="From first request to last reply, on average")


class RunSummary(BaseModel):
    """One run."""

    model_config = ConfigDict(frozen=True)

    run_id: str
    extractor: str
    status: str = Field(
        description="running, finished, interrupted, stopped or failed; running also where it was killed"
    )
    started_at: datetime = Field(description="UTC")
    finished_at: datetime | None = Field(description="UTC")


class Summary(BaseModel):
    """What a store holds."""

    model_config = ConfigDict(frozen=True)

    schema_version: int
    file_bytes: int
    papers: int
    sources: int = Field(description="Places where a paper was read")
    unread: int = Field(description="Papers whose current text no extractor has finished")
    claims: int = Field(description="Of the current readings")
    flagged: int = Field(description="Claims among them that have a flag")
    readings: tuple[ReadingSummary, ...] = Field(description="By extractor and fingerprint, the latest last")
    last_run: RunSummary | None


def summarise(connection: duckdb.DuckDBPyConnection, file_bytes: int) -> Summary:
    """Count what the connection's file holds."""
    counts = _rows(
        connection,
        """
        SELECT (SELECT value::INTEGER FROM store.meta WHERE name = 'schema_version') AS schema_version,
            (SELECT count(*) FROM store.papers) AS papers,
            (SELECT count(*) FROM store.sources) AS sources,
            (SELECT count(*) FROM papers WHERE unread) AS unread,
            (SELECT count(*) FROM claims) AS claims,
            (SELECT count(*) FROM claims WHERE len(flags) > 0) AS flagged
        """,
    )[0]
    readings = _rows(
        connection,
        """
        WITH readings AS (
            SELECT outcomes.fingerprint,
                count(*) FILTER (status = 'done') AS done,
                count(*) FILTER (status = 'failed') AS failed,
                count(*) FILTER (status = 'skipped') AS skipped,
                sum(claim_count)::BIGINT AS claims,
                max(finished_at) AS latest
            FROM store.outcomes
            JOIN store.papers USING (paper_id, text_hash)
            GROUP BY ALL
        ), totals AS (
            SELECT fingerprint, any_value(extractor) AS extractor,
                arg_max(model, started_at) AS model, arg_max(form, started_at) AS form,
                coalesce(sum(calls), 0)::BIGINT AS calls,
                coalesce(sum(skipped_count) FILTER (extractor = 'llm'), 0)::BIGINT AS calls_saved,
                coalesce(sum(tokens_in), 0)::BIGINT AS tokens_in,
                coalesce(sum(tokens_cached), 0)::BIGINT AS tokens_cached,
                coalesce(sum(tokens_out), 0)::BIGINT AS tokens_out,
                sum(cost_usd) AS cost_usd,
                sum(seconds_per_paper * (paper_count - skipped_count))
                    / sum(paper_count - skipped_count) FILTER (seconds_per_paper IS NOT NULL) AS seconds_per_paper
            FROM ledger
            GROUP BY ALL
        )
        SELECT * FROM readings JOIN totals USING (fingerprint) ORDER BY latest, extractor, fingerprint
        """,
    )
    runs = _rows(
        connection,
        """
        SELECT run_id, extractor, status, started_at, finished_at
        FROM store.runs ORDER BY started_at DESC, run_id LIMIT 1
        """,
    )
    return Summary.model_validate(
        {**counts, "file_bytes": file_bytes, "readings": readings, "last_run": runs[0] if runs else None}
    )


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, object]]:
    result = connection.execute(sql)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
