"""How good extracted claims are, measured on abstracts that someone has labelled."""

from extract.evaluation.agreement import Comparison, Match, compare
from extract.evaluation.claims import PredictedClaim, ReadClaim
from extract.evaluation.figures import Figures, Quality, score
from extract.evaluation.reliability import Reliability, reliability

__all__ = [
    "Comparison",
    "Figures",
    "Match",
    "PredictedClaim",
    "Quality",
    "ReadClaim",
    "Reliability",
    "compare",
    "reliability",
    "score",
]
