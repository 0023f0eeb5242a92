"""Reading with the trained network: which of the grammar's candidates it chooses for the numbers of some abstracts."""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from importlib.resources import as_file, files
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from extract.rules.context import Place
from extract.rules.encoder import Encoder
from extract.rules.layout import laid_out
from extract.rules.meaning import KIND
from extract.rules.network import Choices, Weights, choosing_sizes, offer, reading_sizes, score
from extract.rules.roles import GROUPS, ROLES, Candidate, Group, Role
from extract.rules.rows import LONGEST, Rows, placed
from models.claim import Kind

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
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

    def rows(self, role: Role, places: Integers) -> NDArray[np.int32]:
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
    def contributions(self) -> Floats:
        """What each feature contributes: traits and, in the last column, a bonus; row 0, of unknown ones, nothing."""
        table: Floats = np.concatenate([self.weights["trait"], self.weights["feature"][:, None]], 1)
        table[0] = 0
        # The largest of all weights: held once.
        self.weights = {**self.weights, "trait": table[:, :-1], "feature": table[:, -1]}
        return table

    @cached_property
    def _encoder(self) -> Encoder:
        return Encoder(self.weights)

    def read(self, texts: Sequence[Rows], *asked: Sequence["Question"]) -> list["Read"]:
        """Read abstracts for what is asked about them; return what may be asked for each group of questions.

        Of each group there is at least one question.
        """
        groups = [arranged(texts, questions) for questions in asked]
        needed = np.unique(np.concatenate([rows for choices in groups for rows in _needed(choices)]))
        borders = needed.searchsorted(np.arange(1, len(texts)) * LONGEST)
        wanted = np.split(needed % LONGEST, borders)
        seen = [self._encoder.encode(rows.ids, own) for rows, own in zip(texts, wanted, strict=True) if len(own)]
        told = np.concatenate(seen)[None]
        return [
            Read(self, texts, needed, told, questions, choices)
            for questions, choices in zip(asked, groups, strict=True)
        ]


class Question(NamedTuple):
    """Which of some candidates fills a role of a number; several may ask of the same list of candidates."""

    role: Role
    kind: Kind
    place: Place
    candidates: Sequence[Candidate]
    taken: Sequence[str | None] = ()
    """Keys of phrases that fill another role, and cannot fill this one as well."""
    text: int = 0
    """Which of the abstracts that are read together the number is of."""


class Choice(NamedTuple):
    """What was chosen, and how likely it is to be right."""

    candidate: Candidate
    share: float

    @property
    def text(self) -> str | None:
        """Its words; None for 'the abstract does not say'."""
        return self.candidate.text


