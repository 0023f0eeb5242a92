"""What becomes of a verdict: when it counts, when it changes nothing, and when it is somebody else's turn."""

from datetime import timedelta
from typing import Any

import pytest
from made import MakeClaim, MakeEntry, Read
from reviewing import decide, log_of, rows_of, verdict_on

from models.claim import Reading, ground
from models.current import refresh
from models.mention import Mention
from models.moment import utc_now
from models.paper import Paper
from models.reviews import Verdict, record
from models.store import Store


def test_an_accepted_claim_says_who_accepted_it_and_when(claimed: Store) -> None:
    before = utc_now()
    assert decide(claimed, rows_of(claimed)[0], "accept", reviewer="Ada", note="table 2").result == "accepted"
    row = rows_of(claimed)[0]
    assert (row["verdict"], row["reviewer"], row["note"], row["value"]) == ("accept", "Ada", "table 2", 84)
    assert before <= row["reviewed_at"] <= utc_now()


def test_a_rejected_claim_is_in_no_view_but_rejected(claimed: Store) -> None:
    decide(claimed, rows_of(claimed)[0], "reject")
    assert claimed.query("SELECT value FROM claims").column("value").to_pylist() == [12]
    assert claimed.query("SELECT value FROM rejected").column("value").to_pylist() == [84]
    assert claimed.query("FROM leaderboard").num_rows == 0


def test_a_corrected_claim_has_the_corrected_fields_and_keeps_the_others(claimed: Store) -> None:
    corrections = {"model": "Wombat", "value": 85.0}
    assert decide(claimed, rows_of(claimed)[0], "correct", corrections=corrections).result == "corrected"
    after = rows_of(claimed)[0]
    assert [after[name] for name in ("model", "value", "metric", "unit")] == ["Wombat", 85, "accuracy", "%"]
    assert claimed.query("SELECT model, score FROM leaderboard").to_pylist() == [{"model": "Wombat", "score": 85}]
    assert claimed.query("SELECT model FROM store.claims").column("model").to_pylist() == ["Quokka", None]


def test_a_correction_that_is_corrected_again_starts_from_what_the_extractor_had(claimed: Store) -> None:
    decide(claimed, rows_of(claimed)[0], "correct", corrections={"model": "Wombat"})
    decide(claimed, rows_of(claimed)[0], "correct", corrections={"benchmark": "Bar"})
    row = rows_of(claimed)[0]
    assert (row["model"], row["benchmark"]) == ("Quokka", "Bar")


def test_accepting_a_corrected_claim_takes_the_correction_back(claimed: Store) -> None:
    decide(claimed, rows_of(claimed)[0], "correct", corrections={"model": "Wombat"})
    decide(claimed, rows_of(claimed)[0], "accept")
    assert (rows_of(claimed)[0]["model"], rows_of(claimed)[0]["verdict"]) == ("Quokka", "accept")


def test_a_withdrawn_verdict_leaves_the_claim_as_it_was_read(claimed: Store) -> None:
    before = rows_of(claimed)
    decide(claimed, before[0], "correct", corrections={"model": "Wombat"})
    assert decide(claimed, rows_of(claimed)[0], "withdraw").result == "withdrawn"
    assert rows_of(claimed) == before
    assert [row["verdict"] for row in log_of(claimed)] == ["correct", "withdraw"]


def test_a_withdrawal_where_no_verdict_stands_changes_nothing(claimed: Store) -> None:
    assert decide(claimed, rows_of(claimed)[0], "withdraw").result == "unchanged"
    assert log_of(claimed) == []


