"""Takes the results of batches into the store, from a provider or from files.

A reading that is in the store stays, a failure gives way to one: taking the same results in twice changes nothing.
Papers without a result, and those whose abstract has changed, stay pending, so that a later `submit` or `extract` takes
them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from openai.types import Batch as ProviderBatch

from extract.batch.provider import FINAL, NoAnswer, Provider, UnknownBatch
from extract.batch.providers import Providers
from extract.batch.replies import ReplyReader
from extract.batch.results import PaperResults, Result, by_paper, read_results
from extract.interruption import Interrupted, Interruption
from extract.progress import Progress
from extract.readers import Refusal
from models.batches import AskedPaper, Batch, Batches
from models.errors import ClaimboardError
from models.run import Outcome, Run, Usage
from models.store import Store

_PAPERS = 200
"""Papers whose results are read and committed at once."""


@dataclass
class Collected:
    """What results held, in papers where nothing else is said."""

    batches: list[str] = field(default_factory=list)
    """Those whose results were taken in, by our names."""
    open: int = 0
    """Batches that are still under way."""
    done: int = 0
    failed: int = 0
    claims: int = 0
    known: int = 0
    """Those that had an outcome already."""
    changed: int = 0
    """Those whose text is another one now; they stay pending."""
    pending: int = 0
    """Those of the batches that are still to be read, changed ones included."""
    cost_usd: float | None = None
    """US dollars for replies that were not counted before."""
    refusals: int = 0
    """Lines and files that were not understood, and batches that could not be asked about."""
    reasons: list[str] = field(default_factory=list)
    """How batches ended that were not answered in full."""
    interrupted: bool = False


class Collection:
    """Takes results in. `prices` is a table over the one that is shipped."""

    def __init__(self, store: Store, progress: Progress, *, prices: Path | None = None) -> None:
        self._store = store
        self._batches = Batches(store)
        self._progress = progress
        self._prices = prices
        self._interruption = Interruption()
        self._readers: dict[str, tuple[Run, ReplyReader] | None] = {}
        self._troubles: dict[str, str] = {}
        self.result = Collected()

    def collect(self, wait: Callable[[Sequence[ProviderBatch]], None] | None = None) -> Collected:
        """Take in the results of every batch that has ended at its provider.

        While others are under way, `wait` is told of them and comes back when it is time to look again; without it,
        one look is all. A batch about which its provider does not tell is refused and stays open; it is waited for
        where that may pass.
        """
        providers = Providers(self._batches)
        open_batches = self._batches.in_state("starting", "running")
        self._progress.begin(sum(batch.papers for batch in open_batches))
        with self._until_interrupted():
            while open_batches:
                running: list[ProviderBatch] = []
                waited_for: list[Batch] = []
                for batch in open_batches:
                    try:
                        seen = self._look(providers, batch)
                    except ClaimboardError as error:
                        self._note(batch, error)
                        waited_for += [batch] if isinstance(error, NoAnswer) else []
                        continue
                    self._troubles.pop(batch.batch_id, None)
                    # One that never began is not waited for.
                    if seen is not None and seen.status not in FINAL:
                        running.append(seen)
                        waited_for.append(batch)
                if wait is None or not waited_for:
                    break
                wait(running)
                open_batches = waited_for
        self.result.refusals += len(self._troubles)
        self.result.open = len(self._batches.in_state("starting", "running"))
        return self.result

    def _note(self, batch: Batch, error: ClaimboardError) -> None:
        """Say what keeps a batch from being looked at, once; whether it was refused shows when all is done."""
        advice = "; claimboard batch cancel gives it up" if isinstance(error, UnknownBatch) else ""
        trouble = f"batch {batch.provider_id or batch.batch_id}: {error}{advice}"
        if self._troubles.get(batch.batch_id) != trouble:
            self._troubles[batch.batch_id] = trouble
            self._progress.refused(ClaimboardError(trouble))

    def import_files(self, paths: Sequence[Path]) -> Collected:
        """Take in the results that files hold. Raises ClaimboardError where one cannot be read, or holds none."""
        with self._until_interrupted():
            self._progress.begin(sum(_count_lines(path) for path in paths))
            self._take(result for path in paths for result in self._understood(path))
            for batch_id, known in self._readers.items():
                batch = self._batches.find(batch_id) if known else None
                if batch is not None:
                    self._close(batch, None, ended=batch.state not in ("starting", "running"))
            if not self.result.batches:
                names = ", ".join(map(str, paths))
                raise ClaimboardError(
                    f"{names}: nothing in it answers a batch of {self._store.path}; name another file"
                )
        return self.result

    @contextmanager
    def _until_interrupted(self) -> Iterator[None]:
        with self._interruption:
            try:
                yield
            except Interrupted:
                self.result.interrupted = True

    def _look(self, providers: Providers, batch: Batch) -> ProviderBatch | None:
        """Look at a batch, and take in its results if it has ended; None where the provider never began it.

        Raises ClaimboardError, with the batch left open, where the provider does not tell, or does not give a file that
        is needed.
        """
        batch = providers.started(batch)
        if batch.provider_id is None:
            return None
        provider = providers.of(batch)
        seen = provider.look(batch.provider_id)
        if seen.status in FINAL:
            missing: list[ClaimboardError] = []
            with TemporaryDirectory(prefix="claimboard-") as folder:
                self._take(self._downloaded(provider, seen, Path(folder), missing))
            if missing and self._batches.left(batch.batch_id):
                raise missing[0]
            self._close(batch, _ending(seen), ended=True)
        return seen

    def _downloaded(
        self, provider: Provider, seen: ProviderBatch, folder: Path, missing: list[ClaimboardError]
    ) -> Iterator[Result]:
        """Yield the results of a batch; a file that cannot be had leaves its error in `missing`."""
        for place, file_id in enumerate(filter(None, (seen.output_file_id, seen.error_file_id))):
            path = folder / f"{seen.id}-{place}.jsonl"
            try:
                provider.download(file_id, path)
            except ClaimboardError as error:
                missing.append(error)
            else:
                yield from self._understood(path)

    def _close(self, batch: Batch, ending: str | None, *, ended: bool) -> None:
        """Remember that a batch was taken in. One that has not ended is open while papers of it are left."""
        left = self._batches.left(batch.batch_id)
        pending = f"{left} papers are still to be read" if left else None
        reason = "; ".join(filter(None, (ending, pending))) or None
        self.result.batches.append(batch.batch_id)
        self.result.pending += left
        if reason:
            self.result.reasons.append(f"{batch.provider_id or batch.batch_id}: {reason}")
        if (ended or not left) and (batch.state, batch.reason) != ("collected", reason):
            with self._interruption.shielded():
                self._batches.close(batch.batch_id, "collected", reason)

    def _refuse(self, refusal: ClaimboardError) -> None:
        self.result.refusals += 1
        self._progress.refused(refusal)

    def _understood(self, path: Path) -> Iterator[Result]:
        for result in read_results(path):
            if isinstance(result, Refusal):
                self._refuse(result)
            else:
                yield result

    def _take(self, results: Iterable[Result]) -> None:
        papers = by_paper(results)
        while chunk := list(islice(papers, _PAPERS)):
            by_batch: defaultdict[str, list[PaperResults]] = defaultdict(list)
            for paper in chunk:
                by_batch[paper.batch_id].append(paper)
            for batch_id, found in by_batch.items():
                self._take_of(batch_id, found)

    def _take_of(self, batch_id: str, papers: Sequence[PaperResults]) -> None:
        known = self._known(batch_id)
        if known is None:
            return
        run, reader = known
        asked = self._batches.papers(batch_id, [paper.number for paper in papers])
        counts: Counter[str] = Counter()
        outcomes: list[Outcome] = []
        replies: dict[tuple[int, int], Usage] = {}
        for paper in papers:
            now = asked.get(paper.number)
            marked = reader.marked(now) if now else None
            if now is None or (marked and len(marked.questions) != paper.questions):
                name = paper.results[0].name
                self._refuse(ClaimboardError(f"custom_id {name}: its batch asked no such question; is it of another?"))
                continue
            for result in paper.results:
                if result.completion is not None:
                    replies[paper.number, result.name.question] = reader.usage(result.completion)
            if marked is None:
                counts["changed"] += 1
            elif paper.is_whole:
                outcome = reader.outcome(marked, paper.results)
                if _is_news(outcome, now, run):
                    outcomes.append(outcome)
                else:
                    counts["known"] += 1
        with self._interruption.shielded():
            usage = self._batches.take(batch_id, run, outcomes, replies)
            self._count(outcomes, counts, usage)
        self._progress.advance(outcomes)

    def _count(self, outcomes: Sequence[Outcome], counts: Counter[str], usage: Usage) -> None:
        result = self.result
        failed = sum(outcome.status == "failed" for outcome in outcomes)
        result.failed += failed
        result.done += len(outcomes) - failed
        result.claims += sum(len(outcome.claims) for outcome in outcomes)
        result.changed += counts["changed"]
        result.known += counts["known"]
        if usage.cost_usd is not None:
            result.cost_usd = (result.cost_usd or 0.0) + usage.cost_usd

    def _known(self, batch_id: str) -> tuple[Run, ReplyReader] | None:
        """Return the run of a batch and what reads its replies; None, said once, where the store has no such batch."""
        if batch_id not in self._readers:
            batch = self._batches.find(batch_id)
            if batch is None:
                self._refuse(
                    ClaimboardError(f"batch {batch_id}: {self._store.path} does not know it; is it of another?")
                )
                self._readers[batch_id] = None
            else:
                self._readers[batch_id] = (self._batches.run(batch), ReplyReader(batch, self._prices))
        return self._readers[batch_id]


def _is_news(outcome: Outcome, asked: AskedPaper, run: Run) -> bool:
    """Whether an outcome says more than the one that is in the store: a reading stays, a failure gives way to one.

    A forced run reads anew what others have read.
    """
    if asked.status is None or (run.forced and asked.status_run != run.run_id):
        return True
    return asked.status == "failed" and (outcome.status == "done" or asked.status_run != run.run_id)


def _count_lines(path: Path) -> int:
    try:
        with path.open("rb") as file:
            return sum(1 for _ in file)
    except OSError as error:
        raise ClaimboardError(f"{path}: {error.strerror}: name a file of batch results") from error


def _ending(seen: ProviderBatch) -> str | None:
    """Return how a batch ended at its provider, None where it was completed."""
    if seen.status == "completed":
        return None
    errors = [error.message for error in (seen.errors.data if seen.errors else None) or () if error.message]
    return f"{seen.status}: {errors[0]}" if errors else seen.status
