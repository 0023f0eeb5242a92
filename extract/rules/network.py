"""The network that ranks what the grammar proposes: a small encoder of the abstract, and a score for each candidate.

The encoder is a transformer (Vaswani et al., 2017) of two layers that attends with learned weights for near distances
(Shaw et al., 2018). NumPy reads and JAX trains: each function here takes the library as `xp`. The encoder alone has a
form for each, `extract.rules.encoder` and `extract.rules.training.encoder`. `extract.rules.training` makes the weights.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from extract.rules.meaning import KIND
from extract.rules.names import SORTS
from extract.rules.roles import ROLES
from extract.rules.rows import BEGINNINGS, CLASSES, ENDINGS, LONGEST, SHAPES

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
    """Return the shape of each array of weights that the encoder takes."""
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


def same(values: Array) -> Array:
    """Drop nothing out."""
    return values


def nearness(weights: Weights, xp: Any, tokens: int = LONGEST) -> Array:
    """Return (LAYERS, HEADS, tokens, tokens): how much more each token attends to another for their distance."""
    steps = np.arange(2 * tokens)
    steps = np.clip(np.where(steps < tokens, -steps, 2 * tokens - steps), -REACH, REACH)
    row = weights["distance"][:, :, steps + REACH] * 4
    # Each row of the result is the one above it, moved by one: a gradient through this is a sum, not a scatter.
    rows = xp.broadcast_to(row[:, :, None], (LAYERS, HEADS, tokens, 2 * tokens)).reshape(LAYERS, HEADS, -1)
    return rows[:, :, : tokens * (2 * tokens - 1)].reshape(LAYERS, HEADS, tokens, -1)[..., :tokens]


def offer(weights: Weights, xp: Any, seen: Array, choices: Choices) -> tuple[Array, Array]:
    """Return (candidates, HIDDEN) and (candidates, MATCHED): what each candidate offers, whatever is asked of it.

    `seen` is what the encoder returns.
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
    thin: Thin = same,
) -> Array:
    """Return (lines,): how well each candidate answers its question.

    `seen` is what the encoder returns, `offered` what `offer` does; `traits` (lines, TRAITS) and `bonus` (lines,) are
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
