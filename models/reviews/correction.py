"""Corrections: which fields of a claim a person can set right, and what they can be set to.

The evidence and the place of the number are not among them: they are the text's, not anybody's opinion.
"""

from collections.abc import Mapping
from math import isfinite
from typing import Any, get_args
from unicodedata import category

from models.claim import Basis, Claim, Direction, Kind
from models.mention import Bound

NUMBERS = ("value", "value_high")
CHOICES: dict[str, tuple[str, ...]] = {
    "kind": get_args(Kind),
    "bound": get_args(Bound),
    "direction": get_args(Direction),
    "basis": get_args(Basis),
}
"""Fields that are one of a few words."""

NAMES = ("unit", "metric", "model", "benchmark", "baseline", "setting")
"""Fields that are any words."""

NEEDED = ("value", "kind", "bound")
"""Fields that no claim is without."""

CORRECTABLE = ("value", "value_high", "unit", "kind", "bound", "direction", "basis", *NAMES[1:])
"""All of them, as the views order them."""

_NOT_OF_A_SCORE = ("direction", "basis", "baseline")

_NAME_LIMIT = 10_000
"""Characters: many times the longest name, and a bound for what a mistake can put into the file."""


class Invalid(ValueError):
    """A correction that cannot be: which field, why, and what to do."""

    def __init__(self, field: str | None, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


def corrected(claim: Claim, corrections: Mapping[str, float | str | None]) -> Claim:
    """Return the claim with other fields. One that becomes a score loses what no score has.

    Raises Invalid where a field cannot be corrected or cannot be what it is corrected to, or where nothing differs.
    """
    changes: dict[str, Any] = {field: _checked(field, value) for field, value in corrections.items()}
    changes = {field: value for field, value in changes.items() if value != getattr(claim, field)}
    if changes.get("kind") == "score":
        changes = {field: None for field in _NOT_OF_A_SCORE if getattr(claim, field) is not None} | changes
    result = claim.model_copy(update=changes)
    if not changes:
        raise Invalid(
            None,
            "a verdict of correct says which fields are other than the extractor has them, and here none is: "
            "fill in what is wrong, or accept the claim",
        )
    for field in _NOT_OF_A_SCORE:
        if result.kind == "score" and changes.get(field) is not None:
            raise Invalid(field, f"a score has no {field}: leave it out, or correct the kind to delta or ratio")
    if result.value_high is not None and result.value_high <= result.value:
        raise Invalid(
            "value_high" if "value_high" in changes else "value",
            f"a range ends above where it begins, and {result.value_high:g} is not above {result.value:g}: "
            "correct the other end as well, or leave the upper one out",
        )
    return result


def differences(claim: Claim, other: Claim) -> dict[str, float | str | None]:
    """Return the fields in which another claim differs, each with what this one has."""
    return {field: getattr(claim, field) for field in CORRECTABLE if getattr(claim, field) != getattr(other, field)}


def plain(text: str) -> str:
    """Return words as they are kept: without white space around them, ends of lines as newlines.

    Any other control character is a blank: a workbook could not hold it. Raises Invalid where the words hold what no
    text has, or are too long.
    """
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise Invalid(None, "it holds a character that is none of any text: type it again")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(" " if category(ch) == "Cc" and ch != "\n" else ch for ch in text).strip()
    if len(text) > _NAME_LIMIT:
        raise Invalid(None, f"it has {len(text):,} characters, more than {_NAME_LIMIT:,}: shorten it")
    return text


def _checked(field: str, value: float | str | None) -> float | str | None:
    if field not in CORRECTABLE:
        raise Invalid(field, f"{field!r} is no field that can be corrected: these are {', '.join(CORRECTABLE)}")
    if value is None:
        if field in NEEDED:
            raise Invalid(field, f"no claim is without a {field}: reject the claim, if it is none")
        return None
    if field in NUMBERS:
        if isinstance(value, str) or not isfinite(value):
            raise Invalid(field, f"{str(value)[:40]!r} is not a number")
        return float(value)
    if not isinstance(value, str):
        raise Invalid(field, f"{value!r} is a number, where words are needed")
    if field in CHOICES and value not in CHOICES[field]:
        raise Invalid(field, f"{value[:40]!r} is none of {', '.join(CHOICES[field])}")
    try:
        words = plain(value)
    except Invalid as invalid:
        raise Invalid(field, invalid.reason) from None
    if not words:
        raise Invalid(field, f"a {field} of no characters says nothing: leave it out, or say that there is none")
    return words
