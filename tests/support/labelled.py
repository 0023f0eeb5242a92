"""Labelled abstracts and extracted claims, made in a line."""

from typing import Any

from extract.evaluation import PredictedClaim
from extract.gold import GoldAbstract, GoldClaim

CLAIM: dict[str, Any] = {
    "value": 84,
    "unit": "%",
    "kind": "score",
    "metric": "accuracy",
    "model": "FooNet",
    "benchmark": "BarBench",
}
"""The claim of which others say only how they differ."""


def gold(**fields: Any) -> GoldClaim:
    return GoldClaim.model_validate(CLAIM | fields)


def predicted(**fields: Any) -> PredictedClaim:
    return PredictedClaim.model_validate(CLAIM | fields)


def labelled(*claims: GoldClaim, paper: str = "p", **fields: Any) -> GoldAbstract:
    return GoldAbstract(paper=paper, claims=claims, **fields)
