"""A claim: one number that an abstract gives as a measured or proven outcome, and what the number means."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from models.mention import Bound, Mention
from models.paper import Paper, digest

Kind = Literal["score", "delta", "ratio"]
"""score: the level of a metric. delta: a change or gap. ratio: a multiple or share of a baseline."""

Direction = Literal["increase", "decrease"]
Basis = Literal["absolute", "relative"]

Flag = Literal[
    "ungrounded_metric",
    "ungrounded_model",
    "ungrounded_benchmark",
    "ungrounded_baseline",
    "misread",
]
"""Why a claim deserves a second look: a name that stood in neither title nor abstract and was dropped, or a number that
the extractor reports as wrongly read."""


FoundFlag = Literal["several_values"]
"""Why a claim deserves a second look beside the others of its paper: one sentence gives its model several exact scores
under one metric, benchmark and setting, of which often one only is its own. No extractor says so; the views do."""


class Reading(BaseModel):
    """What an extractor says a mention means. It points at a mention and holds no number of its own."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    direction: Direction | None = Field(default=None, description="Which way `metric` moves; None for a score")
    basis: Basis | None = Field(default=None, description="For a delta in %: only where the text says which")
    metric: str | None = Field(default=None, description="What is measured, in the abstract's words")
    model: str | None = Field(default=None, description="The method, model or system the number belongs to")
    benchmark: str | None = Field(default=None, description="Named benchmark or dataset; several are joined with ', '")
    baseline: str | None = Field(default=None, description="What a delta or ratio is against; None for a score")
    setting: str | None = Field(default=None, description="Conditions that tell this number from its neighbours")
    certainty: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="The extractor's own estimate that kind, unit, metric, model and benchmark are all right",
    )
    flags: tuple[Flag, ...] = ()


class Claim(Reading):
    """A reading joined with its mention: everything about the number, grounded in the abstract's characters."""

    claim_id: str = Field(description="The same paper, text and number give the same id in every run")
    value: float = Field(description="The number as printed; the lower end of a range")
    value_high: float | None = Field(default=None, description="The upper end of a range")
    unit: str | None = None
    bound: Bound = "exact"
    number_start: int = Field(ge=0, description="First character of the number in the abstract")
    number_end: int = Field(gt=0, description="One past its last character")
    evidence: str = Field(min_length=1, description="Verbatim run of the abstract that makes the claim readable alone")
    evidence_start: int = Field(ge=0)
    evidence_end: int = Field(gt=0)


def ground(paper: Paper, mention: Mention, reading: Reading, evidence: tuple[int, int], ordinal: int = 0) -> Claim:
    """Join a reading with the mention it points at.

    `evidence` is a half-open character range of the abstract that contains the mention; `ordinal` numbers the claims
    that one mention makes, from 0 ("both A and B reach 85%" makes two).

    Raises ValueError where the mention is not in the abstract at its span or outside the evidence.
    """
    start, end = evidence
    if paper.abstract[mention.start : mention.end] != mention.text or not start <= mention.start < mention.end <= end:
        raise ValueError(
            f"paper {paper.paper_id}: {mention.text!r} does not stand at {mention.start} inside {evidence}"
        )
    return Claim(
        **dict(reading),
        claim_id=digest(paper.text_hash, str(mention.start), str(mention.end), str(ordinal)),
        value=mention.value,
        value_high=mention.value_high,
        unit=mention.unit,
        bound=mention.bound,
        number_start=mention.start,
        number_end=mention.end,
        evidence=paper.abstract[start:end],
        evidence_start=start,
        evidence_end=end,
    )
