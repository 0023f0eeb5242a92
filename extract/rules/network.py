"""The network that ranks what the grammar proposes: a small encoder of the abstract, and a score for each candidate.

The encoder is a transformer (Vaswani et al., 2017) of two layers that attends with learned weights for near distances
(Shaw et al., 2018). NumPy reads and JAX trains: each function here takes the library as `xp`. Of the encoder, `encoder`
has a second form for reading, a fifth faster. The weights come from `extract.rules.training`.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from extract.rules.meaning import KIND
from extract.rules.names import SORTS
from extract.rules.roles import ROLES
from extract.rules.rows import BEGINNINGS, CLASSES, COLUMNS, ENDINGS, LONGEST, SHAPES

WIDTH = 96
LAYERS = 2
HEADS = 4
REACH = 16
"""Tokens to each side whose distance matters to attention; beyond, all are equally far."""
HIDDEN = 64
MATCHED = 48
TRAITS = 32
"""Size of what a feature of a candidate contributes."""

Array = Any
"""Of NumPy or of JAX."""
Weights = Mapping[str, Array]

Thin = Callable[[Array], Array]
"""Dropout where the network is trained, nothing where it reads."""


class Choices(NamedTuple):
    """Questions, candidates, and which of these may answer which: one line for each pair."""

    question: Array
    """(lines,)"""
    candidate: Array
    """(lines,)"""
    text: Array
    """(questions,) which text each is about."""
    row: Array
    """(questions,) row of its number."""
    role: Array
    """(questions,) index into ROLES."""
    kind: Array
    """(questions,) index into KIND."""
    holder: Array
    """(candidates,) which text each stands in."""
    spans: Array
    """(candidates, MOST_SPANS, 2) first and last row of its places."""
    present: Array
    """(candidates, MOST_SPANS) 1 for each place that there is."""
    nothing: Array
    """(candidates,) 1 where the candidate is 'the abstract does not say'."""


def reading_sizes(words: int) -> dict[str, tuple[int, ...]]:
    """Return the shape of each array of weights that `encode` takes."""
    return {
        "word": (words, WIDTH),
        "ending": (ENDINGS, WIDTH),
        "beginning": (BEGINNINGS, WIDTH),
        "shape": (SHAPES, WIDTH),
        "class": (len(CLASSES), WIDTH),
        "in_title": (2, WIDTH),
        "sort": (1 + len(SORTS), WIDTH),
        "mix": (3 * WIDTH, WIDTH),
        "mix_bias": (WIDTH,),
        "attend": (LAYERS, WIDTH, 3 * WIDTH),
        "attended": (LAYERS, WIDTH, WIDTH),
        "distance": (LAYERS, HEADS, 2 * REACH + 1),
        "widen": (LAYERS, WIDTH, 2 * WIDTH),
        "widen_bias": (LAYERS, 2 * WIDTH),
        "narrow": (LAYERS, 2 * WIDTH, WIDTH),
        "narrow_bias": (LAYERS, WIDTH),
        "scale": (2 * LAYERS + 1, WIDTH),
    }


def choosing_sizes(features: int) -> dict[str, tuple[int, ...]]:
    """Return the shape of each array of weights that `score` takes."""
    return {
        "number": (len(ROLES), WIDTH, HIDDEN),
        "kind": (len(ROLES), len(KIND), HIDDEN),
        "first": (WIDTH, HIDDEN),
        "last": (WIDTH, HIDDEN),
        "trait": (features, TRAITS),
        "traits": (TRAITS, HIDDEN),
        "nothing": (HIDDEN,),
        "weigh": (len(ROLES), HIDDEN),
        "query": (len(ROLES), WIDTH, MATCHED),
        "key_first": (WIDTH, MATCHED),
        "key_last": (WIDTH, MATCHED),
        "key_nothing": (MATCHED,),
        "feature": (features,),
    }


def _same(values: Array) -> Array:
    return values


def nearness(weights: Weights, xp: Any, tokens: int = LONGEST) -> Array:
    """Return (LAYERS, HEADS, tokens, tokens): how much more each token attends to another for their distance."""
    steps = np.arange(2 * tokens)
    steps = np.clip(np.where(steps < tokens, -steps, 2 * tokens - steps), -REACH, REACH)
    row = weights["distance"][:, :, steps + REACH] * 4
    # Each row of the result is the one above it, moved by one: a gradient through this is a sum, not a scatter.
    rows = xp.broadcast_to(row[:, :, None], (LAYERS, HEADS, tokens, 2 * tokens)).reshape(LAYERS, HEADS, -1)
    return rows[:, :, : tokens * (2 * tokens - 1)].reshape(LAYERS, HEADS, tokens, -1)[..., :tokens]


def _looked_up(weights: Weights, xp: Any, ids: Array) -> Array:
    """Return the sum of what each column says of a token. Of short tables, a product is faster than looking up."""
    long = sum(xp.take(weights[name], ids[..., column], axis=0) for column, name in enumerate(COLUMNS[:3]))
    short = [(column, weights[name]) for column, name in enumerate(COLUMNS[3:], start=3)]
    marks = [ids[..., column, None] == np.arange(len(table)) for column, table in short]
    tables = xp.concatenate([table for _, table in short])
    return long + xp.concatenate(marks, -1).astype(tables.dtype) @ tables


def encode(weights: Weights, near: Array, xp: Any, ids: Array, real: Array, thin: Thin = _same) -> Array:  # noqa: PLR0913, PLR0917 — the weights, the library and what is read
    """Return (texts, tokens, WIDTH): what each token means where it stands.

    `near` is what `nearness` returns; `ids` is (texts, tokens, COLUMNS); `real` is (texts, tokens), 1 for each token
    that there is.
    """
    texts, tokens = ids.shape[:2]
    here = real[..., None]
    bias = near[:, None, :, :tokens, :tokens] + (1 - real[:, None, None]) * -1e9
    seen = thin(_looked_up(weights, xp, ids)) * here * 8
    edge = xp.zeros((texts, 1, WIDTH), seen.dtype)
    beside = [xp.concatenate([edge, seen[:, :-1]], 1), seen, xp.concatenate([seen[:, 1:], edge], 1)]
    seen = seen + xp.maximum(xp.concatenate(beside, -1) @ weights["mix"] + weights["mix_bias"], 0) * here
    for layer in range(LAYERS):
        scaled = _scaled(seen, weights["scale"][2 * layer], xp)
        query, key, value = map(_by_head, xp.split(scaled @ weights["attend"][layer], 3, -1))
        attention = query * (WIDTH // HEADS) ** -0.5 @ key.swapaxes(2, 3) + bias[layer]
        attention = xp.exp(attention - attention.max(-1, keepdims=True))
        found = (attention @ value / attention.sum(-1, keepdims=True)).swapaxes(1, 2).reshape(seen.shape)
        seen = seen + thin(found @ weights["attended"][layer])
        wide = _scaled(seen, weights["scale"][2 * layer + 1], xp) @ weights["widen"][layer]
        wide = xp.maximum(wide + weights["widen_bias"][layer], 0)
        seen = seen + thin(wide @ weights["narrow"][layer] + weights["narrow_bias"][layer])
    return thin(_scaled(seen, weights["scale"][-1], xp) * here)


def _by_head(values: Array) -> Array:
    """Turn (texts, tokens, WIDTH) into (texts, HEADS, tokens, a part of WIDTH)."""
    return values.reshape(*values.shape[:2], HEADS, WIDTH // HEADS).swapaxes(1, 2)


def _scaled(values: Array, scale: Array, xp: Any) -> Array:
    """Bring each row to length 1 on average (Zhang and Sennrich, 2019), then scale it."""
    return values * scale / xp.sqrt((values * values).mean(-1, keepdims=True) + 1e-6)


def offer(weights: Weights, xp: Any, seen: Array, choices: Choices) -> tuple[Array, Array]:
    """Return (candidates, HIDDEN) and (candidates, MATCHED): what each candidate offers, whatever is asked of it.

    `seen` is what `encode` returns.
    """
    share = (choices.present / xp.maximum(choices.present.sum(1, keepdims=True), 1))[..., None]
    holder = choices.holder[:, None]
    first = (seen[holder, choices.spans[..., 0]] * share).sum(1)
    last = (seen[holder, choices.spans[..., 1]] * share).sum(1)
    nothing = choices.nothing[:, None]
    hidden = first @ weights["first"] + last @ weights["last"] + nothing * weights["nothing"]
    key = first @ weights["key_first"] + last @ weights["key_last"] + nothing * weights["key_nothing"]
    return hidden, key


def score(  # noqa: PLR0913, PLR0917 — the weights, the library and what is scored
    weights: Weights,
    xp: Any,
    seen: Array,
    choices: Choices,
    offered: tuple[Array, Array],
    traits: Array,
    bonus: Array,
    thin: Thin = _same,
) -> Array:
    """Return (lines,): how well each candidate answers its question.

    `seen` is what `encode` returns and `offered` what `offer` does; `traits` (lines, TRAITS) and `bonus` (lines,) are
    the sums of what the features of the candidate contribute for the role.
    """
    role, question, candidate = choices.role, choices.question, choices.candidate
    number = seen[choices.text, choices.row]
    asked = (number[:, None] @ weights["number"][role])[:, 0] + weights["kind"][role, choices.kind]
    query = (number[:, None] @ weights["query"][role])[:, 0]
    hidden, key = offered
    hidden = asked[question] + hidden[candidate] + thin(traits) @ weights["traits"]
    opinion = (thin(xp.maximum(hidden, 0)) * weights["weigh"][role][question]).sum(-1)
    return opinion + bonus + (query[question] * key[candidate]).sum(-1) * MATCHED**-0.5