@pytest.mark.parametrize(
    ("verdict", "fields"),
    [("accept", {}), ("reject", {"note": "a year"}), ("correct", {"corrections": {"model": "Wombat"}})],
)
@pytest.mark.parametrize("seen", [True, False])
def test_the_same_verdict_again_changes_nothing(
    claimed: Store, verdict: str, fields: dict[str, Any], seen: bool
) -> None:
    row = rows_of(claimed)[0]
    decide(claimed, row, verdict, **fields)
    before = log_of(claimed)
    assert decide(claimed, row, verdict, seen=seen, reviewer="Bob", **fields).result == "unchanged"
    assert decide(claimed, rows_of(claimed)[0], verdict, **fields).result == "unchanged"
    assert log_of(claimed) == before


def test_another_note_is_another_verdict_and_no_note_leaves_the_one_that_stands(claimed: Store) -> None:
    decide(claimed, rows_of(claimed)[0], "accept", note="table 2")
    assert decide(claimed, rows_of(claimed)[0], "accept").result == "unchanged"
    assert decide(claimed, rows_of(claimed)[0], "accept", note="table 3").result == "accepted"
    assert decide(claimed, rows_of(claimed)[0], "accept", note="").result == "accepted"
    assert [row["note"] for row in log_of(claimed)] == ["table 2", "table 3", None]


@pytest.mark.parametrize("seen", [True, False])
def test_who_has_not_seen_the_verdict_that_stands_does_not_decide_over_it(claimed: Store, seen: bool) -> None:
    row = rows_of(claimed)[0]
    decide(claimed, row, "accept", reviewer="Ada")
    conflict = decide(claimed, row, "reject", seen=seen, reviewer="Bob")
    assert conflict.result == "conflict"
    assert "Ada decided accepted" in str(conflict.reason)
    assert rows_of(claimed)[0]["verdict"] == "accept"


def test_whoever_insists_decides_all_the_same(claimed: Store) -> None:
    row = rows_of(claimed)[0]
    decide(claimed, row, "accept", reviewer="Ada")
    assert decide(claimed, row, "reject", force=True, reviewer="Bob").result == "rejected"
    assert [(row["verdict"], row["reviewer"]) for row in log_of(claimed)] == [("accept", "Ada"), ("reject", "Bob")]


def test_a_verdict_on_one_that_was_withdrawn_since_is_a_conflict(claimed: Store) -> None:
    decide(claimed, rows_of(claimed)[0], "accept")
    row = rows_of(claimed)[0]
    decide(claimed, row, "withdraw")
    assert decide(claimed, row, "reject").result == "conflict"
    assert decide(claimed, row, "accept").result == "unchanged"
    assert rows_of(claimed)[0]["verdict"] is None


def test_an_old_row_that_nobody_touched_brings_no_old_verdict_back(claimed: Store) -> None:
    decide(claimed, rows_of(claimed)[0], "accept")
    old = rows_of(claimed)[0]
    decide(claimed, old, "reject")
    assert decide(claimed, old, "accept", force=True).result == "unchanged"
    assert rows_of(claimed)[0]["verdict"] == "reject"


def test_the_newest_verdict_counts_also_where_the_clock_went_back(claimed: Store) -> None:
    decide(claimed, rows_of(claimed)[0], "accept")
    with claimed.write() as connection:
        connection.execute("UPDATE store.verdicts SET decided_at = decided_at + INTERVAL 1 DAY")
    decide(claimed, rows_of(claimed)[0], "reject", force=True)
    first, second = log_of(claimed)
    assert second["decided_at"] - first["decided_at"] == timedelta(microseconds=1)
    assert rows_of(claimed)[0]["verdict"] == "reject"


def test_a_claim_that_no_reading_has_is_an_error_and_the_others_go_in(claimed: Store) -> None:
    row = rows_of(claimed)[0]
    unknown = Verdict(paper_id="q", claim_id="0" * 16, verdict="accept")
    results = record(claimed, [unknown, verdict_on(row, "accept")])
    assert [recorded.result for recorded in results] == ["error", "accepted"]
    assert "has no claim 0000000000000000" in str(results[0].reason)


def test_nothing_to_record_makes_no_file(store: Store) -> None:
    store.path.unlink()
    assert record(store, []) == []
    assert not store.path.exists()


