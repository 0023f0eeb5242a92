"""A number in an abstract: its value, unit and bound as printed, and the characters it stands on."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Bound = Literal["exact", "up_to", "at_least", "approx"]
"""How the abstract qualifies a number: "up to 4x", "over 4x", "about 4x", or plainly."""


class Mention(BaseModel):
    """One number or range in an abstract, read by the grammar in `extract.mentions`."""

    model_config = ConfigDict(frozen=True)

    start: int = Field(ge=0, description="First character in the abstract, sign, currency and opening LaTeX included")
    end: int = Field(gt=0, description="One past the last character, unit included")
    text: str = Field(min_length=1, description="The abstract's characters from start to end")
    value: float = Field(
        description="The number as printed: 84 for 84%, 2 for 'twice' and for 'half'; lower end of a range"
    )
    value_high: float | None = Field(default=None, description="Upper end, where a range is printed")
    unit: str | None = Field(
        default=None, description="'%', 'points', 'x', 'orders of magnitude', a physical unit as printed, or None"
    )
    bound: Bound = "exact"
    sign: Literal["+", "-"] | None = Field(default=None, description="The sign, where one is printed")
