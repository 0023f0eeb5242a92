"""Where the claims of a comparison stand in the abstract."""

from collections.abc import Sequence
from dataclasses import dataclass

from extract.evaluation.agreement import Comparison, Match, Verdict, same_number
from extract.mentions import find_mentions
from models.mention import Mention

Span = tuple[int, int]
"""First character in the abstract, and one past the last."""


@dataclass(frozen=True, slots=True)
class Place:
    """Characters of the abstract with the verdicts on the claims whose number, or else quote, stands there."""

    start: int
    end: int
    verdicts: tuple[Verdict, ...]


def places(comparison: Comparison) -> list[Place]:
    """Return where the claims of an abstract stand, in order and without overlaps; optional ones are left out.

    Claims of one number share a place. A claim of which neither number nor quote stands in the abstract has none.
    """
    abstract = comparison.gold.abstract
    mentions = find_mentions(abstract)
    verdicts: dict[Span, list[Verdict]] = {}
    # Extracted claims often know their place, so that what was missed gets what is left.
    for match in sorted(comparison.matches, key=lambda match: match.predicted is None):
        span = _span(match, abstract, mentions, verdicts)
        if span is not None:
            verdicts.setdefault(span, []).append(match.verdict)
    found: list[Place] = []
    end = 0
    for (start, stop), said in sorted(verdicts.items()):
        shown = tuple(dict.fromkeys(verdict for verdict in said if verdict != "optional"))
        if shown and max(start, end) < stop:
            found.append(Place(max(start, end), stop, shown))
            end = stop
    return found


def evidence_span(match: Match, abstract: str) -> Span | None:
    """Return where the quote of a claim stands, the label's before the extracted one's; None where it does not."""
    for claim in (match.gold, match.predicted):
        if claim is not None and claim.evidence and (start := abstract.find(claim.evidence)) >= 0:
            return start, start + len(claim.evidence)
    return None


def _span(match: Match, abstract: str, mentions: Sequence[Mention], taken: dict[Span, list[Verdict]]) -> Span | None:
    start, end = getattr(match.predicted, "number_start", None), getattr(match.predicted, "number_end", None)
    if start is not None and end is not None and 0 <= start < end <= len(abstract):
        return start, end
    evidence = evidence_span(match, abstract)
    claim = match.gold or match.predicted
    if claim is None:
        return evidence
    equal = [mention for mention in mentions if same_number(claim, mention)]
    if not equal:
        return evidence
    first, last = evidence or (0, 0)
    best = min(
        equal,
        key=lambda mention: (
            not first <= mention.start < mention.end <= last + 1,
            (mention.start, mention.end) in taken,
            mention.start,
        ),
    )
    return best.start, best.end
