"""The network that ranks what the grammar proposes: a small encoder of the abstract, and a score for each candidate.

The encoder is a transformer (Vaswani et al., 2017) of two layers that attends with learned weights for near distances
(Shaw et al., 2018). What it computes is written once, for NumPy, which reads, and for JAX, which trains: each function
takes the library as `xp`. The weights come from `extract.rules.training`.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import as_file, files
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from extract.rules.context import Place
from extract.rules.meaning import KIND
from extract.rules.names import Names
from extract.rules.roles import ROLES, SORTS, Candidate, Role
from extract.rules.rows import BEGINNINGS, CLASSES, COLUMNS, ENDINGS, LONGEST, MOST_SPANS, SHAPES, Rows, rows_of
from extract.rules.text import Text
from models.claim import Kind

WIDTH = 96
LAYERS = 2
HEADS = 4
REACH = 16
"""Tokens to each side whose distance matters to attention; beyond, all are equally far."""
HIDDEN = 64
MATCHED = 48
TRAITS = 32
"""Size of what a feature of a candidate contributes."""

Array = Any
"""Of NumPy or of JAX."""
Weights = Mapping[str, Array]

Thin = Callable[[Array], Array]
"""Dropout where the network is trained, nothing where it reads."""


class Choices(NamedTuple):
    """Candidates of several questions, one below the other."""

    question: Array
    """(candidates,) which question each answers."""
    text: Array
    """(questions,) which text each is about."""
    row: Array
    """(questions,) row of its number."""
    role: Array
    """(questions,) index into ROLES."""
    kind: Array
    """(questions,) index into KIND."""
    spans: Array
    """(candidates, MOST_SPANS, 2) first and last row of its places."""
    present: Array
    """(candidates, MOST_SPANS) 1 for each place that there is."""
    nothing: Array
    """(candidates,) 1 where the candidate is 'the abstract does not say'."""


def reading_sizes(words: int) -> dict[str, tuple[int, ...]]:
    """Return the shape of each array of weights that `encode` takes."""
    return {
        "word": (words, WIDTH),
        "ending": (ENDINGS, WIDTH),
        "beginning": (BEGINNINGS, WIDTH),
        "shape": (SHAPES, WIDTH),
        "class": (len(CLASSES), WIDTH),
        "in_title": (2, WIDTH),
        "sort": (1 + len(SORTS), WIDTH),
        "mix": (3 * WIDTH, WIDTH),
        "mix_bias": (WIDTH,),
        "attend": (LAYERS, WIDTH, 3 * WIDTH),
        "attended": (LAYERS, WIDTH, WIDTH),
        "distance": (LAYERS, HEADS, 2 * REACH + 1),
        "widen": (LAYERS, WIDTH, 2 * WIDTH),
        "widen_bias": (LAYERS, 2 * WIDTH),
        "narrow": (LAYERS, 2 * WIDTH, WIDTH),
        "narrow_bias": (LAYERS, WIDTH),
        "scale": (2 * LAYERS + 1, WIDTH),
    }


def choosing_sizes(features: int) -> dict[str, tuple[int, ...]]:
    """Return the shape of each array of weights that `score` takes."""
    return {
        "number": (len(ROLES), WIDTH, HIDDEN),
        "kind": (len(ROLES), len(KIND), HIDDEN),
        "first": (WIDTH, HIDDEN),
        "last": (WIDTH, HIDDEN),
        "trait": (features, TRAITS),
        "traits": (TRAITS, HIDDEN),
        "nothing": (HIDDEN,),
        "weigh": (len(ROLES), HIDDEN),
        "query": (len(ROLES), WIDTH, MATCHED),
        "key_first": (WIDTH, MATCHED),
        "key_last": (WIDTH, MATCHED),
        "key_nothing": (MATCHED,),
        "feature": (features,),
    }


def _same(values: Array) -> Array:
    return values


def nearness(weights: Weights) -> Array:
    """Return (LAYERS, HEADS, LONGEST, LONGEST): how much more each token attends to another for their distance."""
    steps = np.arange(LONGEST)[:, None] - np.arange(LONGEST)
    return weights["distance"][:, :, np.clip(steps, -REACH, REACH) + REACH] * 4


def encode(  # noqa: PLR0913, PLR0917 — the weights, the library and what is read
    weights: Weights, near: Array, xp: Any, ids: Array, real: Array | None = None, thin: Thin = _same
) -> Array:
    """Return (texts, tokens, WIDTH): what each token means where it stands.

    `near` is what `nearness` returns; `ids` is (texts, tokens, COLUMNS); `real` is (texts, tokens), 1 for each token
    that there is, None where all are.
    """
    texts, tokens = ids.shape[:2]
    here = 1.0 if real is None else real[..., None]
    bias = near[:, :, :tokens, :tokens]
    if real is not None:
        bias = bias[:, None] + (1 - real[:, None, None]) * -1e9
    seen = thin(sum(xp.take(weights[name], ids[..., column], axis=0) for column, name in enumerate(COLUMNS))) * here * 8
    edge = xp.zeros((texts, 1, WIDTH), seen.dtype)
    beside = [xp.concatenate([edge, seen[:, :-1]], 1), seen, xp.concatenate([seen[:, 1:], edge], 1)]
    seen = seen + xp.maximum(xp.concatenate(beside, -1) @ weights["mix"] + weights["mix_bias"], 0) * here
    for layer in range(LAYERS):
        parts = _scaled(seen, weights["scale"][2 * layer], xp) @ weights["attend"][layer]
        parts = parts.reshape(texts, tokens, 3 * HEADS, WIDTH // HEADS).swapaxes(1, 2)
        query, key, value = xp.split(parts, 3, axis=1)
        attention = query * (WIDTH // HEADS) ** -0.5 @ key.swapaxes(2, 3) + bias[layer]
        attention = xp.exp(attention - attention.max(-1, keepdims=True))
        found = (attention @ value / attention.sum(-1, keepdims=True)).swapaxes(1, 2).reshape(texts, tokens, WIDTH)
        seen = seen + thin(found @ weights["attended"][layer])
        wide = _scaled(seen, weights["scale"][2 * layer + 1], xp) @ weights["widen"][layer]
        wide = xp.maximum(wide + weights["widen_bias"][layer], 0)
        seen = seen + thin(wide @ weights["narrow"][layer] + weights["narrow_bias"][layer])
    return thin(_scaled(seen, weights["scale"][-1], xp) * here)


def _scaled(values: Array, scale: Array, xp: Any) -> Array:
    """Bring each row to length 1 on average (Zhang and Sennrich, 2019), then scale it."""
    return values * scale / xp.sqrt((values * values).mean(-1, keepdims=True) + 1e-6)


def score(  # noqa: PLR0913, PLR0917 — the weights, the library and what is scored
    weights: Weights, xp: Any, seen: Array, choices: Choices, traits: Array, bonus: Array, thin: Thin = _same
) -> Array:
    """Return (candidates,): how well each candidate answers its question.

    `seen` is what `encode` returns; `traits` (candidates, TRAITS) and `bonus` (candidates,) are the sums of what their
    features contribute.
    """
    role = choices.role
    number = seen[choices.text, choices.row]
    asked = (number[:, None] @ weights["number"][role])[:, 0] + weights["kind"][role, choices.kind]
    query = (number[:, None] @ weights["query"][role])[:, 0]
    share = (choices.present / xp.maximum(choices.present.sum(1, keepdims=True), 1))[..., None]
    text = choices.text[choices.question][:, None]
    first = (seen[text, choices.spans[..., 0]] * share).sum(1)
    last = (seen[text, choices.spans[..., 1]] * share).sum(1)
    nothing = choices.nothing[:, None]
    hidden = asked[choices.question] + first @ weights["first"] + last @ weights["last"]
    hidden = hidden + thin(traits) @ weights["traits"] + nothing * weights["nothing"]
    opinion = (thin(xp.maximum(hidden, 0)) * weights["weigh"][role][choices.question]).sum(-1)
    key = first @ weights["key_first"] + last @ weights["key_last"] + nothing * weights["key_nothing"]
    return opinion + bonus + (query[choices.question] * key).sum(-1) * MATCHED**-0.5


class Network:
    """Trained weights, ready to read with.

    `words` are the words that it knows, from the third id on; `features` are those that it weighs, by role, from the
    second row on.
    """

    def __init__(self, weights: Weights, words: Sequence[str], features: Mapping[Role, Sequence[str]]) -> None:
        self.weights = weights
        self.words = {word: number for number, word in enumerate(words, start=2)}
        self.features: dict[Role, dict[str, int]] = {}
        row = 1
        for role, names in features.items():
            self.features[role] = {name: number for number, name in enumerate(names, start=row)}
            row += len(names)
        every = dict.fromkeys(name for names in features.values() for name in names)
        self.numbers = {name: number for number, name in enumerate(every, start=1)}
        """All features: most are weighed for several roles, and then looked up once."""

    @cached_property
    def rows(self) -> dict[Role, NDArray[np.int32]]:
        """Row in `contributions` of each feature, by its number, for each role; 0 where the role does not weigh it."""
        found = {role: np.zeros(1 + len(self.numbers), np.int32) for role in self.features}
        for role, names in self.features.items():
            for name, row in names.items():
                found[role][self.numbers[name]] = row
        return found

    @cached_property
    def near(self) -> NDArray[np.float32]:
        """What `nearness` returns."""
        near: NDArray[np.float32] = nearness(self.weights)
        return near

    @cached_property
    def contributions(self) -> NDArray[np.float32]:
        """What each feature contributes: traits and, in the last column, a bonus; row 0, of unknown ones, nothing."""
        table: NDArray[np.float32] = np.concatenate([self.weights["trait"], self.weights["feature"][:, None]], 1)
        table[0] = 0
        return table

    def read(self, title: str, text: Text, names: Names) -> "Read":
        """Read one abstract."""
        rows = rows_of(title, text, names, self.words)
        return Read(self, rows, encode(self.weights, self.near, np, rows.ids[None]))


class Choice(NamedTuple):
    """What was chosen, and how likely it is to be right."""

    text: str | None
    share: float


@dataclass(frozen=True)
class Read:
    """An abstract that the network has read."""

    network: Network
    rows: Rows
    seen: NDArray[np.float32]
    _found: dict[int, tuple[Sequence[str], list[int]]] = field(default_factory=dict, init=False, repr=False)
    """Lists of features by their identity, which is theirs as long as they are held here, and their numbers."""

    def choose(self, role: Role, kind: Kind, place: Place, candidates: Sequence[Candidate]) -> Choice:
        """Return the best of at least one candidate for a role of a number; the earliest of equals wins."""
        one = np.zeros(1, np.int32)
        spans, present = placed(self.rows, candidates)
        choices = Choices(
            question=np.zeros(len(candidates), np.int32),
            text=one,
            row=one + self.rows.row(place.sentence.index, place.position),
            role=one + ROLES.index(role),
            kind=one + KIND.index(kind),
            spans=spans,
            present=present,
            nothing=np.array([candidate.text is None for candidate in candidates], np.float32),
        )
        sums = self._sums(role, candidates)
        scores = score(self.network.weights, np, self.seen, choices, sums[:, :-1], sums[:, -1])
        best = int(scores.argmax())
        return Choice(candidates[best].text, float(1 / np.exp(scores - scores[best]).sum()))

    def _sums(self, role: Role, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
        """Sum up what the features of each candidate contribute; a list that several share is summed up once."""
        shared = {id(candidate.shared): candidate.shared for candidate in candidates}
        place = {key: number for number, key in enumerate(shared)}
        own = self._summed(role, [candidate.features for candidate in candidates])
        common = self._summed(role, list(shared.values()))
        total: NDArray[np.float32] = own + common[[place[id(candidate.shared)] for candidate in candidates]]
        return total

    def _summed(self, role: Role, lists: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """Sum up what the features of each list contribute."""
        numbers: list[int] = []
        starts: list[int] = []
        for features in lists:
            starts.append(len(numbers))
            numbers += self._numbers(features)
        rows = self.network.rows[role].take(numbers)
        sums: NDArray[np.float32] = np.add.reduceat(self.network.contributions.take(rows, axis=0), starts)
        return sums

    def _numbers(self, features: Sequence[str]) -> list[int]:
        """Look up features. What is asked of several roles is looked up once."""
        known = self._found.get(id(features))
        if known is None:
            find = self.network.numbers.get
            # 0, which is also the number of unknown features, contributes nothing; it comes first, as no list is empty.
            known = self._found[id(features)] = (features, [0, *[find(feature, 0) for feature in features]])
        return known[1]


def placed(rows: Rows, candidates: Sequence[Candidate]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the places of candidates as `Choices` has them: spans and which of them there are."""
    spans = np.zeros((len(candidates), MOST_SPANS, 2), np.int32)
    present = np.zeros((len(candidates), MOST_SPANS), np.float32)
    for number, candidate in enumerate(candidates):
        for place, span in enumerate(rows.spans(candidate)):
            spans[number, place] = span
            present[number, place] = 1
    return spans, present


@lru_cache(maxsize=1)
def load_network() -> Network:
    """Read the shipped weights."""
    with as_file(files("extract.rules") / "network.npz") as file, np.load(file) as arrays:
        weights = {name: arrays[name].astype(np.float32) for name in (*reading_sizes(0), *choosing_sizes(0))}
        names = json.loads(arrays["names"].tobytes())
    return Network(weights, names["words"], names["features"])


def pack(file: IO[bytes], network: Network) -> None:
    """Write weights as `load_network` reads them; the same weights give the same bytes."""
    names = {"words": list(network.words), "features": {role: list(found) for role, found in network.features.items()}}
    arrays: dict[str, Any] = {name: np.asarray(array, np.float16) for name, array in network.weights.items()}
    packed = np.frombuffer(json.dumps(names, ensure_ascii=False).encode(), np.uint8)
    np.savez_compressed(file, names=packed, **arrays)
