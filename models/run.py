"""A run: one call of an extractor over some sources, and how each paper came out of it."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from models.claim import Claim

Status = Literal["done", "failed", "skipped"]
"""done: read, with or without claims. failed: could not be read, see the reason. skipped: no number, so no call."""


class Run(BaseModel):
    """One call of `claimboard extract`."""

    model_config = ConfigDict(frozen=True)

    run_id: str
    extractor: str = Field(description="'rules' or 'llm'")
    fingerprint: str = Field(description="Names extractor, version and parameters: another fingerprint reads papers anew")
    sources: tuple[str, ...] = Field(description="Locations as given on the command line")
    started_at: datetime = Field(description="UTC")
    forced: bool = Field(default=False, description="Whether it reads also what was read before")


class Outcome(BaseModel):
    """How one paper came out of one run; committed together with its claims."""

    model_config = ConfigDict(frozen=True)

    paper_id: str
    text_hash: str = Field(description="Of the title and abstract that were read")
    status: Status
    reason: str | None = Field(default=None, description="Why it failed; None otherwise")
    mention_count: int = Field(default=0, ge=0, description="Numbers found in the abstract")
    claims: tuple[Claim, ...] = ()
