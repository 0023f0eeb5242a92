"""A logit: of a few fixed answers, choose the one whose features weigh most together.

It says whether a number is a claim, of which kind, and which way its metric moves. Scoring is a sum over a dictionary.
The weights come from `extract.rules.training`.
"""

import gzip
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from math import exp
from typing import TypeVar

Features = Sequence[str]

Weights = Mapping[str, Mapping[str, float]]
"""'question:answer' -> feature -> weight. A feature without a weight counts nothing."""

Answer = TypeVar("Answer", bound=str)


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    """Read the shipped weights."""
    packed = (files("extract.rules") / "weights.json.gz").read_bytes()
    weights: Weights = json.loads(gzip.decompress(packed))
    return weights


def answer(weights: Weights, question: str, answers: Sequence[Answer], features: Features) -> tuple[Answer, float]:
    """Return the best of several fixed answers, which weigh the same features differently, and how likely it is."""
    tables = [weights[f"{question}:{text}"].get for text in answers]
    scores = [sum([get(feature, 0.0) for feature in features]) for get in tables]
    top = max(scores)
    return answers[scores.index(top)], 1 / sum(exp(score - top) for score in scores)
