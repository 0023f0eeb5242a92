"""How a measure grows with what it is taken over: the slope of a line through both logarithms, where 1 is linear."""

import math
import statistics
from collections.abc import Iterable


def growth(points: Iterable[tuple[float, float]]) -> float | None:
    """Return the slope of the points, each a size and what was measured at it; None where there is but one size."""
    logarithms = [(math.log(size), math.log(measured)) for size, measured in points if measured > 0]
    if len({size for size, _ in logarithms}) < 2:
        return None
    return statistics.linear_regression(*zip(*logarithms, strict=True)).slope
