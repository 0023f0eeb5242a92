"""The papers of one run, kept in the store: read or still to be read.

A dump of millions of papers needs no memory, the number of papers is known before the first is read, every paper is
read with the longest text that any source prints, and another process can see how far a run is.
"""

from collections.abc import Iterable, Iterator

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from models.connection import registered
from models.paper import Entry, Paper, PaperText
from models.run import Run
from models.store import Store


class WorklistCounts(BaseModel):
    """How many papers a run is about."""

    model_config = ConfigDict(frozen=True)

    papers: int = Field(description="Distinct papers of the sources")
    new: int = Field(description="Those that the store did not know when the run began")
    pending: int = Field(description="Those that are still to be read")


class Worklist:
    """The papers of a run. Beginning one stores the run, finishing the run in the store ends it.

    A paper is pending where its current text has no outcome under the run's fingerprint, or where that is a failed one
    and `retry_failed`. A forced run reads every paper, but not again what an unfinished forced run over the same
    sources has read already. Any other leaves to a batch what that asks about.
    """

    def __init__(self, store: Store, run: Run, *, retry_failed: bool = False) -> None:
        self._store = store
        self._run = run
        self._retry_failed = retry_failed
        self.under_way = 0
        """Pending papers that were left to batches under way, until now."""
        store.begin_run(run)
        with store.read() as connection:
            ((self._known,),) = connection.execute("SELECT coalesce(max(position), 0) FROM store.papers").fetchall()

    def add(self, entries: Iterable[Entry]) -> WorklistCounts:
        """Merge entries into the store's papers and put these on the list, each once; count what is on it."""
        papers = self._store.add_entries(entries)
        batch = pa.table({"paper_id": pa.array([paper.paper_id for paper in papers], pa.string())})
        with self._store.write() as connection, registered(connection, batch):
            connection.execute(
                "DELETE FROM store.worklist WHERE run_id = ? AND paper_id IN (SELECT paper_id FROM batch)",
                [self._run.run_id],
            )
            connection.execute(
                """
                INSERT INTO store.worklist
                SELECT $run_id, papers.paper_id, papers.position, CASE
                    WHEN outcomes.paper_id IS NULL THEN true
                    WHEN $force THEN outcomes.run_id NOT IN (
                        SELECT run_id FROM store.runs
                        WHERE forced AND fingerprint = $fingerprint AND sources = $sources
                            AND status <> 'finished' AND run_id <> $run_id
                    )
                    ELSE $retry_failed AND outcomes.status = 'failed'
                END
                FROM batch
                JOIN store.papers ON papers.paper_id = batch.paper_id
                LEFT JOIN store.outcomes ON outcomes.paper_id = papers.paper_id
                    AND outcomes.text_hash = papers.text_hash AND outcomes.fingerprint = $fingerprint
                """,
                {
                    "run_id": self._run.run_id,
                    "fingerprint": self._run.fingerprint,
                    "sources": list(self._run.sources),
                    "force": self._run.forced,
                    "retry_failed": self._retry_failed,
                },
            )
            ((listed, new, pending),) = connection.execute(
                """
                SELECT count(*), count(*) FILTER (position > ?), count(*) FILTER (pending)
                FROM store.worklist WHERE run_id = ?
                """,
                [self._known, self._run.run_id],
            ).fetchall()
        return WorklistCounts(papers=listed, new=new, pending=pending)

    def settled(self) -> Iterator[PaperText]:
        """Yield what is not to be read again."""
        with self._store.read() as connection:
            rows = connection.execute(
                """
                SELECT paper_id, text_hash FROM store.worklist JOIN store.papers USING (paper_id)
                WHERE run_id = ? AND NOT pending
                """,
                [self._run.run_id],
            ).fetchall()
        yield from map(PaperText._make, rows)

    def batches(self, size: int) -> Iterator[list[Paper]]:
        """Yield the papers to read with their current texts, at most `size` at a time, in the order of the store."""
        position = 0
        while rows := self._after(position, size):
            papers = [
                Paper(paper_id=paper_id, title=title, abstract=abstract)
                for paper_id, title, abstract, _, under_way in rows
                if self._run.forced or not under_way
            ]
            self.under_way += len(rows) - len(papers)
            yield papers
            position = rows[-1][3]

    def _after(self, position: int, size: int) -> list[tuple[str, str, str, int, bool]]:
        with self._store.read() as connection:
            return connection.execute(
                """
                -- Found first, then looked up by place: the texts of all papers are most of the file.
                WITH following AS (
                    SELECT paper_id FROM store.worklist
                    WHERE run_id = ? AND pending AND position > ?
                    ORDER BY position LIMIT ?
                ), found AS MATERIALIZED (
                    SELECT texts.rowid AS place, papers.position, (paper_id, text_hash) IN (
                        SELECT (paper_id, text_hash) FROM store.batch_papers
                        JOIN store.batches USING (batch_id)
                        JOIN store.runs USING (run_id)
                        WHERE batches.state IN ('starting', 'running') AND fingerprint = ?
                    ) AS under_way
                    FROM following
                    JOIN store.papers USING (paper_id)
                    JOIN store.texts USING (paper_id, text_hash)
                )
                SELECT paper_id, title, abstract, position, under_way
                FROM found JOIN store.texts ON texts.rowid = found.place
                ORDER BY position
                """,
                [self._run.run_id, position, size, self._run.fingerprint],
            ).fetchall()
