"""A verdict: what one person says of one claim, and what came of saying it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from models.reviews.seen import Seen

Judgement = Literal["accept", "reject", "correct", "withdraw"]
"""accept: right as the extractor has it. reject: no claim, or not to be mended. correct: right with other fields.
withdraw: no verdict any more."""

Result = Literal["accepted", "rejected", "corrected", "withdrawn", "unchanged", "conflict", "error"]
"""unchanged: it stands already. conflict: the person has not seen what stands now. error: it is no valid verdict."""


class Verdict(BaseModel):
    """What a person says of a claim."""

    model_config = ConfigDict(frozen=True)

    paper_id: str
    claim_id: str
    verdict: Judgement
    corrections: Mapping[str, float | str | None] = Field(
        default={},
        description="For `correct`: fields that the extractor has wrong, with the right values; None for a field that "
        "has none. What equals the extractor's claim is left out of account",
    )
    note: str | None = Field(default=None, description="'' for none; None leaves the one that stands beside it")
    reviewer: str | None = None
    seen: Seen | None = Field(default=None, description="What the person looked at; None where that is not known")


@dataclass(frozen=True)
class Recorded:
    """What came of a verdict."""

    verdict: Verdict
    result: Result
    field: str | None = None
    """Where it is an error: the corrected field that is wrong, if it is one."""
    reason: str | None = None
    """Where it is an error or a conflict: why, and what to do."""
