"""How often claims are right, by who read them, whether the other extractor agrees, and how certain they were.

    python -m extract.evaluation.calibration GOLD.jsonl... --db FILE.duckdb

measures it on labelled abstracts that both extractors, or one, have read into a store, and writes what the view
`claims` takes its confidence from. A claim is right where kind, unit, metric, model and benchmark are.

Shares are those of Laplace's rule of succession; over certainty they are made to ascend by pooling adjacent violators
(Ayer et al., "An Empirical Distribution Function for Sampling with Incomplete Information", 1955).
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.console import Console
from rich.text import Text

from extract import terminal
from extract.evaluation import report
from extract.evaluation.agreement import compare
from extract.evaluation.claims import PredictedClaim, ReadClaim
from extract.evaluation.predictions import stored_papers
from extract.evaluation.reliability import reliability
from extract.gold import GoldAbstract, read_gold
from extract.printable import clean
from models.calibration import CALIBRATION_FILE, Agreement, Calibration, Calibrations, Step, read_calibrations
from models.errors import ClaimboardError
from models.store import Store

_STEPS = 10
_CLAIMS_PER_STEP = 25
"""Fewer say too little: the share of 25 is known to a fifth or so."""

_HEADING = """\
# How often claims are right, by who read them and by whether the other extractor agrees: the confidence of view claims.
# python -m extract.evaluation.calibration GOLD.jsonl... --db FILE.duckdb writes this file anew.
# What was measured on nothing is a guess.
# What is measured of llm holds for models as strong as the one that was asked; a small one is right less often.
"""

_CLAIMS = """
WITH readings AS (
    SELECT outcomes.paper_id, outcomes.fingerprint, runs.extractor
    FROM store.outcomes
    JOIN store.runs USING (run_id)
    JOIN store.papers USING (paper_id, text_hash)
    WHERE outcomes.status <> 'failed' AND outcomes.paper_id IN (SELECT unnest(?))
    QUALIFY row_number() OVER (
        PARTITION BY outcomes.paper_id, runs.extractor ORDER BY outcomes.finished_at DESC, outcomes.fingerprint
    ) = 1
), readers AS (
    SELECT paper_id, count(*) AS count
    FROM readings
    GROUP BY paper_id
)
SELECT claims.*, readings.extractor,
    -- Of two claims of one number, either agrees with the other or neither does.
    CASE WHEN readers.count > 1 THEN coalesce(shown.agreement, false) END AS agreement
