"""The log of verdicts: one transaction decides for each new one whether it applies, and adds those that do.

Nothing in the log is ever changed. The newest verdict on a claim counts.
"""

from collections.abc import Iterable
from datetime import timedelta

import duckdb

from models.claim import Claim
from models.columns import verdicts_table
from models.connection import registered
from models.current import refresh
from models.json_text import json_text
from models.moment import utc_now
from models.reviews.correction import Invalid, corrected, differences, plain
from models.reviews.seen import mark_of_reading, mark_of_verdict
from models.reviews.standing import Decision, Reading, Standing, standing
from models.reviews.verdict import Recorded, Result, Verdict
from models.store import Store

_RESULTS: dict[str, Result] = {
    "accept": "accepted",
    "reject": "rejected",
    "correct": "corrected",
    "withdraw": "withdrawn",
}


class _Conflict(Exception):
    """The person has not seen what stands now."""


def record(store: Store, verdicts: Iterable[Verdict], *, force: bool = False) -> list[Recorded]:
    """Store verdicts, and return in their order what came of each; the good ones are stored together or not at all.

    One that stands already changes nothing. One whose `seen` is not what stands now, because somebody else has decided
    since or the abstract was read otherwise, is a conflict and not stored, unless `force`. Where `seen` is not given,
    any other verdict that stands is a conflict. An accepted or rejected claim is kept as the extractor has it,
    a corrected one with the corrections. Raises ClaimboardError where the file cannot be written.
    """
    given = list(verdicts)
    if not given:
        return []
    with store.write() as connection:
        known = standing(connection, ((verdict.paper_id, verdict.claim_id) for verdict in given))
        decided: list[Decision] = []
        recorded = []
        for verdict in given:
            key = (verdict.paper_id, verdict.claim_id)
            try:
                decision = _decided(verdict, known.get(key), force=force)
            except Invalid as invalid:
                recorded.append(Recorded(verdict, "error", invalid.field, invalid.reason))
            except _Conflict as conflict:
                recorded.append(Recorded(verdict, "conflict", None, str(conflict)))
            else:
                if decision is not None:
                    decided.append(decision)
                    known[key].log.insert(0, decision)
                recorded.append(Recorded(verdict, _RESULTS[verdict.verdict] if decision else "unchanged"))
        if decided:
            _append(connection, decided)
    return recorded


def _append(connection: duckdb.DuckDBPyConnection, decisions: list[Decision]) -> None:
    with registered(connection, verdicts_table(_row(decision) for decision in decisions)):
        connection.execute("INSERT INTO store.verdicts BY NAME FROM batch")
    refresh(connection, papers=sorted({decision.paper_id for decision in decisions}))


def _row(decision: Decision) -> dict[str, object]:
    return {
        "paper_id": decision.paper_id,
        "text_hash": decision.reading.text_hash,
        "verdict": decision.verdict,
        **dict(decision.claim),
        "corrects": json_text(decision.corrects) if decision.corrects is not None else None,
        "extractor": decision.reading.extractor,
        "fingerprint": decision.reading.fingerprint,
        "note": decision.note,
        "reviewer": decision.reviewer,
        "decided_at": decision.decided_at,
    }


def _decided(verdict: Verdict, known: Standing | None, *, force: bool) -> Decision | None:
    """Return the verdict as it is to be kept, None where it stands already. Raises Invalid or _Conflict."""
    if known is None:
        raise Invalid(
            None,
            f"paper {verdict.paper_id} has no claim {verdict.claim_id} in its current abstract: the abstract has "
            "changed, or the claim is of another file; export again",
        )
    stands = known.decision
    if verdict.verdict == "withdraw" and stands is None:
        return None
    reading, conflict = _looked_at(verdict, known)
    decision = _made(verdict, reading, known)
    if stands and _same(decision, stands):
        return None
    if (
        verdict.seen
        and verdict.seen.verdict
        and any(
            mark_of_verdict(earlier.decided_at) == verdict.seen.verdict and _same(decision, earlier)
            for earlier in known.log
        )
    ):
        # A row of an older sheet that nobody has touched says nothing about what was decided since.
        return None
    if conflict and not force:
        raise _Conflict(conflict)
    return decision


def _looked_at(verdict: Verdict, known: Standing) -> tuple[Reading, str | None]:
    """Return the reading that the verdict is on, and what is in its way, if anything."""
    stands, seen = known.decision, verdict.seen
    if stands:
        if seen and seen.verdict == mark_of_verdict(stands.decided_at):
            return stands.reading, None
        who = stands.reviewer or "somebody"
        return stands.reading, (
            f"{who} decided {_RESULTS[stands.verdict]} on {stands.decided_at:%Y-%m-%d %H:%M:%S} UTC, which is not what "
            "this verdict was given on: export again, or give --force to decide over it"
        )
    preferred = known.readings[0] if known.readings else known.latest.reading if known.latest else None
    if preferred is None:
        raise AssertionError("a claim stands where it has a reading or a verdict")
    if seen is None:
        return preferred, None
    if seen.verdict and known.latest:
        return preferred, (
            f"the verdict that this one was given on was withdrawn on {known.latest.decided_at:%Y-%m-%d %H:%M:%S} UTC: "
            "export again, or give --force to decide all the same"
        )
    matching = [reading for reading in known.readings if mark_of_reading(dict(reading.claim)) == seen.reading]
    if matching:
        return matching[0], None
    return preferred, (
        "the abstract was read again since, and this claim of it otherwise: export again, or give --force to decide on "
        "the claim as it is now"
    )


def _made(verdict: Verdict, reading: Reading, known: Standing) -> Decision:
    claim: Claim = reading.claim
    if verdict.verdict == "correct":
        claim = corrected(claim, verdict.corrections)
    elif verdict.verdict == "accept" and verdict.corrections:
        field = next(iter(verdict.corrections))
        raise Invalid(field, "an accepted claim stays as the extractor has it: say correct, or leave corrections out")
    stands = known.decision
    note = verdict.note
    if note is None:
        note = stands.note if stands and stands.verdict == verdict.verdict else None
    now = utc_now()
    if known.latest:
        # Clocks of two machines may differ; the order in which verdicts were stored may not.
        now = max(now, known.latest.decided_at + timedelta(microseconds=1))
    return Decision(
        verdict.paper_id,
        verdict.verdict,
        reading,
        claim,
        differences(reading.claim, claim) if verdict.verdict == "correct" else None,
        plain(note or "") or None,
        plain(verdict.reviewer or "") or None,
        now,
    )


def _same(one: Decision, other: Decision) -> bool:
    """Tell whether two verdicts say the same, whoever gave them and when."""
    return (one.verdict, dict(one.claim), one.note) == (other.verdict, dict(other.claim), other.note)
