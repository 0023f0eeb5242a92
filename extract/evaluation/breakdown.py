"""Figures taken apart: by field, by kind of claim, by where the abstracts are from."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from extract.evaluation.agreement import FULL, NAMES, Comparison, Match, said_in
from extract.evaluation.figures import Figures, figures
from extract.gold import GoldAbstract, GoldClaim
from models.claim import Kind


class By(StrEnum):
    """What figures can be taken apart by."""

    FIELD = "field"
    KIND = "kind"
    SOURCE = "source"


_NO_PREFIX = "no prefix"


class FieldFigures(BaseModel):
    """How one field came out, over the found claims."""

    model_config = ConfigDict(frozen=True)

    found: int
    right: int
    left_out: int = Field(description="Nothing is said where the label has something")
    added: int = Field(description="Something is said where the label has nothing")
    other: int = Field(description="Something else is said than the label has")


class KindFigures(BaseModel):
    """How the labelled claims of one kind came out: claims, and the shares of them that are right, 0 to 1."""

    model_config = ConfigDict(frozen=True)

    gold_claims: int
    found: float
    tuple: float
    full: float


def by_field(comparisons: Sequence[Comparison]) -> dict[str, FieldFigures]:
    """Return what goes wrong in each field; a bound that is exact counts as nothing said."""
    found = [match for comparison in comparisons for match in comparison.matches if match.is_found]
    result = {}
    for name in FULL:
        counts = Counter(_slip(name, match) for match in found)
        result[name] = FieldFigures(
            found=len(found),
            right=counts["right"],
            left_out=counts["left_out"],
            added=counts["added"],
            other=counts["other"],
        )
    return result


def _slip(name: str, match: Match) -> Literal["right", "left_out", "added", "other"]:
    if match.gold is None or match.predicted is None or name not in match.wrong:
        return "right"
    said = said_in(name, match.predicted)
    if said is None or (name == "bound" and said == "exact"):
        return "left_out"
    return "other" if _says_something(name, match.gold) else "added"


def _says_something(name: str, gold: GoldClaim) -> bool:
    labelled = getattr(gold, name)
    if name in NAMES:
        return any(wording is not None for wording in labelled)
    return labelled is not None and labelled != "exact"


def by_kind(comparisons: Sequence[Comparison]) -> dict[Kind, KindFigures]:
    """Return how the labelled claims of each kind came out."""
    matches: defaultdict[Kind, list[Match]] = defaultdict(list)
    for comparison in comparisons:
        for match in comparison.matches:
            if match.gold is not None and match.verdict != "optional":
                matches[match.gold.kind].append(match)
    kinds: tuple[Kind, ...] = ("score", "delta", "ratio")
    return {
        kind: KindFigures(
            gold_claims=len(matches[kind]),
            found=_share([match.is_found for match in matches[kind]]),
            tuple=_share([match.is_tuple_right for match in matches[kind]]),
            full=_share([match.verdict == "right" for match in matches[kind]]),
        )
        for kind in kinds
        if kind in matches
    }


def _share(outcomes: Sequence[bool]) -> float:
    return round(sum(outcomes) / len(outcomes), 4)


def by_source(comparisons: Sequence[Comparison]) -> dict[str, Figures]:
    """Return the figures of each source apart, by its name."""
    groups: defaultdict[str, list[Comparison]] = defaultdict(list)
    for comparison in comparisons:
        groups[source_of(comparison.gold)].append(comparison)
    return {source: figures(groups[source]) for source in sorted(groups)}


def source_of(abstract: GoldAbstract) -> str:
    """Return where an abstract is from: as its line says, else what stands before the first mark in its id."""
    if abstract.source:
        return abstract.source
    prefix = re.match(r"([^-:/]+)[-:/]", abstract.paper)
    return prefix[1] if prefix else _NO_PREFIX