FROM store.claims AS claims
JOIN readings USING (paper_id, fingerprint)
JOIN readers ON readers.paper_id = claims.paper_id
LEFT JOIN claims AS shown ON shown.paper_id = claims.paper_id AND shown.claim_id = claims.claim_id
ORDER BY readings.extractor, claims.paper_id, claims.position
"""


class _StoredClaim(PredictedClaim):
    extractor: str
    certainty: float | None
    agreement: bool | None


@dataclass(frozen=True, slots=True)
class Judged:
    """One claim of an extractor, and whether it is right."""

    extractor: str
    agreement: Agreement
    certainty: float | None
    right: bool


def judged_claims(store: Store, gold: Sequence[GoldAbstract]) -> list[Judged]:
    """Return the claims that each extractor makes of the labelled papers in a store; optional ones are left out.

    Each counts as one that stands alone, which it would if the other extractor had not read the paper; where the other
    has, it counts again as one that agrees or differs. Raises ClaimboardError where the store has none of the papers.
    """
    papers = stored_papers(store, gold)
    rows = store.query(_CLAIMS, [sorted({row["paper_id"] for row in papers.values()})]).to_pylist()
    claims: defaultdict[str, defaultdict[str, list[_StoredClaim]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        claims[row["extractor"]][row["paper_id"]].append(_StoredClaim.model_validate(row))
    return [
        judged
        for by_paper in claims.values()
        for judged in _judged(
            gold, {name: by_paper[row["paper_id"]] for name, row in papers.items() if row["paper_id"] in by_paper}
        )
    ]


def _judged(gold: Sequence[GoldAbstract], claims: Mapping[str, Sequence[ReadClaim]]) -> Iterator[Judged]:
    for comparison in compare(gold, claims):
        for match in comparison.matches:
            claim = match.predicted
            if isinstance(claim, _StoredClaim) and match.verdict != "optional":
                yield Judged(claim.extractor, "alone", claim.certainty, match.is_tuple_right)
                if claim.agreement is not None:
                    agreement: Agreement = "agree" if claim.agreement else "differ"
                    yield Judged(claim.extractor, agreement, claim.certainty, match.is_tuple_right)


def calibrated(judged: Iterable[Judged], measured_on: Sequence[str], before: Calibrations) -> Calibrations:
    """Return the calibration of each extractor and agreement; as it was before where there is no such claim."""
    groups: defaultdict[tuple[str, Agreement], list[Judged]] = defaultdict(list)
    for claim in judged:
        groups[claim.extractor, claim.agreement].append(claim)
    after = {extractor: dict(of_extractor) for extractor, of_extractor in before.items()}
    for (extractor, agreement), claims in groups.items():
        right = sum(claim.right for claim in claims)
        after.setdefault(extractor, {})[agreement] = Calibration(
            measured_on=tuple(measured_on),
            share=_share(right, len(claims)),
            right=right,
            claims=len(claims),
            steps=_steps([(claim.certainty, claim.right) for claim in claims if claim.certainty is not None]),
        )
    return after


def _share(right: int, count: int) -> float:
    return round((right + 1) / (count + 2), 2)


def _steps(outcomes: Sequence[tuple[float, bool]]) -> tuple[Step, ...]:
    """Return the shares over certainty, in steps of about as many claims each; none where they would all be one."""
    certainties = sorted(certainty for certainty, _ in outcomes)
    count = min(_STEPS, len(certainties) // _CLAIMS_PER_STEP)
    starts = sorted({0.0, *(round(certainties[len(certainties) * part // count], 2) for part in range(1, count))})
    pooled: list[Step] = []
    for start, end in zip(starts, [*starts[1:], float("inf")], strict=True):
        inside = [right for certainty, right in outcomes if start <= certainty < end]
        step = Step(certainty=start, share=_share(sum(inside), len(inside)), right=sum(inside), claims=len(inside))
        while pooled and pooled[-1].share >= step.share:
            step = _pooled(pooled.pop(), step)
        pooled.append(step)
    return tuple(pooled) if len(pooled) > 1 else ()


def _pooled(low: Step, high: Step) -> Step:
    right, claims = low.right + high.right, low.claims + high.claims
    return Step(certainty=low.certainty, share=_share(right, claims), right=right, claims=claims)


def toml(calibrations: Calibrations) -> str:
    """Return calibrations in the form of calibration.toml."""
    return "\n".join(
        [_HEADING]
        + [
            _table(f"{extractor}.{agreement}", calibrations[extractor][agreement])
            for extractor in sorted(calibrations)
            for agreement in get_args(Agreement)
            if agreement in calibrations[extractor]
        ]
    )


def _table(name: str, calibration: Calibration) -> str:
    files = ", ".join(f'"{file}"' for file in calibration.measured_on)
    lines = [f"[{name}]", f"measured_on = [{files}]"]
    lines += [f"{field} = {getattr(calibration, field)}" for field in ("share", "right", "claims")]
    if calibration.steps:
        lines.append("steps = [")
        lines += [
            f"  {{certainty = {step.certainty}, share = {step.share}, right = {step.right}, claims = {step.claims}}},"
            for step in calibration.steps
        ]
        lines.append("]")
    return "\n".join(lines) + "\n"


def main(
    gold: Annotated[list[Path], typer.Argument(metavar="GOLD...", help="Labelled abstracts, one a line.")],
    db: Annotated[Path, typer.Option("--db", metavar="FILE", help="A store in which extractors have read them.")],
    output: Annotated[Path, typer.Option(metavar="FILE", help="Where the calibration goes.")] = CALIBRATION_FILE,
) -> None:
    """Measure how often claims are right, and write what confidences are made of."""
    store, judged = Store(db), []
    for file in gold:
        judged += judged_claims(store, read_gold(file))
    if not judged:
        raise ClaimboardError(f"{db} has no claims of the labelled papers: extract them first")
    before = read_calibrations()
    after = calibrated(judged, sorted({clean(file.name) for file in gold}), before)
    console = terminal.output_console()
    for title, calibrations in (("before", before), ("after, on the claims it was made from", after)):
        _print(console, title, judged, calibrations)
    output.write_text(toml(after), encoding="utf-8")


def _print(console: Console, title: str, judged: Sequence[Judged], calibrations: Calibrations) -> None:
    known = [claim for claim in judged if claim.agreement in calibrations.get(claim.extractor, {})]
    confidences = [calibrations[claim.extractor][claim.agreement].confidence(claim.certainty) for claim in known]
    table = reliability(confidences, [claim.right for claim in known])
    console.print(Text(title, "bold"), report.by_confidence(table), Text(), sep="\n")


if __name__ == "__main__":
    try:
        typer.run(main)
    except ClaimboardError as error:
        terminal.error_console().print(Text(clean(f"error: {error}")), soft_wrap=True)
        sys.exit(2)
