"""What is known of the causes of error, as people wrote it down in `causes.toml`."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Cause(_Entry):
    """A cause of error, with an invented example of which the code that decides causes must say the same."""

    id: str = Field(description="Field, or missed or not_a_claim; a full stop; the name of the rule")
    title: str = Field(description="What goes wrong, in a few words")
    paper: str = Field(default="", description="Title of the invented paper, where it matters")
    example: str = Field(description="Invented abstract, or sentence of one, with the error")
    labelled: dict[str, Any] = Field(default={}, description="The label that the example would have")
    read: dict[str, Any] = Field(default={}, description="What is read in its place: only fields that differ")
    beside: tuple[dict[str, Any], ...] = Field(default=(), description="Labels of other numbers, which are read right")
    remedy: dict[str, str] = Field(description="Extractor, or 'any' -> what was done about it, or why it stays")

    def remedy_of(self, extractor: str) -> str:
        """Return what was done about it in an extractor, or why it stays."""
        return self.remedy.get(extractor) or self.remedy.get("any") or "Nothing particular was done about it."


class Tried(_Entry):
    """A variant of an extractor that was measured, kept or not."""

    extractor: str
    variant: str
    found: float | None = Field(default=None, description="F1, 0 to 1")
    tuple: float | None = None
    full: float | None = None
    note: str


class Text(_Entry):
    """What the document says that no code finds out."""

    title: str
    introduction: str
    figures: str
    causes: str
    tried: str
    extractors: dict[str, str] = Field(description="Extractor -> heading of its part of the document")


class Catalogue(_Entry):
    """All of `causes.toml`."""

    text: Text
    cause: tuple[Cause, ...]
    tried: tuple[Tried, ...] = ()

    @model_validator(mode="after")
    def _is_unambiguous(self) -> Self:
        ids = [cause.id for cause in self.cause]
        if repeated := sorted({one for one in ids if ids.count(one) > 1}):
            raise ValueError(f"causes that stand twice: {', '.join(repeated)}")
        return self

    def of(self, identifier: str) -> Cause:
        """Return the cause of an id. Raises KeyError where there is none."""
        for cause in self.cause:
            if cause.id == identifier:
                return cause
        raise KeyError(identifier)


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Return what `causes.toml` says."""
    return Catalogue.model_validate(tomllib.loads((files("extract.evaluation") / "causes.toml").read_text("utf-8")))
