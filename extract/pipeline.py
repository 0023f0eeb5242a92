"""The one way through: sources are read into papers, papers into claims, and every step is committed as it is done.

First all sources become papers, so that each is read once, with its longest text, and their number is known. Then the
papers that have no outcome yet pass through the extractor. Both phases hold a batch in memory, never a source. A run
that ends at any moment goes on where it was when it is started again.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import IO

from extract.extractor import BudgetReached, Extractor, HasParameters, KeepsJournal, Stopped
from extract.intake import Intake, pending
from extract.interruption import Interrupted, Interruption
from extract.outcomes import read_papers
from extract.progress import Progress, Silence
from models.errors import ClaimboardError
from models.run import Outcome, Run, Usage
from models.store import RunStatus, Store
from models.worklist import Worklist

_OUTCOMES = 2_000
"""Most outcomes committed at once: a commit costs much the same for one paper and for a thousand."""

_LEAST_WAIT, _LONGEST_WAIT = 1.0, 5.0
"""Seconds that a finished paper waits to be committed, and to be shown as progress, as long as others follow it."""

_WAIT_PER_COMMIT = 10
"""Between these, it waits so many times as long as the last commit took: commits take about a tenth of the time."""


@dataclass(slots=True)
class RunResult:
    """What a run did, in papers where nothing else is said."""

    run_id: str = ""
    entries: int = 0
    """Entries that the sources gave; several may be of one paper."""
    papers: int = 0
    """Distinct papers among them."""
    new: int = 0
    """Those that the store did not know."""
    pending: int = 0
    """Those that were to be read when reading began."""
    extracted: int = 0
    """Those read: done, or skipped as they have no result."""
    skipped: int = 0
    """Those among them without a number, or with none that may be a claim."""
    failed: int = 0
    under_way: int = 0
    """Those left to batches that ask about them already."""
    claims: int = 0
    """Claims in the papers that were extracted."""
    refusals: int = 0
    """Sources and records that were not understood."""
    seconds: float = 0.0
    interrupted: bool = False
    stopped: str | None = None
    """Why nothing more could be read: a budget that would have been exceeded, a server that is gone."""
    usage: Usage = field(default_factory=Usage)
    """What a model server was asked for."""

    @property
    def merged(self) -> int:
        """Entries of a paper that an earlier entry of the run is of."""
        return self.entries - self.papers

    @property
    def already_done(self) -> int:
        """Papers that were read before, under the same fingerprint."""
        return self.papers - self.pending


class Pipeline:
    """Takes sources through an extractor into a store.

    `limit` is the most papers taken from the sources. `force` reads also what was read before, `retry_failed` what
    failed before.
    """

    def __init__(  # noqa: PLR0913 — each is an option of the command
        self,
        store: Store,
        extractor: Extractor,
        *,
        limit: int | None = None,
        force: bool = False,
        retry_failed: bool = False,
        progress: Progress | None = None,
    ) -> None:
        self._store = store
        self._extractor = extractor
        self._limit = limit
        self._force = force
        self._retry_failed = retry_failed
        self._progress = progress or Silence()
        self._interruption = Interruption()

    def run(self, locations: Sequence[str], *, stdin: IO[bytes] | None = None) -> RunResult:
        """Read the sources and their papers; return what was done, also where SIGINT or SIGTERM ended it.

        The sources are what `extract.readers.read` takes. Where they hold not one entry, nothing is stored. An
        extractor that stops ends the run too: after a budget, or after some papers. Raises ClaimboardError where the
        store or the extractor does. What was finished before is kept in either case, and what was not stays pending.
        """
        began = monotonic()
        run = Run.begin(
            self._extractor.name,
            self._extractor.fingerprint,
            locations,
            forced=self._force,
            parameters=self._parameters,
        )
        result = RunResult(run.run_id)
        with self._interruption:
            try:
                worklist = self._take(run, result, locations, stdin)
                if worklist is not None:
                    self._read(run, result, worklist)
                    with self._interruption.shielded():
                        self._store.finish_run(run.run_id, parameters=self._parameters)
            except Stopped as stop:
                is_part = isinstance(stop, BudgetReached) or result.extracted or result.failed
                self._end(result, "stopped" if is_part else "failed", str(stop))
                if not is_part:
                    raise
                result.stopped = str(stop)
            except Interrupted:
                result.interrupted = True
                self._end(result, "interrupted", "stopped by a signal")
            except Exception as error:
                self._end(result, "failed", str(error))
                raise
        result.seconds = monotonic() - began
        return result

    @property
    def _parameters(self) -> str | None:
        return self._extractor.parameters if isinstance(self._extractor, HasParameters) else None

    def _end(self, result: RunResult, status: RunStatus, reason: str) -> None:
        """Store why the run ended early, if that is possible: what ended it may be the store."""
        if result.papers:
            with suppress(Interrupted, ClaimboardError), self._interruption.shielded():
                self._store.finish_run(result.run_id, status, reason, self._parameters)

    def _take(self, run: Run, result: RunResult, locations: Sequence[str], stdin: IO[bytes] | None) -> Worklist | None:
        """Put the papers of the sources on the run's list. Return None where there is none."""
        intake = Intake(self._store, run, self._interruption, self._progress, self._limit, self._retry_failed)
        try:
            return intake.take(locations, stdin)
        finally:
            result.entries, result.papers, result.new = intake.entries, intake.papers, intake.new
            result.pending, result.refusals = intake.pending, intake.refusals

    def _read(self, run: Run, result: RunResult, worklist: Worklist) -> None:
        """Read the pending papers, committing what is finished, also what was when this is interrupted."""
        self._progress.begin(result.pending)
        if isinstance(self._extractor, KeepsJournal):
            # A run may have been killed between its last commit and the note of it.
            self._extractor.stored(worklist.settled())
        finished: list[Outcome] = []
        due = monotonic() + _LEAST_WAIT

        def commit() -> None:
            nonlocal due
            began = monotonic()
            with self._interruption.shielded():
                outcomes = finished.copy()
                finished.clear()
                self._store.commit(run, outcomes)
                if isinstance(self._extractor, KeepsJournal):
                    self._extractor.stored(outcome.paper_text for outcome in outcomes)
                failed = sum(outcome.status == "failed" for outcome in outcomes)
                result.failed += failed
                result.extracted += len(outcomes) - failed
                result.skipped += sum(outcome.status == "skipped" for outcome in outcomes)
                result.usage = sum((outcome.usage for outcome in outcomes if outcome.usage), result.usage)
                result.claims += sum(len(outcome.claims) for outcome in outcomes)
                self._progress.advance(outcomes)
            ended = monotonic()
            due = ended + min(max(_WAIT_PER_COMMIT * (ended - began), _LEAST_WAIT), _LONGEST_WAIT)

        try:
            for outcome in read_papers(self._extractor, pending(worklist, self._interruption)):
                finished.append(outcome)
                if len(finished) >= _OUTCOMES or monotonic() >= due:
                    commit()
        finally:
            result.under_way = worklist.under_way
            commit()
