"""What a reviewer had before them, as a short mark: whether it is still what stands decides if a verdict applies.

It travels through spreadsheets, which turn 2401.01230 into 2401.0123, a hexadecimal id like 12e4 into a number, and
every date into another form: so the mark starts with a letter, and names the claim as well.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from models.json_text import json_text
from models.paper import digest
from models.reviews.correction import CORRECTABLE

_WRITTEN = re.compile(r"c(?P<claim>[0-9a-f]{16})-r(?P<reading>[0-9a-f]{8})(?:-v(?P<verdict>[0-9a-f]{8}))?")


@dataclass(frozen=True)
class Seen:
    """A claim as one extractor has it, and the verdict that stood on it, if any did."""

    claim_id: str
    reading: str
    """Mark of the extractor's claim."""
    verdict: str | None = None
    """Mark of the moment of the verdict."""

    @classmethod
    def of(cls, claim: Mapping[str, Any], reviewed_at: datetime | None = None) -> Self:
        """Return the mark of a claim with its fields by name, as the extractor has it or as the view claims shows it.

        Where a verdict stands on it, `reviewed_at` is its moment, as the view has it.
        """
        return cls(claim["claim_id"], mark_of_reading(claim), mark_of_verdict(reviewed_at))

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return what the text says, None where it is no mark."""
        match = _WRITTEN.fullmatch(text.strip().lower())
        return cls(match["claim"], match["reading"], match["verdict"]) if match else None

    def __str__(self) -> str:
        return f"c{self.claim_id}-r{self.reading}" + (f"-v{self.verdict}" if self.verdict else "")


def mark_of_reading(claim: Mapping[str, Any]) -> str:
    """Return what differs wherever a field differs that a person can correct."""
    return digest(json_text([claim[name] for name in CORRECTABLE]))[:8]


def mark_of_verdict(decided_at: datetime | None) -> str | None:
    """Return what differs for two moments; None where there was no verdict."""
    return digest(decided_at.isoformat())[:8] if decided_at else None
