"""Reading with the trained network: which of the grammar's candidates it chooses for the numbers of an abstract."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import as_file, files
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from extract.rules.context import Place
from extract.rules.meaning import KIND
from extract.rules.names import Names
from extract.rules.network import (
    Choices,
    Weights,
    choosing_sizes,
    encode,
    nearness,
    reading_sizes,
    score,
)
from extract.rules.roles import GROUPS, ROLES, Candidate, Group, Role
from extract.rules.rows import Placed, Rows, rows_of
from extract.rules.text import Text
from models.claim import Kind

Floats = NDArray[np.float32]
Weighed = Mapping[Role, Mapping[Group, Sequence[str]]]
"""The features that a role weighs, by what they are weighed with."""


class Network:
    """Trained weights, ready to read with.

    `words` are the words that it knows, from the third id on; `features` are those that it weighs, from the second row
    on.
    """

    def __init__(self, weights: Weights, words: Sequence[str], features: Weighed) -> None:
        self.weights = weights
        self.words = {word: number for number, word in enumerate(words, start=2)}
        self.features = features
        lists = [names for groups in features.values() for names in groups.values()]
        self.numbers = {name: n for n, name in enumerate(dict.fromkeys(name for names in lists for name in names), 1)}
        """All features; each is looked up once, whatever it is weighed for and with."""
        self._rows: dict[Role, NDArray[np.int32]] = {}
        row = 1
        for role, groups in features.items():
            rows = self._rows[role] = np.zeros((len(GROUPS), 1 + len(self.numbers)), np.int32)
            for group, names in groups.items():
                rows[GROUPS.index(group), [self.numbers[name] for name in names]] = range(row, row + len(names))
                row += len(names)

    def rows(self, role: Role, places: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the rows of `contributions` of features, 0 where the role does not weigh them.

        `places` are the numbers of the features, plus `stride` for each group before theirs in GROUPS.
        """
        return self._rows[role].take(places)

    @property
    def stride(self) -> int:
        """One more than the largest number of a feature."""
        return 1 + len(self.numbers)

    def number(self, features: Sequence[str]) -> list[int]:
        """Give each feature its number, behind a 0, which contributes nothing, as those that are not weighed."""
        find = self.numbers.get
        return [0, *[find(feature, 0) for feature in features]]

    @cached_property
    def near(self) -> Floats:
        """What `nearness` returns."""
        near: Floats = nearness(self.weights, np)
        return near

    @cached_property
    def contributions(self) -> Floats:
        """What each feature contributes: traits and, in the last column, a bonus; row 0, of unknown ones, nothing."""
        table: Floats = np.concatenate([self.weights["trait"], self.weights["feature"][:, None]], 1)
        table[0] = 0
        return table

    def read(self, title: str, text: Text, names: Names, asked: Sequence["Question"]) -> "Read":
        """Read one abstract for what at least one question may ask about; it may be asked for other roles too."""
        rows = rows_of(title, text, names, self.words)
        choices = arranged(rows, asked)
        wanted = np.unique(np.concatenate([choices.row, choices.spans[choices.present > 0].ravel()]))
        return Read(self, rows, encode(self.weights, self.near, np, rows.ids[None], wanted=wanted), wanted)


class Question(NamedTuple):
    """Which of some candidates fills a role of a number; several may ask of the same list of candidates."""

    role: Role
    kind: Kind
    place: Place
    candidates: Sequence[Candidate]
    taken: Sequence[str | None] = ()
    """Keys of phrases that fill another role, and cannot fill this one as well."""


class Choice(NamedTuple):
    """What was chosen, and how likely it is to be right."""

    candidate: Candidate
    share: float

    @property
    def text(self) -> str | None:
        """Its words; None for 'the abstract does not say'."""
        return self.candidate.text


