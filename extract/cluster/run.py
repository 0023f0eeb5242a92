"""A run on a Ray cluster: sources go out to the nodes, reports come back; texts and claims stay out there."""

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from functools import partial
from math import ceil
from time import monotonic
from types import FrameType
from typing import TYPE_CHECKING, Any

from extract.cluster.chunks import Chunk, SourceFile
from extract.cluster.earlier import by_place
from extract.cluster.messages import Stop
from extract.cluster.result import ClusterResult
from extract.cluster.task import Job, Report, asker_of, read_chunk
from extract.extractor import Extractor
from extract.progress import Progress
from extract.readers import Refusal
from extract.readers.locations import expand
from extract.readers.sources import STANDARD_INPUT
from models.errors import ClaimboardError
from models.parts import Folder, PartName

if TYPE_CHECKING:
    from extract.llm.extractor import LlmExtractor

_INTERRUPTED = "interrupted"

_MOST_TASKS = 4
"""Tasks that share a core where a model reads: they wait for its server, but draft and check with this core."""

_IN_HAND = 4
"""Abstracts in hand for each call that may be under way: two in five need one, and the last ones of a part are few."""


def run_on_ray(  # noqa: PLR0913, PLR0917 — the last two say how it is watched
    locations: Sequence[str],
    folder: Folder,
    size: int,
    extractor: Extractor,
    progress: Progress,
    interrupted: Callable[[], None],
) -> ClusterResult:
    """Read sources on the cluster that RAY_ADDRESS or this machine names, else on this machine, into a folder of parts.

    `size` is the entries in a part. `interrupted` is called when Ctrl-C ends the run, as soon as what a model was asked
    is answered; a second one ends it at once. Raises ClaimboardError where Ray is not installed or fails, a source is
    standard input, the parts cannot be written, or a model could not be asked about anything.
    """
    sources: list[SourceFile] = []
    result = ClusterResult()

    def refuse(error: ClaimboardError) -> None:
        result.refusals += 1
        progress.refused(error)

    for location in expand(locations):
        if isinstance(location, Refusal):
            refuse(location)
        elif location == STANDARD_INPUT:
            raise ClaimboardError("--on ray: no other node sees standard input; name files that every node sees")
        else:
            sources.append(SourceFile.of(len(sources), location))
    if not sources:
        return result
    folder.make()
    run = _Run(sources, size, folder, extractor, interrupted)
    began = monotonic()
    try:
        # What Ray has to say, of a node that died for one, is no part of what the command prints.
        with redirect_stdout(sys.stderr):
            for report in run.reports(result):
                result.add(report)
                for refusal in report.refusals:
                    refuse(ClaimboardError(refusal))
                progress.collected(result.entries)
    except KeyboardInterrupt:
        result.interrupted = True
    result.seconds = monotonic() - began
    if run.stop and run.stop.reason == _INTERRUPTED:
        result.interrupted = True
    elif run.stop:
        result.stopped = run.stop.reason
        if not (result.read or run.stop.is_budget):
            raise ClaimboardError(run.stop.reason)
    return result


