"""Papers that a batch is to ask about: those of the sources that were neither read nor asked about before."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import IO

from extract.intake import Intake, pending
from extract.llm.marked import MarkedPaper, marked_papers
from models.run import Outcome

_PAPERS = 1_000
"""Papers whose outcomes are committed at once."""


@dataclass
class Preparation:
    """Takes sources in and yields what is to be asked; a paper without a result is finished at once."""

    intake: Intake
    workers: int
    """Processes that draft."""
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
        try:
            with closing(marked_papers(pending(worklist, interruption), self.workers)) as stream:
                while found := list(islice(stream, _PAPERS)):
                    finished = [outcome for outcome in found if isinstance(outcome, Outcome)]
                    with interruption.shielded():
                        store.commit(run, finished)
                        self.skipped += sum(outcome.status == "skipped" for outcome in finished)
                        self.failed += sum(outcome.status == "failed" for outcome in finished)
                    yield from (marked for marked in found if isinstance(marked, MarkedPaper))
        finally:
            self.under_way = worklist.under_way
