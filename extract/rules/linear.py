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

Features = Sequence[str]

Weights = Mapping[str, Mapping[str, float]]
"""Question -> feature -> weight. A feature without a weight counts nothing."""


def choose(weights: Mapping[str, float], candidates: Sequence[Features]) -> int:
    """Return the index of the best of at least one candidate; the earliest of equals wins."""
    get = weights.get
    scores = [sum([get(feature, 0.0) for feature in features]) for features in candidates]
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
