"""What is in the folder of parts already, so that nothing is read twice, and no model paid twice.

A part is named after the abstracts in it. A run that was stopped in the middle of a chunk, by a budget for one, leaves
a part with those that were finished; where the same command comes to the same chunk, it looks into the parts there.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress

from extract.cluster.chunks import Chunk
from models.errors import ClaimboardError
from models.paper import Entry
from models.parts import Folder, PartName


def by_place(names: Iterable[PartName]) -> Mapping[tuple[int, int], tuple[PartName, ...]]:
    """Return place of a chunk -> the parts that were made there, of whatever abstracts, by whatever extractor."""
    places: defaultdict[tuple[int, int], tuple[PartName, ...]] = defaultdict(tuple)
    for name in names:
        places[name.source, name.chunk] += (name,)
    return dict(places)


def left(chunk: Chunk, folder: Folder, names: Iterable[PartName], fingerprint: str) -> tuple[Entry, ...]:
    """Return those entries of a chunk that none of these parts has from the extractor of this fingerprint."""
    found: set[Entry] = set()
    for name in names:
        # What is damaged is read anew.
        with suppress(ClaimboardError):
            part = folder.read(name)
            if part.head.fingerprint == fingerprint:
                found.update(reading.entry for reading in part.readings)
    return tuple(entry for entry in chunk.entries if entry not in found)
