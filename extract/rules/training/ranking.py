"""Teach the network which phrase is a number's metric, model, benchmark or baseline."""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import NDArray

from extract.gold import GoldAbstract, accepts, pair_with_mentions
from extract.mentions import find_mentions
from extract.rules.context import places
from extract.rules.meaning import KIND
from extract.rules.names import read_names
from extract.rules.network import Choices, Weights, encode, nearness, placed, score
from extract.rules.roles import ROLES, Candidate, Proposer, Role
from extract.rules.rows import COLUMNS, LONGEST, Rows, rows_of
from extract.rules.text import read_text
from extract.rules.training.reading import dropout
from models.claim import Kind

EPOCHS = 5
BATCH = 16
"""Abstracts of one step."""
RAREST = 4
"""A feature must be seen in so many papers to get weights."""
MOST_FEATURES = 64
"""Features of one candidate that count."""
THINNED = 0.15
SHRINKAGE = 1e-4
"""Strength of the Gaussian prior on the bonus of a feature; on its traits a fifth of that."""


@dataclass(frozen=True)
class Question:
    """Which candidates fill a role of one number, as a labelled abstract has it."""

    paper: str
    role: Role
    kind: Kind
    row: int
    candidates: Sequence[Candidate]
    right: NDArray[np.bool_]


@dataclass(frozen=True)
class Lesson:
    """A labelled abstract, and what is asked about it."""

    rows: Rows
    questions: Sequence[Question]


def lessons_of(abstracts: Sequence[GoldAbstract], words: Mapping[str, int]) -> list[Lesson]:
    """Ask of every labelled abstract what the extractor would ask; leave out what no candidate answers."""
    return [lesson for gold in abstracts if (lesson := _lesson(gold, words)).questions]


def _lesson(gold: GoldAbstract, words: Mapping[str, int]) -> Lesson:
    mentions = find_mentions(gold.abstract)
    claims = pair_with_mentions(gold, mentions)
    text = read_text(gold.abstract, mentions)
    names = read_names(gold.title, text)
    proposer = Proposer(text, names)
    rows = rows_of(gold.title, text, names, words)
    questions: list[Question] = []
    for place in places(text):
        claim = claims.get(place.index)
        if claim is None or claim.optional:
            continue

        def ask(role: Role, candidates: list[Candidate], accepted: tuple[str | None, ...]) -> str | None:
            right = np.array([accepts(accepted, candidate.text) for candidate in candidates])
            if right.any() and not right.all():
                row = rows.row(place.sentence.index, place.position)  # noqa: B023 — called at once
                questions.append(Question(gold.paper, role, claim.kind, row, candidates, right))  # noqa: B023
            return candidates[int(right.argmax())].text if right.any() else None

        metric = ask("metric", proposer.metrics(place, claim.kind), claim.metric)
        model = ask("model", proposer.names(place, claim.kind, (metric,)), claim.model)
        ask("benchmark", proposer.names(place, claim.kind, (metric,)), claim.benchmark)
        if claim.kind != "score":
            ask("baseline", proposer.names(place, claim.kind, (metric, model)), claim.baseline)
    return Lesson(rows, questions)


def features_of(lessons: Sequence[Lesson]) -> dict[Role, list[str]]:
    """Return the features that are frequent enough to be weighed, by role."""
    seen: dict[Role, Counter[str]] = {role: Counter() for role in ROLES}
    for lesson in lessons:
        found: dict[Role, set[str]] = {role: set() for role in ROLES}
        for question in lesson.questions:
            for candidate in question.candidates:
                found[question.role].update(candidate.features, candidate.shared)
        for role, features in found.items():
            seen[role].update(features)
    return {role: sorted(f for f, papers in counts.items() if papers >= RAREST) for role, counts in seen.items()}


