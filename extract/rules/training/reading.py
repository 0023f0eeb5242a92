"""Teach the network to read: hide words of abstracts, and let it guess them (Devlin et al., 2019).

Needs no labels, so that it can learn from many more abstracts what words mean beside each other.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import NDArray

from extract.mentions import find_mentions
from extract.rules.network import Thin, Weights, choosing_sizes, nearness, reading_sizes
from extract.rules.rows import COLUMNS, HIDDEN_WORD, UNKNOWN, rows_of
from extract.rules.text import read_text, words_of
from extract.rules.training.encoder import encode

WORDS = 11_998
"""Words with an embedding of their own."""
GUESSED = 8_000
"""Only words as frequent as these are asked for."""
STEPS = 1_200
BATCH = 64
WINDOW = 160
"""Tokens of one abstract that are seen at once."""
HIDES = 28
"""Tokens of a window that are asked for, about one in six."""

Ids = NDArray[np.int32]


def frequent_words(texts: Sequence[tuple[str, str]]) -> list[str]:
    """Return the most frequent words of titles and abstracts, most frequent first."""
    counts = Counter(word.lower() for title, abstract in texts for word in words_of(f"{title} {abstract}"))
    return [word for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:WORDS]]


def first_weights(words: int, features: int) -> Weights:
    """Return weights that have learned nothing: small random numbers, zeros for what only adds."""
    random = np.random.default_rng(5)
    weights = {}
    for name, shape in {**reading_sizes(words), **choosing_sizes(features)}.items():
        if name == "scale":
            spread, mean = 0.0, 1.0
        else:
            spread, mean = _SPREADS.get(name, shape[-2] ** -0.5 if len(shape) > 1 else 0.0), 0.0
        weights[name] = jnp.asarray(random.normal(mean, spread, shape) if spread else np.full(shape, mean), jnp.float32)
    return weights


_SPREADS = {
    **dict.fromkeys(("word", "ending", "beginning", "shape", "class", "in_title"), 0.02),
    **dict.fromkeys(("sort", "kind", "distance", "widen_bias", "narrow_bias"), 0.0),
    "attended": 0.05,
    "narrow": 0.036,
    "trait": 0.05,
    "weigh": 0.0375,
    "key_first": 0.05,
    "key_last": 0.05,
}
"""Standard deviations of first weights that are not one over the root of what is summed up."""


def learn_to_read(
    weights: Weights,
    texts: Sequence[tuple[str, str]],
    words: Sequence[str],
    say: Callable[[str], None],
    steps: int = STEPS,
) -> Weights:
    """Return the weights after training on texts; deterministic on one machine."""
    known = {word: number for number, word in enumerate(words, start=2)}
    guessed = min(GUESSED, len(weights["word"]))
    abstracts = [_ids(title, abstract, known) for title, abstract in texts]
    rate = optax.warmup_cosine_decay_schedule(0.0, 4e-3, min(60, steps // 2), steps, 1e-4)
    optimizer = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(rate, weight_decay=0.01))
    trained: dict[str, Any] = {
        "network": {name: weights[name] for name in reading_sizes(0)},
        "common": jnp.zeros(guessed),
    }
    state = optimizer.init(trained)

    def loss(trained: Any, key: jax.Array, batch: Windows) -> jax.Array:
        network = trained["network"]
        seen = encode(network, nearness(network, jnp, WINDOW), batch.ids, batch.real, dropout(key, 0.1))
        places = jnp.take_along_axis(seen, batch.hidden[..., None], 1)
        scores = places @ network["word"][:guessed].T * 2 + trained["common"]
        right = jnp.take_along_axis(jax.nn.log_softmax(scores), batch.answers[..., None], -1)[..., 0]
        lost: jax.Array = -(right * batch.asked).sum() / batch.asked.sum()
        return lost

    @jax.jit
    def step(trained: Any, state: optax.OptState, key: jax.Array, batch: Windows) -> tuple[Any, Any, jax.Array]:
        value, gradient = jax.value_and_grad(loss)(trained, key, batch)
        updates, state = optimizer.update(gradient, state, trained)
        return optax.apply_updates(trained, updates), state, value

    random, key, total = np.random.default_rng(0), jax.random.PRNGKey(1), 0.0
    for number in range(1, steps + 1):
        key, now = jax.random.split(key)
        trained, state, value = step(trained, state, now, _windows(abstracts, guessed, random))
        total += float(value)
        if number % 50 == 0:
            say(f"reading: step {number} of {steps}, loss {total / 50:.3f}")
            total = 0.0
    return {**weights, **trained["network"]}


def dropout(key: jax.Array, rate: float) -> Thin:
    """Return what drops a share of values, other ones at each call (Srivastava et al., 2014)."""
    calls = iter(range(1_000))

    def thin(values: jax.Array) -> jax.Array:
        kept = jax.random.bernoulli(jax.random.fold_in(key, next(calls)), 1 - rate, values.shape)
        return jnp.where(kept, values / (1 - rate), 0)

    return thin


def _ids(title: str, abstract: str, known: dict[str, int]) -> Ids:
    return rows_of(title, read_text(abstract, find_mentions(abstract)), None, known).ids


class Windows(NamedTuple):
    """Parts of abstracts with some words hidden."""

    ids: Any
    """(windows, WINDOW, COLUMNS)"""
    real: Any
    """(windows, WINDOW) 1 for each token that there is."""
    hidden: Any
    """(windows, HIDES) which tokens are asked for."""
    answers: Any
    """(windows, HIDES) their words."""
    asked: Any
    """(windows, HIDES) 1 where the word is frequent enough."""


def _windows(abstracts: Sequence[Ids], guessed: int, random: np.random.Generator) -> Windows:
    """Choose parts of abstracts at random, and hide words of them."""
    ids = np.zeros((BATCH, WINDOW, len(COLUMNS)), np.int32)
    real = np.zeros((BATCH, WINDOW), np.float32)
    hidden = np.zeros((BATCH, HIDES), np.int32)
    answers = np.zeros((BATCH, HIDES), np.int32)
    asked = np.zeros((BATCH, HIDES), np.float32)
    for line in range(BATCH):
        whole = abstracts[int(random.integers(len(abstracts)))]
        start = random.integers(max(1, len(whole) - WINDOW + 1))
        part = whole[start : start + WINDOW]
        ids[line, : len(part)], real[line, : len(part)] = part, 1
        ids[line, :, COLUMNS.index("in_title")] = 0
        count = min(HIDES, max(1, len(part) // 6))
        places = random.choice(len(part), count, replace=False)
        right = part[places, 0]
        hidden[line, :count], answers[line, :count] = places, np.minimum(right, guessed - 1)
        asked[line, :count] = (right > UNKNOWN) & (right < guessed)
        # A few stay visible, so that the network also learns to look at the word itself.
        gone = places[random.random(count) < 0.85]
        ids[line, gone, :3] = HIDDEN_WORD
    return Windows(ids, real, hidden, answers, asked)
