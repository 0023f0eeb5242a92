"""Train the weights of the embedded extractor from labelled abstracts.

    python -m extract.rules.training [GOLD.jsonl …] [--abstracts PAPERS.parquet]

writes `weights.json.gz` beside this file; the same input gives the same bytes. A gold file holds abstracts and labels.
`labels.jsonl`, in this folder, holds a thousand more labels without their abstracts, as spans: they join the training
where `--abstracts` names a table of arXiv papers (id, title, abstract) that has them.

The shipped weights come from both. All labels were made by a strong language model that read each abstract by the
labelling guide, not by people. No file that quality is measured on takes part.
"""

import gzip
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import duckdb
import numpy as np
import typer
from numpy.typing import NDArray

from extract.gold import GoldAbstract, GoldClaim, accepts, pair_with_mentions, read_gold
from extract.mentions import find_mentions
from extract.rules import meaning
from extract.rules.context import Place, places
from extract.rules.linear import Features
from extract.rules.names import read_names
from extract.rules.roles import Candidate, Proposer
from extract.rules.text import read_text

ROUNDS = 250
"""Steps of gradient ascent on the whole data; the likelihood changes by less than 0.1% in the last fifty."""
STEP = 0.05
QUESTIONS = ("claim", "kind", "direction", "metric", "model", "benchmark", "baseline")
SHRINKAGE = 1.0
"""Strength of the Gaussian prior on weights; from 0.3 to 3 cross-validation on the training file sees no difference."""
RAREST = 3
"""A feature must be seen in so many papers to get a weight: numbers of one paper are too alike to learn from each."""

Vector = NDArray[np.float64]


@dataclass
class Question:
    """Candidates, and which of them are right."""

    candidates: list[Features]
    right: list[bool]
    paper: str


@dataclass
class Questions:
    """All questions of one sort."""

    asked: list[Question] = field(default_factory=list)

    def add(self, paper: str, candidates: Sequence[Features], right: Sequence[bool]) -> None:
        """Keep a question that has a right and a wrong answer; the others teach nothing."""
        if any(right) and not all(right):
            self.asked.append(Question(list(candidates), list(right), paper))


def questions_of(abstracts: Sequence[GoldAbstract]) -> dict[str, Questions]:
    """Ask of every labelled abstract what the extractor would ask, with the labels' answers."""
    asked = {name: Questions() for name in QUESTIONS}
    for gold in abstracts:
        mentions = find_mentions(gold.abstract)
        claims = pair_with_mentions(gold, mentions)
        text = read_text(gold.abstract, mentions)
        proposer = Proposer(text, read_names(gold.title, text))
        for place in places(text):
            features = meaning.describe(place, len(text.sentences))
            claim = claims.get(place.index)
            if claim is None or not claim.optional:
                asked["claim"].add(gold.paper, *_fixed(meaning.CLAIM, features, "no" if claim is None else "yes"))
            if claim is not None and not claim.optional:
                for name, candidates, right in _of_claim(proposer, place, features, claim):
                    asked[name].add(gold.paper, candidates, right)
    return asked


def _of_claim(
    proposer: Proposer, place: Place, features: list[str], claim: GoldClaim
) -> Iterator[tuple[str, list[Features], list[bool]]]:
    kind = claim.kind
    yield "kind", *_fixed(meaning.KIND, features, kind)
    metrics = proposer.metrics(place, kind)
    metric = _first_right(metrics, claim.metric)
    yield "metric", *_open(metrics, claim.metric)
    models = proposer.names(place, kind, (metric,))
    yield "model", *_open(models, claim.model)
    yield "benchmark", *_open(proposer.names(place, kind, (metric,)), claim.benchmark)
    if kind != "score":
        known = meaning.known_answers(kind, metric)
        yield "direction", *_fixed(meaning.DIRECTION, [*features, *known], claim.direction or "none")
        model = _first_right(models, claim.model)
        yield "baseline", *_open(proposer.names(place, kind, (metric, model)), claim.baseline)


def _fixed(answers: Sequence[str], features: list[str], right: str) -> tuple[list[Features], list[bool]]:
    """Make every fixed answer a candidate of its own, with its own copy of the features."""
    return [[f"{text}|{feature}" for feature in features] for text in answers], [text == right for text in answers]


def _open(candidates: list[Candidate], accepted: tuple[str | None, ...]) -> tuple[list[Features], list[bool]]:
    return [[*c.features, *c.shared] for c in candidates], _right(candidates, accepted)


def _first_right(candidates: list[Candidate], accepted: tuple[str | None, ...]) -> str | None:
    return next((c.text for c, ok in zip(candidates, _right(candidates, accepted), strict=True) if ok), None)


def _right(candidates: list[Candidate], accepted: tuple[str | None, ...]) -> list[bool]:
    return [accepts(accepted, candidate.text) for candidate in candidates]


