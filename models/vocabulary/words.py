"""What the words of a metric say of it, where the vocabulary has no entry for it.

Abstracts measure the "decoding speed on A100" and the "inference FLOPs of attention": what either is about stands in
one word. `words.toml` has these words.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from models.errors import ClaimboardError
from models.vocabulary import Better, Family, Measures, Scale


class Sense(NamedTuple):
    """What a metric is about, and how two of its values compare."""

    family: Family
    direction: Better
    scale: Scale
    measures: Measures


class _Head(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    family: Family
    direction: Better
    scale: Scale = "unit"
    measures: Measures = "level"
    words: tuple[str, ...] = Field(min_length=1)


class _Turn(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    measures: Measures
    direction: Better
    family: Family | None = None
    words: tuple[str, ...] = Field(min_length=1)


EntryT = TypeVar("EntryT", _Head, _Turn)


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    heads: tuple[_Head, ...]
    turns: tuple[_Turn, ...]
    prepositions: frozenset[str]


_TOKEN = re.compile(r"[^\W\d_]+\d?(?![^\W\d_])|[^\W\d_]+")
_PHRASE = 3
"""Words of the longest phrase that is listed."""


class _Lexicon:
    def __init__(self, words: _Words) -> None:
        self._heads = {_joined(phrase): head for head in words.heads for phrase in head.words}
        self._turns = {_joined(phrase): turn for turn in words.turns for phrase in turn.words}
        self._prepositions = words.prepositions

    def sense(self, name: str) -> Sense | None:
        tokens = _tokens(name)
        border = next((i for i, token in enumerate(tokens) if i and token in self._prepositions), len(tokens))
        before, after = tokens[:border], tokens[border:]
        head = _last(self._heads, before) or _first(self._heads, after)
        turn = _last(self._turns, before)
        if turn is not None:
            family = head.family if head else turn.family
            return family and Sense(family, turn.direction, "unit", turn.measures)
        return head and Sense(head.family, head.direction, head.scale, head.measures)


def sense_of(name: str) -> Sense | None:
    """Return what the words of a printed metric say that it is about, None where they say nothing."""
    return _lexicon().sense(name)


def _tokens(text: str) -> list[str]:
    return [_singular(word) for word in _TOKEN.findall(text.casefold())]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _joined(phrase: str) -> str:
    return " ".join(_tokens(phrase))


def _last(index: Mapping[str, EntryT], tokens: Sequence[str]) -> EntryT | None:
    for end in range(len(tokens), 0, -1):
        for start in range(max(0, end - _PHRASE), end):
            if (found := index.get(" ".join(tokens[start:end]))) is not None:
                return found
    return None


def _first(index: Mapping[str, EntryT], tokens: Sequence[str]) -> EntryT | None:
    for start in range(len(tokens)):
        for end in range(min(len(tokens), start + _PHRASE), start, -1):
            if (found := index.get(" ".join(tokens[start:end]))) is not None:
                return found
    return None


@lru_cache(maxsize=1)
def _lexicon() -> _Lexicon:
    source = files("models.vocabulary") / "words.toml"
    try:
        return _Lexicon(TypeAdapter(_Words).validate_python(tomllib.loads(source.read_text("utf-8"))))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise ClaimboardError(f"{source}: {str(error).splitlines()[0]}: reinstall claimboard") from error
