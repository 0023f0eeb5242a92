"""What a store keeps, and what it gives back."""

import os
from pathlib import Path
from typing import Any

import pytest
from made import MakeClaim, MakeEntry, MakeOutcome, MakeRun

from models.errors import ClaimboardError
from models.store import Store


def rows(store: Store, sql: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = store.query(sql).to_pylist()
    return found


def test_a_file_is_made_only_when_there_is_something_to_write(store: Store, path: Path, make_run: MakeRun) -> None:
    path.unlink()
    assert store.add_entries([]) == []
    store.commit(make_run(), [])
    assert store.pending([], "rules-1") == []
    assert store.stamp() == ()
    assert not path.exists()


def test_a_paper_is_pending_until_its_text_has_an_outcome_for_the_fingerprint(
    store: Store, make_entry: MakeEntry, make_run: MakeRun, make_outcome: MakeOutcome
) -> None:
    papers = store.add_entries([make_entry("One"), make_entry("Two"), make_entry("Three")])
    store.commit(make_run(), [make_outcome(papers[0]), make_outcome(papers[1], status="failed", reason="no reply")])
    assert store.pending(papers, "rules-1") == papers[2:]
    assert store.pending(papers, "rules-1", retry_failed=True) == papers[1:]
    assert store.pending(papers, "rules-1", force=True) == papers
    assert store.pending(papers, "rules-2") == papers


def test_a_paper_whose_text_has_grown_is_read_anew_and_its_old_claims_are_out_of_sight(
    store: Store,
    make_entry: MakeEntry,
    make_run: MakeRun,
    make_outcome: MakeOutcome,
    make_claim: MakeClaim,
) -> None:
    [paper] = store.add_entries([make_entry()])
    store.commit(make_run(), [make_outcome(paper, make_claim(paper, 84))])
    [grown] = store.add_entries([make_entry(abstract=paper.abstract + " It is small.")])
    assert store.pending([grown], "rules-1") == [grown]
    assert rows(store, "FROM claims") == []
    assert len(rows(store, "FROM store.claims")) == 1


def test_committing_the_same_outcomes_twice_changes_nothing(
    store: Store,
    make_entry: MakeEntry,
    make_run: MakeRun,
    make_outcome: MakeOutcome,
    make_claim: MakeClaim,
) -> None:
    [paper] = store.add_entries([make_entry()])
    outcome = make_outcome(paper, make_claim(paper, 84), make_claim(paper, 85, ordinal=1))
    store.commit(make_run(), [outcome])
    before = rows(store, "FROM claims ORDER BY claim_position")
    store.commit(make_run(), [outcome, outcome])
    assert rows(store, "FROM claims ORDER BY claim_position") == before
    assert [row["value"] for row in before] == [84, 85]


def test_a_new_outcome_takes_the_place_of_the_old_one_and_its_claims(
    store: Store,
    make_entry: MakeEntry,
    make_run: MakeRun,
    make_outcome: MakeOutcome,
    make_claim: MakeClaim,
) -> None:
    papers = store.add_entries([make_entry("One"), make_entry("Two")])
    store.commit(make_run(), [make_outcome(paper, make_claim(paper, 84)) for paper in papers])
    store.commit(make_run(run_id="second"), [make_outcome(papers[0], status="failed", reason="no reply")])
    assert [(row["paper_id"], row["value"]) for row in rows(store, "FROM store.claims")] == [(papers[1].paper_id, 84)]
    assert rows(store, "SELECT status, reason, claim_count FROM papers ORDER BY paper_position") == [
        {"status": "failed", "reason": "no reply", "claim_count": 0},
        {"status": "done", "reason": None, "claim_count": 1},
    ]


def test_every_field_of_a_claim_comes_back_as_it_went_in(
    store: Store,
    make_entry: MakeEntry,
    make_run: MakeRun,
    make_outcome: MakeOutcome,
    make_claim: MakeClaim,
) -> None:
    [paper] = store.add_entries([make_entry(abstract="1 % — “naïve” <b>&amp;</b> 𝕏 \x00 'q'; DROP TABLE x; --")])
    claim = make_claim(
        paper,
        0.1,
        "ms",
        value_high=0.30000000000000004,
        bound="at_least",
        kind="delta",
        direction="decrease",
        basis="relative",
        metric="latency",
        model="Quokka ‘2’",
        benchmark="Foo, Bar",
        baseline="BarLib",
        setting="A100",
        flags=("ungrounded_model", "misread"),
    )
    store.commit(make_run(), [make_outcome(paper, claim)])
    [row] = rows(store, "FROM claims")
    assert {name: row[name] for name in type(claim).model_fields} == claim.model_dump() | {"flags": list(claim.flags)}


def test_status_counts_what_there_is(
    store: Store,
    make_entry: MakeEntry,
    make_run: MakeRun,
    make_outcome: MakeOutcome,
    make_claim: MakeClaim,
) -> None:
    papers = store.add_entries([make_entry("One"), make_entry("Two"), make_entry("Three"), make_entry("One", line=2)])
    store.begin_run(make_run())
    store.commit(
        make_run(),
        [
            make_outcome(papers[0], make_claim(papers[0], 1), make_claim(papers[0], 2, ordinal=1, flags=("misread",))),
            make_outcome(papers[1], status="failed", reason="no reply"),
        ],
    )
    store.finish_run("run-rules-1", "interrupted", "stopped by the user")
    status = store.status()
    assert (status.papers, status.sources, status.unread, status.claims, status.flagged) == (3, 4, 2, 2, 1)
    [reading] = status.readings
    assert (reading.extractor, reading.done, reading.failed, reading.skipped, reading.claims) == ("rules", 1, 1, 0, 2)
    assert status.last_run is not None
    assert status.last_run.status == "interrupted"
    assert status.last_run.finished_at is not None
    assert status.file_bytes == store.path.stat().st_size


def test_the_stamp_changes_with_the_file_and_only_then(store: Store, make_entry: MakeEntry) -> None:
    store.add_entries([make_entry()])
    before = store.stamp()
    store.status()
    assert store.stamp() == before
    store.add_entries([make_entry("Another")])
    assert store.stamp() != before


def test_a_query_gives_rows_by_name_and_takes_values_apart_from_its_text(store: Store, make_entry: MakeEntry) -> None:
    store.add_entries([make_entry("O'Hara"), make_entry("Two")])
    assert store.query("SELECT title FROM papers WHERE title = ?", ["O'Hara"]).to_pylist() == [{"title": "O'Hara"}]
    assert store.query("FROM papers ORDER BY title", limit=1).column("title").to_pylist() == ["O'Hara"]


@pytest.mark.parametrize(
    "sql",
    [
        "WITH one AS (SELECT 1) FROM one",
        "PIVOT papers ON status USING count(*)",
        "EXPLAIN FROM papers",
        "SHOW TABLES",
        "DESCRIBE claims",
        "SUMMARIZE papers",
        "FROM papers;",
    ],
)
def test_any_statement_that_reads_is_a_query(store: Store, make_entry: MakeEntry, sql: str) -> None:
    store.add_entries([make_entry()])
    assert store.query(sql).num_rows > 0


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "SELEC 1",
        "SELECT nothing FROM papers",
        "SELECT 1; SELECT 2",
        "DELETE FROM store.papers",
        "EXPLAIN ANALYZE DELETE FROM store.papers",
        "DROP VIEW claims",
        "CREATE TABLE mine AS FROM papers",
        "COPY papers TO 'stolen.csv'",
        "ATTACH 'other.duckdb'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "FROM read_text('/etc/hostname')",
        "FROM read_csv('https://a.example/x.csv')",
        "FROM glob('/*')",
        "FROM store_of_the_caller",
    ],
)
def test_a_query_that_writes_or_reaches_outside_the_file_is_refused_in_one_line(
    store: Store, make_entry: MakeEntry, sql: str
) -> None:
    store_of_the_caller = store.query  # noqa: F841 a Python variable is no table
    store.add_entries([make_entry()])
    with pytest.raises(ClaimboardError) as error:
        store.query(sql)
    assert "\n" not in str(error.value)
    assert store.status().papers == 1


