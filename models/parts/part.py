"""One part: abstracts as their sources print them, each with what an extractor made of it, as bytes of Parquet."""

from dataclasses import dataclass
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.claim import Claim
from models.columns import CLAIM_FIELDS
from models.errors import ClaimboardError
from models.paper import Entry
from models.run import Outcome, Status, Usage

FORMAT = 1
"""Which form of part this claimboard writes, and the newest that it reads."""

_KEY = b"claimboard"
"""Where a part's head is, among the metadata of its Parquet schema."""


class PartHead(BaseModel):
    """What a part says of itself."""

    model_config = ConfigDict(frozen=True)

    format: int = Field(default=FORMAT, ge=1)
    claimboard: str = Field(description="The version that made it")
    extractor: str = Field(description="'rules' or 'llm'")
    fingerprint: str = Field(description="Names extractor, version and parameters")
    parameters: str | None = Field(default=None, description="How the extractor was set, as JSON, without any key")


class Reading(BaseModel):
    """One row: an entry, and how reading its abstract came out."""

    model_config = ConfigDict(frozen=True)

    entry: Entry
    text_hash: str = Field(description="Of the title and abstract that were read")
    status: Status
    reason: str | None = Field(default=None, description="Why it failed; None otherwise")
    mention_count: int = Field(default=0, ge=0, description="Numbers found in the abstract")
    claims: tuple[Claim, ...] = ()
    usage: Usage | None = Field(default=None, description="None for an extractor that asks no server")
    replies: tuple[str, ...] = Field(default=(), description="What the server replied, where replies are kept")

    @classmethod
    def of(cls, entry: Entry, outcome: Outcome) -> Self:
        """Return what became of an entry, without the id that its paper had where it was read."""
        return cls(entry=entry, **{name: getattr(outcome, name) for name in _OUTCOME})

    def outcome(self, paper_id: str) -> Outcome:
        """Return it under the id that a store knows the paper by."""
        return Outcome(paper_id=paper_id, **{name: getattr(self, name) for name in _OUTCOME})


_OUTCOME = tuple(name for name in Reading.model_fields if name != "entry")

_ENTRY = {
    "location": pa.string(),
    "line": pa.int64(),
    "title": pa.string(),
    "abstract": pa.string(),
    "given_id": pa.string(),
    "given_arxiv_id": pa.string(),
    "given_doi": pa.string(),
    "authors": pa.list_(pa.string()),
    "author_count": pa.int32(),
    "url": pa.string(),
    "published": pa.date32(),
    "date_printed": pa.string(),
}
_USAGE = {
    "calls": pa.int32(),
    "tokens_in": pa.int64(),
    "tokens_out": pa.int64(),
    "tokens_cached": pa.int64(),
    "seconds": pa.float64(),
    "cost_usd": pa.float64(),
}
_SCHEMA = pa.schema(
    {
        "entry": pa.struct(_ENTRY),
        "text_hash": pa.string(),
        "status": pa.string(),
        "reason": pa.string(),
        "mention_count": pa.int32(),
        "claims": pa.list_(pa.struct(CLAIM_FIELDS)),
        "usage": pa.struct(_USAGE),
        "replies": pa.list_(pa.string()),
    }
)


@dataclass(frozen=True)
class Part:
    """A head and its rows, in the order of the source."""

    head: PartHead
    readings: tuple[Reading, ...]

    def to_bytes(self) -> bytes:
        """Return the Parquet file: the same bytes for the same part, wherever it is made with the same pyarrow."""
        schema = _SCHEMA.with_metadata({_KEY: self.head.model_dump_json().encode()})
        rows: list[dict[str, Any]] = [reading.model_dump() for reading in self.readings]
        sink = pa.BufferOutputStream()
        pyarrow.parquet.write_table(pa.Table.from_pylist(rows, schema), sink, compression="zstd")
        return bytes(sink.getvalue())

    @classmethod
    def from_bytes(cls, data: bytes) -> "Part":
        """Read what `to_bytes` made. Raises ClaimboardError, which names no file, where it is something else."""
        try:
            with pyarrow.parquet.ParquetFile(pa.BufferReader(data)) as file:
                head = _head((file.schema_arrow.metadata or {}).get(_KEY, b"{}"))
                rows = file.read().to_pylist()
            return cls(head, tuple(Reading.model_validate(row) for row in rows))
        except ValidationError as error:
            problem = error.errors()[0]
            place = ".".join(map(str, problem["loc"]))
            raise ClaimboardError(f"it is no part of claimboard: {place}: {problem['msg']}") from error
        except (pa.ArrowException, OSError) as error:
            raise ClaimboardError("it is no part of claimboard: it is not Parquet") from error


class _Form(BaseModel):
    """The one field that every format has."""

    format: int = Field(ge=1)


def _head(data: bytes) -> PartHead:
    form = _Form.model_validate_json(data).format
    if form > FORMAT:
        raise ClaimboardError(
            f"it was made by a newer claimboard (format of parts {form}, this one reads {FORMAT}): upgrade claimboard"
        )
    return PartHead.model_validate_json(data)
