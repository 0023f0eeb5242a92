"""A run on a Ray cluster: sources go out to the nodes, reports come back; texts and claims stay out there."""

import logging
import os
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any

from extract.cluster.chunks import Chunk, SourceFile
from extract.cluster.task import Job, Report, read_chunk
from extract.extractors import make_extractor
from extract.progress import Progress
from extract.readers import Refusal
from extract.readers.locations import expand
from extract.readers.sources import STANDARD_INPUT
from models.errors import ClaimboardError
from models.parts import Folder


@dataclass(slots=True)
class ClusterResult:
    """What a run did, in entries where nothing else is said: only a store knows which are of one paper."""

    nodes: int = 0
    """Machines in the cluster when the run began."""
    cores: int = 0
    """Their cores, as Ray counts them."""
    entries: int = 0
    read: int = 0
    """Those read now; the others were in parts already."""
    claims: int = 0
    """Claims in those read now."""
    failed: int = 0
    refusals: int = 0
    """Sources and records that were not understood."""
    seconds: float = 0.0
    interrupted: bool = False

    @property
    def already_done(self) -> int:
        """Entries that a part had already."""
        return self.entries - self.read


def run_on_ray(locations: Sequence[str], folder: Folder, size: int, progress: Progress) -> ClusterResult:
    """Read sources on the cluster that RAY_ADDRESS or this machine names, else on this machine, into a folder of parts.

    `size` is the entries in a part. Raises ClaimboardError where Ray is not installed or fails, a source is standard
    input, or the parts cannot be written.
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
    job = Job(folder=folder.address_anywhere, fingerprint=make_extractor("rules").fingerprint)
    done = frozenset(name.asked for name in folder.names())
    began = monotonic()
    try:
        # What Ray has to say, of a node that died for one, is no part of what the command prints.
        with redirect_stdout(sys.stderr):
            for report in _reports(sources, size, job, done, result):
                result.entries += report.entries
                result.read += report.read
                result.claims += report.claims
                result.failed += report.failed
                for refusal in report.refusals:
                    refuse(ClaimboardError(refusal))
                progress.collected(result.entries)
    except KeyboardInterrupt:
        result.interrupted = True
    result.seconds = monotonic() - began
    return result


def _reports(
    sources: Sequence[SourceFile], size: int, job: Job, done: frozenset[str], result: ClusterResult
) -> Iterator[Report]:
    """Yield what became of each chunk, in any order."""
    # Nothing is reported to anybody, unless the user says so.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray  # noqa: PLC0415 — an extra, and heavy
        import ray.data  # noqa: PLC0415
        from ray.exceptions import RayError  # noqa: PLC0415
    except ImportError as error:
        raise ClaimboardError("--on ray: Ray is not installed; run: pip install 'claimboard[ray]'") from error
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)
    try:
        try:
            ray.init(logging_level=logging.ERROR, log_to_driver=False)
        except (OSError, RuntimeError, ValueError) as error:
            # A cluster of another version, or an address that is none.
            raise _said(error) from error
        nodes = [node for node in ray.nodes() if node["Alive"]]
        result.nodes, result.cores = len(nodes), int(sum(node["Resources"].get("CPU", 0) for node in nodes))
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        rows = [{"source": vars(source)} for source in sources]
        dataset = (
            ray.data.from_items(rows, override_num_blocks=len(rows))
            .flat_map(partial(_chunk_rows, size=size))
            # One chunk is one task: what a dead node had in hand is little, and all cores have some.
            .repartition(target_num_rows_per_block=1)
            .map(partial(_report_row, job=job, done=done))
        )
        for row in dataset.iter_rows():
            if row["error"]:
                raise ClaimboardError(row["error"])
            yield Report.model_validate_json(row["report"])
    except (RayError, ConnectionError) as error:
        raise _said(error) from error
    finally:
        ray.shutdown()


def _chunk_rows(row: dict[str, Any], size: int) -> Iterator[dict[str, Any]]:
    for chunk in SourceFile(**row["source"]).chunks(size):
        yield {"chunk": chunk.model_dump_json()}


def _report_row(row: dict[str, Any], job: Job, done: frozenset[str]) -> dict[str, Any]:
    chunk = Chunk.model_validate_json(row["chunk"])
    try:
        return {"report": read_chunk(chunk, job, done).model_dump_json(), "error": ""}
    except ClaimboardError as error:
        # Raised, it would come back wrapped into what Ray says of its tasks. A node may lack what the others have.
        return {"report": "", "error": f"on node {socket.gethostname()}: {error}"}


def _said(error: BaseException) -> ClaimboardError:
    """Return in one line what Ray says: its last one, as the others are where in Ray it was."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return ClaimboardError(f"--on ray: {lines[-1] if lines else type(error).__name__}; the same command goes on")
