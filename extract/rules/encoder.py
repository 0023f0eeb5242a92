"""The encoder in the form that reads, by NumPy, one abstract at a time: a third of the time of reading goes here.

The weights are made ready once: scales are folded into the products that follow them, and the short tables of what a
token looks like into one. The heads attend in the same small array, which stays in the processor's cache. A test holds
it and the form that is trained together.
"""

from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from extract.rules.network import HEADS, LAYERS, WIDTH, Weights, nearness
from extract.rules.rows import COLUMNS, Ids

Floats = NDArray[np.float32]

_HEAD = WIDTH // HEADS

_MOST = np.float32(70)
"""Of which a float holds the exponential as often as there are tokens, and that of its negative."""


class _Layer(NamedTuple):
    """The weights of one layer, those of attention turned: they are multiplied with tokens as columns."""

    query: Floats
    key_value: Floats
    attended: Floats
    widen: Floats
    widen_bias: Floats
    narrow: Floats
    narrow_bias: Floats
    near: Floats
    """(HEADS, LONGEST, LONGEST)"""


class Encoder:
    """Reads the tokens of one abstract after another."""

    def __init__(self, weights: Weights) -> None:
        self._long = [weights[name] * np.float32(8) for name in COLUMNS[:3]]
        short = [weights[name] * np.float32(8) for name in COLUMNS[3:]]
        self._sizes = tuple(len(table) for table in short)
        self._short = reduce(lambda sums, table: (sums[:, None] + table).reshape(-1, WIDTH), short)
        self._mix, self._mix_bias = weights["mix"], weights["mix_bias"]
        near = nearness(weights, np)
        self._layers = [_layer(weights, near, number) for number in range(LAYERS)]
        self._last_scale = weights["scale"][-1]

    def encode(self, ids: Ids, wanted: NDArray[np.int64]) -> Floats:
        """Return (wanted, WIDTH): what the wanted ones of the tokens mean, of which `ids` has a row for each."""
        seen = self._looked_up(ids)
        edged = np.zeros((len(ids) + 2, WIDTH), np.float32)
        edged[1:-1] = seen
        beside = np.lib.stride_tricks.as_strided(edged, (len(ids), 3 * WIDTH), edged.strides)
        mixed = beside @ self._mix
        mixed += self._mix_bias
        seen += np.maximum(mixed, 0, out=mixed)
        room = np.empty(len(seen) * len(seen), np.float32)
        for layer in self._layers[:-1]:
            seen = _passed(layer, seen, slice(len(seen)), room)
        meant: Floats = _scaled(_passed(self._layers[-1], seen, wanted, room)) * self._last_scale
        return meant

    def _looked_up(self, ids: Ids) -> Floats:
        """Return the sum of what each column says of a token."""
        looks = reduce(
            lambda number, column: number * column[0] + column[1], zip(self._sizes, ids.T[3:], strict=True), 0
        )
        seen: Floats = self._short.take(looks, 0)
        for table, column in zip(self._long, ids.T, strict=False):
            seen += table.take(column, 0)
        return seen


def _passed(layer: _Layer, seen: Floats, told: slice | NDArray[np.int64], room: Floats) -> Floats:
    """Take tokens through a layer: all are attended to, those that are told of come out. Heads take turns in `room`."""
    scaled = _scaled(seen)
    key, value = np.split(layer.key_value @ scaled.T, 2)
    query = layer.query @ scaled[told].T
    out = seen[told]
    found = np.empty_like(out)
    attention = room[: len(out) * len(seen)].reshape(len(out), len(seen))
    for head in range(HEADS):
        part = slice(head * _HEAD, (head + 1) * _HEAD)
        np.matmul(query[part].T, key[part], out=attention)
        attention += layer.near[head, told, : len(seen)]
        # The largest need not be taken away first: abstracts keep these sums within the bounds, which keep all others.
        np.exp(np.clip(attention, -_MOST, _MOST, out=attention), out=attention)
        np.divide(attention @ value[part].T, attention.sum(1)[:, None], out=found[:, part])
    out += found @ layer.attended
    wide = _scaled(out) @ layer.widen
    wide += layer.widen_bias
    out += np.maximum(wide, 0, out=wide) @ layer.narrow
    out += layer.narrow_bias
    return out


def _layer(weights: Weights, near: Floats, number: int) -> _Layer:
    scale = weights["scale"][2 * number : 2 * number + 2, :, None]
    attend = np.ascontiguousarray((weights["attend"][number] * scale[0]).T)
    return _Layer(
        query=attend[:WIDTH] * np.float32(_HEAD**-0.5),
        key_value=attend[WIDTH:],
        attended=weights["attended"][number],
        widen=weights["widen"][number] * scale[1],
        widen_bias=weights["widen_bias"][number],
        narrow=weights["narrow"][number],
        narrow_bias=weights["narrow_bias"][number],
        near=near[number],
    )


def _scaled(values: Floats) -> Floats:
    """Bring each row to length 1 on average."""
    lengths = np.einsum("ij,ij->i", values, values)
    lengths /= WIDTH
    lengths += np.float32(1e-6)
    scaled: Floats = values / np.sqrt(lengths)[:, None]
    return scaled
