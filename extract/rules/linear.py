"""A conditional logit: of several candidates, each a list of features, choose the one with the largest sum of weights.

One model answers every question of the grammar (is this number a claim? which of these phrases is its metric?),
because each is a choice among candidates. Scoring is a sum over a dictionary, so it needs no library and is the same
everywhere. The weights come from `extract.rules.training`.
"""

import gzip
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Protocol

Features = Sequence[str]

Weights = Mapping[str, Mapping[str, float]]
"""Question -> feature -> weight. A feature without a weight counts nothing."""


class Weighed(Protocol):
    """What can be chosen: features of its own, and a list of features that it may share with others."""

    @property
    def features(self) -> Features: ...  # noqa: D102
    @property
    def shared(self) -> Features: ...  # noqa: D102


def choose(weights: Mapping[str, float], candidates: Sequence[Weighed]) -> int:
    """Return the index of the best of at least one candidate; the earliest of equals wins."""
    get = weights.get
    common: dict[int, float] = {}
    scores = []
    for candidate in candidates:
        score = sum([get(feature, 0.0) for feature in candidate.features])
        if candidate.shared:
            key = id(candidate.shared)
            if key not in common:
                common[key] = sum([get(feature, 0.0) for feature in candidate.shared])
            score += common[key]
        scores.append(score)
    return scores.index(max(scores))


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    """Read the shipped weights."""
    packed = (files("extract.rules") / "weights.json.gz").read_bytes()
    weights: Weights = json.loads(gzip.decompress(packed))
    return weights


def answer(weights: Weights, question: str, answers: Sequence[str], features: Features) -> str:
    """Return the best of several fixed answers, which weigh the same features differently."""
    tables = [weights[f"{question}:{text}"].get for text in answers]
    scores = [sum([get(feature, 0.0) for feature in features]) for get in tables]
    return answers[scores.index(max(scores))]
