"""What one task does on whichever node: it reads the abstracts of a chunk and writes them as one part.

It may be done twice, where a node dies or seems to: the part has the same name and the same bytes again.
"""

from importlib.metadata import version

from pydantic import BaseModel, ConfigDict

from extract.cluster.chunks import Chunk
from extract.extractors import make_extractor
from extract.outcomes import read_papers
from models.errors import ClaimboardError
from models.paper import Paper
from models.parts import Folder, Part, PartHead, Reading


class Job(BaseModel):
    """What all tasks of a run have in common."""

    model_config = ConfigDict(frozen=True)

    folder: str
    """The address of the folder of parts."""
    fingerprint: str
    """That of the extractor where the run was started."""


class Report(BaseModel):
    """What became of a chunk."""

    model_config = ConfigDict(frozen=True)

    entries: int = 0
    read: int = 0
    """Entries that were read now; 0 where the part was there."""
    claims: int = 0
    """Claims in these."""
    failed: int = 0
    """Those among them that could not be read."""
    refusals: tuple[str, ...] = ()


def read_chunk(chunk: Chunk, job: Job, done: frozenset[str]) -> Report:
    """Read a chunk, write its part, and say what became of it; what is `done` is left as it is.

    Raises ClaimboardError where this node has another claimboard, or the part cannot be written.
    """
    report = Report(entries=len(chunk.entries), refusals=chunk.refusals)
    asked = chunk.asked(job.fingerprint)
    if not chunk.entries or asked in done:
        return report
    # The cluster has a process for each core.
    extractor = make_extractor("rules", workers=1)
    if extractor.fingerprint != job.fingerprint:
        raise ClaimboardError(
            f"a node reads with another claimboard ({extractor.fingerprint}) than the one that started the run "
            f"({job.fingerprint}): install the same version on every node"
        )
    # An entry is known by its place in the chunk until a store gives its paper an id.
    papers = [
        Paper(paper_id=str(place), title=entry.title, abstract=entry.abstract)
        for place, entry in enumerate(chunk.entries)
    ]
    outcomes = {outcome.paper_id: outcome for outcome in read_papers(extractor, papers)}
    readings = tuple(
        Reading(
            entry=entry,
            text_hash=outcome.text_hash,
            status=outcome.status,
            reason=outcome.reason,
            mention_count=outcome.mention_count,
            claims=outcome.claims,
        )
        for entry, outcome in ((entry, outcomes[str(place)]) for place, entry in enumerate(chunk.entries))
    )
    head = PartHead(claimboard=version("claimboard"), extractor=extractor.name, fingerprint=extractor.fingerprint)
    Folder(job.folder).write(chunk.source, chunk.number, asked, Part(head, readings))
    return report.model_copy(
        update={
            "read": len(readings),
            "claims": sum(len(reading.claims) for reading in readings),
            "failed": sum(reading.status == "failed" for reading in readings),
        }
    )
