"""Batches: requests handed over together, and which papers they ask about.

A batch is remembered before the provider is asked to start it, so that none runs that nobody knows of.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Literal

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from models.connection import registered
from models.moment import utc, utc_now
from models.paper import Paper
from models.run import Outcome, Run, Status, Usage
from models.store import Store, count_usage, store_outcomes

BatchState = Literal["starting", "running", "exported", "collected", "dropped"]


class Batch(BaseModel):
    """Requests that were handed over together."""

    model_config = ConfigDict(frozen=True)

    batch_id: str
    run_id: str = Field(description="The run whose papers it asks about")
    state: BatchState = "starting"
    model: str = Field(description="provider/name")
    base_url: str | None = Field(default=None, description="None for the provider's own address")
    form: Literal["json_schema", "tools", "json"] = Field(description="How the schema of the reply is sent")
    provider_id: str | None = Field(default=None, description="What the provider calls it, once it has it")
    papers: int = Field(ge=1)
    requests: int = Field(ge=1)
    created_at: datetime = Field(description="UTC")
    closed_at: datetime | None = Field(default=None, description="UTC, when it was collected or dropped")
    reason: str | None = Field(default=None, description="How it ended, where not with an answer to every request")


class BatchPaper(BaseModel):
    """A paper that a batch asks about."""

    model_config = ConfigDict(frozen=True)

    number: int = Field(ge=1, description="Names the paper in the requests of the batch")
    paper_id: str
    text_hash: str = Field(description="Of the text that it asks about")
    asked_hash: str = Field(description="Of what is asked: a reply counts only while the same would be asked")


class AskedPaper(BaseModel):
    """A paper of a batch, as it is now."""

    model_config = ConfigDict(frozen=True)

    asked: BatchPaper
    paper: Paper = Field(description="With its current text")
    status: Status | None = Field(description="How that text came out of this extractor until now")
    status_run: str | None = Field(description="The run in which it came out so")


class Batches:
    """The batches of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, batch: Batch, papers: Sequence[BatchPaper], parameters: str | None = None) -> None:
        """Remember a batch and its papers, and the parameters of its run, where they were found out on the way."""
        values = batch.model_dump()
        values |= {name: utc(moment) for name, moment in values.items() if isinstance(moment, datetime)}
        columns = {name: [getattr(paper, name) for paper in papers] for name in BatchPaper.model_fields}
        table = pa.table({"batch_id": [batch.batch_id] * len(papers), **columns})
        with self._store.write() as connection:
            names = ", ".join(values)
            marks = ", ".join("?" * len(values))
            connection.execute(f"INSERT INTO store.batches ({names}) VALUES ({marks})", list(values.values()))  # noqa: S608
            with registered(connection, table):
                connection.execute("INSERT INTO store.batch_papers BY NAME FROM batch")
            connection.execute(
                "UPDATE store.runs SET parameters = coalesce(?, parameters) WHERE run_id = ?",
                [parameters, batch.run_id],
            )

    def started(self, batch_id: str, provider_id: str) -> None:
        """Remember that the provider has the batch, under this id."""
        with self._store.write() as connection:
            connection.execute(
                """
                UPDATE store.batches SET state = 'running', provider_id = ?, closed_at = NULL, reason = NULL
                WHERE batch_id = ?
                """,
                [provider_id, batch_id],
            )

    def close(self, batch_id: str, state: BatchState, reason: str | None = None) -> None:
        """Remember that nothing more comes of a batch.

        Where it was the last open one of its run, the run ends: finished, or interrupted where papers are left.
        """
        with self._store.write() as connection:
            connection.execute(
                "UPDATE store.batches SET state = ?, closed_at = ?, reason = ? WHERE batch_id = ?",
                [state, utc_now(), reason, batch_id],
            )
            ended = connection.execute(
                """
                SELECT this.run_id, (SELECT count(*) FROM store.worklist WHERE run_id = this.run_id AND pending)
                FROM store.batches AS this
                WHERE batch_id = ? AND NOT EXISTS (
                    FROM store.batches AS other WHERE other.run_id = this.run_id AND other.closed_at IS NULL
                )
                """,
                [batch_id],
            ).fetchall()
        for run_id, pending in ended:
            if pending:
                self._store.finish_run(run_id, "interrupted", f"{pending} papers are still to be read")
            else:
                self._store.finish_run(run_id)

    def in_state(self, *states: BatchState) -> list[Batch]:
        """Return the batches in these states, the oldest first."""
        with self._store.read() as connection:
            result = connection.execute(
                "SELECT * FROM store.batches WHERE list_contains(?, state) ORDER BY created_at, batch_id",
                [list(states)],
            )
            names = [column[0] for column in result.description or ()]
            return [Batch(**dict(zip(names, row, strict=True))) for row in result.fetchall()]

    def find(self, batch_id: str) -> Batch | None:
        """Return a batch by our name or the provider's, None where there is none."""
        known = self.in_state("starting", "running", "exported", "collected", "dropped")
        return next((batch for batch in known if batch_id in (batch.batch_id, batch.provider_id)), None)

    def take(
        self, batch_id: str, run: Run, outcomes: Sequence[Outcome], replies: Mapping[tuple[int, int], Usage]
    ) -> Usage:
        """Store outcomes, one per paper, and count what replies took that were not counted before; return that.

        Replies are named by the number of their paper and their question.
        """
        numbers, questions = [number for number, _ in replies], [question for _, question in replies]
        table = pa.table({"number": pa.array(numbers, pa.int32()), "question": pa.array(questions, pa.int32())})
        with self._store.write() as connection:
            with registered(connection, table):
                new = connection.execute(
                    """
                    INSERT INTO store.batch_replies
                    SELECT $batch_id, number, question FROM batch
                    ANTI JOIN (FROM store.batch_replies WHERE batch_id = $batch_id) USING (number, question)
                    RETURNING number, question
                    """,
                    {"batch_id": batch_id},
                ).fetchall()
            usage = sum((replies[name] for name in new), Usage())
            if new:
                count_usage(connection, run, usage)
            if outcomes:
                store_outcomes(connection, run, outcomes)
        return usage

    def papers(self, batch_id: str, numbers: Collection[int]) -> Mapping[int, AskedPaper]:
        """Return papers of a batch by number, each with its current text and how that came out until now."""
        with self._store.read() as connection, registered(connection, pa.table({"number": list(numbers)})):
            rows = connection.execute(
                """
                SELECT number, asked_hash, batch_papers.text_hash, paper_id, title, abstract, outcomes.status,
                    outcomes.run_id
                FROM store.batch_papers
                SEMI JOIN batch USING (number)
                JOIN store.batches USING (batch_id)
                JOIN store.runs USING (run_id)
                JOIN store.papers USING (paper_id)
                JOIN store.texts ON texts.paper_id = papers.paper_id AND texts.text_hash = papers.text_hash
                LEFT JOIN store.outcomes ON outcomes.paper_id = papers.paper_id
                    AND outcomes.text_hash = papers.text_hash AND outcomes.fingerprint = runs.fingerprint
                WHERE batch_id = ?
                """,
                [batch_id],
            ).fetchall()
        return {
            number: AskedPaper(
                asked=BatchPaper(number=number, paper_id=paper_id, text_hash=text_hash, asked_hash=asked_hash),
                paper=Paper(paper_id=paper_id, title=title, abstract=abstract),
                status=status,
                status_run=run_id,
            )
            for number, asked_hash, text_hash, paper_id, title, abstract, status, run_id in rows
        }

    def left(self, batch_id: str) -> int:
        """Count the papers of a batch whose current text is still to be read."""
        with self._store.read() as connection:
            ((count,),) = connection.execute(
                """
                SELECT count(*) FROM store.batch_papers
                JOIN store.batches USING (batch_id)
                JOIN store.runs USING (run_id)
                JOIN store.papers USING (paper_id)
                WHERE batch_id = ? AND NOT EXISTS (
                    FROM store.outcomes WHERE outcomes.paper_id = papers.paper_id
                        AND outcomes.text_hash = papers.text_hash AND outcomes.fingerprint = runs.fingerprint
                        AND (NOT runs.forced OR outcomes.run_id = runs.run_id)
                )
                """,
                [batch_id],
            ).fetchall()
        return int(count)

    def run(self, batch: Batch) -> Run:
        """Return the run that a batch belongs to."""
        with self._store.read() as connection:
            (row,) = connection.execute(
                """
                SELECT run_id, extractor, fingerprint, sources, started_at, forced FROM store.runs WHERE run_id = ?
                """,
                [batch.run_id],
            ).fetchall()
        return Run(
            **dict(zip(("run_id", "extractor", "fingerprint", "sources", "started_at", "forced"), row, strict=True))
        )
