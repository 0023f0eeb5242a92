"""A number under construction: what the passes of the grammar hand to each other until it becomes a mention."""

from dataclasses import dataclass
from typing import Literal

from models.mention import Bound

Sign = Literal["+", "-"]


@dataclass(slots=True)
class Number:
    """One number or range with the half-open character span it stands on.

    Each pass fills in what it can read; spans count characters of the plain text, which are those of the abstract.
    """

    start: int
    end: int
    value: float
    high: float | None = None
    unit: str | None = None
    bound: Bound = "exact"
    sign: Sign | None = None
    word: bool = False
    """Printed in letters. Such a number is a mention only with a unit: "ten times", but not "three models"."""
