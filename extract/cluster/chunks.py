"""A source in chunks of entries: what one task reads, and leaves as one part.

Ray Data has readers of its own, for Parquet, CSV and JSON. They know nothing of listing pages, of the names that
columns go by, or of saying what was not understood; so the nodes read the sources with ours.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from extract.readers import Refusal, read
from models.paper import Entry, digest, encodable


class Chunk(BaseModel):
    """Some entries of a source that follow each other, and what of the source was not understood among them."""

    model_config = ConfigDict(frozen=True)

    source: int
    """Place of the source among those of the run, from 0."""
    number: int
    """Place of the chunk in the source, from 0."""
    entries: tuple[Entry, ...]
    refusals: tuple[str, ...]

    @property
    def place(self) -> tuple[int, int]:
        """Where it is among all of the run."""
        return self.source, self.number

    def digest_for(self, fingerprint: str) -> str:
        """Return the digest of the entries and of who reads them: a part that has it need not be made again."""
        return digest(fingerprint, *(entry.model_dump_json() for entry in self.entries))


@dataclass(frozen=True)
class SourceFile:
    """One file, under the name that the user gave it and under one that holds in any working directory."""

    place: int
    """Among those of the run, from 0."""
    location: str
    path: str

    @classmethod
    def of(cls, place: int, location: str) -> "SourceFile":
        """Return the file that a location names in this working directory."""
        return cls(place, location, str(Path(location).absolute()))

    def chunks(self, size: int) -> Iterator[Chunk]:
        """Read the file and yield its chunks, of `size` entries but for the last, in their order."""
        numbers = count()
        entries: list[Entry] = []
        refusals: list[str] = []

        def chunk() -> Chunk:
            made = Chunk(source=self.place, number=next(numbers), entries=tuple(entries), refusals=tuple(refusals))
            entries.clear()
            refusals.clear()
            return made

        for item in read([self.path]):
            if isinstance(item, Refusal):
                refusals.append(str(Refusal(self.location, item.line, item.reason)))
            else:
                entries.append(encodable(item.model_copy(update={"location": self.location})))
            if size in {len(entries), len(refusals)}:
                yield chunk()
        if entries or refusals:
            yield chunk()