class _Run:
    """One run: what is sent out, and what comes back."""

    def __init__(
        self,
        sources: Sequence[SourceFile],
        size: int,
        folder: Folder,
        extractor: Extractor,
        interrupted: Callable[[], None],
    ) -> None:
        self._rows = [{"source": vars(source)} for source in sources]
        self._size = size
        self._asker = asker_of(extractor)
        self._job = Job(folder.address_anywhere, extractor.fingerprint)
        if self._asker:
            # The key and the journal stay here, and of the table of prices nodes need one.
            asker = replace(self._asker, api_key=None, journal=None, prices=self._asker.price)
            self._job = replace(self._job, asker=asker, address=self._asker.server.address)
        self._earlier = folder.names()
        self._interrupted = interrupted
        self.stop: Stop | None = None
        """Why the run ended early."""

    def reports(self, result: ClusterResult) -> Iterator[Report]:
        """Yield what became of each chunk, in any order, and say in `result` what the cluster is."""
        # Nothing is reported to anybody, unless the user says so.
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        try:
            import ray  # noqa: PLC0415 — an extra, and heavy
            import ray.data  # noqa: PLC0415
            from ray.exceptions import RayError  # noqa: PLC0415
        except ImportError as error:
            raise ClaimboardError("--on ray: Ray is not installed; run: pip install 'claimboard[ray]'") from error
        logging.getLogger("ray.data").setLevel(logging.CRITICAL)
        is_ours = not ray.is_initialized()
        limits: Any = None
        try:
            try:
                if is_ours:
                    ray.init(logging_level=logging.ERROR, log_to_driver=False)
            except (OSError, RuntimeError, ValueError) as error:
                # A cluster of another version, or an address that is none.
                raise _said(error) from error
            nodes = [node for node in ray.nodes() if node["Alive"]]
            result.nodes, result.cores = len(nodes), int(sum(node["Resources"].get("CPU", 0) for node in nodes))
            context = ray.data.DataContext.get_current()
            context.enable_progress_bars = False
            if self._asker:
                limits = _limits(self._asker, self._earlier)
            done = frozenset(name.digest for name in self._earlier)
            dataset = (
                ray.data.from_items(self._rows, override_num_blocks=len(self._rows))
                .flat_map(partial(_chunk_rows, size=self._size))
                # One chunk is one task: what a dead node had in hand is little, and all cores have some.
                .repartition(target_num_rows_per_block=1)
                .map(
                    partial(_report_row, job=self._job, done=done, limits=limits),
                    **self._resources(result.cores),
                )
            )
            with self._heeding(limits):
                yield from self._taken(dataset, limits)
        except (RayError, ConnectionError) as error:
            raise _said(error) from error
        finally:
            if is_ours:
                ray.shutdown()
            elif limits:
                ray.kill(limits)

    def _resources(self, cores: int) -> dict[str, Any]:
        """Return how many tasks there are at once, and how much of a core each has; Ray's own choice for the rules."""
        if self._asker is None:
            return {}
        import ray.data  # noqa: PLC0415

        # More would only hold more that is lost with a node.
        tasks = 1 + ceil(_IN_HAND * self._asker.concurrency / self._size)
        share = min(ceil(tasks / max(1, cores)), _MOST_TASKS)
        return {"num_cpus": 1 / share, "compute": ray.data.TaskPoolStrategy(size=tasks)}

    def _taken(self, dataset: Any, limits: Any) -> Iterator[Report]:
        """Yield reports; where the run was stopped, until nothing is in hand any more.

        Raises ClaimboardError where a node cannot go on; what others have asked a model is finished first.
        """
        import ray  # noqa: PLC0415

        closed = 0
        failure: str | None = None
        for row in dataset.iter_rows():
            if row["error"]:
                failure = failure or row["error"]
                if limits is None:
                    break
                self.stop = self.stop or Stop(failure)
                limits.stop.remote(self.stop)
            else:
                report = Report.model_validate_json(row["report"])
                closed += report.is_closed
                self.stop = self.stop or report.stop
                yield report
            # What comes after that are chunks that nobody begins with, as many as the sources have.
            if self.stop and ray.get(limits.finished.remote()) == closed:
                break
        if failure:
            raise ClaimboardError(failure)

    @contextmanager
    def _heeding(self, limits: Any) -> Iterator[None]:
        """Let the first Ctrl-C inside the block stop the run in good order: what is under way is paid for."""
        if limits is None or threading.current_thread() is not threading.main_thread():
            yield
            return
        arrived, ended = threading.Event(), threading.Event()
        before = signal.getsignal(signal.SIGINT)

        def arrive(_number: int, _frame: FrameType | None) -> None:
            signal.signal(signal.SIGINT, before)
            arrived.set()

        def wait() -> None:
            arrived.wait()
            if not ended.is_set():
                limits.stop.remote(Stop(_INTERRUPTED))
                self._interrupted()

        # A signal arrives anywhere, also inside Ray, which is not to be called there.
        waiting = threading.Thread(target=wait, name="interruption", daemon=True)
        waiting.start()
        signal.signal(signal.SIGINT, arrive)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
            ended.set()
            arrived.set()
            waiting.join()


def _limits(asker: "LlmExtractor", earlier: Sequence[PartName]) -> Any:
    """Start the actor that keeps the limits of a run, and tell it of earlier parts; return its handle."""
    import ray  # noqa: PLC0415
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy  # noqa: PLC0415

    from extract.cluster.limits import SharedLimits  # noqa: PLC0415 — loads a client of model servers

    # Where this process is: if that node dies, so does the run. A soft affinity is not heeded for want of no core.
    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    options = {"num_cpus": 0, "max_concurrency": 100_000, "scheduling_strategy": here}
    limits: Any = (
        ray.remote(SharedLimits)
        .options(**options)
        .remote(asker.concurrency, asker.price, asker.budget_usd, asker.budget_tokens)
    )
    # Not as an argument of its beginning, which Ray keeps.
    ray.get(limits.lend.remote(asker.server.key, by_place(earlier)))
    return limits


def _chunk_rows(row: dict[str, Any], size: int) -> Iterator[dict[str, Any]]:
    for chunk in SourceFile(**row["source"]).chunks(size):
        yield {"chunk": chunk.model_dump_json()}


def _report_row(row: dict[str, Any], job: Job, done: frozenset[str], limits: Any) -> dict[str, Any]:
    chunk = Chunk.model_validate_json(row["chunk"])
    try:
        return {"report": read_chunk(chunk, job, done, limits).model_dump_json(), "error": ""}
    except ClaimboardError as error:
        # Raised, it would come back wrapped into what Ray says of its tasks. A node may lack what the others have.
        return {"report": "", "error": f"on node {socket.gethostname()}: {error}"}


def _said(error: BaseException) -> ClaimboardError:
    """Return in one line what Ray says: its last one, as the others are where in Ray it was."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return ClaimboardError(f"--on ray: {lines[-1] if lines else type(error).__name__}; the same command goes on")
