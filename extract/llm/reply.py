"""What the model may answer: one entry per mark, and nothing that is not in the text.

The schema bounds every string and lists every choice, so that a server which decodes by it cannot run away. Keys are
short words, since each costs tokens in every entry: a number *is* a score *of* a metric *by* a model *on* a benchmark.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from extract.llm.grounding import Grounding
from models.claim import Direction, Flag, Reading

SCHEMA_VERSION = 1
"""Part of the extractor's fingerprint: a reply of another form is another extractor."""

Name = Annotated[str, Field(max_length=120)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class NoClaim(_Entry):
    """A number that is no outcome."""

    kind: Literal["no"] = Field(alias="is")


# The fields of the three are written out, not inherited: their order is the order in which a model decides.


class Score(_Entry):
    """The level of a metric."""

    kind: Literal["score"] = Field(alias="is")
    metric: Name | None = Field(alias="of")
    model: Name | None = Field(alias="by")
    benchmark: Name | None = Field(alias="on")
    setting: Name | None = Field(alias="when")


class Ratio(_Entry):
    """A multiple or share of a baseline."""

    kind: Literal["ratio"] = Field(alias="is")
    metric: Name | None = Field(alias="of")
    model: Name | None = Field(alias="by")
    benchmark: Name | None = Field(alias="on")
    setting: Name | None = Field(alias="when")
    direction: Literal["up", "down"] | None = Field(alias="goes")
    baseline: Name | None = Field(alias="vs")


class Delta(_Entry):
    """A change or gap."""

    kind: Literal["delta"] = Field(alias="is")
    metric: Name | None = Field(alias="of")
    model: Name | None = Field(alias="by")
    benchmark: Name | None = Field(alias="on")
    setting: Name | None = Field(alias="when")
    direction: Literal["up", "down"] | None = Field(alias="goes")
    baseline: Name | None = Field(alias="vs")
    basis: Literal["absolute", "relative"] | None


Entry = NoClaim | Score | Delta | Ratio


class Reply(BaseModel):
    """Base of every reply; `reply_model` adds an entry for each mark."""

    model_config = ConfigDict(extra="forbid")

    def entries(self) -> list[Entry]:
        """Return the entries in the order of the marks."""
        return [getattr(self, name) for name in type(self).model_fields if name.startswith("mark_")]


@lru_cache(maxsize=64)
def reply_model(marks: int) -> type[Reply]:
    """Return the response model for a number of marks, at least one: exactly one entry for each."""
    fields: dict[str, Any] = {f"mark_{number}": (Entry, Field(alias=str(number))) for number in range(1, marks + 1)}
    number = Annotated[int, Field(ge=1, le=marks)]
    fields["misread"] = (Annotated[list[number], Field(max_length=marks)], ...)
    return create_model("Reply", __base__=Reply, **fields)


class UngroundedNames(ValueError):
    """Names in a reply that stand in neither title nor abstract; the message says which, for the model to mend."""


def readings(reply: Reply, ground: Grounding, proposal: Callable[[], str | None]) -> list[Reading | None]:
    """Turn a reply into readings, None for a number that is no claim.

    A name that stands in neither title nor abstract becomes None and leaves a flag; a setting with a word that does not
    becomes None. 'Our method' becomes the proposal.
    """
    misread = set(getattr(reply, "misread", ()))
    return [
        _reading(entry, ground, proposal, misread=number in misread)
        for number, entry in enumerate(reply.entries(), start=1)
    ]


def check_names(reply: Reply, ground: Grounding) -> None:
    """Raise UngroundedNames where the reply names what the paper does not."""
    wrong = [
        f'"{alias}" of mark {number}: "{name}"'
        for number, entry in enumerate(reply.entries(), start=1)
        for role, alias in _ROLES.items()
        if (name := _said(getattr(entry, role, None))) is not None and not _grounded(name, role, ground)
    ]
    if wrong:
        raise UngroundedNames(
            f"These names stand in neither the title nor the abstract: {'; '.join(wrong)}. "
            "Copy each name exactly as the text has it, or use null."
        )


_ROLES: dict[Literal["metric", "model", "benchmark", "baseline"], str] = {
    "metric": "of",
    "model": "by",
    "benchmark": "on",
    "baseline": "vs",
}
_UNGROUNDED: dict[str, Flag] = {
    "metric": "ungrounded_metric",
    "model": "ungrounded_model",
    "benchmark": "ungrounded_benchmark",
    "baseline": "ungrounded_baseline",
}
_DIRECTIONS: dict[str, Direction] = {"up": "increase", "down": "decrease"}

_NOTHING = frozenset(
    {
        "",
        "none",
        "null",
        "nil",
        "n/a",
        "na",
        "unknown",
        "unspecified",
        "not specified",
        "not stated",
        "not mentioned",
        "-",
    }
)
_OWN = re.compile(
    r"(?:we|ours?|(?:our|the|this|the proposed|our proposed|proposed) "
    r"(?:method|model|approach|system|framework|work|paper|algorithm|technique|network|architecture|proposal|pipeline))"
)


def _is_own(name: str, role: str) -> bool:
    return role in ("model", "baseline") and _OWN.fullmatch(name.lower()) is not None


def _grounded(name: str, role: str, ground: Grounding) -> bool:
    return _is_own(name, role) or ground.holds(name, inflected=role == "metric")


def _said(name: str | None) -> str | None:
    """Return a name, or None for one that only says that there is none."""
    if name is None or name.strip().lower() in _NOTHING:
        return None
    return name.strip()


def _reading(entry: Entry, ground: Grounding, proposal: Callable[[], str | None], *, misread: bool) -> Reading | None:
    if isinstance(entry, NoClaim):
        return None
    flags: list[Flag] = ["misread"] if misread else []
    names: dict[str, str | None] = {}
    for role in _ROLES:
        name = _said(getattr(entry, role, None))
        if name is not None and _is_own(name, role):
            name = proposal()
        elif name is not None and not _grounded(name, role, ground):
            name = None
            flags.append(_UNGROUNDED[role])
        names[role] = name
    return Reading(
        kind=entry.kind,
        direction=None if isinstance(entry, Score) else _DIRECTIONS.get(entry.direction or ""),
        basis=entry.basis if isinstance(entry, Delta) else None,
        setting=setting if (setting := _said(entry.setting)) and ground.holds_words(setting) else None,
        flags=tuple(flags),
        **names,
    )
