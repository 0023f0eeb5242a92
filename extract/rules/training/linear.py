"""Fit the linear weights: whether a number is a claim, of which kind, and which way its metric moves."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extract.gold import GoldAbstract, accepts, pair_with_mentions
from extract.mentions import find_mentions
from extract.rules import meaning
from extract.rules.context import places
from extract.rules.linear import Features
from extract.rules.names import read_names
from extract.rules.roles import Proposer
from extract.rules.text import read_text

ROUNDS = 250
"""Steps of gradient ascent on the whole data; the likelihood changes by less than 0.1% in the last fifty."""
STEP = 0.05
SHRINKAGE = 1.0
"""Strength of the Gaussian prior on weights; from 0.3 to 3 cross-validation on the training file sees no difference."""
RAREST = 3
"""A feature must be seen in so many papers to get a weight: numbers of one paper are too alike to learn from each."""

ANSWERS = {"claim": meaning.CLAIM, "kind": meaning.KIND, "direction": meaning.DIRECTION}


@dataclass(frozen=True)
class Asked:
    """One question about one number, and its right answer."""

    paper: str
    features: Features
    right: str


def train(abstracts: Sequence[GoldAbstract]) -> dict[str, dict[str, float]]:
    """Fit every question on labelled abstracts; return a table of weights for each answer, named 'question:answer'."""
    asked: dict[str, list[Asked]] = defaultdict(list)
    for gold in abstracts:
        for question, example in _questions(gold):
            asked[question].append(example)
    return {
        f"{question}:{answer}": table
        for question, answers in ANSWERS.items()
        for answer, table in fit(asked[question], answers).items()
    }


def _questions(gold: GoldAbstract) -> Iterator[tuple[str, Asked]]:
    """Ask of a labelled abstract what the extractor would ask, with the labels' answers."""
    mentions = find_mentions(gold.abstract)
    claims = pair_with_mentions(gold, mentions)
    text = read_text(gold.abstract, mentions)
    proposer = Proposer(text, read_names(gold.title, text))
    for place in places(text):
        features = meaning.describe(place, len(text.sentences))
        claim = claims.get(place.index)
        if claim is None:
            yield "claim", Asked(gold.paper, features, "no")
        elif not claim.optional:
            yield "claim", Asked(gold.paper, features, "yes")
            yield "kind", Asked(gold.paper, features, claim.kind)
            if claim.kind != "score":
                named = (c.text for c in proposer.metrics(place, claim.kind) if accepts(claim.metric, c.text))
                known = meaning.known_answers(claim.kind, next(named, None))
                yield "direction", Asked(gold.paper, [*features, *known], claim.direction or "none")


def fit(asked: Sequence[Asked], answers: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return, for each answer, the weights that make the right ones most likely, by Adam on all data; deterministic."""
    seen = Counter(feature for _, feature in {(one.paper, feature) for one in asked for feature in one.features})
    number = {feature: i for i, feature in enumerate(sorted(f for f, papers in seen.items() if papers >= RAREST))}
    known = [[number[feature] for feature in one.features if feature in number] for one in asked]
    line = np.repeat(np.arange(len(asked)), [len(features) for features in known])
    column = np.array([feature for features in known for feature in features], dtype=np.int64)
    right = np.zeros((len(asked), len(answers)))
    right[np.arange(len(asked)), [answers.index(one.right) for one in asked]] = 1
    weights, first, second = (np.zeros((len(answers), len(number))) for _ in range(3))
    for step in range(1, ROUNDS + 1):
        scores = _summed(line, weights[:, column], len(asked)).T
        share = np.exp(scores - scores.max(1, keepdims=True))
        pull = (right - share / share.sum(1, keepdims=True)).T
        gradient = _summed(column, pull[:, line], len(number)) - SHRINKAGE * weights
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        weights += STEP * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return {
        answer: {feature: round(float(row[i]), 3) for feature, i in number.items() if abs(row[i]) >= 0.01}
        for answer, row in zip(answers, weights, strict=True)
    }


def _summed(place: NDArray[np.int64], values: NDArray[np.float64], places: int) -> NDArray[np.float64]:
    """Sum up each row of values by place."""
    return np.stack([np.bincount(place, weights=row, minlength=places) for row in values])
