"""Parts into a store: any number of times, in any order, with the same papers and claims at the end.

An abstract counts where it is the text of its paper by now: of several that sources print for one paper, the longest.
What other rules have read is left out: by its time it would be newer than what the store has from the rules of today.
What a model has read is paid for, and taken in under its own fingerprint, whichever claimboard asked it.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field

from models.errors import ClaimboardError
from models.parts.part import Part
from models.parts.place import parts_of
from models.run import Run, Usage
from models.store import RunStatus, Store


@dataclass(slots=True)
class LoadResult:
    """What a load did."""

    parts: int = 0
    """Parts that were taken in, those that brought nothing new included."""
    refused: int = 0
    """Parts that were left out."""
    entries: int = 0
    """Abstracts in the parts, as their sources print them."""
    papers: int = 0
    """Papers whose reading the store did not have."""
    claims: int = 0
    """Claims in these."""
    failed: int = 0
    """Papers among them that could not be read."""
    usage: Usage = field(default_factory=Usage)
    """What a model server was asked for, to read these papers."""


def load(  # noqa: PLR0913 — the last three say how it is watched
    store: Store,
    places: Sequence[str],
    fingerprint: str,
    result: LoadResult,
    *,
    refused: Callable[[ClaimboardError], None],
    whole: Callable[[], AbstractContextManager[None]] = nullcontext,
    taken: Callable[[], None] = lambda: None,
) -> None:
    """Merge the parts at these places, folders or single ones, into a store, and count it in `result`.

    `fingerprint` is that of the rules whose parts are taken in, besides all that models have read. `refused` is told
    of each part that is left out, `taken` is called after each that is not; `whole` gives the block in which one part
    is taken in. Raises ClaimboardError where a place holds no part or is out of reach, or the store cannot be written.
    """
    runs: dict[str, Run] = {}
    try:
        for folder, name in list(parts_of(places)):
            try:
                part = folder.read(name)
                _check(part, fingerprint, f"{folder.address}/{name}")
            except ClaimboardError as error:
                # Where the whole folder is out of reach, that is said once and not of every part in it.
                folder.check()
                result.refused += 1
                refused(error)
                continue
            with whole():
                run = runs.get(part.head.fingerprint) or _run(part, places)
                _take(store, run, part, result)
                runs[run.fingerprint] = run
            taken()
    except BaseException:
        with suppress(ClaimboardError):
            _end(store, runs, "interrupted")
        raise
    with whole():
        _end(store, runs, "finished")


def _run(part: Part, places: Sequence[str]) -> Run:
    head = part.head
    return Run.begin(head.extractor, head.fingerprint, places, parameters=head.parameters)


def _check(part: Part, fingerprint: str, place: str) -> None:
    if part.head.extractor == "rules" and part.head.fingerprint != fingerprint:
        raise ClaimboardError(
            f"{place}: other rules than these have read it, of claimboard {part.head.claimboard}; "
            "load it with that version, or extract again, which makes new parts beside it"
        )


def _end(store: Store, runs: Mapping[str, Run], status: RunStatus) -> None:
    for run in runs.values():
        store.finish_run(run.run_id, status)


def _take(store: Store, run: Run, part: Part, result: LoadResult) -> None:
    papers = store.place_entries(reading.entry for reading in part.readings)
    read = {
        paper.paper_id: (paper, reading)
        for paper, reading in zip(papers, part.readings, strict=True)
        if paper.text_hash == reading.text_hash
    }
    new = store.pending([paper for paper, _ in read.values()], run.fingerprint)
    outcomes = [read[paper.paper_id][1].outcome(paper.paper_id) for paper in new]
    store.commit(run, outcomes)
    result.parts += 1
    result.entries += len(part.readings)
    result.papers += len(outcomes)
    result.usage = sum((outcome.usage for outcome in outcomes if outcome.usage), result.usage)
    result.claims += sum(len(outcome.claims) for outcome in outcomes)
    result.failed += sum(outcome.status == "failed" for outcome in outcomes)
