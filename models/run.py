"""A run: one call of an extractor over some sources, and how each paper came out of it."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from models.claim import Claim
from models.paper import Paper, PaperText

Status = Literal["done", "failed", "skipped"]
"""done: read, with or without claims. failed: could not be read, see the reason. skipped: nothing to ask, no call."""


class Run(BaseModel):
    """One call of `claimboard extract`, `batch submit` or `batch export`."""

    model_config = ConfigDict(frozen=True)

    run_id: str
    extractor: str = Field(description="'rules' or 'llm'")
    fingerprint: str = Field(
        description="Names extractor, version and parameters: another fingerprint reads papers anew"
    )
    sources: tuple[str, ...] = Field(description="Locations as given on the command line")
    started_at: datetime = Field(description="UTC")
    forced: bool = Field(default=False, description="Whether it reads also what was read before")
    parameters: str | None = Field(
        default=None, description="How the extractor is set, as JSON for people, without any key; None where it is not"
    )

    @classmethod
    def begin(
        cls,
        extractor: str,
        fingerprint: str,
        sources: Sequence[str],
        *,
        forced: bool = False,
        parameters: str | None = None,
    ) -> Self:
        """Return a run that begins now, under a name of its own."""
        now = datetime.now(UTC)
        return cls(
            run_id=f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}",
            extractor=extractor,
            fingerprint=fingerprint,
            sources=tuple(sources),
            started_at=now,
            forced=forced,
            parameters=parameters,
        )


class Usage(BaseModel):
    """What reading one paper took from a model server, failed calls included."""

    model_config = ConfigDict(frozen=True)

    calls: int = Field(default=0, ge=0, description="Requests sent, repeated ones included")
    tokens_in: int = Field(default=0, ge=0, description="Prompt tokens, cached ones included")
    tokens_out: int = Field(default=0, ge=0, description="Completion tokens")
    tokens_cached: int = Field(default=0, ge=0, description="Prompt tokens that the server had cached")
    seconds: float = Field(default=0.0, ge=0, description="From the first request to the last reply")
    cost_usd: float | None = Field(default=None, ge=0, description="US dollars; None where the price is not known")

    def __add__(self, other: "Usage") -> "Usage":
        costs = [usage.cost_usd for usage in (self, other) if usage.cost_usd is not None]
        return Usage(
            calls=self.calls + other.calls,
            tokens_in=self.tokens_in + other.tokens_in,
            tokens_out=self.tokens_out + other.tokens_out,
            tokens_cached=self.tokens_cached + other.tokens_cached,
            seconds=self.seconds + other.seconds,
            cost_usd=sum(costs) if costs else None,
        )


class Outcome(BaseModel):
    """How one paper came out of one run; committed together with its claims."""

    model_config = ConfigDict(frozen=True)

    paper_id: str
    text_hash: str = Field(description="Of the title and abstract that were read")
    status: Status
    reason: str | None = Field(default=None, description="Why it failed; None otherwise")
    mention_count: int = Field(default=0, ge=0, description="Numbers found in the abstract")
    claims: tuple[Claim, ...] = ()
    usage: Usage | None = Field(default=None, description="None for an extractor that asks no server")
    replies: tuple[str, ...] = Field(default=(), description="What the server replied, where replies are kept")

    @property
    def paper_text(self) -> PaperText:
        """What was read."""
        return PaperText(self.paper_id, self.text_hash)

    @classmethod
    def unread(cls, paper: Paper, failure: str | None = None) -> Self:
        """Return the outcome of a paper that nobody was asked about: failed for a reason, else skipped."""
        status: Status = "failed" if failure else "skipped"
        return cls(paper_id=paper.paper_id, text_hash=paper.text_hash, status=status, reason=failure)