# What another reading of the abstract does to it


def test_a_verdict_outlives_another_extractor_that_reads_otherwise(
    claimed: Store, paper: Paper, make_claim: MakeClaim, read: Read
) -> None:
    score, delta = rows_of(claimed)
    decide(claimed, score, "correct", corrections={"model": "Wombat"}, reviewer="Ada")
    decide(claimed, delta, "reject")
    decided = rows_of(claimed)
    read(
        paper,
        make_claim(paper, 84, metric="F1", model="Dingo"),
        make_claim(paper, 12, kind="ratio", ordinal=1),
        extractor="llm",
    )
    shown = ("claim_id", "model", "metric", "kind", "verdict", "reviewer", "reviewed_at", "extractor")
    assert [[row[name] for name in shown] for row in rows_of(claimed)] == [
        [row[name] for name in shown] for row in decided
    ]


def test_a_verdict_outlives_the_same_extractor_that_finds_nothing_any_more(
    claimed: Store, paper: Paper, read: Read
) -> None:
    decide(claimed, rows_of(claimed)[0], "accept")
    read(paper, run_id="forced")
    assert [(row["value"], row["verdict"]) for row in rows_of(claimed)] == [(84, "accept")]
    assert decide(claimed, rows_of(claimed)[0], "reject").result == "rejected"


def test_a_verdict_lies_dormant_over_another_text_and_wakes_with_its_own(
    claimed: Store, paper: Paper, make_entry: MakeEntry, make_claim: MakeClaim, read: Read
) -> None:
    row = rows_of(claimed)[0]
    decide(claimed, row, "reject")
    [longer] = claimed.add_entries([make_entry(abstract="84% of Quokka. " * 9, given_id="q", line=2)])
    read(longer, make_claim(longer, 84))
    assert [row["verdict"] for row in rows_of(claimed)] == [None]
    late = decide(claimed, row, "accept")
    assert (late.result, "the abstract has changed" in str(late.reason)) == ("error", True)
    with claimed.write() as connection:
        connection.execute("UPDATE store.papers SET text_hash = ?", [paper.text_hash])
        refresh(connection, [paper.paper_id])
    assert rows_of(claimed)[0]["verdict"] == "reject"


def test_a_verdict_is_on_the_reading_that_the_person_had_before_them(
    claimed: Store, paper: Paper, make_claim: MakeClaim, read: Read
) -> None:
    row = rows_of(claimed)[0]
    read(paper, make_claim(paper, 84, metric="F1", model="Dingo"), extractor="llm")
    assert decide(claimed, row, "accept").result == "accepted"
    accepted = next(row for row in rows_of(claimed) if row["verdict"])
    assert (accepted["model"], accepted["extractor"]) == ("Quokka", "rules")


def test_a_verdict_on_a_reading_that_is_gone_is_a_conflict(
    claimed: Store, paper: Paper, make_claim: MakeClaim, read: Read
) -> None:
    row = rows_of(claimed)[0]
    read(paper, make_claim(paper, 84, metric="F1", model="Dingo"), run_id="forced")
    conflict = decide(claimed, row, "accept")
    assert (conflict.result, "read again" in str(conflict.reason)) == ("conflict", True)
    assert decide(claimed, row, "accept", force=True).result == "accepted"
    assert rows_of(claimed)[0]["model"] == "Dingo"


def test_two_claims_of_one_number_are_decided_apart(claimed: Store, paper: Paper, read: Read) -> None:
    mention = Mention(start=0, end=3, text="84%", value=84, unit="%")
    both = [
        ground(paper, mention, Reading(kind="score", model=model), (0, 10), place)
        for place, model in enumerate(("Quokka", "Numbat"))
    ]
    read(paper, *both)
    decide(claimed, rows_of(claimed)[1], "reject")
    assert claimed.query("SELECT model FROM claims").column("model").to_pylist() == ["Quokka"]
