"""Labelled abstracts: reading them, and when an extracted name counts as the labelled one.

A gold file is JSON Lines; each line has `paper`, `title`, `abstract` and `claims`, whose name fields list every wording
that counts as right, with null where leaving the field empty does.
"""

import json
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from models.claim import Basis, Direction, Kind
from models.errors import ClaimboardError
from models.mention import Bound, Mention


class GoldClaim(BaseModel):
    """One labelled claim. Name fields are tuples of accepted wordings; None among them means 'may be empty'."""

    model_config = ConfigDict(frozen=True)

    value: float
    value_high: float | None = None
    unit: str | None = None
    kind: Kind
    bound: Bound = "exact"
    direction: Direction | None = None
    basis: Basis | None = None
    metric: tuple[str | None, ...] = (None,)
    model: tuple[str | None, ...] = (None,)
    benchmark: tuple[str | None, ...] = (None,)
    baseline: tuple[str | None, ...] = (None,)
    setting: str | None = None
    evidence: str = ""
    optional: bool = False

    @field_validator("metric", "model", "benchmark", "baseline", mode="before")
    @classmethod
    def _as_tuple(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else (value,)


class GoldAbstract(BaseModel):
    """One labelled abstract."""

    model_config = ConfigDict(frozen=True)

    paper: str
    title: str = ""
    abstract: str = ""
    claims: tuple[GoldClaim, ...]


def read_gold(path: Path) -> list[GoldAbstract]:
    """Read a gold file.

    Raises ClaimboardError naming file and line where a line is not a labelled abstract.
    """
    abstracts = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ClaimboardError(
            f"{path}: cannot be read as a gold file ({error}); give a JSON Lines file in UTF-8"
        ) from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            abstracts.append(GoldAbstract.model_validate(json.loads(line)))
        except (ValueError, ValidationError) as error:
            reason = str(error).splitlines()[0]
            raise ClaimboardError(
                f"{path}:{number}: not a labelled abstract ({reason}); see the labelling guide"
            ) from error
    return abstracts


_MARKUP = re.compile(r"\\(?:text\w*|math\w*|emph|underline)\s*\{([^{}]*)\}")
_FILLER = frozenset(
    {
        "the",
        "a",
        "an",
        "of",
        "on",
        "in",
        "for",
        "and",
        "score",
        "scores",
        "benchmark",
        "benchmarks",
        "dataset",
        "datasets",
    }
)


@lru_cache(maxsize=65536)
def _words(name: str) -> tuple[str, ...]:
    text = _MARKUP.sub(r"\1", unicodedata.normalize("NFKC", name)).replace("\\%", "%")
    text = re.sub(r"[$\\]", lambda m: " " if m[0] == "$" else "", text).lower()
    text = re.sub(r"(?<=\w)\+(?!\w)", "plus", text)
    words = re.findall(r"[a-z0-9α-ωµ%]+", text)
    return tuple(word for word in words if word not in _FILLER) or tuple(words)


def same_name(one: str, other: str) -> bool:
    """Whether two wordings name one thing: equal letter by letter, or at least half of their words are common.

    A word with a digit never counts as filler: GPT-4 and GPT-4 Turbo may be one, MATH and MATH-500 are not.
    """
    first, second = _words(one), _words(other)
    if "".join(first) == "".join(second):
        return True
    left, right = set(first), set(second)
    if not left or not right or any(ch.isdigit() for word in left ^ right for ch in word):
        return False
    return 2 * len(left & right) >= len(left | right)


def accepts(accepted: Sequence[str | None], name: str | None) -> bool:
    """Whether a name, or None, is among the accepted wordings."""
    if name is None:
        return None in accepted
    return any(wording is not None and same_name(wording, name) for wording in accepted)


def pair_with_mentions(gold: GoldAbstract, mentions: Sequence[Mention]) -> dict[int, GoldClaim]:
    """Give each labelled claim the mention of its number, inside its evidence where that stands in the abstract.

    Returns mention index -> claim. A claim whose number the grammar did not find is left out.
    """
    taken: dict[int, GoldClaim] = {}
    for claim in sorted(gold.claims, key=lambda c: c.optional):
        start = gold.abstract.find(claim.evidence)
        best = min(
            (
                (not (start >= 0 and start <= mention.start and mention.end <= start + len(claim.evidence) + 1), index)
                for index, mention in enumerate(mentions)
                if index not in taken and mention.value == claim.value and mention.value_high == claim.value_high
            ),
            default=None,
        )
        if best is not None:
            taken[best[1]] = claim
    return taken
