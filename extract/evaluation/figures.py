"""How good extracted claims are, in figures: precision, recall and F1 with the interval that chance leaves them.

Claims of one abstract are right or wrong together, so abstracts are resampled, not claims (Efron and Tibshirani, "An
Introduction to the Bootstrap", chapter 8).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from extract.evaluation.agreement import FULL, Comparison, compare
from extract.evaluation.claims import ReadClaim
from extract.evaluation.reliability import Reliability, reliability
from extract.gold import GoldAbstract

_RESAMPLES = 1_000
_PERCENTILES = (2.5, 97.5)
_DIGITS = 4

MISSED = "missed"
NOT_A_CLAIM = "not a claim"

Interval = tuple[float, float]


class Quality(BaseModel):
    """Precision, recall and F1, 0 to 1, each with its 95% interval."""

    model_config = ConfigDict(frozen=True)

    precision: float
    recall: float
    f1: float
    precision_95: Interval
    recall_95: Interval
    f1_95: Interval


class Figures(BaseModel):
    """How well extracted claims agree with labelled ones. Shares are rounded to four digits."""

    model_config = ConfigDict(frozen=True)

    abstracts: int = Field(description="Labelled abstracts")
    gold_claims: int = Field(description="Labelled claims, optional ones left out")
    predicted_claims: int = Field(description="Extracted claims, those paired with optional ones left out")
    found: Quality = Field(description="The number was found")
    tuple: Quality = Field(description="Found, and kind, unit, metric, model and benchmark are right")
    full: Quality = Field(description="Those, and bound, direction and baseline")
    fields: dict[str, float | None] = Field(description="Share of found claims with the field right; None without any")
    kinds: dict[str, dict[str, int]] = Field(
        description="Labelled kind -> extracted kind -> claims; 'missed' stands for none extracted, 'not a claim' for "
        "none labelled"
    )
    reliability: Reliability | None = Field(
        description="Confidence against whether the tuple is right; None where no claim has a confidence"
    )


def score(gold: Iterable[GoldAbstract], predicted: Mapping[str, Sequence[ReadClaim]]) -> Figures:
    """Return how well extracted claims, by paper id, agree with the labels.

    An id without claims counts as an abstract in which none was found; ids that are not labelled are left out.
    """
    return figures(compare(gold, predicted))


def figures(comparisons: Sequence[Comparison]) -> Figures:
    """Return the figures of compared abstracts."""
    counts = np.array([_counts(comparison) for comparison in comparisons], dtype=np.int64).reshape(-1, 5)
    total = counts.sum(axis=0)
    resampled = _resampled(counts)
    matches = [match for comparison in comparisons for match in comparison.matches]
    wrong = [match.wrong for match in matches if match.is_found]
    return Figures(
        abstracts=len(comparisons),
        gold_claims=int(total[0]),
        predicted_claims=int(total[1]),
        found=_quality(total, resampled, 2),
        tuple=_quality(total, resampled, 3),
        full=_quality(total, resampled, 4),
        fields={
            name: round(sum(name not in fields for fields in wrong) / len(wrong), _DIGITS) if wrong else None
            for name in FULL
        },
        kinds=_kinds(comparisons),
        reliability=_reliability(comparisons),
    )


def _counts(comparison: Comparison) -> Sequence[int]:
    """Return how many claims are labelled, extracted, found, right as a tuple and right in full."""
    counting = [match for match in comparison.matches if match.verdict != "optional"]
    return (
        sum(match.gold is not None for match in counting),
        sum(match.predicted is not None for match in counting),
        sum(match.is_found for match in counting),
        sum(match.is_tuple_right for match in counting),
        sum(match.verdict == "right" for match in counting),
    )


def _resampled(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the counts of as many abstracts, drawn with replacement, one row per resample.

    Abstracts with equal counts are drawn together: there are few different ones, however many abstracts.
    """
    if not len(counts):
        return np.zeros((_RESAMPLES, counts.shape[1]), dtype=np.int64)
    rows, times = np.unique(counts, axis=0, return_counts=True)
    # Not the newer Generator: this stream is the same in every version of numpy (NEP 19).
    drawn = np.random.RandomState(0).multinomial(len(counts), times / len(counts), size=_RESAMPLES)
    return np.asarray(drawn @ rows, dtype=np.int64)


def _quality(total: npt.NDArray[np.int64], resampled: npt.NDArray[np.int64], column: int) -> Quality:
    values = _precision_recall_f1(total[None, :], column)[:, 0]
    low, high = np.percentile(_precision_recall_f1(resampled, column), _PERCENTILES, axis=1)
    precision, recall, f1 = (round(float(value), _DIGITS) for value in values)
    intervals = [
        (round(float(least), _DIGITS), round(float(most), _DIGITS)) for least, most in zip(low, high, strict=True)
    ]
    return Quality(
        precision=precision,
        recall=recall,
        f1=f1,
        precision_95=intervals[0],
        recall_95=intervals[1],
        f1_95=intervals[2],
    )


def _precision_recall_f1(counts: npt.NDArray[np.int64], column: int) -> npt.NDArray[np.float64]:
    """Return precision, recall and F1 of each row of counts; what has nothing to divide by is 0."""
    right = counts[:, column].astype(float)
    precision = _divided(right, counts[:, 1].astype(float))
    recall = _divided(right, counts[:, 0].astype(float))
    return np.array([precision, recall, _divided(2 * precision * recall, precision + recall)])


def _divided(above: npt.NDArray[np.float64], below: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


def _kinds(comparisons: Sequence[Comparison]) -> dict[str, dict[str, int]]:
    known = ("score", "delta", "ratio")
    counts = Counter(
        (
            NOT_A_CLAIM if match.gold is None else match.gold.kind,
            MISSED if match.predicted is None else match.predicted.kind or "none",
        )
        for comparison in comparisons
        for match in comparison.matches
        if match.verdict != "optional"
    )
    others = sorted({predicted for _, predicted in counts} - {*known, MISSED})
    return {
        gold: {predicted: counts[gold, predicted] for predicted in (*known, *others, MISSED)}
        for gold in (*known, NOT_A_CLAIM)
    }


def _reliability(comparisons: Sequence[Comparison]) -> Reliability | None:
    judged = [
        (confidence, match.is_tuple_right)
        for comparison in comparisons
        for match in comparison.matches
        if match.verdict != "optional" and (confidence := getattr(match.predicted, "confidence", None)) is not None
    ]
    return reliability([confidence for confidence, _ in judged], [right for _, right in judged]) if judged else None
