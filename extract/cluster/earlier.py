"""What earlier runs have left in the folder of parts, so that nothing is read twice, and no model paid twice.

A part is named after the abstracts in it. A run that was stopped in the middle of a chunk, by a budget for one, leaves
a part with those that were finished; where the same command comes to the same chunk, it looks into the parts there.
"""

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from extract.cluster.chunks import Chunk
from models.errors import ClaimboardError
from models.paper import Entry
from models.parts import Folder, PartName


@dataclass(frozen=True)
class Earlier:
    """The parts that were there when the run began."""

    asked: frozenset[str]
    """Digests of the chunks that are in one part as a whole."""
    places: Mapping[tuple[int, int], tuple[PartName, ...]]
    """Place of a chunk -> the parts that were made there, of whatever abstracts, by whatever extractor."""

    @classmethod
    def of(cls, folder: Folder) -> Self:
        """Look at the names in a folder. Raises ClaimboardError where that cannot be done."""
        names = folder.names()
        places: defaultdict[tuple[int, int], tuple[PartName, ...]] = defaultdict(tuple)
        for name in names:
            places[name.source, name.chunk] += (name,)
        return cls(frozenset(name.asked for name in names), dict(places))

    def left(self, chunk: Chunk, folder: Folder, fingerprint: str) -> tuple[Entry, ...]:
        """Return those entries of a chunk that no part at its place has from the extractor of this fingerprint."""
        found: set[Entry] = set()
        for name in self.places.get(chunk.place, ()):
            # What is damaged is read anew.
            with suppress(ClaimboardError):
                part = folder.read(name)
                if part.head.fingerprint == fingerprint:
                    found.update(reading.entry for reading in part.readings)
        return tuple(entry for entry in chunk.entries if entry not in found)