class Read:
    """Lists of candidates in abstracts that the network has read: any role may be asked of them."""

    def __init__(  # noqa: PLR0913, PLR0917 — made by `Network.read` alone
        self,
        network: Network,
        texts: Sequence[Rows],
        needed: Integers,
        seen: Floats,
        questions: Sequence[Question],
        choices: Choices,
    ) -> None:
        self._network = network
        self._texts = texts
        self._needed = needed
        """The rows that it tells of, counted through all texts, each as long as LONGEST."""
        self._seen = seen
        """(1, needed rows of all texts, WIDTH)"""
        lists = _distinct(questions)
        self._layout = laid_out([candidates for _, candidates in lists], network.number, network.stride)
        self._lists = {id(candidates): number for number, (_, candidates) in enumerate(lists)}
        self._choices = self._flat(choices)
        self._offered = offer(network.weights, np, seen, self._choices)
        self._sums: dict[Role, Floats] = {}

    def _flat(self, choices: Choices) -> Choices:
        """Count the rows of candidates among those that were needed, as if they were of one text."""
        spans = self._needed.searchsorted(choices.holder[:, None, None] * LONGEST + choices.spans)
        return choices._replace(
            holder=np.zeros_like(choices.holder),
            # Where there is no place, the first row stands for it, and counts nothing.
            spans=spans * (choices.present > 0)[..., None],
        )

    def choose(self, questions: Sequence[Question]) -> list[Choice]:
        """Return the best candidate of each of at least one question; the earliest of equals wins.

        The candidates are those of lists that the abstracts were read for.
        """
        numbers = np.array([self._lists[id(question.candidates)] for question in questions])
        sizes = self._layout.sizes[numbers]
        ends = np.cumsum(sizes)
        own = np.arange(ends[-1]) - np.repeat(ends - sizes, sizes)
        lines = own + np.repeat(self._layout.begins[numbers], sizes)
        text, row, role, kind = _heads(self._texts, questions)
        choices = self._choices._replace(
            question=np.repeat(np.arange(len(questions)), sizes),
            candidate=lines,
            text=np.zeros_like(text),
            row=self._needed.searchsorted(text * LONGEST + row),
            role=role,
            kind=kind,
        )
        asked = {question.role: None for question in questions}
        sums = np.empty((len(lines), self._network.contributions.shape[1]), np.float32)
        for one in asked:
            mine = np.repeat(role == ROLES.index(one), sizes)
            sums[mine] = self._sums_for(one).take(lines[mine], 0)
        scores = score(self._network.weights, np, self._seen, choices, self._offered, sums[:, :-1], sums[:, -1])
        return [
            _best(question, scores[end - size : end])
            for question, size, end in zip(questions, sizes.tolist(), ends.tolist(), strict=True)
        ]

    def _sums_for(self, role: Role) -> Floats:
        """Sum up what the features of each candidate contribute to a role."""
        known = self._sums.get(role)
        if known is None:
            layout, network = self._layout, self._network
            rows = network.rows(role, layout.places)
            sums = np.add.reduceat(network.contributions.take(rows, axis=0), layout.starts)
            known = self._sums[role] = np.add.reduceat(sums.take(layout.segments, axis=0), layout.firsts)
        return known


def _best(question: Question, scores: Floats) -> Choice:
    taken = {key for key in question.taken if key is not None}
    if taken:
        scores[[number for number, candidate in enumerate(question.candidates) if candidate.key in taken]] = -np.inf
    best = int(scores.argmax())
    return Choice(question.candidates[best], float(1 / np.exp(scores - scores[best]).sum()))


def _distinct(questions: Sequence[Question]) -> list[tuple[int, Sequence[Candidate]]]:
    """Return the lists of candidates that are asked of, each once, with the text that they are of."""
    return list({id(question.candidates): (question.text, question.candidates) for question in questions}.values())


def _heads(texts: Sequence[Rows], questions: Sequence[Question]) -> Sequence[NDArray[np.int32]]:
    """Return text, row, role and kind of each question."""
    heads = [
        (q.text, texts[q.text].row(q.place.sentence.index, q.place.position), ROLES.index(q.role), KIND.index(q.kind))
        for q in questions
    ]
    return tuple(np.array(heads, np.int32).reshape(-1, 4).T)


def _needed(choices: Choices) -> tuple[Integers, Integers]:
    """Return the rows of numbers and candidates, counted through all texts."""
    there = choices.present > 0
    spans = choices.holder[:, None, None] * LONGEST + choices.spans
    return choices.text * LONGEST + choices.row, spans[there].ravel()


def arranged(texts: Sequence[Rows], questions: Sequence[Question]) -> Choices:
    """Lay out questions about some texts; a list of candidates that several ask of is laid out once."""
    lists = _distinct(questions)
    sizes = [len(candidates) for _, candidates in lists]
    begins = dict(zip((id(candidates) for _, candidates in lists), np.cumsum([0, *sizes]).tolist(), strict=False))
    lines = [begins[id(q.candidates)] + np.arange(len(q.candidates), dtype=np.int32) for q in questions]
    found = placed((texts[text], candidates) for text, candidates in lists)
    text, row, role, kind = _heads(texts, questions)
    return Choices(
        question=np.repeat(np.arange(len(questions), dtype=np.int32), [len(q.candidates) for q in questions]),
        candidate=np.concatenate([np.zeros(0, np.int32), *lines]),
        text=text,
        row=row,
        role=role,
        kind=kind,
        holder=np.repeat(np.array([text for text, _ in lists], np.int32), sizes),
        spans=found.spans,
        present=found.present,
        nothing=found.nothing,
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
