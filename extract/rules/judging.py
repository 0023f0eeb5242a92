"""What the numbers of abstracts say: which are claims, of which kind, and which names belong to them.

Several abstracts are judged together. What the weights make of one is a matter of small matrices, and calling NumPy for
each would take longer than the sums do.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from extract.rules import meaning
from extract.rules.context import Place, places
from extract.rules.evidence import evidence_of
from extract.rules.linear import Linear, load_weights, shares
from extract.rules.names import read_names
from extract.rules.reader import Choice, Network, Question, load_network
from extract.rules.roles import Proposer, Role
from extract.rules.rows import Rows, rows_of
from extract.rules.setting import setting_of
from extract.rules.text import Text, read_text
from models.claim import Claim, Kind, Reading, ground
from models.mention import Mention
from models.paper import Paper
from models.vocabulary import normal_form

Marked = tuple[Paper, Sequence[Mention]]
"""A paper, and the numbers in its abstract."""


class Judged(NamedTuple):
    """A claim, and how sure the extractor is of what it says."""

    claim: Claim
    certainties: Mapping[str, float]
    """How likely each of kind (and that it is a claim), metric, model, benchmark and baseline is right: 0 to 1."""


def judge(
    paper: Paper, mentions: Sequence[Mention], linear: Linear | None = None, network: Network | None = None
) -> list[Judged]:
    """Decide which mentions are claims and what they mean, in the order of the abstract.

    The weights are the shipped ones where no others are given.
    """
    return judge_all([(paper, mentions)], linear, network)[0]


def judge_all(
    marked: Sequence[Marked], linear: Linear | None = None, network: Network | None = None
) -> list[list[Judged]]:
    """Judge each of some papers as `judge` does, in their order."""
    judged: list[list[Judged]] = [[] for _ in marked]
    # Matrices of a few abstracts are too small to share: on a busy machine, threads that wait for each other take
    # minutes.
    with _threads().limit(limits=1):
        linear = linear or load_weights()
        numbers = _claimed(marked, linear)
        meanings = _meanings(marked, numbers, linear, network or load_network())
        for number, (reading, certainties) in zip(numbers, meanings, strict=True):
            paper, place = marked[number.paper][0], number.place
            claim = ground(paper, place.mention, reading, evidence_of(number.text, place))
            judged[number.paper].append(Judged(claim, certainties))
    return judged


@lru_cache(maxsize=1)
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


class Number(NamedTuple):
    """A mention that is a claim, and what is known of it before its names are."""

    paper: int
    """Which of the papers that are judged together it is of."""
    text: Text
    place: Place
    kind: Kind
    certainty: float
    """How likely it is a claim and of this kind."""
    scores: NDArray[np.float64]
    """What the linear weights make of its features."""


def _claimed(marked: Sequence[Marked], linear: Linear) -> list[Number]:
    """Say which numbers are claims, and of which kind."""
    texts = [read_text(paper.abstract, mentions) for paper, mentions in marked]
    found = [(paper, text, place) for paper, text in enumerate(texts) for place in places(text)]
    if not found:
        return []
    scores = linear.scores([meaning.describe(place, len(text.sentences)) for _, text, place in found])
    claims, kinds = shares("claim", scores)[:, meaning.CLAIM.index("yes")], shares("kind", scores)
    best, certainties = kinds.argmax(1).tolist(), (claims * kinds.max(1)).tolist()
    return [
        Number(*found[i], meaning.KIND[best[i]], certainties[i], scores[i])
        for i in np.flatnonzero(claims > 0.5).tolist()
    ]


def _meanings(
    marked: Sequence[Marked], numbers: Sequence[Number], linear: Linear, network: Network
) -> Iterator[tuple[Reading, Mapping[str, float]]]:
    """Say what each number means, and how sure that is: see `Judged`."""
    if not numbers:
        return
    texts, of_metrics, of_models = _asked(marked, numbers, network)
    metric_lists, name_lists = network.read(texts, of_metrics, of_models)
    metrics = metric_lists.choose(of_metrics)
    known = [meaning.known_answers(n.kind, metric.text) for n, metric in zip(numbers, metrics, strict=True)]
    turns = shares("direction", np.array([number.scores for number in numbers]) + linear.scores(known)).argmax(1)
    of_models = [
        question._replace(taken=(normal_form(metric.text),)) if metric.text else question
        for question, metric in zip(of_models, metrics, strict=True)
    ]
    chosen = name_lists.choose([*of_models, *(question._replace(role="benchmark") for question in of_models)])
    models, benchmarks = chosen[: len(numbers)], chosen[len(numbers) :]
    of_baselines = [
        question._replace(role="baseline", taken=(*question.taken, model.candidate.key))
        for question, model in zip(of_models, models, strict=True)
        if question.kind != "score"
    ]
    baselines = iter(name_lists.choose(of_baselines) if of_baselines else ())
    for number, turn, metric, model, benchmark in zip(numbers, turns, metrics, models, benchmarks, strict=True):
        choices: dict[Role, Choice] = {"metric": metric, "model": model, "benchmark": benchmark}
        # Without the baseline: `Reading.certainty` says of what it is.
        certainty = number.certainty * prod(choice.share for choice in choices.values())
        direction = meaning.DIRECTION[turn] if number.kind != "score" else "none"
        if number.kind != "score":
            choices["baseline"] = next(baselines)
        wordings = {role: choice.text for role, choice in choices.items()}
        reading = Reading(
            kind=number.kind,
            direction=None if direction == "none" else direction,
            basis=meaning.basis_of(number.place, number.kind),
            setting=setting_of(number.text, number.place, tuple(wordings.values())),
            certainty=round(certainty, 4),
            **wordings,
        )
        yield reading, {"kind": number.certainty, **{role: choice.share for role, choice in choices.items()}}


def _asked(
    marked: Sequence[Marked], numbers: Sequence[Number], network: Network
) -> tuple[list[Rows], list[Question], list[Question]]:
    """Return the abstracts of the numbers as the network sees them, and what is asked of each number's names."""
    texts: list[Rows] = []
    of_metrics, of_models = [], []
    paper = -1
    for number in numbers:
        if number.paper != paper:
            paper = number.paper
            title = marked[paper][0].title
            names = read_names(title, number.text)
            proposer = Proposer(number.text, names)
            texts.append(rows_of(title, number.text, names, network.words))
        kind, place, text = number.kind, number.place, len(texts) - 1
        of_metrics.append(Question("metric", kind, place, proposer.metrics(place, kind), text=text))
        of_models.append(Question("model", kind, place, proposer.names(place, kind), text=text))
    return texts, of_metrics, of_models
