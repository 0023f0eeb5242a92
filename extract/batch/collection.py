"""Takes the results of batches into the store, from a provider or from files.

What is in the store already stays: taking results in twice changes nothing. Papers without a result, and those whose
abstract has changed, stay pending, so that a later `submit` or `extract` takes them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from openai.types import Batch as ProviderBatch

from extract.batch.provider import FINAL, UnknownBatch
from extract.batch.providers import Providers
from extract.batch.replies import ReplyReader
from extract.batch.results import PaperResults, Result, read_results, whole_papers
from extract.interruption import Interrupted, Interruption
from extract.progress import Progress
from extract.readers import Refusal
from models.batches import AskedPaper, Batch, Batches
from models.errors import ClaimboardError
from models.run import Outcome, Run
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
    refusals: int = 0
    """Lines, files and batches that were not understood."""
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
        self.result = Collected()

    def collect(self, wait: Callable[[Sequence[ProviderBatch]], None] | None = None) -> Collected:
        """Take in the results of every batch that has ended at its provider.

        While others are under way, `wait` is told of them and comes back when it is time to look again; without it,
        one look is all. Raises ClaimboardError where a provider does not let us look.
        """
        providers = Providers(self._batches)
        open_batches = self._batches.in_state("starting", "running")
        self._progress.begin(sum(batch.papers for batch in open_batches))
        with self._until_interrupted():
            while open_batches:
                seen = [(batch, self._look(providers, batch)) for batch in open_batches]
                self.result.open = sum(now is None or now.status not in FINAL for _, now in seen)
                # One that the provider does not know, or never began, is not waited for.
                open_batches = [batch for batch, now in seen if now is not None and now.status not in FINAL]
                if wait is None:
                    break
                if open_batches:
                    wait([now for _, now in seen if now is not None and now.status not in FINAL])
        return self.result

    def import_files(self, paths: Sequence[Path]) -> Collected:
        """Take in the results that files hold. Raises ClaimboardError where one cannot be read, or holds none."""
        with self._until_interrupted():
            self._progress.begin(sum(_count_lines(path) for path in paths))
            self._take(result for path in paths for result in self._understood(path))
            for batch_id, known in self._readers.items():
                batch = self._batches.find(batch_id) if known else None
                if batch is not None:
                    self._close(batch, None)
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
        """Look at a batch, and take in its results if it has ended; None where the provider does not have it."""
        batch = providers.started(batch)
        if batch.provider_id is None:
            return None
        provider = providers.of(batch)
        try:
            seen = provider.look(batch.provider_id)
            if seen.status in FINAL:
                with TemporaryDirectory(prefix="claimboard-") as folder:
                    paths: list[Path] = []
                    for file_id in filter(None, (seen.output_file_id, seen.error_file_id)):
                        paths.append(Path(folder) / f"{batch.provider_id}-{len(paths)}.jsonl")
                        provider.download(file_id, paths[-1])
                    self._take(result for path in paths for result in self._understood(path))
                self._close(batch, _ending(seen))
        except UnknownBatch as error:
            self._refuse(ClaimboardError(f"batch {batch.provider_id}: {error}; claimboard batch cancel gives it up"))
            return None
        return seen

    def _close(self, batch: Batch, ending: str | None) -> None:
        """Remember that a batch was taken in. One that runs at a provider is open while papers of it are left."""
        left = self._batches.left(batch.batch_id)
        pending = f"{left} papers are still to be read" if left else None
        reason = "; ".join(filter(None, (ending, pending))) or None
        self.result.batches.append(batch.batch_id)
        self.result.pending += left
        if reason:
            self.result.reasons.append(f"{batch.provider_id or batch.batch_id}: {reason}")
        is_open = batch.state == "running" and ending is None and left
        if not is_open and (batch.state, batch.reason) != ("collected", reason):
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
        papers = whole_papers(results)
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
        for paper in papers:
            now = asked.get(paper.number)
            outcome = reader.outcome(now, paper.results) if now else None
            if now is None or outcome is None:
                counts["changed"] += 1
            elif _is_news(outcome, now, run):
                outcomes.append(outcome)
            else:
                counts["known"] += 1
        with self._interruption.shielded():
            self._store.commit(run, outcomes)
            self._count(outcomes, counts)
        self._progress.advance(outcomes)

    def _count(self, outcomes: Sequence[Outcome], counts: Counter[str]) -> None:
        result = self.result
        failed = sum(outcome.status == "failed" for outcome in outcomes)
        result.failed += failed
        result.done += len(outcomes) - failed
        result.claims += sum(len(outcome.claims) for outcome in outcomes)
        result.changed += counts["changed"]
        result.known += counts["known"]
        costs = [outcome.usage.cost_usd for outcome in outcomes if outcome.usage and outcome.usage.cost_usd is not None]
        if costs:
            result.cost_usd = (result.cost_usd or 0.0) + sum(costs)

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
    """Whether an outcome says more than the one that is in the store: a reading stays, a failure gives way to one."""
    if asked.status is None:
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
