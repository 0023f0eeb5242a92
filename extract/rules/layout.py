"""The features of lists of candidates, laid out so that what they contribute is summed up in two strokes.

Many candidates share features: how a phrase stands to a number is weighed in several ways, and what stands elsewhere is
proposed for all numbers of a sentence. What is shared is one segment, summed up once.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from extract.rules.roles import GROUPS, Candidate, Group


class Layout(NamedTuple):
    """The features of candidates, in segments of which some belong to more than one of them."""

    sizes: NDArray[np.int64]
    """Candidates of each list."""
    begins: NDArray[np.int64]
    """Where each list starts among all candidates."""
    places: NDArray[np.int64]
    """As `Network.rows` takes them."""
    starts: NDArray[np.int64]
    """Where each segment starts in `places`."""
    segments: list[int]
    """The segments of each candidate, one candidate after the other."""
    firsts: list[int]
    """Where each candidate starts in `segments`."""


_GROUP = {group: number for number, group in enumerate(GROUPS)}


def laid_out(lists: Sequence[Sequence[Candidate]], number: Callable[[Sequence[str]], list[int]], stride: int) -> Layout:
    """Lay out lists of candidates; `number` and `stride` are those of the network."""
    numbers: list[int] = []
    lengths: list[int] = []
    groups: list[int] = []
    segments: list[int] = []
    firsts: list[int] = []
    relations: dict[int, list[int]] = {}
    known: dict[tuple[int, Group], int] = {}
    for candidates in lists:
        for candidate in candidates:
            # What several have in common is known by its identity, which is its own as long as they are held.
            firsts.append(len(segments))
            own = known.get((id(candidate), "own"))
            if own is None:
                own = known[id(candidate), "own"] = len(lengths)
                found = number(candidate.features)
                numbers += found
                lengths.append(len(found))
                groups.append(_GROUP["own"])
            segments.append(own)
            if not candidate.groups:
                continue
            identity = id(candidate.relation)
            for group in candidate.groups:
                segment = known.get((identity, group))
                if segment is None:
                    segment = known[identity, group] = len(lengths)
                    found = relations.get(identity) or relations.setdefault(identity, number(candidate.relation))
                    numbers += found
                    lengths.append(len(found))
                    groups.append(_GROUP[group])
                segments.append(segment)
    counts, sizes = np.array(lengths), np.array([len(candidates) for candidates in lists])
    return Layout(
        sizes=sizes,
        begins=np.cumsum(sizes) - sizes,
        places=np.array(numbers) + np.repeat(np.array(groups) * stride, counts),
        starts=np.cumsum(counts) - counts,
        segments=segments,
        firsts=firsts,
    )