@dataclass(frozen=True)
class Read:
    """An abstract that the network has read."""

    network: Network
    rows: Rows
    seen: Floats
    """(1, wanted rows, WIDTH)"""
    wanted: NDArray[np.int32]
    """The rows that it tells of."""
    _numbers: dict[int, tuple[Sequence[str], list[int]]] = field(default_factory=dict, init=False)
    """Lists of features by their identity, which is theirs as long as they are held here, and their numbers."""
    _layouts: dict[int, tuple[Sequence[Candidate], "Layout"]] = field(default_factory=dict, init=False)
    """As above, of lists of candidates."""

    def choose(self, questions: Sequence[Question]) -> list[Choice]:
        """Return the best candidate of each of at least one question; the earliest of equals wins."""
        choices = arranged(self.rows, questions)
        choices = choices._replace(
            row=self.wanted.searchsorted(choices.row),
            # Where there is no place, the first row stands for it, and counts nothing.
            spans=self.wanted.searchsorted(choices.spans) * (choices.present > 0)[..., None],
        )
        sums = np.concatenate([self._sums(question) for question in questions])
        scores = score(self.network.weights, np, self.seen, choices, sums[:, :-1], sums[:, -1])
        found, start = [], 0
        for question in questions:
            candidates = question.candidates
            own = scores[start : start + len(candidates)]
            start += len(candidates)
            taken = {key for key in question.taken if key is not None}
            if taken:
                own[[number for number, candidate in enumerate(candidates) if candidate.key in taken]] = -np.inf
            best = int(own.argmax())
            found.append(Choice(candidates[best], float(1 / np.exp(own - own[best]).sum())))
        return found

    def _sums(self, question: Question) -> Floats:
        """Sum up what the features of each candidate contribute; a list that several share is summed up once."""
        known = self._layouts.get(id(question.candidates))
        if known is None:
            layout = self._laid_out(question.candidates)
            known = self._layouts[id(question.candidates)] = (question.candidates, layout)
        _, layout = known
        rows = self.network.rows(question.role, layout.places)
        sums = np.add.reduceat(self.network.contributions.take(rows, axis=0), layout.starts)
        total: Floats = np.add.reduceat(sums.take(layout.segments, axis=0), layout.firsts)
        return total

    def _laid_out(self, candidates: Sequence[Candidate]) -> "Layout":
        numbers: list[int] = []
        lengths: list[int] = []
        groups: list[int] = []
        known: dict[tuple[int, Group], int] = {}
        segments: list[int] = []
        firsts: list[int] = []
        for candidate in candidates:
            firsts.append(len(segments))
            segments.append(len(lengths))
            found = self._numbered(candidate.features)
            numbers += found
            lengths.append(len(found))
            groups.append(0)
            for group in candidate.groups:
                key = (id(candidate.relation), group)
                segment = known.get(key)
                if segment is None:
                    segment = known[key] = len(lengths)
                    found = self._numbered(candidate.relation)
                    numbers += found
                    lengths.append(len(found))
                    groups.append(_GROUP[group])
                segments.append(segment)
        sizes = np.array(lengths)
        places = np.array(numbers) + np.repeat(np.array(groups) * self.network.stride, sizes)
        return Layout(places, np.cumsum(sizes) - sizes, segments, firsts)

    def _numbered(self, features: Sequence[str]) -> list[int]:
        known = self._numbers.get(id(features))
        if known is None:
            known = self._numbers[id(features)] = (features, self.network.number(features))
        return known[1]


class Layout(NamedTuple):
    """The features of several candidates, in segments of which some belong to more than one of them."""

    places: NDArray[np.int64]
    """As `Network.rows` takes them."""
    starts: NDArray[np.int64]
    """Where each segment starts in `places`."""
    segments: list[int]
    """The segments of each candidate, one candidate after the other."""
    firsts: list[int]
    """Where each candidate starts in `segments`."""


_GROUP = {group: number for number, group in enumerate(GROUPS)}


def arranged(rows: Rows, questions: Sequence[Question]) -> Choices:
    """Lay out questions about one text; a list of candidates that several ask of is laid out once."""
    lists = list({id(question.candidates): question.candidates for question in questions}.values())
    firsts: dict[int, int] = {}
    count = 0
    for candidates in lists:
        firsts[id(candidates)] = count
        count += len(candidates)
    found = [rows.placed(candidates) for candidates in lists]
    lines = [np.arange(len(q.candidates), dtype=np.int32) + firsts[id(q.candidates)] for q in questions]
    sizes = np.array([len(line) for line in lines], np.int64)
    heads = [
        (rows.row(q.place.sentence.index, q.place.position), ROLES.index(q.role), KIND.index(q.kind)) for q in questions
    ]
    row, role, kind = np.array(heads, np.int32).reshape(-1, 3).T
    none = Placed.none()
    return Choices(
        question=np.repeat(np.arange(len(heads), dtype=np.int32), sizes),
        candidate=np.concatenate([np.zeros(0, np.int32), *lines]),
        text=np.zeros(len(heads), np.int32),
        row=row,
        role=role,
        kind=kind,
        holder=np.zeros(count, np.int32),
        spans=np.concatenate([none.spans, *(one.spans for one in found)]),
        present=np.concatenate([none.present, *(one.present for one in found)]),
        nothing=np.concatenate([none.nothing, *(one.nothing for one in found)]),
    )


@lru_cache(maxsize=1)
def load_network() -> Network:
    """Read the shipped weights."""
    with as_file(files("extract.rules") / "network.npz") as file, np.load(file) as arrays:
        every = (*reading_sizes(0), *choosing_sizes(0))
        weights = {name: arrays[name].astype(np.float32) for name in every}
        names = json.loads(arrays["names"].tobytes())
    return Network(weights, names["words"], names["features"])


def pack(file: IO[bytes], network: Network) -> None:
    """Write weights as `load_network` reads them; the same weights give the same bytes."""
    names = {"words": list(network.words), "features": network.features}
    arrays: dict[str, Any] = {name: np.asarray(array, np.float16) for name, array in network.weights.items()}
    packed = np.frombuffer(json.dumps(names, ensure_ascii=False).encode(), np.uint8)
    np.savez_compressed(file, names=packed, **arrays)
