"""How far a confidence can be trusted: whether of the claims given 0.8, eight in ten are right.

The table and the error are those of Guo et al., "On Calibration of Modern Neural Networks" (2017), section 2.
"""

from collections.abc import Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict, Field


class Bin(BaseModel):
    """The claims whose confidence is in one interval; it has its upper end, and the first one also its lower."""

    model_config = ConfigDict(frozen=True)

    low: float = Field(ge=0, le=1)
    high: float = Field(ge=0, le=1)
    count: int = Field(ge=1)
    confidence: float = Field(description="Mean confidence of its claims, 0 to 1")
    right: float = Field(description="Share of its claims that are right, 0 to 1")


class Reliability(BaseModel):
    """Confidence against outcome."""

    model_config = ConfigDict(frozen=True)

    count: int = Field(description="Claims with a confidence")
    expected_calibration_error: float = Field(
        description="Mean distance of confidence and share right over the bins, each weighed by its claims, 0 to 1"
    )
    bins: tuple[Bin, ...] = Field(description="By confidence, the lowest first; intervals without claims left out")


def reliability(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> Reliability:
    """Compare confidences (0 to 1) with whether the claims are right, in so many intervals of equal width.

    Raises ValueError where a confidence is no number from 0 to 1, or there is not one for each claim.
    """
    given, outcomes = np.asarray(confidences, dtype=float), np.asarray(right, dtype=bool)
    if given.shape != outcomes.shape:
        raise ValueError(f"{given.size} confidences for {outcomes.size} claims")
    if not np.all((given >= 0) & (given <= 1)):
        raise ValueError("a confidence is a number from 0 to 1")
    ends = np.linspace(0, 1, bins + 1)
    # So that a confidence that is an end as printed, such as 0.3, does not fall beyond it.
    place = np.clip(np.searchsorted(ends, given - 1e-12) - 1, 0, bins - 1)
    filled = [
        Bin(
            low=round(float(ends[index]), 4),
            high=round(float(ends[index + 1]), 4),
            count=int(inside.sum()),
            confidence=round(float(given[inside].mean()), 4),
            right=round(float(outcomes[inside].mean()), 4),
        )
        for index in range(bins)
        if (inside := place == index).any()
    ]
    distances = [abs(given[place == index].sum() - outcomes[place == index].sum()) for index in range(bins)]
    return Reliability(
        count=given.size,
        expected_calibration_error=round(float(sum(distances)) / max(given.size, 1), 4),
        bins=tuple(filled),
    )
