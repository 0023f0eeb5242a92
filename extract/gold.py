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
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, TypeAdapter, ValidationError, field_validator

from models.claim import Basis, Direction, Kind
from models.errors import ClaimboardError
from models.mention import Bound, Mention


class GoldClaim(BaseModel):
    """One labelled claim. Name fields are tuples of accepted wordings; None among them means 'may be empty'."""

    model_config = ConfigDict(frozen=True)

    value: FiniteFloat
    value_high: FiniteFloat | None = None
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
    source: str | None = Field(default=None, description="Where the abstract is from, to tell its figures apart")
    claims: tuple[GoldClaim, ...]


class _WholeAbstract(GoldAbstract):
    abstract: str = Field(min_length=1)


class _OfPaper(Protocol):
    @property
    def paper(self) -> str: ...


_Line = TypeVar("_Line", bound=_OfPaper)


def read_gold(path: Path, *, with_text: bool = False) -> Sequence[GoldAbstract]:
    """Read a gold file.

    Raises ClaimboardError naming file and line where a line is not a labelled abstract, labels a paper again or, where
    they are needed `with_text`, lacks the abstract.
    """
    form = _WholeAbstract if with_text else GoldAbstract
    return read_lines(path, form, "a labelled abstract")


def read_lines(path: Path, form: type[_Line], called: str) -> list[_Line]:
    """Read a JSON Lines file in which each line is of one paper.

    `form` is a pydantic model, `called` what errors call a line of it. Raises ClaimboardError naming file and line.
    """
    read_line = TypeAdapter(form).validate_python
    found: list[_Line] = []
    first_of: dict[str, int] = {}
    try:
        # Not splitlines: a string of JSON may hold other ends of line than this one.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ClaimboardError(f"{path} cannot be read ({reason}): give a JSON Lines file in UTF-8") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found.append(read_line(json.loads(line)))
        except (ValueError, RecursionError) as error:
            raise ClaimboardError(
                f"{path}:{number}: not {called}: {_reason(error)}; mend the line or take it out"
            ) from error
        paper = found[-1].paper
        if first_of.setdefault(paper, number) != number:
            raise ClaimboardError(
                f"{path}:{number}: the paper {paper!r} stands on line {first_of[paper]} already; keep one of the two"
            )
    return found


def _reason(error: Exception) -> str:
    """Return what is wrong with a line, in a few words."""
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON ({error.msg}, at character {error.pos + 1})"
    if not isinstance(error, ValidationError):
        return "not JSON that can be read"
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    message = first["msg"][:1].lower() + first["msg"][1:]
    got = "" if first["type"] == "missing" else f", not {str(first['input'])[:40]!r}"
    return f"{place}: {message}{got}" if place else f"{message}{got}"


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
def words(text: str) -> tuple[str, ...]:
    """Return the words that tell a name from others, in lower case, without mark-up, punctuation and filler."""
    text = _MARKUP.sub(r"\1", unicodedata.normalize("NFKC", text)).replace("\\%", "%")
    text = re.sub(r"[$\\]", " ", text).lower()
    text = re.sub(r"(?<=\w)\+(?!\w)", "plus", text)
    found = re.findall(r"[a-z0-9α-ωµ%]+", text)
    return tuple(word for word in found if word not in _FILLER) or tuple(found)


def same_name(one: str, other: str) -> bool:
    """Whether two wordings name one thing: equal letter by letter, or at least half of their words are common.

    A word with a digit never counts as filler: GPT-4 and GPT-4 Turbo may be one, MATH and MATH-500 are not.
    """
    first, second = words(one), words(other)
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
