"""Labelled abstracts as the extractor meets them: what it would ask of each number, and what the label answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from extract.gold import GoldAbstract, GoldClaim, accepts, pair_with_mentions
from extract.mentions import find_mentions
from extract.rules import meaning
from extract.rules.context import Place, places
from extract.rules.names import read_names
from extract.rules.reader import Question
from extract.rules.roles import Candidate, Proposer
from extract.rules.text import Text, read_text
from models.claim import Kind
from models.vocabulary import normal_form


class Asked(NamedTuple):
    """A question to choose a candidate, and which candidates are right."""

    question: Question
    right: NDArray[np.bool_]


@dataclass(frozen=True)
class Number:
    """A mention that the label decides on: no claim, or one of a kind and, but for scores, a direction."""

    place: Place
    features: Sequence[str]
    kind: Kind | None
    """None where it is no claim."""
    direction: meaning.Turn | None
    metric: Candidate | None
    """The first that is right, if it is a claim and there is one."""


@dataclass(frozen=True)
class Lesson:
    """A labelled abstract, and what is asked about it."""

    paper: str
    title: str
    text: Text
    numbers: Sequence[Number]
    asked: Sequence[Asked]


def lessons_of(abstracts: Sequence[GoldAbstract]) -> list[Lesson]:
    """Ask of every labelled abstract what the extractor would ask; leave out those without a number to decide on."""
    return [lesson for gold in abstracts if (lesson := _lesson(gold)).numbers]


def _lesson(gold: GoldAbstract) -> Lesson:
    mentions = find_mentions(gold.abstract)
    claims = pair_with_mentions(gold, mentions)
    text = read_text(gold.abstract, mentions)
    proposer = Proposer(text, read_names(gold.title, text))
    numbers: list[Number] = []
    asked: list[Asked] = []
    for place in places(text):
        claim = claims.get(place.index)
        features = meaning.describe(place, len(text.sentences))
        if claim is None:
            numbers.append(Number(place, features, None, None, None))
        elif not claim.optional:
            metrics = Question("metric", claim.kind, place, proposer.metrics(place, claim.kind))
            metric = _first(metrics, claim.metric)
            direction = None if claim.kind == "score" else claim.direction or "none"
            numbers.append(Number(place, features, claim.kind, direction, metric))
            asked += _asked(metrics, metric, claim, proposer)
    return Lesson(gold.paper, gold.title, text, numbers, asked)


def _asked(metrics: Question, metric: Candidate | None, claim: GoldClaim, proposer: Proposer) -> Iterator[Asked]:
    """Ask for all names of a claim; leave out what no candidate answers, or each."""
    candidates = proposer.names(metrics.place, claim.kind)
    taken = (normal_form(metric.text),) if metric is not None and metric.text else ()
    model = Question("model", claim.kind, metrics.place, candidates, taken)
    own = _first(model, claim.model)
    questions = [
        (metrics, claim.metric),
        (model, claim.model),
        (model._replace(role="benchmark"), claim.benchmark),
    ]
    if claim.kind != "score":
        baseline = model._replace(role="baseline", taken=(*taken, own.key if own is not None else None))
        questions.append((baseline, claim.baseline))
    for question, accepted in questions:
        right = _right(question, accepted)
        if right.any() and not right.all():
            yield Asked(question, right)


def _right(question: Question, accepted: Sequence[str | None]) -> NDArray[np.bool_]:
    return np.array(
        [
            (candidate.key is None or candidate.key not in question.taken) and accepts(accepted, candidate.text)
            for candidate in question.candidates
        ]
    )


def _first(question: Question, accepted: Sequence[str | None]) -> Candidate | None:
    right = _right(question, accepted)
    return question.candidates[int(right.argmax())] if right.any() else None
