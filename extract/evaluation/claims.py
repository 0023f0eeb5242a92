"""What is compared with a label: a claim as an extractor gives it, or as a file or a store has it."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, field_validator

from models.claim import Claim


class PredictedClaim(BaseModel):
    """An extracted claim as a line of a file in the gold form has it, or a row of a store. More is left aside."""

    model_config = ConfigDict(frozen=True)

    value: FiniteFloat
    value_high: FiniteFloat | None = None
    unit: str | None = None
    kind: str | None = None
    bound: str | None = None
    direction: str | None = None
    metric: str | None = None
    model: str | None = None
    benchmark: str | None = None
    baseline: str | None = None
    evidence: str = ""
    number_start: int | None = Field(default=None, description="First character of the number in the abstract")
    number_end: int | None = Field(default=None, description="One past its last character")
    confidence: float | None = Field(default=None, ge=0, le=1)

    @field_validator("metric", "model", "benchmark", "baseline", mode="before")
    @classmethod
    def _joined(cls, value: Any) -> Any:
        """Several names together are one, as labels write it."""
        return ", ".join(map(str, value)) or None if isinstance(value, list) else value

    @field_validator("evidence", mode="before")
    @classmethod
    def _text(cls, value: Any) -> Any:
        return value or ""


ReadClaim = Claim | PredictedClaim
