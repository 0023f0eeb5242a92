"""The store: papers, how each was read, and what it claims, in one DuckDB file.

Every method is one transaction over a connection of its own, so that other processes and threads can work with the file
between any two calls. Whatever a method raises for the user's eyes is a ClaimboardError.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import Literal

import duckdb
import pyarrow as pa

from models import columns
from models.catalogue import Catalogue, Identity, PaperRecord
from models.connection import Database, Setting, first_line, registered
from models.current import refresh, refresh_papers
from models.errors import ClaimboardError
from models.moment import utc, utc_now
from models.paper import Entry, Paper, encodable
from models.run import Outcome, Run, Usage
from models.schema import Schema
from models.summary import Summary, summarise
from models.vocabulary.tables import add_names

RunStatus = Literal["finished", "interrupted", "stopped", "failed"]

DEFAULT_DATABASE = Path("claims.duckdb")
"""The file that every command works with unless another is named."""

Stamp = tuple[tuple[int, int], ...]
"""Differs whenever a file has changed: nanoseconds of modification and size in bytes, of the file and its log."""


_LOOKS = 3
"""How often a query is asked at most, where another process writes while it is."""


class Store:
    """One DuckDB file. It is made when there is something to write, and never held open between calls.

    `patience` is how long, in seconds, a file that another process has locked is waited for; `settings` are those of
    DuckDB that a process of its own may need, such as a limit of memory.
    """

    def __init__(
        self,
        path: Path | str,
        patience: float = 30.0,
        schema: Schema | None = None,
        settings: Mapping[str, Setting] | None = None,
    ) -> None:
        self.path = Path(path)
        # DuckDB names a database after its file, up to the first dot, and could not tell it from the schema.
        if self.path.name.split(".")[0].lower() == "store":
            raise ClaimboardError(f"{path}: DuckDB cannot tell a file of this name from its schema store: name another")
        self._database = Database(path, patience, settings)
        self._schema = schema or Schema()

    def add_entries(self, entries: Iterable[Entry]) -> list[Paper]:
        """Merge entries into papers, keep where each was read, and return their distinct papers in order.

        What is said of `place_entries` holds for it.
        """
        return list({paper.paper_id: paper for paper in self.place_entries(entries)}.values())

    def place_entries(self, entries: Iterable[Entry]) -> list[Paper]:
        """Merge entries into papers, keep where each was read, and return the paper of each entry.

        `models.catalogue` says which entries are of one paper. The papers come with their current text: the longest
        abstract that any source has printed, in this call or before.
        """
        clean = [encodable(entry) for entry in entries]
        if not clean:
            return []
        identities = [Identity.of(entry) for entry in clean]
        with self.write() as connection:
            next_position = _next_position(connection)
            catalogue = Catalogue(_known(connection, identities), next_position)
            placed = [
                (entry, catalogue.place(entry, identity)) for entry, identity in zip(clean, identities, strict=True)
            ]
            changed = catalogue.changed()
            _store_papers(connection, changed)
            with registered(connection, columns.sources_table((entry, record.paper_id) for entry, record in placed)):
                found = connection.execute(
                    """
                    INSERT INTO store.sources
                    SELECT batch.* FROM batch
                    ANTI JOIN store.sources ON sources.paper_id = batch.paper_id
                        AND sources.location = batch.location AND sources.line = batch.line
                        AND sources.given_id IS NOT DISTINCT FROM batch.given_id
                    RETURNING paper_id
                    """
                ).fetchall()
            # A new paper claims nothing yet.
            known = {record.paper_id for record in changed if record.position < next_position}
            if known:
                refresh(connection, known)
            refresh_papers(connection, {paper_id for (paper_id,) in found} - known)
        papers = {id(record): record.paper for _, record in placed}
        return [papers[id(record)] for _, record in placed]

    def pending(
        self, papers: Sequence[Paper], fingerprint: str, *, retry_failed: bool = False, force: bool = False
    ) -> list[Paper]:
        """Return those papers whose text has no outcome under the fingerprint yet, in their order.

        `retry_failed` counts failed ones in, `force` returns all.
        """
        if force or not papers:
            return list(papers)
        with self.read() as connection, registered(connection, columns.texts_table(papers)):
            rows = connection.execute(
                """
                SELECT paper_id, text_hash FROM store.outcomes
                SEMI JOIN batch USING (paper_id, text_hash)
                WHERE fingerprint = ? AND (status <> 'failed' OR NOT ?)
                """,
                [fingerprint, retry_failed],
            ).fetchall()
        finished = set(rows)
        return [paper for paper in papers if (paper.paper_id, paper.text_hash) not in finished]

    def begin_run(self, run: Run) -> None:
        """Store that a run has begun. A run that is known already is left as it is."""
        with self.write() as connection:
            _store_run(connection, run)

    def finish_run(
        self, run_id: str, status: RunStatus = "finished", reason: str | None = None, parameters: str | None = None
    ) -> None:
        """Store how a run ended, and with which parameters, where they were found out on the way.

        One that finished also finishes the earlier, interrupted or killed ones that it went on with: those of the same
        sources and fingerprint that have nothing left to read.
        """
        with self.write() as connection:
            connection.execute(
                """
                UPDATE store.runs SET status = ?, reason = ?, finished_at = ?, parameters = coalesce(?, parameters)
                WHERE run_id = ?
                """,
                [status, reason, utc_now(), parameters, run_id],
            )
            if status != "finished":
                return
            connection.execute(
                """
                UPDATE store.runs SET status = 'finished', reason = NULL, finished_at = this.finished_at
                FROM (SELECT * FROM store.runs WHERE run_id = ?) AS this
                WHERE runs.fingerprint = this.fingerprint AND runs.sources = this.sources
                    AND runs.started_at < this.started_at AND runs.status <> 'finished'
                    AND runs.run_id NOT IN (SELECT run_id FROM store.worklist WHERE pending)
                """,
                [run_id],
            )
            connection.execute(
                """
                DELETE FROM store.worklist
                WHERE run_id IN (SELECT run_id FROM store.runs WHERE status = 'finished')
                """
            )

    def commit(self, run: Run, outcomes: Iterable[Outcome]) -> None:
        """Store outcomes with their claims: all of them or, where this raises, none.

        Each takes the place of the earlier outcome and claims of the same paper and fingerprint.
        """
        latest = list({outcome.paper_id: outcome for outcome in outcomes}.values())
        if not latest:
            return
        with self.write() as connection:
            _store_run(connection, run)
            store_outcomes(connection, run, latest)
            usages = [outcome.usage for outcome in latest if outcome.usage]
            if usages:
                count_usage(connection, run, sum(usages, Usage()))

    def query(
        self,
        sql: str,
        parameters: Sequence[object] | None = None,
        *,
        limit: int | None = None,
        seconds: float | None = None,
    ) -> pa.Table:
        """Return the rows of one SELECT statement, whoever wrote it: at most `limit` of them, within `seconds`.

        The statement sees this file, read-only, and no other file, no network and no setting. Raises ClaimboardError
        where it is not one statement that reads, is wrong, or takes longer.
        """
        looks = 0
        while True:
            before, looks = self.stamp(), looks + 1
            try:
                with self.reading(sql, parameters, seconds=seconds) as rows:
                    return (rows if limit is None else rows.limit(limit)).to_arrow_table()
            except ClaimboardError:
                # Now and then DuckDB lets a reader in while the last blocks of a writer go out.
                if looks == _LOOKS or self.stamp() == before:
                    raise

    @contextmanager
    def reading(
        self, sql: str, parameters: Sequence[object] | None = None, *, seconds: float | None = None
    ) -> Iterator[duckdb.DuckDBPyRelation]:
        """Give a block what `query` returns before any row of it is made: rows are made as they are taken."""
        with self.read() as connection, _time_limit(connection, seconds):
            _check_reads(connection, sql)
            yield connection.sql(sql, params=parameters)

    def status(self) -> Summary:
        """Count what the file holds."""
        with self.read() as connection:
            return summarise(connection, self.path.stat().st_size)

    @property
    def files(self) -> tuple[Path, Path]:
        """The file, and beside it the log of DuckDB, which is there only at times."""
        return self.path, self.path.with_name(self.path.name + ".wal")

    def stamp(self) -> Stamp:
        """Return what changes whenever the file does, without opening it; empty where there is no file."""
        stats = []
        for file in self.files:
            with suppress(OSError):
                stats.append(file.stat())
        return tuple((stat.st_mtime_ns, stat.st_size) for stat in stats)

    @contextmanager
    def read(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open read-only, with the views of this claimboard, for as long as the block lasts: keep it short."""
        with self._database.read() as connection:
            self._schema.check(connection, self.path)
            yield connection

    @contextmanager
    def write(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open for one transaction, brought up to the schema of this claimboard."""
        with self._database.write() as connection:
            self._schema.prepare(connection, self.path)
            yield connection


def _known(connection: duckdb.DuckDBPyConnection, identities: Sequence[Identity]) -> list[PaperRecord]:
    """Return the stored papers that entries may be of, or whose ids they may ask for."""
    keys: set[tuple[str, str | None]] = set()
    for identity in identities:
        keys |= {("title", identity.title_key), ("arxiv", identity.arxiv_id), ("doi", identity.doi)}
        keys |= {("id", identity.paper_id), ("id", identity.second_id)}
    with registered(connection, columns.keys_table((kind, key) for kind, key in keys if key is not None)):
        rows = connection.execute(
            """
            -- Found first: the texts of all papers are most of the file.
            WITH found AS MATERIALIZED (
                SELECT paper_id, text_hash FROM store.papers
                WHERE title_key IN (SELECT key FROM batch WHERE kind = 'title')
                    OR arxiv_id IN (SELECT key FROM batch WHERE kind = 'arxiv')
                    OR doi IN (SELECT key FROM batch WHERE kind = 'doi')
                    OR paper_id IN (SELECT key FROM batch WHERE kind = 'id')
            )
            SELECT papers.paper_id, position, title, abstract, title_key, arxiv_id, doi, url, authors, author_count,
                published, date_printed
            FROM found
            JOIN store.papers ON papers.paper_id = found.paper_id
            JOIN store.texts ON texts.paper_id = found.paper_id AND texts.text_hash = found.text_hash
            ORDER BY position
            """
        ).fetchall()
    return [PaperRecord(*row) for row in rows]


def _next_position(connection: duckdb.DuckDBPyConnection) -> int:
    ((position,),) = connection.execute("SELECT coalesce(max(position), 0) + 1 FROM store.papers").fetchall()
    return int(position)


def _store_papers(connection: duckdb.DuckDBPyConnection, records: Sequence[PaperRecord]) -> None:
    if not records:
        return
    with registered(connection, columns.papers_table(records)):
        connection.execute(
            "INSERT OR REPLACE INTO store.papers BY NAME SELECT * EXCLUDE (title, abstract) FROM batch",
        )
        connection.execute(
            "INSERT OR IGNORE INTO store.texts BY NAME SELECT paper_id, text_hash, title, abstract FROM batch",
        )


def _store_run(connection: duckdb.DuckDBPyConnection, run: Run) -> None:
    connection.execute(
        """
        INSERT OR IGNORE INTO store.runs
            (run_id, extractor, fingerprint, sources, started_at, forced, parameters, status)
        VALUES (?, ?, ?, ?, ?, ?, ?, 'running')
        """,
        [
            run.run_id,
            run.extractor,
            run.fingerprint,
            list(run.sources),
            utc(run.started_at),
            run.forced,
            run.parameters,
        ],
    )


def store_outcomes(connection: duckdb.DuckDBPyConnection, run: Run, outcomes: Sequence[Outcome]) -> None:
    """Store outcomes of a known run, one per paper, in place of earlier ones. What they took is not counted."""
    with registered(connection, columns.outcomes_table(run, outcomes, utc_now())):
        connection.execute(
            """
            DELETE FROM store.claims
            WHERE fingerprint = ? AND paper_id IN (
                SELECT paper_id FROM batch JOIN store.outcomes USING (paper_id, fingerprint)
                WHERE outcomes.claim_count > 0
            )
            """,
            [run.fingerprint],
        )
        connection.execute("INSERT OR REPLACE INTO store.outcomes BY NAME FROM batch")
        connection.execute(
            """
            UPDATE store.runs SET
                paper_count = paper_count + this.papers,
                skipped_count = skipped_count + this.skipped,
                failed_count = failed_count + this.failed
            FROM (
                SELECT count(*) AS papers, count(*) FILTER (status = 'skipped') AS skipped,
                    count(*) FILTER (status = 'failed') AS failed
                FROM batch
            ) AS this
            WHERE run_id = ?
            """,
            [run.run_id],
        )
        # Other runs of this extractor need not read them either: a killed one, or one in another process.
        connection.execute(
            """
            UPDATE store.worklist SET pending = false
            WHERE pending AND paper_id IN (SELECT paper_id FROM batch)
                AND run_id IN (SELECT run_id FROM store.runs WHERE fingerprint = ?)
            """,
            [run.fingerprint],
        )
    with registered(connection, columns.claims_table(run, outcomes)):
        connection.execute("INSERT INTO store.claims BY NAME FROM batch")
    add_names(connection, (claim for outcome in outcomes for claim in outcome.claims))
    refresh(connection, [outcome.paper_id for outcome in outcomes])
    if any(outcome.replies for outcome in outcomes):
        with registered(connection, columns.replies_table(run, outcomes)):
            connection.execute("INSERT INTO store.replies BY NAME FROM batch")


def count_usage(connection: duckdb.DuckDBPyConnection, run: Run, usage: Usage) -> None:
    """Add to a run what it took: outcomes may be replaced later, what they cost stays."""
    values = usage.model_dump()
    # list_sum leaves nulls out, and is null where there is nothing else.
    sums = ", ".join(f"{name} = list_sum([{name}, ${name}])" for name in values)
    connection.execute(f"UPDATE store.runs SET {sums} WHERE run_id = $run_id", values | {"run_id": run.run_id})  # noqa: S608


def _check_reads(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    try:
        statements = connection.extract_statements(sql)
    except duckdb.ParserException as error:
        raise ClaimboardError(f"this is not SQL that DuckDB understands: {first_line(error)}") from error
    # PIVOT is several statements to DuckDB (MULTI): it collects the columns first.
    readable = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN, duckdb.StatementType.MULTI)
    if len(statements) != 1 or statements[0].type not in readable:
        raise ClaimboardError("a query is one SELECT statement; this is something else: nothing was run")


@contextmanager
def _time_limit(connection: duckdb.DuckDBPyConnection, seconds: float | None) -> Iterator[None]:
    if seconds is None:
        yield
        return
    timer = Timer(seconds, connection.interrupt)
    timer.start()
    try:
        yield
    except duckdb.InterruptException as error:
        raise ClaimboardError(f"the query took longer than {seconds:g} s and was stopped: ask for less") from error
    finally:
        timer.cancel()
