"""Fit the linear weights: whether a number is a claim, of which kind, and which way its metric moves."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extract.rules import meaning
from extract.rules.linear import ANSWERS, Features, Tables
from extract.rules.training.lessons import Lesson, Number

ROUNDS = 250
"""Steps of gradient ascent on the whole data; the likelihood changes by less than 0.1% in the last fifty."""
STEP = 0.05
SHRINKAGE = 1.0
"""Strength of the Gaussian prior on weights; from 0.3 to 3 cross-validation on the training file sees no difference."""
RAREST = 3
"""A feature must be seen in so many papers to get a weight: numbers of one paper are too alike to learn from each."""


@dataclass(frozen=True)
class Asked:
    """One question about one number, and its right answer."""

    paper: str
    features: Features
    right: str


def train(lessons: Sequence[Lesson]) -> Tables:
    """Fit every question on labelled abstracts; return a table of weights for each answer, named 'question:answer'."""
    asked: dict[str, list[Asked]] = defaultdict(list)
    for lesson in lessons:
        for number in lesson.numbers:
            for question, features, right in _questions(number):
                asked[question].append(Asked(lesson.paper, features, right))
    return {
        f"{question}:{answer}": table
        for question, answers in ANSWERS.items()
        for answer, table in fit(asked[question], answers).items()
    }


def _known(number: Number) -> Features:
    """Return the features of what is decided before the direction is asked; they say nothing of other questions."""
    if number.direction is None or number.kind is None:
        return ()
    return meaning.known_answers(number.kind, number.metric.text if number.metric else None)


def _questions(number: Number) -> Iterator[tuple[str, Features, str]]:
    """Ask of a number what the extractor would ask, with the label's answers."""
    yield "claim", number.features, "no" if number.kind is None else "yes"
    if number.kind is not None:
        yield "kind", number.features, number.kind
    if number.direction is not None:
        yield "direction", [*number.features, *_known(number)], number.direction


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
