"""Parts into a store: any number of times, in any order, with the same papers and claims at the end.

An abstract counts where it is the text of its paper by now: of several that sources print for one paper, the longest.
What other rules have read is left out: by its time it would be newer than what the store has from the rules of today.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass

from models.errors import ClaimboardError
from models.paper import Paper
from models.parts.part import Part, Reading
from models.parts.place import parts_of
from models.run import Outcome, Run
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

    `fingerprint` is the extractor's whose parts are taken in. `refused` is told of each part that is left out, `taken`
    is called after each that is not; `whole` gives the block in which one part is taken in. Raises ClaimboardError
    where a place holds no part or is out of reach, or the store cannot be written.
    """
    run = Run.begin("rules", fingerprint, places)
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
                _take(store, run, part, result)
            taken()
    except BaseException:
        with suppress(ClaimboardError):
            _end(store, run, result, "interrupted")
        raise
    with whole():
        _end(store, run, result, "finished")


def _check(part: Part, fingerprint: str, place: str) -> None:
    if part.head.fingerprint != fingerprint:
        raise ClaimboardError(
            f"{place}: other rules than these have read it, of claimboard {part.head.claimboard}; "
            "load it with that version, or extract again, which makes new parts beside it"
        )


def _end(store: Store, run: Run, result: LoadResult, status: RunStatus) -> None:
    # A run that has taken in nothing is not in the store, and a store may not be there.
    if result.parts:
        store.finish_run(run.run_id, status)


def _take(store: Store, run: Run, part: Part, result: LoadResult) -> None:
    papers = store.place_entries(reading.entry for reading in part.readings)
    read = {
        paper.paper_id: (paper, reading)
        for paper, reading in zip(papers, part.readings, strict=True)
        if paper.text_hash == reading.text_hash
    }
    new = store.pending([paper for paper, _ in read.values()], run.fingerprint)
    outcomes = [_outcome(*read[paper.paper_id]) for paper in new]
    store.commit(run, outcomes)
    result.parts += 1
    result.entries += len(part.readings)
    result.papers += len(outcomes)
    result.claims += sum(len(outcome.claims) for outcome in outcomes)
    result.failed += sum(outcome.status == "failed" for outcome in outcomes)


def _outcome(paper: Paper, reading: Reading) -> Outcome:
    """Return the reading under the id that this store knows the paper by."""
    return Outcome(
        paper_id=paper.paper_id,
        text_hash=reading.text_hash,
        status=reading.status,
        reason=reading.reason,
        mention_count=reading.mention_count,
        claims=reading.claims,
    )
