"""Papers that a batch is to ask about: those of the sources that were neither read nor asked about before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO

from extract.intake import Intake
from extract.llm.marked import MarkedPaper
from extract.mentions import find_mentions
from models.paper import Paper
from models.run import Outcome

_PAPERS = 1_000
"""Papers taken from the store, and skipped ones committed, at once."""


@dataclass
class Preparation:
    """Takes sources in and yields what is to be asked; a paper without a result is finished at once."""

    intake: Intake
    skipped: int = field(default=0, init=False)
    """Papers without a number, or none that may be a claim."""
    failed: int = field(default=0, init=False)
    """Papers with more numbers than can be asked about."""
    under_way: int = field(default=0, init=False)
    """Papers that a batch under way asks about already."""

    def papers(self, locations: Sequence[str], stdin: IO[bytes] | None = None) -> Iterator[MarkedPaper]:
        """Yield the papers to ask about, in the order of the store."""
        worklist = self.intake.take(locations, stdin)
        if worklist is None:
            return
        store, run, interruption = self.intake.store, self.intake.run, self.intake.interruption
        batches = worklist.batches(_PAPERS)
        while True:
            with interruption.shielded():
                papers = next(batches, None)
                self.under_way = worklist.under_way
                if papers is None:
                    return
                found = [_marked(paper) for paper in papers]
                finished = [outcome for outcome in found if isinstance(outcome, Outcome)]
                store.commit(run, finished)
                self.skipped += sum(outcome.status == "skipped" for outcome in finished)
                self.failed += sum(outcome.status == "failed" for outcome in finished)
            yield from (marked for marked in found if isinstance(marked, MarkedPaper))


def _marked(paper: Paper) -> MarkedPaper | Outcome:
    """Return what to ask about a paper, or its outcome where there is nothing to ask, or too much."""
    mentions = find_mentions(paper.abstract)
    if not mentions:
        return Outcome.unread(paper)
    marked = MarkedPaper(paper, mentions)
    if marked.excess or not marked.questions:
        return marked.outcome([], marked.excess, None)
    return marked
