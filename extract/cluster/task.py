"""What one task does on whichever node: it reads the abstracts of a chunk and writes them as one part.

It may be done twice, where a node dies or seems to. The embedded extractor makes the same part of the same name again;
a model may reply otherwise, so that its part is written by whoever has the chunk in hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pydantic import BaseModel, ConfigDict

from extract.cluster.chunks import Chunk
from extract.cluster.earlier import by_place, left
from extract.cluster.messages import Stop
from extract.extractor import BudgetReached, Extractor, HasParameters, Stopped
from extract.extractors import make_extractor
from extract.outcomes import read_papers
from models.errors import ClaimboardError
from models.paper import Entry, Paper
from models.parts import Folder, Part, PartHead, Reading
from models.run import Usage

if TYPE_CHECKING:
    from extract.cluster.leases import Leases
    from extract.llm.extractor import LlmExtractor

_E = TypeVar("_E", bound=Extractor)


@dataclass(frozen=True)
class Job:
    """What all tasks of a run have in common."""

    folder: str
    """The address of the folder of parts."""
    fingerprint: str
    """That of the extractor where the run was started."""
    asker: "LlmExtractor | None" = None
    """How a model is asked, without the key; None where the rules read."""
    address: str = ""
    """Where the model is."""


class Report(BaseModel):
    """What became of a chunk."""

    model_config = ConfigDict(frozen=True)

    entries: int = 0
    """Those that are in parts now."""
    read: int = 0
    """Entries that were read now; 0 where the part was there."""
    claims: int = 0
    """Claims in these."""
    failed: int = 0
    """Those among them that could not be read."""
    skipped: int = 0
    """Those among them about which nobody was asked."""
    refusals: tuple[str, ...] = ()
    usage: Usage = Usage()
    stop: Stop | None = None
    """Why the rest of the chunk was not read, nor any other."""
    is_closed: bool = False
    """Whether the limits of the run were told of this."""


def asker_of(extractor: Extractor) -> "LlmExtractor | None":
    """Return an extractor that asks a model as what it is, None for another; its class is not loaded for that."""
    return cast("LlmExtractor", extractor) if extractor.name == "llm" else None


def read_chunk(chunk: Chunk, job: Job, done: frozenset[str], limits: Any = None) -> Report:
    """Read a chunk, write its part, and say what became of it; what an earlier run has read is left as it is.

    `done` are the digests of the parts of earlier runs; `limits` is a handle of `SharedLimits` where a model reads.
    Raises ClaimboardError where this node has another claimboard, or the part cannot be written.
    """
    report = Report(entries=len(chunk.entries), refusals=chunk.refusals)
    if not chunk.entries or chunk.digest_for(job.fingerprint) in done:
        return report
    if job.asker is not None:
        return _asked(chunk, job, job.asker, _leases(limits, job.asker))
    # The cluster has a process for each core.
    extractor = _same(make_extractor("rules", workers=1), job)
    readings, stop = _readings(extractor, chunk.entries)
    _write(chunk, job, readings, extractor)
    return _counted(report, readings, stop)


def _asked(chunk: Chunk, job: Job, asker: "LlmExtractor", leases: "Leases") -> Report:
    """Have a model read those entries of a chunk that no part has."""
    folder = Folder(job.folder)
    report = Report(entries=len(chunk.entries), refusals=chunk.refusals, is_closed=True)
    with leases.reading(chunk.place) as opened:
        if opened.report:
            return Report.model_validate_json(opened.report)
        if opened.stop:
            return Report(stop=opened.stop)
        names = by_place(folder.names()).get(chunk.place, ()) if opened.is_repeated else opened.names
        entries = left(chunk, folder, names, job.fingerprint)
        extractor = _with_key(asker, job, leases, opened.key)
        readings, stop = _readings(extractor, entries)
        # One that was taken for dead has no say any more, also not that the run is to end.
        if not leases.may_write(chunk.place):
            return Report()
        if stop:
            stop = leases.stop(stop)
        _write(chunk, job, readings, extractor)
        there = len(chunk.entries) - len(entries) + len(readings)
        report = _counted(report.model_copy(update={"entries": there}), readings, stop)
        leases.close(chunk.place, report.model_dump_json(exclude_defaults=True))
        return report


@lru_cache(maxsize=1)
def _leases(limits: Any, asker: "LlmExtractor") -> "Leases":
    from extract.cluster.leases import Leases  # noqa: PLC0415 — only with a model

    return Leases(limits, asker.concurrency, bounded=asker.budget_usd is not None or asker.budget_tokens is not None)


@lru_cache(maxsize=1)
def _with_key(asker: "LlmExtractor", job: Job, leases: "Leases", key: str | None) -> "LlmExtractor":
    """Return the extractor of this process, which knows by and by in which form the server wants to be asked."""
    extractor = replace(asker, limits=leases, api_key=key, workers=1)
    if extractor.server.address != job.address:
        raise ClaimboardError(
            f"here the model would be asked at {extractor.server.address}, not at {job.address}; "
            "unset the variable that says so, such as OPENAI_BASE_URL, or give --base-url"
        )
    return _same(extractor, job)


def _same(extractor: _E, job: Job) -> _E:
    """Return an extractor if it reads as that of the machine that started the run."""
    if extractor.fingerprint != job.fingerprint:
        raise ClaimboardError(
            f"a node reads with another claimboard ({extractor.fingerprint}) than the one that started the run "
            f"({job.fingerprint}): install the same version on every node"
        )
    return extractor


def _readings(extractor: Extractor, entries: Sequence[Entry]) -> tuple[list[Reading], Stop | None]:
    """Return what an extractor makes of entries, in their order, and why it did not read them all."""
    # An entry is known by its place until a store gives its paper an id.
    papers = [
        Paper(paper_id=str(place), title=entry.title, abstract=entry.abstract) for place, entry in enumerate(entries)
    ]
    found: dict[int, Reading] = {}
    stop: Stop | None = None
    try:
        for outcome in read_papers(extractor, papers):
            place = int(outcome.paper_id)
            found[place] = Reading.of(entries[place], outcome)
    except Stopped as stopped:
        stop = Stop(str(stopped), is_budget=isinstance(stopped, BudgetReached))
    return [found[place] for place in sorted(found)], stop


def _write(chunk: Chunk, job: Job, readings: Sequence[Reading], extractor: Extractor) -> None:
    """Write what was read of a chunk as a part, named after what is in it."""
    if not readings:
        return
    head = PartHead(
        claimboard=version("claimboard"),
        extractor=extractor.name,
        fingerprint=extractor.fingerprint,
        parameters=extractor.parameters if isinstance(extractor, HasParameters) else None,
    )
    read = chunk.model_copy(update={"entries": tuple(reading.entry for reading in readings)})
    part = Part(head, tuple(readings))
    Folder(job.folder).write(chunk.source, chunk.number, read.digest_for(job.fingerprint), part)


def _counted(report: Report, readings: Sequence[Reading], stop: Stop | None) -> Report:
    return report.model_copy(
        update={
            "read": len(readings),
            "claims": sum(len(reading.claims) for reading in readings),
            "failed": sum(reading.status == "failed" for reading in readings),
            "skipped": sum(reading.status == "skipped" for reading in readings),
            "usage": sum((reading.usage for reading in readings if reading.usage), Usage()),
            "stop": stop,
        }
    )
