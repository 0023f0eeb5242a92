"""An abstract as the network sees it: one row of numbers for each token of title and abstract."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from extract.rules.names import SORTS, Names
from extract.rules.roles import Candidate
from extract.rules.text import Text, TokenClass, words_of

LONGEST = 320
"""Tokens; what comes after them is not seen."""

ENDINGS = BEGINNINGS = 2048
"""Buckets that the last three and first four letters of a word fall into, so that unknown words say something too."""

SHAPES = 9
CLASSES: tuple[TokenClass, ...] = get_args(TokenClass)
_CLASS = {name: number for number, name in enumerate(CLASSES)}
COLUMNS = ("word", "ending", "beginning", "shape", "class", "in_title", "sort")
MOST_SPANS = 2
"""Places of one wording that are looked at."""

Ids = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Rows:
    """Tokens of a title and its abstract, in this order."""

    ids: Ids
    """One row for each token, one column for each of COLUMNS."""
    title: tuple[str, ...]
    """Words of the title in lower case; they are the first rows."""
    starts: tuple[int, ...]
    """Row of the first token of each sentence."""

    def row(self, sentence: int, position: int) -> int:
        """Return the row of a token, the last one where it lies beyond."""
        return min(self.starts[sentence] + position, LONGEST - 1)

    def spans(self, candidate: Candidate) -> list[tuple[int, int]]:
        """Return first and last row of the places of a wording: none for 'no phrase', and none beyond the last row."""
        if candidate.text is None:
            return []
        starts, count = self.starts, len(self.ids)
        if candidate.spans:
            found = [(starts[s] + first, starts[s] + last - 1) for s, first, last in candidate.spans[:MOST_SPANS]]
            return [span for span in found if span[1] < count]
        words = tuple(words_of(candidate.text.lower()))
        first = next((i for i in range(len(self.title)) if self.title[i : i + len(words)] == words), count)
        return [(first, first + len(words) - 1)] if first + len(words) <= count else []


class Placed(NamedTuple):
    """Where candidates stand, as `Choices` has it."""

    spans: Ids
    """(candidates, MOST_SPANS, 2) first and last row of their places."""
    present: NDArray[np.float32]
    """(candidates, MOST_SPANS) 1 for each place that there is."""
    nothing: NDArray[np.float32]
    """(candidates,) 1 where the candidate is 'the abstract does not say'."""


def placed(lists: Iterable[tuple[Rows, Sequence[Candidate]]]) -> Placed:
    """Return where candidates stand in the abstracts that they are of, one list after the other."""
    spots: list[int] = []
    nothing: list[bool] = []
    for rows, candidates in lists:
        for candidate in candidates:
            for place, (first, last) in enumerate(rows.spans(candidate)):
                spots += (len(nothing), place, first, last)
            nothing.append(candidate.text is None)
    shape = (len(nothing), MOST_SPANS)
    found = Placed(np.zeros((*shape, 2), np.int32), np.zeros(shape, np.float32), np.array(nothing, np.float32))
    table = np.array(spots, np.int64).reshape(-1, 4)
    found.spans[table[:, 0], table[:, 1]] = table[:, 2:]
    found.present[table[:, 0], table[:, 1]] = 1
    return found


def rows_of(title: str, abstract: Text, names: Names | None, vocabulary: Mapping[str, int]) -> Rows:
    """Turn the tokens of an abstract into rows; without names, no token is said to be part of one."""
    words: list[str] = []
    spellings: list[bytes] = []
    for word in words_of(title):
        words.append(word.lower())
        spellings.append(_spelling(word, None))
    in_title = tuple(words)
    starts = []
    for sentence in abstract.sentences:
        starts.append(len(words))
        words += ["#" if token.kind == "number" else token.lower for token in sentence.tokens]
        spellings += [_spelling("#" if t.kind == "number" else t.text, t.kind) for t in sentence.tokens]
    table = np.zeros((len(words), len(COLUMNS)), np.int32)
    table[:, 0] = [vocabulary.get(word, UNKNOWN) for word in words]
    table[:, 1:-1] = np.frombuffer(b"".join(spellings), np.int32).reshape(-1, len(COLUMNS) - 2)
    if names is not None:
        _mark_sorts(table, names, starts)
    return Rows(table[:LONGEST], in_title, tuple(starts))


def _mark_sorts(table: Ids, names: Names, starts: Sequence[int]) -> None:
    """Say of each token what sort of thing its phrase most likely names."""
    sorts = [0] * len(table)
    for phrase in names.phrases.values():
        number = 1 + SORTS.index(phrase.sort)
        decided = phrase.sort not in ("name", "plain") and phrase.named
        for sentence, first, last in phrase.spans:
            for row in range(starts[sentence] + first, starts[sentence] + last):
                if decided or not sorts[row]:
                    sorts[row] = number
    table[:, COLUMNS.index("sort")] = sorts


HIDDEN_WORD, UNKNOWN = 0, 1
"""Ids of a word that training hides, and of one that the vocabulary lacks."""


@lru_cache(maxsize=1 << 14)
def _spelling(word: str, kind: TokenClass | None) -> bytes:
    """Return what the columns between the word and its sort say of a token, or of a word of the title, as an array."""
    lower = word.lower()
    ending, beginning = _bucket("s" + lower[-3:], ENDINGS), _bucket("p" + lower[:4], BEGINNINGS)
    standing = (0, 1) if kind is None else (_CLASS[kind], 0)
    return np.array([ending, beginning, _shape(word), *standing], np.int32).tobytes()


def _bucket(text: str, buckets: int) -> int:
    """Return a bucket from 1; the same on every machine, as Python's own hash is not."""
    return zlib.crc32(text.encode()) % (buckets - 1) + 1


def _shape(word: str) -> int:
    if word == "#":
        return 1
    if word.isupper():
        return 2 if len(word) > 1 else 3
    if word[0].isupper():
        return 5 if any(ch.isupper() for ch in word[1:]) else 4
    if any(ch.isdigit() for ch in word):
        return 6
    if any(ch.isupper() for ch in word):
        return 7
    return 0 if word[0].isalnum() else 8
