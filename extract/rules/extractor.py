"""The embedded extractor: no key, no network, no model server; deterministic.

A grammar of sentences, phrases and lists proposes what each number could mean; linear weights and a small network,
trained on labelled abstracts, choose among its proposals.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from extract.mentions import find_mentions
from extract.rules import meaning
from extract.rules.context import Place, places
from extract.rules.evidence import evidence_of
from extract.rules.linear import Linear, load_weights, shares
from extract.rules.names import read_names
from extract.rules.reader import Choice, Network, Question, load_network
from extract.rules.roles import Proposer, Role
from extract.rules.setting import setting_of
from extract.rules.text import Text, read_text
from extract.rules.workers import cores, read_each
from models.claim import Claim, Kind, Reading, ground
from models.mention import Mention
from models.paper import Paper
from models.run import Outcome
from models.vocabulary import normal_form


@dataclass(frozen=True)
class RulesExtractor:
    """Reads about a hundred abstracts a second on each core.

    `workers` is the number of processes; papers are read in this process where there is but one, or few papers.
    """

    name: str = "rules"
    workers: int = field(default_factory=cores)

    @cached_property
    def fingerprint(self) -> str:
        """Changes with whatever a claim depends on: this package, its weights, the number grammar, the vocabulary."""
        return f"rules-{_code_digest()}"

    def extract(self, papers: Iterable[Paper]) -> Iterator[Outcome]:
        """Yield one outcome per paper, in order."""
        return read_each(read_paper, papers, self.workers)


@lru_cache(maxsize=1)
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


def read_paper(paper: Paper) -> Outcome:
    """Read one abstract with the shipped weights."""
    mentions = find_mentions(paper.abstract)
    return Outcome(
        paper_id=paper.paper_id,
        text_hash=paper.text_hash,
        status="done" if mentions else "skipped",
        mention_count=len(mentions),
        claims=tuple(judged.claim for judged in judge(paper, mentions)),
    )


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
    if not mentions:
        return []
    # Matrices of one abstract are too small to share: on a busy machine, threads that wait for each other take minutes.
    with _threads().limit(limits=1):
        return _judged(paper, mentions, linear or load_weights(), network or load_network())


def _judged(paper: Paper, mentions: Sequence[Mention], linear: Linear, network: Network) -> list[Judged]:
    text = read_text(paper.abstract, mentions)
    numbers = _claimed(text, linear)
    if not numbers:
        return []
    meanings = _meanings(paper.title, text, numbers, linear, network)
    return [
        Judged(ground(paper, number.place.mention, reading, evidence_of(text, number.place)), certainties)
        for number, (reading, certainties) in zip(numbers, meanings, strict=True)
    ]


class Number(NamedTuple):
    """A mention that is a claim, and what is known of it before its names are."""

    place: Place
    kind: Kind
    certainty: float
    """How likely it is a claim and of this kind."""
    scores: NDArray[np.float64]
    """What the linear weights make of its features."""


def _claimed(text: Text, linear: Linear) -> list[Number]:
    """Say which numbers are claims, and of which kind."""
    found = places(text)
    scores = linear.scores([meaning.describe(place, len(text.sentences)) for place in found])
    claims, kinds = shares("claim", scores)[:, meaning.CLAIM.index("yes")], shares("kind", scores)
    return [
        Number(place, meaning.KIND[int(kind.argmax())], float(claim * kind.max()), own)
        for place, claim, kind, own in zip(found, claims, kinds, scores, strict=True)
        if claim > 0.5
    ]


def _meanings(
    title: str, text: Text, numbers: Sequence[Number], linear: Linear, network: Network
) -> Iterator[tuple[Reading, Mapping[str, float]]]:
    """Say what each of at least one number means, and how sure that is: see `Judged`."""
    names = read_names(title, text)
    proposer = Proposer(text, names)
    of_metrics = [Question("metric", n.kind, n.place, proposer.metrics(n.place, n.kind)) for n in numbers]
    of_models = [Question("model", n.kind, n.place, proposer.names(n.place, n.kind)) for n in numbers]
    read = network.read(title, text, names, [*of_metrics, *of_models])
    metrics = read.choose(of_metrics)
    known = [meaning.known_answers(n.kind, metric.text) for n, metric in zip(numbers, metrics, strict=True)]
    turns = shares("direction", np.array([number.scores for number in numbers]) + linear.scores(known)).argmax(1)
    of_models = [
        question._replace(taken=(normal_form(metric.text),)) if metric.text else question
        for question, metric in zip(of_models, metrics, strict=True)
    ]
    chosen = read.choose([*of_models, *(question._replace(role="benchmark") for question in of_models)])
    models, benchmarks = chosen[: len(numbers)], chosen[len(numbers) :]
    of_baselines = [
        question._replace(role="baseline", taken=(*question.taken, model.candidate.key))
        for question, model in zip(of_models, models, strict=True)
        if question.kind != "score"
    ]
    baselines = iter(read.choose(of_baselines) if of_baselines else ())
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
            setting=setting_of(text, number.place, tuple(wordings.values())),
            certainty=round(certainty, 4),
            **wordings,
        )
        yield reading, {"kind": number.certainty, **{role: choice.share for role, choice in choices.items()}}


def _code_digest() -> str:
    folders = [files(package) for package in ("extract.rules", "extract.mentions", "models.vocabulary")]
    items = [item for folder in folders for item in sorted(folder.iterdir(), key=lambda item: item.name)]
    items += [files("models") / "claim.py", files("models") / "mention.py"]
    contents = [item.read_bytes() for item in items if item.name.endswith((".py", ".toml", ".gz", ".npz"))]
    return hashlib.sha256(b"\x1f".join(contents)).hexdigest()[:16]
