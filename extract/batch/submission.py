"""Hands papers over in batches: to a provider, or into a file."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from extract.batch.preparation import Preparation
from extract.batch.provider import Provider
from extract.batch.providers import Providers
from extract.batch.requests import Limits, RequestFile, request_files
from extract.intake import Intake
from extract.interruption import Interrupted, Interruption
from extract.llm.extractor import LlmExtractor
from extract.llm.local import is_file
from extract.llm.marked import MarkedPaper
from extract.llm.server import NO_KEY
from extract.progress import Progress
from models.batches import Batch, Batches, BatchState
from models.errors import ClaimboardError
from models.run import Run
from models.store import RunStatus, Store

_TRIALS = 3
"""Papers that are read live, one after the other, until one reply is valid; a batch of invalid ones costs as much."""

_UNLIMITED = Limits(2**62, 2**62)


@dataclass
class Submitted:
    """What was handed over, in papers where nothing else is said."""

    run_id: str = ""
    entries: int = 0
    """Entries that the sources gave; several may be of one paper."""
    papers: int = 0
    new: int = 0
    """Those that the store did not know."""
    skipped: int = 0
    """Those without a number, or with none that may be a claim."""
    under_way: int = 0
    """Those that a batch under way asks about already."""
    read: int = 0
    """Those read at once, as a trial."""
    failed: int = 0
    """Of those, and of those with more numbers than can be asked about, the ones that came out failed."""
    submitted: int = 0
    """Those that are asked about now."""
    requests: int = 0
    batches: list[str] = field(default_factory=list)
    """What the provider calls the batches; the file, where they were written into one."""
    refusals: int = 0
    """Sources and records that were not understood."""
    interrupted: bool = False


class Submission:
    """Takes sources to a model's batches. `say` is told each step that takes long.

    `limit` is the most papers taken from the sources; `retry_failed` asks also about what failed before, `force` about
    all. Raises ClaimboardError where the extractor's model has no batches, or its address would give a key away.
    """

    def __init__(  # noqa: PLR0913 — each is an option of the command
        self,
        store: Store,
        extractor: LlmExtractor,
        *,
        limit: int | None,
        force: bool,
        retry_failed: bool,
        progress: Progress,
        say: Callable[[str], None],
    ) -> None:
        if is_file(extractor.model):
            raise ClaimboardError(f"--model {extractor.model}: a model file has no batches; claimboard extract asks it")
        extractor.check_address()
        self._store = store
        self._batches = Batches(store)
        self._extractor = extractor
        self._limit = limit
        self._force = force
        self._retry_failed = retry_failed
        self._progress = progress
        self._say = say
        self._interruption = Interruption()

    def submit(self, locations: Sequence[str], limits: Limits, *, stdin: IO[bytes] | None = None) -> Submitted:
        """Ask the provider to run batches over what is not read yet.

        The first papers are read at once, until a reply is valid: that shows that key and model are right and which
        parameters the model takes, before thousands of requests depend on it. Raises ClaimboardError where the provider
        refuses; batches that were started before stand.
        """
        server = self._extractor.server
        provider = Provider(server)

        def hand_over(papers: Iterator[MarkedPaper], run: Run, result: Submitted) -> None:
            self._settle()
            self._try(papers, run, result)
            with TemporaryDirectory(prefix="claimboard-") as folder:
                for file in request_files(server, papers, Path(folder), run.run_id, limits):
                    self._start(file, provider, run, result)

        return self._run(locations, stdin, hand_over)

    def export(self, locations: Sequence[str], output: Path, *, stdin: IO[bytes] | None = None) -> Submitted:
        """Write the requests of what is not read yet into one file, without asking anyone."""
        extractor = self._extractor = replace(self._extractor, api_key=NO_KEY)
        if extractor.server.openai_client is None:
            raise ClaimboardError(f"--model {extractor.model}: this provider does not speak OpenAI's protocol")
        if output.is_dir() or not output.parent.is_dir():
            raise ClaimboardError(f"{output}: no file can be written there: name another")

        def hand_over(papers: Iterator[MarkedPaper], run: Run, result: Submitted) -> None:
            with TemporaryDirectory(prefix=f".{output.name}-", dir=output.parent) as folder:
                for file in request_files(extractor.server, papers, Path(folder), run.run_id, _UNLIMITED):
                    with self._interruption.shielded():
                        self._remember(file, run, "exported")
                        file.path.replace(output)
                        _count(file, str(output), result)

        try:
            return self._run(locations, stdin, hand_over)
        except OSError as error:
            raise ClaimboardError(f"{output}: {error.strerror}: make room, or name another file") from error

    def _run(
        self,
        locations: Sequence[str],
        stdin: IO[bytes] | None,
        hand_over: Callable[[Iterator[MarkedPaper], Run, Submitted], None],
    ) -> Submitted:
        extractor = self._extractor
        run = Run.begin(
            extractor.name, extractor.fingerprint, locations, forced=self._force, parameters=extractor.parameters
        )
        result = Submitted(run.run_id)
        intake = Intake(self._store, run, self._interruption, self._progress, self._limit, self._retry_failed)
        preparation = Preparation(intake, extractor.workers)
        with self._interruption:
            try:
                hand_over(preparation.papers(locations, stdin), run, result)
                self._end(result, intake, "finished", None)
            except Interrupted:
                result.interrupted = True
                self._end(result, intake, "interrupted", "stopped by a signal")
            except Exception as error:
                self._end(result, intake, "failed", str(error))
                raise
        result.entries, result.papers, result.new = intake.entries, intake.papers, intake.new
        result.refusals = intake.refusals
        result.failed += preparation.failed
        result.skipped, result.under_way = preparation.skipped, preparation.under_way
        return result

    def _end(self, result: Submitted, intake: Intake, status: RunStatus, reason: str | None) -> None:
        """End the run where no batch is left that would end it."""
        if intake.papers and not result.batches:
            with suppress(Interrupted, ClaimboardError), self._interruption.shielded():
                self._store.finish_run(result.run_id, status, reason, self._extractor.parameters)

    def _try(self, papers: Iterator[MarkedPaper], run: Run, result: Submitted) -> None:
        """Read papers live until a reply is valid; the extractor's server learns what the model takes."""
        for trial, marked in enumerate(papers, start=1):
            (outcome,) = self._extractor.extract([marked.paper])
            with self._interruption.shielded():
                self._store.commit(run, [outcome])
                result.read += 1
            if outcome.status == "done":
                return
            result.failed += 1
            if trial == _TRIALS:
                raise ClaimboardError(f"no batch was started: {trial} papers were tried, the last: {outcome.reason}")

    def _start(self, file: RequestFile, provider: Provider, run: Run, result: Submitted) -> None:
        """Upload a file and start its batch: remembered first, so that no batch runs that nobody knows of.

        Where the start is cut off, the next command asks the provider what became of it.
        """
        self._say(f"uploading {file.requests:,} requests about {len(file.papers):,} papers, {file.size / 1e6:,.1f} MB")
        file_id = provider.upload(file.path, file.batch_id)
        with self._interruption.shielded():
            self._remember(file, run, "starting")
        provider_id = provider.start(file_id, file.batch_id)
        with self._interruption.shielded():
            self._batches.started(file.batch_id, provider_id)
            _count(file, provider_id, result)
        self._say(f"started {provider_id}")

    def _remember(self, file: RequestFile, run: Run, state: BatchState) -> None:
        extractor = self._extractor
        batch = Batch(
            batch_id=file.batch_id,
            run_id=run.run_id,
            state=state,
            model=extractor.model,
            base_url=extractor.base_url,
            form=extractor.server.chosen,
            papers=len(file.papers),
            requests=file.requests,
            created_at=datetime.now(UTC).replace(tzinfo=None),
        )
        self._batches.add(batch, file.papers, extractor.parameters)

    def _settle(self) -> None:
        """Find out what became of batches whose start was cut off, so that no paper is paid for twice."""
        if not self._store.path.exists():
            return
        providers = Providers(self._batches)
        for batch in self._batches.in_state("starting"):
            is_ours = (batch.model, batch.base_url) == (self._extractor.model, self._extractor.base_url)
            if is_ours and providers.started(batch).provider_id is None:
                with self._interruption.shielded():
                    self._batches.close(batch.batch_id, "dropped", "it was never started")


def _count(file: RequestFile, name: str, result: Submitted) -> None:
    result.batches.append(name)
    result.submitted += len(file.papers)
    result.requests += file.requests
