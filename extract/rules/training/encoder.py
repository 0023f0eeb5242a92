"""The encoder in the form of which JAX can take gradients: what `extract.rules.encoder` reads with, trained."""

import jax.numpy as jnp
import numpy as np

from extract.rules.network import HEADS, LAYERS, WIDTH, Array, Thin, Weights, same
from extract.rules.rows import COLUMNS


def _looked_up(weights: Weights, ids: Array) -> Array:
    """Return the sum of what each column says of a token. Of short tables, a product is faster than looking up."""
    long = sum(jnp.take(weights[name], ids[..., column], axis=0) for column, name in enumerate(COLUMNS[:3]))
    short = [(column, weights[name]) for column, name in enumerate(COLUMNS[3:], start=3)]
    marks = [ids[..., column, None] == np.arange(len(table)) for column, table in short]
    tables = jnp.concatenate([table for _, table in short])
    return long + jnp.concatenate(marks, -1).astype(tables.dtype) @ tables


def encode(weights: Weights, near: Array, ids: Array, real: Array, thin: Thin = same) -> Array:
    """Return (texts, tokens, WIDTH): what each token means where it stands.

    `near` is what `nearness` returns; `ids` is (texts, tokens, COLUMNS); `real` is (texts, tokens), 1 for each token
    that there is.
    """
    texts, tokens = ids.shape[:2]
    here = real[..., None]
    bias = near[:, None, :, :tokens, :tokens] + (1 - real[:, None, None]) * -1e9
    seen = thin(_looked_up(weights, ids)) * here * 8
    edge = jnp.zeros((texts, 1, WIDTH), seen.dtype)
    beside = [jnp.concatenate([edge, seen[:, :-1]], 1), seen, jnp.concatenate([seen[:, 1:], edge], 1)]
    seen = seen + jnp.maximum(jnp.concatenate(beside, -1) @ weights["mix"] + weights["mix_bias"], 0) * here
    for layer in range(LAYERS):
        scaled = _scaled(seen, weights["scale"][2 * layer])
        query, key, value = map(_by_head, jnp.split(scaled @ weights["attend"][layer], 3, -1))
        attention = query * (WIDTH // HEADS) ** -0.5 @ key.swapaxes(2, 3) + bias[layer]
        attention = jnp.exp(attention - attention.max(-1, keepdims=True))
        found = (attention @ value / attention.sum(-1, keepdims=True)).swapaxes(1, 2).reshape(seen.shape)
        seen = seen + thin(found @ weights["attended"][layer])
        wide = _scaled(seen, weights["scale"][2 * layer + 1]) @ weights["widen"][layer]
        wide = jnp.maximum(wide + weights["widen_bias"][layer], 0)
        seen = seen + thin(wide @ weights["narrow"][layer] + weights["narrow_bias"][layer])
    return thin(_scaled(seen, weights["scale"][-1]) * here)


def _by_head(values: Array) -> Array:
    """Turn (texts, tokens, WIDTH) into (texts, HEADS, tokens, a part of WIDTH)."""
    return values.reshape(*values.shape[:2], HEADS, WIDTH // HEADS).swapaxes(1, 2)


def _scaled(values: Array, scale: Array) -> Array:
    """Bring each row to length 1 on average (Zhang and Sennrich, 2019), then scale it."""
    return values * scale / jnp.sqrt((values * values).mean(-1, keepdims=True) + 1e-6)