def learn_to_choose(
    weights: Weights,
    lessons: Sequence[Lesson],
    features: Mapping[Role, Mapping[str, int]],
    say: Callable[[str], None],
    epochs: int = EPOCHS,
) -> Weights:
    """Return the weights after training on lessons; deterministic on one machine."""
    packed = [_packed(lesson, features) for lesson in lessons]
    optimizer = _optimizer(epochs * (len(packed) // BATCH))
    trained = dict(weights)
    state = optimizer.init(trained)

    def loss(trained: Weights, key: jax.Array, batch: Batch) -> jax.Array:
        thin = dropout(key, THINNED)
        seen = encode(trained, nearness(trained), jnp, batch.ids, batch.real, thin)
        known = (batch.features > 0).astype(seen.dtype)
        traits = (trained["trait"][batch.features] * known[..., None]).sum(1)
        bonus = (trained["feature"][batch.features] * known).sum(1)
        scores = score(trained, jnp, seen, batch.choices, traits, bonus, thin)
        questions = len(batch.asked)
        possible = (batch.choices.question < questions).astype(seen.dtype)
        among, good = (_logsum(scores, batch.choices.question, ok, questions) for ok in (possible, batch.right))
        prior = (trained["feature"] ** 2).sum() + 0.2 * (trained["trait"] ** 2).sum()
        lost: jax.Array = ((among - good) * batch.asked).sum() / len(batch.ids) + SHRINKAGE * prior
        return lost

    @jax.jit
    def step(trained: Weights, state: optax.OptState, key: jax.Array, batch: Batch) -> tuple[Any, Any, jax.Array]:
        value, gradient = jax.value_and_grad(loss)(trained, key, batch)
        updates, state = optimizer.update(gradient, state, trained)
        return optax.apply_updates(trained, updates), state, value

    order, key, shuffle = list(range(len(packed))), jax.random.PRNGKey(9), random.Random(0)  # noqa: S311
    for epoch in range(1, epochs + 1):
        shuffle.shuffle(order)
        losses = []
        for start in range(0, len(order) - BATCH + 1, BATCH):
            key, now = jax.random.split(key)
            batch = _batch([packed[i] for i in order[start : start + BATCH]])
            trained, state, value = step(trained, state, now, batch)
            losses.append(float(value))
        say(f"choosing: epoch {epoch} of {epochs}, loss {np.mean(losses):.3f}")
    return trained


def _optimizer(steps: int) -> optax.GradientTransformation:
    """Make Adam, with larger steps for what each feature adds by itself."""

    def adam(rate: float, decay: float) -> optax.GradientTransformation:
        schedule = optax.warmup_cosine_decay_schedule(0.0, rate, min(60, steps // 10 + 1), steps, rate / 50)
        return optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(schedule, weight_decay=decay))

    def sort(weights: Weights) -> dict[str, str]:
        return {name: "feature" if name == "feature" else "rest" for name in weights}

    return optax.multi_transform({"feature": adam(1e-2, 0.0), "rest": adam(1.2e-3, 0.02)}, sort)


def _logsum(scores: jax.Array, question: jax.Array, counted: jax.Array, questions: int) -> jax.Array:
    """Return (questions,): the logarithm of the summed exponentials of the scores that count."""
    scores = jnp.where(counted > 0, scores, -1e9)
    top = jnp.maximum(jax.ops.segment_max(scores, question, questions + 1), -1e9)
    summed = jax.ops.segment_sum(jnp.exp(scores - top[question]) * counted, question, questions + 1)
    return (jnp.log(summed + 1e-20) + top)[:questions]


@dataclass(frozen=True)
class _Packed:
    """A lesson as arrays, one line for each candidate of all its questions."""

    ids: NDArray[np.int32]
    asked: NDArray[np.int32]
    """(questions, 3) row, role and kind."""
    question: NDArray[np.int32]
    features: NDArray[np.int32]
    spans: NDArray[np.int32]
    present: NDArray[np.float32]
    nothing: NDArray[np.float32]
    right: NDArray[np.float32]


def _packed(lesson: Lesson, features: Mapping[Role, Mapping[str, int]]) -> _Packed:
    parts = [placed(lesson.rows, question.candidates) for question in lesson.questions]
    lines: list[list[int]] = []
    for question in lesson.questions:
        known = features[question.role]
        for candidate in question.candidates:
            found = [known[f] for f in (*candidate.features, *candidate.shared) if f in known][:MOST_FEATURES]
            lines.append(found + [0] * (MOST_FEATURES - len(found)))
    candidates = [candidate for question in lesson.questions for candidate in question.candidates]
    return _Packed(
        ids=lesson.rows.ids,
        asked=np.array([(q.row, ROLES.index(q.role), KIND.index(q.kind)) for q in lesson.questions], np.int32),
        question=np.repeat(np.arange(len(parts), dtype=np.int32), [len(q.candidates) for q in lesson.questions]),
        features=np.array(lines, np.int32),
        spans=np.concatenate([spans for spans, _ in parts]),
        present=np.concatenate([present for _, present in parts]),
        nothing=np.array([candidate.text is None for candidate in candidates], np.float32),
        right=np.concatenate([question.right for question in lesson.questions]).astype(np.float32),
    )


class Batch(NamedTuple):
    """What one step learns from; lines that only fill up count for nothing."""

    ids: Any
    """(texts, LONGEST, COLUMNS)"""
    real: Any
    """(texts, LONGEST) 1 for each token that there is."""
    features: Any
    """(candidates, MOST_FEATURES) ids of features, 0 for none."""
    right: Any
    """(candidates,) 1 for those that answer their question."""
    asked: Any
    """(questions,) 1 for each question that there is."""
    choices: Choices


def _batch(lessons: Sequence[_Packed]) -> Batch:
    """Make the batch of one step, in sizes of which there are few: each new one is compiled."""
    ids = np.zeros((len(lessons), LONGEST, len(COLUMNS)), np.int32)
    real = np.zeros((len(lessons), LONGEST), np.float32)
    for line, lesson in enumerate(lessons):
        ids[line, : len(lesson.ids)], real[line, : len(lesson.ids)] = lesson.ids, 1
    asked = np.concatenate([lesson.asked for lesson in lessons])
    firsts = np.cumsum([0, *(len(lesson.asked) for lesson in lessons)])
    question = np.concatenate([lesson.question + first for lesson, first in zip(lessons, firsts, strict=False)])
    questions, candidates = -(-len(asked) // 128) * 128, -(-len(question) // 4096) * 4096

    def joined(name: str) -> NDArray[np.generic]:
        return _filled(np.concatenate([getattr(lesson, name) for lesson in lessons]), candidates)

    text = np.repeat(np.arange(len(lessons), dtype=np.int32), [len(lesson.asked) for lesson in lessons])
    row, role, kind = _filled(asked, questions).T
    return Batch(
        ids=ids,
        real=real,
        features=joined("features"),
        right=joined("right"),
        asked=_filled(np.ones(len(asked), np.float32), questions),
        choices=Choices(
            question=_filled(question, candidates, questions),
            text=_filled(text, questions),
            row=row,
            role=role,
            kind=kind,
            spans=joined("spans"),
            present=joined("present"),
            nothing=joined("nothing"),
        ),
    )


def _filled(values: NDArray[np.generic], length: int, filling: int = 0) -> NDArray[np.generic]:
    """Lengthen an array with lines that count for nothing."""
    return np.concatenate([values, np.full((length - len(values), *values.shape[1:]), filling, values.dtype)])
