"""Which extracted claim stands for which labelled one, and in which fields the two agree.

An extracted claim can stand for a labelled one only if it gives the same number. Where an abstract gives a number more
than once, the pairs are those that agree best. Labelled claims that are optional, and what is paired with them, count
neither for nor against.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from extract.evaluation.claims import ReadClaim
from extract.gold import GoldAbstract, GoldClaim, accepts, words
from models.mention import Mention

NAMES = ("metric", "model", "benchmark", "baseline")
"""Fields in which any of several wordings is right."""

TUPLE = ("kind", "unit", "metric", "model", "benchmark")
"""What has to be right for a row of a table to be."""

FULL = (*TUPLE, "bound", "direction", "baseline")
"""Every field that is compared."""

Verdict = Literal["right", "wrong", "missed", "not a claim", "optional"]
"""right and wrong: found, with every field right or not. optional: paired with a label that need not be found."""


@dataclass(frozen=True, slots=True)
class Match:
    """A labelled claim with the extracted one that stands for it; one of the two may be missing."""

    gold: GoldClaim | None
    predicted: ReadClaim | None
    wrong: tuple[str, ...] = ()
    """Fields in which they differ, in the order of FULL."""

    @property
    def verdict(self) -> Verdict:
        """How the pair counts."""
        if self.gold is not None and self.gold.optional:
            return "optional"
        if self.predicted is None:
            return "missed"
        if self.gold is None:
            return "not a claim"
        return "wrong" if self.wrong else "right"

    @property
    def is_found(self) -> bool:
        """Whether the number of a label that counts was found."""
        return self.verdict in ("right", "wrong")

    @property
    def is_tuple_right(self) -> bool:
        """Whether it was found, and the fields of TUPLE are right."""
        return self.is_found and not set(self.wrong) & set(TUPLE)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One labelled abstract with what was extracted from it: every claim of both is in exactly one match."""

    gold: GoldAbstract
    matches: tuple[Match, ...]

    @property
    def has_errors(self) -> bool:
        """Whether anything was missed, is no claim, or has a wrong field."""
        return any(match.verdict not in ("right", "optional") for match in self.matches)


def compare(gold: Iterable[GoldAbstract], predicted: Mapping[str, Sequence[ReadClaim]]) -> list[Comparison]:
    """Compare each labelled abstract with the claims under its id; an id that is missing has none."""
    return [Comparison(abstract, _matches(abstract.claims, predicted.get(abstract.paper, ()))) for abstract in gold]


def _matches(gold: Sequence[GoldClaim], predicted: Sequence[ReadClaim]) -> tuple[Match, ...]:
    """Return the labelled claims in their order, then the extracted ones that stand for none."""
    wrong_of: dict[tuple[int, int], tuple[str, ...]] = {}
    candidates: list[tuple[float, int, int]] = []
    for g, label in enumerate(gold):
        for p, claim in enumerate(predicted):
            if same_number(label, claim):
                wrong = wrong_of[g, p] = tuple(name for name in FULL if not is_right(name, label, claim))
                agreement = len(FULL) - len(wrong) + _shared_evidence(label.evidence, claim.evidence)
                candidates.append((-agreement - (0.0 if label.optional else 0.5), g, p))
    partner: dict[int, int] = {}
    for _, g, p in sorted(candidates):
        if g not in partner and p not in partner.values():
            partner[g] = p
    paired = [
        Match(label, predicted[partner[g]], wrong_of[g, partner[g]]) if g in partner else Match(label, None)
        for g, label in enumerate(gold)
    ]
    taken = set(partner.values())
    return (*paired, *(Match(None, claim) for p, claim in enumerate(predicted) if p not in taken))


def same_number(gold: GoldClaim | ReadClaim, predicted: ReadClaim | Mention) -> bool:
    """Whether both ends are the same, as far as decimals in binary can be."""
    return _equal(gold.value, predicted.value) and _equal(gold.value_high, predicted.value_high)


def _equal(gold: float | None, predicted: float | None) -> bool:
    if gold is None or predicted is None:
        return gold is predicted
    return abs(gold - predicted) <= 1e-6 * max(1.0, abs(gold))


def is_right(name: str, gold: GoldClaim, predicted: ReadClaim) -> bool:
    """Whether a field of an extracted claim is what the label has, or accepts."""
    labelled, said = getattr(gold, name), said_in(name, predicted)
    if name in NAMES:
        return accepts(labelled, said)
    return bool(said == (_plain_unit(labelled) if name == "unit" else labelled))


def said_in(name: str, claim: ReadClaim) -> str | None:
    """Return what an extracted claim says in a field, in the words that labels use; None where it says nothing."""
    said: Any = getattr(claim, name)
    if name == "unit":
        return _plain_unit(said)
    if name == "bound":
        return said or "exact"
    if name in NAMES and said is not None and (not said.strip() or " ".join(said.lower().split()) in _OWN):
        return None
    return said or None


def _shared_evidence(one: str, other: str) -> float:
    """Return which share of the words of both quotes stands in each: tells equal numbers of two sentences apart."""
    first, second = set(words(one)), set(words(other))
    return len(first & second) / len(first | second) if first and second else 0.0


_OWN = frozenset(
    {"we", "our", "ours", "this work", "the authors", "the method", "the model"}
    | {f"our {noun}" for noun in ("method", "model", "approach", "system", "framework", "algorithm", "technique")}
    | {f"{article}proposed {noun}" for article in ("", "the ") for noun in ("method", "model", "approach")}
)
"""Names for the paper's own proposal that name nothing: as if the field were empty."""

_SPELLINGS = {
    "%": ("percent", "percentage", "pct"),
    "points": ("point", "percentage points", "percentage point", "pp", "pts"),
    "x": ("times", "times faster", "fold", "factor", "×"),
    "orders of magnitude": ("order of magnitude",),
    "s": ("second", "seconds", "sec"),
    "ms": ("millisecond", "milliseconds"),
    "us": ("microseconds", "µs"),
    "min": ("minute", "minutes"),
    "h": ("hour", "hours"),
    "$": ("usd", "dollars"),
    "tokens/s": ("tokens per second", "token/s", "tok/s"),
}
_UNITS = {spelling: unit for unit, spellings in _SPELLINGS.items() for spelling in spellings}


def _plain_unit(unit: str | None) -> str | None:
    """Return the one spelling under which a unit is compared."""
    text = (unit or "").strip().lower().lstrip("\\")
    return _UNITS.get(text, text) or None