def test_a_query_that_takes_too_long_is_stopped(store: Store, make_entry: MakeEntry) -> None:
    store.add_entries([make_entry()])
    with pytest.raises(ClaimboardError, match="took longer"):
        store.query("SELECT count(*) FROM range(1000000000000) AS numbers(n) WHERE n % 7 = 3", seconds=0.2)


def test_a_file_may_not_be_called_store_which_duckdb_cannot_tell_from_the_schema(tmp_path: Path) -> None:
    with pytest.raises(ClaimboardError, match="name another"):
        Store(tmp_path / "Store.v2.duckdb")


def test_a_query_that_fails_while_another_process_writes_is_asked_again(
    store: Store, path: Path, make_entry: MakeEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add_entries([make_entry()])
    asked, reading = [], Store.reading

    def disturbed(self: Store, *given: Any, **more: Any) -> Any:
        asked.append(given)
        if len(asked) == 1:
            os.utime(path, ns=(1, 1))
            raise ClaimboardError("is damaged")
        return reading(self, *given, **more)

    monkeypatch.setattr(Store, "reading", disturbed)
    assert store.query("SELECT count(*) AS papers FROM papers").to_pylist() == [{"papers": 1}]
    with pytest.raises(ClaimboardError):
        store.query("SELECT nonsense FROM papers")
    assert len(asked) == 3