def fit(questions: Questions, shrinkage: float = SHRINKAGE) -> dict[str, float]:
    """Return the weights that make the right answers most likely, by Adam on the full data; deterministic."""
    pairs = {(f, q.paper) for q in questions.asked for features in q.candidates for f in features}
    seen = Counter(feature for feature, _ in pairs)
    number = {feature: i for i, feature in enumerate(sorted(f for f, n in seen.items() if n >= RAREST))}
    columns, rows, right, starts = [], [], [], []
    row = 0
    for question in questions.asked:
        starts.append(row)
        for features, ok in zip(question.candidates, question.right, strict=True):
            known = [number[f] for f in features if f in number]
            columns += known
            rows += [row] * len(known)
            right.append(ok)
            row += 1
    column, line = np.array(columns, dtype=np.int64), np.array(rows, dtype=np.int64)
    correct, start = np.array(right, dtype=np.float64), np.array(starts, dtype=np.int64)
    group = np.repeat(np.arange(len(starts)), np.diff([*starts, row]))
    weights, first, second = np.zeros(len(number)), np.zeros(len(number)), np.zeros(len(number))
    anything: Vector = np.ones(row)
    for step in range(1, ROUNDS + 1):
        scores = np.bincount(line, weights=weights[column], minlength=row).astype(np.float64)
        pull = _share(scores, correct, start, group) - _share(scores, anything, start, group)
        gradient = np.bincount(column, weights=pull[line], minlength=len(number)) - shrinkage * weights
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        weights += STEP * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return {feature: round(float(weights[i]), 3) for feature, i in number.items() if abs(weights[i]) >= 0.01}


def _share(scores: Vector, allowed: Vector, start: NDArray[np.int64], group: NDArray[np.int64]) -> Vector:
    """Probability of each candidate within its question, among the allowed ones."""
    top = np.maximum.reduceat(scores, start)
    raised: Vector = np.exp(scores - top[group]) * allowed
    share: Vector = raised / np.maximum(np.add.reduceat(raised, start)[group], 1e-300)
    return share


FIXED = {"claim": meaning.CLAIM, "kind": meaning.KIND, "direction": meaning.DIRECTION}
"""Questions whose answers are the same for every number."""


def train(abstracts: Sequence[GoldAbstract]) -> dict[str, dict[str, float]]:
    """Fit every question on labelled abstracts. Fixed answers get a table each, named 'question:answer'."""
    fitted = {name: fit(questions) for name, questions in questions_of(abstracts).items()}
    return split_answers(fitted)


def split_answers(fitted: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """Give each fixed answer its own table of weights."""
    weights = {name: table for name, table in fitted.items() if name not in FIXED}
    for question, answers in FIXED.items():
        for text in answers:
            start = f"{text}|"
            own = {feature: weight for feature, weight in fitted[question].items() if feature.startswith(start)}
            weights[f"{question}:{text}"] = {feature.removeprefix(start): weight for feature, weight in own.items()}
    return weights


def read_labels(path: Path, table: Path) -> list[GoldAbstract]:
    """Put the labels in `path` on the abstracts of a Parquet table; those that it lacks are left out."""
    labels = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT id, title, abstract FROM read_parquet(?) WHERE list_contains(?, id)",
            [str(table), [entry["paper"] for entry in labels]],
        ).fetchall()
    texts = {paper: (title, abstract) for paper, title, abstract in rows}
    return [
        GoldAbstract(paper=paper, title=texts[paper][0], abstract=texts[paper][1], claims=_with_evidence(entry, texts))
        for entry in labels
        if (paper := entry["paper"]) in texts
    ]


def _with_evidence(entry: dict[str, Any], texts: dict[str, tuple[str, str]]) -> tuple[GoldClaim, ...]:
    abstract = texts[entry["paper"]][1]
    return tuple(
        GoldClaim.model_validate(claim | {"evidence": abstract[slice(*claim["evidence"])]}) for claim in entry["claims"]
    )


def main(
    gold: Annotated[list[Path] | None, typer.Argument(help="Gold files: JSON Lines with abstracts and claims.")] = None,
    abstracts: Annotated[Path | None, typer.Option(help="Parquet of arXiv papers for labels.jsonl.")] = None,
) -> None:
    """Train the weights of the embedded extractor."""
    labelled = [abstract for path in gold or [] for abstract in read_gold(path)]
    if abstracts is not None:
        labelled += read_labels(Path(__file__).with_name("labels.jsonl"), abstracts)
    if not labelled:
        raise typer.BadParameter("give gold files, or --abstracts, or both")
    target = Path(__file__).with_name("weights.json.gz")
    packed = json.dumps(train(labelled), ensure_ascii=False, sort_keys=True).encode()
    target.write_bytes(gzip.compress(packed, compresslevel=9, mtime=0))
    typer.echo(f"{target}: {target.stat().st_size:,} bytes of weights from {len(labelled)} abstracts")


if __name__ == "__main__":
    typer.run(main)
