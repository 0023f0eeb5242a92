"""The first half of every run: sources are read into papers, and these put on the run's worklist.

So each source is read once, each paper has its longest text, and their number is known before the first is read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO

from extract.interruption import Interruption
from extract.progress import Progress
from extract.readers import Refusal, read
from models.paper import Entry, Paper
from models.run import Run
from models.store import Store
from models.worklist import Worklist

_ENTRIES = 4_000
"""Entries merged in one transaction: with a thousand, each takes twice the time."""

_PAPERS = 4_000
"""Papers taken from the store at once."""


@dataclass
class Intake:
    """Takes sources in, and counts. A batch of entries is in memory, never a source.

    `limit` is the most papers taken; a paper that failed before is pending only with `retry_failed`.
    """

    store: Store
    run: Run
    interruption: Interruption
    progress: Progress
    limit: int | None = None
    retry_failed: bool = False
    entries: int = field(default=0, init=False)
    """Entries that the sources gave; several may be of one paper."""
    papers: int = field(default=0, init=False)
    """Distinct papers among them."""
    new: int = field(default=0, init=False)
    """Those that the store did not know."""
    pending: int = field(default=0, init=False)
    """Those that are to be read."""
    refusals: int = field(default=0, init=False)
    """Sources and records that were not understood."""

    def take(self, locations: Sequence[str], stdin: IO[bytes] | None = None) -> Worklist | None:
        """Put the papers of the sources on the run's list; return None, and store nothing, where there is none.

        The sources are what `extract.readers.read` takes.
        """
        worklist: Worklist | None = None
        batch: list[Entry] = []
        room = self._room()
        items = read(locations, stdin=stdin)
        while room:
            item = next(items, None)
            if isinstance(item, Refusal):
                self.refusals += 1
                self.progress.refused(item)
            elif item is not None:
                batch.append(item)
            if batch and (item is None or len(batch) == room):
                with self.interruption.shielded():
                    worklist = worklist or Worklist(self.store, self.run, retry_failed=self.retry_failed)
                    counts = worklist.add(batch)
                    self.entries += len(batch)
                    self.papers, self.new, self.pending = counts.papers, counts.new, counts.pending
                self.progress.collected(self.entries)
                batch.clear()
                room = self._room()
            if item is None:
                break
        return worklist

    def _room(self) -> int:
        """Return how many entries may come next without more papers than asked for."""
        return _ENTRIES if self.limit is None else min(_ENTRIES, self.limit - self.papers)


def pending(worklist: Worklist, interruption: Interruption) -> Iterator[Paper]:
    """Yield the papers that are still to be read, in the order of the store."""
    batches = worklist.batches(_PAPERS)
    while True:
        with interruption.shielded():
            batch = next(batches, None)
        if batch is None:
            return
        yield from batch
