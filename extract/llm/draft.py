"""What the embedded extractor takes the numbers of an abstract for, as the model is shown it.

A reply then holds what is wrong in the draft and nothing else: a few tokens, where a whole reading takes a hundred.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from extract.rules import RulesExtractor
from extract.rules.judging import judge
from models.claim import Claim, Direction
from models.mention import Mention
from models.paper import Paper, digest


class Drafted(NamedTuple):
    """A claim, and the keys of a reply that are settled: no model may change them."""

    claim: Claim
    settled: frozenset[str] = frozenset()


Draft = Mapping[int, Drafted]
"""The claims of an abstract by the character at which their number begins."""

_SETTLED = {"kind": 0.98, "metric": 0.98, "model": 0.99, "benchmark": 0.99, "baseline": 0.99}
"""How certain the embedded extractor must be of a field to settle it: so certain, it is right in 98 to 100 of 100
labelled claims."""

LONGEST_NAME = 120
"""Characters of a name in a draft or a reply."""

KEYS: Mapping[str, str] = {"of": "metric", "by": "model", "on": "benchmark", "vs": "baseline", "when": "setting"}
"""What stands for a name in draft and reply -> field of a claim."""


_KEY = {"kind": "is"} | {name: key for key, name in KEYS.items()}


def draft_of(paper: Paper, mentions: Sequence[Mention]) -> Draft:
    """Have the embedded extractor read a paper."""
    return {claim.number_start: Drafted(claim, settled(certainties)) for claim, certainties in judge(paper, mentions)}


def settled(certainties: Mapping[str, float]) -> frozenset[str]:
    """Return the keys of the fields that the embedded extractor is certain enough of."""
    return frozenset(_KEY[name] for name, certainty in certainties.items() if certainty >= _SETTLED[name])


@cache
def draft_version() -> str:
    """Name the embedded extractor by its content, and what it settles: another draft is another question."""
    return digest(RulesExtractor().fingerprint, str(_SETTLED))


def line(number: int, drafted: Drafted) -> str:
    """Write what one mark is taken for, in the words of a reply: what is settled, a bar, and what is not.

    What is null and not settled is left out.
    """
    claim = drafted.claim
    said: dict[str, str | None] = {"is": claim.kind}
    said |= {key: getattr(claim, name) for key, name in KEYS.items()}
    said |= {"goes": _GOES.get(claim.direction), "basis": claim.basis}
    certain = [f"{key} {_short(name)}" for key, name in said.items() if key in drafted.settled]
    others = [f"{key} {_short(name)}" for key, name in said.items() if name and key not in drafted.settled]
    return " ".join(filter(None, (str(number), "; ".join(certain), "|", "; ".join(others))))


_GOES: Mapping[Direction | None, str] = {"increase": "up", "decrease": "down"}


def _short(name: str | None) -> str:
    """Put a name on one line of bounded length."""
    words = " ".join(name.split()) if name else "null"
    return words if len(words) <= LONGEST_NAME else f"{words[: LONGEST_NAME - 1]}…"
