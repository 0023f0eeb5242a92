"""What the words of a metric say of it, where the vocabulary has no entry for it.

Abstracts measure the "decoding speed on A100" and the "inference FLOPs of attention": what either is about stands in
one word. `words.toml` has these words, and says how they are read.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
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


class _Listed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    direction: Better
    scale: Scale = "unit"
    measures: Measures = "level"
    words: tuple[str, ...] = Field(min_length=1)


class _Head(_Listed):
    family: Family

    @property
    def sense(self) -> Sense:
        return Sense(self.family, self.direction, self.scale, self.measures)


class _Turn(_Listed):
    family: Family | None = None


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    heads: tuple[_Head, ...]
    turns: tuple[_Turn, ...]
    comparatives: tuple[_Head, ...]
    after_numbers: tuple[_Head, ...]
    added: frozenset[str]
    tails: frozenset[str]
    other: tuple[str, ...]
    prepositions: frozenset[str]


_WORD = re.compile(r"[^\W\d_]+\d?(?![^\W\d_])|[^\W\d_]+")
_COMPOUND = re.compile(r"-to-.*")
_LONGEST = 3
"""Words of the longest phrase that is listed."""

ListedT = TypeVar("ListedT", _Head, _Turn)


class _Lexicon:
    def __init__(self, words: _Words) -> None:
        self._heads: dict[str, _Head | None] = dict.fromkeys(map(_joined, words.other))
        self._heads |= _index(words.heads)
        self._turns = _index(words.turns)
        self._comparatives = _index(words.comparatives)
        self._words = words

    def sense(self, name: str) -> Sense | None:
        turns: list[_Turn] = []
        for part in self._parts(name):
            if not part:
                return None
            end = len(part)
            while end:
                phrase = self._phrase(part[:end])
                if phrase is not None:
                    return self._turned(self._heads[phrase], turns, part[: end - phrase.count(" ") - 1])
                word = part[end - 1]
                if word in self._turns:
                    turns.append(self._turns[word])
                elif word not in self._words.tails:
                    break
                end -= 1
            if any(turn.family for turn in turns):
                return self._turned(None, turns, part[:end])
            if end:
                return next((self._comparatives[word].sense for word in part if word in self._comparatives), None)
        return None

    def _parts(self, name: str) -> Iterator[list[str]]:
        """Yield the words of a metric between its prepositions."""
        part: list[str] = []
        for word in name.casefold().split():
            plain = word.strip("()[]{},.;:")
            if plain in self._words.prepositions:
                yield part
                part = []
            else:
                # The head of "time-to-solution" stands before it.
                part += _tokens(_COMPOUND.sub("", plain))
        yield part

    def _phrase(self, tokens: Sequence[str]) -> str | None:
        """Return the longest listed phrase that the tokens end in."""
        phrases = (" ".join(tokens[start:]) for start in range(max(0, len(tokens) - _LONGEST), len(tokens)))
        return next((phrase for phrase in phrases if phrase in self._heads), None)

    def _turned(self, head: _Head | None, turns: Sequence[_Turn], before: Sequence[str]) -> Sense | None:
        if not turns:
            added = self._words.added.intersection(before)
            if head and added and head.family != "quality" and head.direction == "lower":
                return head.sense._replace(measures="overhead")
            return head.sense if head else None
        if head and head.family == "quality" and any(turn.family for turn in turns):
            return None  # an "accuracy cost" is neither
        family = head.family if head else next((turn.family for turn in turns if turn.family), None)
        return Sense(family, turns[0].direction, "unit", turns[0].measures) if family else None


def senses_after_numbers() -> Mapping[str, Sense]:
    """Return the words that say what the number before them is, whatever metric is named: "5x faster"."""
    return {word: head.sense for head in _read().after_numbers for word in head.words}


def sense_of(name: str) -> Sense | None:
    """Return what the words of a printed metric say that it is about, None where they say nothing."""
    return _lexicon().sense(name)


def _tokens(text: str) -> list[str]:
    return [_singular(word) for word in _WORD.findall(text.casefold())]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _joined(phrase: str) -> str:
    return " ".join(_tokens(phrase))


def _index(listed: Sequence[ListedT]) -> Mapping[str, ListedT]:
    return {_joined(phrase): entry for entry in listed for phrase in entry.words}


@lru_cache(maxsize=1)
def _lexicon() -> _Lexicon:
    return _Lexicon(_read())


def _read() -> _Words:
    source = files("models.vocabulary") / "words.toml"
    try:
        return TypeAdapter(_Words).validate_python(tomllib.loads(source.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise ClaimboardError(f"{source}: {str(error).splitlines()[0]}: reinstall claimboard") from error
