"""Teach the network which phrase is a number's metric, model, benchmark or baseline."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import NDArray
from scipy.sparse import csr_array

from extract.rules.names import read_names
from extract.rules.network import Choices, Thin, Weights, nearness, offer, score
from extract.rules.reader import Network, Weighed, arranged
from extract.rules.roles import GROUPS, ROLES, Candidate, Group, Role
from extract.rules.rows import COLUMNS, LONGEST, rows_of
from extract.rules.training.encoder import encode
from extract.rules.training.lessons import Lesson
from extract.rules.training.reading import dropout

EPOCHS = 3
BATCH = 16
"""Abstracts of one step."""
RAREST = 4
"""A feature must be seen in so many papers to get weights."""
THINNED = 0.2
SHRINKAGE = 2e-4
"""Strength of the Gaussian prior on the bonus of a feature; on its traits a fifth of that."""
FAVOURED = 8
"""How much more the average of the weights counts late steps than early ones (eta of Shamir and Zhang, 2013)."""
ALIKE = 12
"""Batches among which abstracts are sorted by length."""

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]


def features_of(lessons: Sequence[Lesson]) -> Weighed:
    """Return the features that are frequent enough to be weighed."""
    seen: dict[Role, Counter[tuple[Group, str]]] = {role: Counter() for role in ROLES}
    for lesson in lessons:
        found: dict[Role, set[tuple[Group, str]]] = {role: set() for role in ROLES}
        for asked in lesson.asked:
            for candidate in asked.question.candidates:
                found[asked.question.role].update(_weighed(candidate))
        for role, features in found.items():
            seen[role].update(features)
    weighed: dict[Role, dict[Group, list[str]]] = {role: {group: [] for group in GROUPS} for role in ROLES}
    for role, counts in seen.items():
        for group, feature in sorted(key for key, papers in counts.items() if papers >= RAREST):
            weighed[role][group].append(feature)
    return weighed


def _weighed(candidate: Candidate) -> list[tuple[Group, str]]:
    relation: list[tuple[Group, str]] = [(group, one) for group in candidate.groups for one in candidate.relation]
    return [*relation, *(("own", one) for one in candidate.features)]


def learn_to_choose(
    weights: Weights,
    lessons: Sequence[Lesson],
    network: Network,
    say: Callable[[str], None],
    epochs: int = EPOCHS,
) -> Weights:
    """Return the weights after training on lessons; deterministic on one machine.

    They are averages over all steps that favour the last. Of `network`, words and features are used.
    """
    packed = [_packed(lesson, network) for lesson in lessons if lesson.asked]
    optimizer = _optimizer(epochs * (len(packed) // BATCH))
    trained = averaged = dict(weights)
    state = optimizer.init(trained)

    @jax.jit
    def pull(trained: Weights, traits: jax.Array, bonus: jax.Array, key: jax.Array, batch: Batch) -> Any:
        rest = {name: array for name, array in trained.items() if name not in ("trait", "feature")}
        return jax.value_and_grad(_loss, argnums=(0, 1, 2))(rest, traits, bonus, dropout(key, THINNED), batch)

    @jax.jit
    def step(trained: Weights, state: optax.OptState, gradient: Weights) -> tuple[Any, Any]:
        gradient = {
            **gradient,
            "trait": gradient["trait"] + 0.4 * SHRINKAGE * trained["trait"],
            "feature": gradient["feature"] + 2 * SHRINKAGE * trained["feature"],
        }
        updates, state = optimizer.update(gradient, state, trained)
        return optax.apply_updates(trained, updates), state

    key, shuffle, steps = jax.random.PRNGKey(9), random.Random(0), 0  # noqa: S311
    for epoch in range(1, epochs + 1):
        losses = []
        for chosen in _batches([len(one.ids) for one in packed], shuffle):
            key, now = jax.random.split(key)
            batch, known = _batch([packed[i] for i in chosen], len(trained["feature"]))
            # Sums over sparse features are SciPy's: in XLA, on processors, they would take most of the time.
            traits, bonus = known @ np.asarray(trained["trait"]), known @ np.asarray(trained["feature"])
            value, (gradient, of_traits, of_bonus) = pull(trained, traits, bonus, now, batch)
            gradient["trait"] = known.T @ np.asarray(of_traits)
            gradient["feature"] = known.T @ np.asarray(of_bonus)
            trained, state = step(trained, state, gradient)
            steps += 1
            averaged = optax.incremental_update(trained, averaged, (1 + FAVOURED) / (2 + FAVOURED + steps))
            losses.append(float(value))
        say(f"choosing: epoch {epoch} of {epochs}, loss {np.mean(losses):.3f}")
    return averaged


def _batches(lengths: Sequence[int], shuffle: random.Random) -> list[list[int]]:
    """Put abstracts of like length into batches, and these in any order; some abstracts are left over."""
    order = list(range(len(lengths)))
    shuffle.shuffle(order)
    batches = []
    for start in range(0, len(order), ALIKE * BATCH):
        part = sorted(order[start : start + ALIKE * BATCH], key=lambda one: lengths[one])
        batches += [part[first : first + BATCH] for first in range(0, len(part) - BATCH + 1, BATCH)]
    shuffle.shuffle(batches)
    return batches


def _loss(trained: Weights, traits: Any, bonus: Any, thin: Thin, batch: "Batch") -> jax.Array:
    seen = encode(trained, nearness(trained, jnp, batch.ids.shape[1]), batch.ids, batch.real, thin)
    offered = offer(trained, jnp, seen, batch.choices)
    scores = score(trained, jnp, seen, batch.choices, offered, traits, bonus, thin)
    questions = len(batch.choices.text)
    among, good = (
        _logsum(scores, batch.choices.question, counted, questions) for counted in (batch.possible, batch.right)
    )
    lost: jax.Array = ((among - good) * batch.asked).sum() / len(batch.ids)
    return lost


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
    """A lesson as arrays; lines are those of `Choices`."""

    ids: Integers
    choices: Choices
    features: Integers
    """Rows of the features of each line, one line after the other."""
    counts: Integers
    """(lines,) how many features each line has."""
    possible: Floats
    """(lines,) 0 where a candidate fills another role."""
    right: Floats
    """(lines,) 1 where it answers its question."""


def _packed(lesson: Lesson, network: Network) -> _Packed:
    rows = rows_of(lesson.title, lesson.text, read_names(lesson.title, lesson.text), network.words)
    features, counts, possible = [np.zeros(0, np.int32)], [], []
    for question, _ in lesson.asked:
        for candidate in question.candidates:
            found = network.rows(question.role, _places(candidate, network))
            features.append(found[found > 0])
            counts.append(len(features[-1]))
            possible.append(candidate.key is None or candidate.key not in question.taken)
    return _Packed(
        ids=rows.ids,
        choices=arranged([rows], [question for question, _ in lesson.asked]),
        features=np.concatenate(features),
        counts=np.array(counts, np.int32),
        possible=np.array(possible, np.float32),
        right=np.concatenate([np.zeros(0), *(right for _, right in lesson.asked)]).astype(np.float32),
    )


def _places(candidate: Candidate, network: Network) -> NDArray[np.int64]:
    """Return the features of a candidate as `Network.rows` takes them."""
    own, relation = network.number(candidate.features), np.array(network.number(candidate.relation))
    return np.concatenate([own, *(relation + GROUPS.index(group) * network.stride for group in candidate.groups)])


class Batch(NamedTuple):
    """What one step learns from; lines that only fill up count for nothing."""

    ids: Any
    """(texts, tokens, COLUMNS)"""
    real: Any
    """(texts, tokens) 1 for each token that there is."""
    possible: Any
    """(lines,)"""
    right: Any
    """(lines,)"""
    asked: Any
    """(questions,) 1 for each question that there is."""
    choices: Choices


def _batch(lessons: Sequence[_Packed], features: int) -> tuple[Batch, Any]:
    """Make the batch of one step, in sizes of which there are few: each new one is compiled.

    Returns with it which of the `features` each line has.
    """
    tokens = min(LONGEST, -(-max(len(lesson.ids) for lesson in lessons) // 64) * 64)
    ids = np.zeros((len(lessons), tokens, len(COLUMNS)), np.int32)
    real = np.zeros((len(lessons), tokens), np.float32)
    for line, lesson in enumerate(lessons):
        ids[line, : len(lesson.ids)], real[line, : len(lesson.ids)] = lesson.ids, 1
    choices = _joined([lesson.choices for lesson in lessons])
    questions = _filled_size(len(choices.text), 256)
    lines, candidates = _filled_size(len(choices.question), 8192), _filled_size(len(choices.holder), 4096)
    counts = np.concatenate([lesson.counts for lesson in lessons])
    ends = np.concatenate([[0], np.cumsum(_filled(counts, lines))])
    found = np.concatenate([lesson.features for lesson in lessons])
    batch = Batch(
        ids=ids,
        real=real,
        possible=_filled(np.concatenate([lesson.possible for lesson in lessons]), lines),
        right=_filled(np.concatenate([lesson.right for lesson in lessons]), lines),
        asked=_filled(np.ones(len(choices.text), np.float32), questions),
        choices=Choices(
            question=_filled(choices.question, lines, questions),
            candidate=_filled(choices.candidate, lines),
            text=_filled(choices.text, questions),
            row=_filled(choices.row, questions),
            role=_filled(choices.role, questions),
            kind=_filled(choices.kind, questions),
            holder=_filled(choices.holder, candidates),
            spans=_filled(choices.spans, candidates),
            present=_filled(choices.present, candidates),
            nothing=_filled(choices.nothing, candidates),
        ),
    )
    return batch, csr_array((np.ones(len(found), np.float32), found, ends), shape=(lines, features))


def _joined(parts: Sequence[Choices]) -> Choices:
    """Put the questions of several texts together."""
    questions = np.cumsum([0, *(len(part.text) for part in parts)])
    candidates = np.cumsum([0, *(len(part.holder) for part in parts)])
    moved = [
        part._replace(
            question=part.question + questions[number],
            candidate=part.candidate + candidates[number],
            text=part.text + number,
            holder=part.holder + number,
        )
        for number, part in enumerate(parts)
    ]
    return Choices(*(np.concatenate(arrays) for arrays in zip(*moved, strict=True)))


def _filled_size(count: int, step: int) -> int:
    return max(1, -(-count // step)) * step


def _filled(values: NDArray[Any], length: int, filling: int = 0) -> NDArray[Any]:
    """Lengthen an array with lines that count for nothing."""
    return np.concatenate([values, np.full((length - len(values), *values.shape[1:]), filling, values.dtype)])
