"""A logit: each of a few fixed answers is as likely as its weights of the features say together.

It says whether a number is a claim, of which kind, and which way its metric moves. The weights come from
`extract.rules.training`.
"""

import gzip
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from extract.rules.meaning import CLAIM, DIRECTION, KIND

Features = Sequence[str]
Floats = NDArray[np.float64]

Tables = Mapping[str, Mapping[str, float]]
"""'question:answer' -> feature -> weight. A feature without a weight counts nothing."""

ANSWERS: Mapping[str, Sequence[str]] = {"claim": CLAIM, "kind": KIND, "direction": DIRECTION}
COLUMNS = [f"{question}:{answer}" for question, answers in ANSWERS.items() for answer in answers]
"""What each column of scores is about."""
_COLUMNS_OF = {question: [column.startswith(f"{question}:") for column in COLUMNS] for question in ANSWERS}


class Linear:
    """Trained weights, ready to score with."""

    def __init__(self, tables: Tables) -> None:
        names = dict.fromkeys(chain.from_iterable(tables.values()))
        self._numbers = {name: number for number, name in enumerate(names, start=1)}
        self._weights = np.zeros((1 + len(names), len(COLUMNS)))
        for column, answer in enumerate(COLUMNS):
            for name, weight in tables.get(answer, {}).items():
                self._weights[self._numbers[name], column] = weight

    def scores(self, lists: Sequence[Features]) -> Floats:
        """Return (lists, COLUMNS): the sums of the weights of each list of features."""
        find = self._numbers.get
        numbers: list[int] = []
        starts: list[int] = []
        for features in lists:
            starts.append(len(numbers))
            numbers.append(0)
            numbers += [find(feature, 0) for feature in features]
        sums: Floats = np.add.reduceat(self._weights.take(numbers, axis=0), starts)
        return sums


def shares(question: str, scores: Floats) -> Floats:
    """Turn scores, as `Linear.scores` returns them, into (lists, answers): how likely each answer of a question is."""
    own = scores[:, _COLUMNS_OF[question]]
    powers = np.exp(own - own.max(1, keepdims=True))
    total: Floats = powers / powers.sum(1, keepdims=True)
    return total


@lru_cache(maxsize=1)
def load_weights() -> Linear:
    """Read the shipped weights."""
    packed = (files("extract.rules") / "weights.json.gz").read_bytes()
    return Linear(json.loads(gzip.decompress(packed)))
