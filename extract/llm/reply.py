"""What the model may answer: corrections of the draft, and nothing that is not in the text.

A reply has lines like those of the draft, each with the keys of one mark that are wrong. Its schema is one for all
abstracts, so that a provider keeps it from one call to the next, and bounds every line, so that a server which decodes
by it cannot run away. Keys are short words, since each costs tokens: a number *is* a score *of* a metric *by* a model
*on* a benchmark.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Annotated, Any, NamedTuple, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from extract.llm.draft import KEYS, LONGEST_NAME, Drafted
from extract.llm.grounding import Grounding
from extract.llm.prompt import MOST_MARKS
from models.claim import Basis, Direction, Flag, Kind, Reading

SCHEMA_VERSION = 3
"""Part of the extractor's fingerprint: a reply of another form, or heeded otherwise, is another extractor."""

_MOST_LINES = 9 * MOST_MARKS
"""As many as there are keys of marks."""

_KEYS = "is|of|by|on|when|vs|goes|basis|misread"
_BAR = r"\| "
"""It divides a line of the draft; a reply may have it too, and needs none."""
_LINE = re.compile(rf"([1-9][0-9]?) (?:{_BAR})?(?=(?:{_KEYS}) )")
_NEXT = re.compile(rf"(?:; (?:{_BAR})?| {_BAR})(?=(?:{_KEYS}) )")

_CHOICES: dict[str, tuple[str, ...]] = {
    "is": ("no", *get_args(Kind)),
    "goes": ("up", "down", "null"),
    "basis": (*get_args(Basis), "null"),
    "misread": ("yes",),
}
"""What a key that is no name may be."""

_LONGEST_LINE = 400
"""Characters; a line of a draft is as long at most."""


class Change(NamedTuple):
    """A correction of one key of one mark; `value` is 'null' or the like for nothing."""

    mark: int
    key: str
    value: str


def changes_of(line: str) -> list[Change]:
    """Read a line of corrections, in the form of the draft's. What is none of the choices for its key is left out.

    Raises ValueError where the line is none.
    """
    begins = _LINE.match(line)
    if begins is None:
        raise ValueError(f'"{line[:60]}" is no correction: write the number of a mark, a key and its right value')
    changes = []
    for part in _NEXT.split(line[begins.end() :]):
        key, _, value = part.partition(" ")
        change = Change(int(begins[1]), key, value.strip(" |"))
        if change.value in _CHOICES.get(key, (change.value,)) and len(change.value) <= LONGEST_NAME:
            changes.append(change)
    return changes


# Grammars that are made of a pattern take it for what stands between two quotation marks, and heed no maximum length.
Line = Annotated[str, Field(pattern=rf'^[1-9][0-9]? ({_BAR})?({_KEYS}) [^"\\\n\t]{{1,{_LONGEST_LINE}}}$')]


class Reply(BaseModel):
    """Corrections; what they do not name stands as it was drafted."""

    model_config = ConfigDict(extra="forbid")

    changes: list[Line] = Field(max_length=_MOST_LINES)

    @cached_property
    def read(self) -> list[Change]:
        """The changes, in their order."""
        return [change for line in self.changes for change in changes_of(line)]

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        self.read  # noqa: B018
        return self


class UngroundedNames(ValueError):
    """Names in a reply that stand in neither title nor abstract; the message says which, for the model to mend."""


def check_names(reply: Reply, draft: Sequence[Drafted | None], ground: Grounding) -> None:
    """Raise UngroundedNames where what is heeded of the reply names what the paper does not."""
    wrong = [
        f'"{change.value}" ({change.key} of mark {change.mark})'
        for change in _heeded(reply, draft)
        if (role := _ROLES.get(change.key)) and (name := _said(change.value)) and not _grounded(name, role, ground)
    ]
    if wrong:
        raise UngroundedNames(
            f"These names stand in neither the title nor the abstract: {'; '.join(wrong)}. "
            "Copy each name exactly as the text has it, or use null."
        )


def readings(
    reply: Reply, draft: Sequence[Drafted | None], ground: Grounding, proposal: Callable[[], str | None]
) -> list[Reading | None]:
    """Correct the draft of each mark; None for a number that is no claim.

    A name that stands in neither title nor abstract changes nothing and leaves a flag; a setting with a word that does
    not becomes None. 'Our method' becomes the proposal. What is said of a mark that there is not, or of what is
    settled, is left out.
    """
    said: list[dict[str, str]] = [{} for _ in draft]
    for mark, key, value in _heeded(reply, draft):
        said[mark - 1][key] = value
    return [_corrected(drafted, of_mark, ground, proposal) for drafted, of_mark in zip(draft, said, strict=True)]


def _heeded(reply: Reply, draft: Sequence[Drafted | None]) -> Iterator[Change]:
    """Yield the changes of marks that there are and of keys that are not settled."""
    for change in reply.read:
        if change.mark <= len(draft):
            drafted = draft[change.mark - 1]
            if drafted is None or change.key not in drafted.settled:
                yield change


_ROLES = {alias: role for alias, role in KEYS.items() if role != "setting"}
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


def _said(name: str) -> str | None:
    """Return a name, or None for one that only says that there is none."""
    return None if name.lower() in _NOTHING else name


def _corrected(
    drafted: Drafted | None, said: Mapping[str, str], ground: Grounding, proposal: Callable[[], str | None]
) -> Reading | None:
    claim = drafted.claim if drafted else None
    kind = said.get("is", claim.kind if claim else "no")
    if kind == "no":
        return None
    before: dict[str, Any] = {name: getattr(claim, name) for name in Reading.model_fields} if claim else {}
    after: dict[str, Any] = before | {"kind": kind}
    flags: list[Flag] = ["misread"] if "misread" in said else []
    for key, role in _ROLES.items():
        if key not in said:
            continue
        name = _said(said[key])
        if name is not None and not _grounded(name, role, ground):
            flags.append(_UNGROUNDED[role])
            continue
        after[role] = proposal() if name is not None and _is_own(name, role) else name
    if "when" in said:
        setting = _said(said["when"])
        after["setting"] = setting if setting and ground.holds_words(setting) else None
    if "goes" in said:
        after["direction"] = _DIRECTIONS.get(said["goes"])
    if "basis" in said:
        after["basis"] = None if said["basis"] == "null" else said["basis"]
    if kind == "score":
        after |= {"direction": None, "baseline": None}
    if kind != "delta":
        after["basis"] = None
    # The embedded extractor was certain of its own reading, and of no other.
    if any(after.get(name) != before.get(name) for name in ("kind", "metric", "model", "benchmark")):
        after["certainty"] = None
    return Reading(**after | {"flags": tuple(flags)})
