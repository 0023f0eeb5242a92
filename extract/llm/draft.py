"""What the embedded extractor takes the numbers of an abstract for, as the model is shown it.

A reply then holds what is wrong in the draft and nothing else: a few tokens, where a whole reading takes a hundred.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from extract.mentions import find_mentions
from extract.rules import RulesExtractor
from extract.rules.extractor import judge
from models.claim import Claim, Direction
from models.paper import Paper


class Drafted(NamedTuple):
    """A claim, and the keys of a reply that are settled: no model may change them."""

    claim: Claim
    settled: frozenset[str] = frozenset()


Draft = Mapping[int, Drafted]
"""The claims of an abstract by the character at which their number begins."""

_SETTLED = {"kind": 0.98, "metric": 0.98, "model": 0.999, "benchmark": 0.999, "baseline": 0.999}
"""How sure the embedded extractor must be of a field to be asked nothing about it: as sure as this, it is right in 97
to 99 of 100 labelled claims."""

LONGEST_NAME = 120
"""Characters of a name in a draft or a reply."""

KEYS: Mapping[str, str] = {"of": "metric", "by": "model", "on": "benchmark", "vs": "baseline", "when": "setting"}
"""What stands for a name in draft and reply -> field of a claim."""


def draft_of(paper: Paper) -> Draft:
    """Have the embedded extractor read a paper."""
    return {
        claim.number_start: Drafted(
            claim, frozenset(_KEY[name] for name, share in shares.items() if share >= _SETTLED[name])
        )
        for claim, shares in judge(paper, find_mentions(paper.abstract))
    }


_KEY = {"kind": "is"} | {name: key for key, name in KEYS.items()}


def drafted(claims: Iterable[Claim]) -> Draft:
    """Make a draft of claims that the embedded extractor has read, of which nothing is known to be settled."""
    return {claim.number_start: Drafted(claim) for claim in claims}


@cache
def draft_version() -> str:
    """Name the embedded extractor by its content: another draft is another question."""
    return RulesExtractor().fingerprint


def line(number: int, drafted: Drafted) -> str:
    """Write what one mark is taken for, in the words of a reply: what is settled, a bar, and what is not.

    What is null is left out.
    """
    claim = drafted.claim
    said: dict[str, str | None] = {"is": claim.kind}
    said |= {key: getattr(claim, name) for key, name in KEYS.items()}
    said |= {"goes": _GOES.get(claim.direction), "basis": claim.basis}
    settled, doubted = (
        "; ".join(
            f"{key} {_short(value)}"
            for key, value in said.items()
            if value is not None and (key in drafted.settled) is is_settled
        )
        for is_settled in (True, False)
    )
    return " ".join(filter(None, (str(number), settled, "|", doubted)))


_GOES: Mapping[Direction | None, str] = {"increase": "up", "decrease": "down"}


def _short(name: str) -> str:
    """Put a name on one line of bounded length."""
    words = " ".join(name.split())
    return words if len(words) <= LONGEST_NAME else f"{words[: LONGEST_NAME - 1]}…"
