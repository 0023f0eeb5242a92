"""What a paper claims now: with which numbers, of whom, under which conditions, and when that changes."""

from datetime import datetime
from typing import Any

import pytest
from made import MakeClaim, MakeEntry, Read

from models.claim import Claim
from models.current import refresh
from models.paper import Paper
from models.store import Store


def rows(store: Store, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in store.query(sql).to_pylist()]


def decide(store: Store, paper: Paper, claim: Claim, verdict: str, **fields: Any) -> None:
    values = claim.model_dump(exclude={"certainty", "flags"}) | {
        "paper_id": paper.paper_id,
        "text_hash": paper.text_hash,
        "verdict": verdict,
        "extractor": "rules",
        "fingerprint": "rules-1",
        "reviewer": "Ada",
        "note": "seen",
        "decided_at": datetime(2026, 1, 2),
        **fields,
    }
    with store.write() as connection:
        names = ", ".join(values)
        marks = ", ".join("?" for _ in values)
        connection.execute(f"INSERT INTO store.verdicts ({names}) VALUES ({marks})", list(values.values()))
        refresh(connection, [paper.paper_id])


@pytest.fixture
def paper(store: Store, make_entry: MakeEntry) -> Paper:
    [paper] = store.add_entries([make_entry()])
    return paper


@pytest.mark.parametrize(
    ("fields", "normal"),
    [
        ({"value": 0.842, "unit": None, "metric": "accuracy"}, (84.2, "%")),
        ({"value": 84.2, "unit": None, "metric": "F1"}, (84.2, "%")),
        ({"value": 84, "unit": "points", "metric": "F1"}, (84, "%")),
        ({"value": 3, "unit": "points", "metric": "F1", "kind": "delta"}, (3, "points")),
        ({"value": 79, "metric": "Cohen's kappa"}, (0.79, None)),
        ({"value": 28.4, "unit": None, "metric": "BLEU"}, (28.4, None)),
        ({"value": 12, "unit": "ms", "metric": "latency"}, (0.012, "s")),
        ({"value": 1.5, "unit": "h", "metric": "training time"}, (5400, "s")),
        ({"value": 24, "unit": "GB", "metric": "memory"}, (24e9, "B")),
        ({"value": 2, "unit": "kWh", "metric": "energy"}, (7.2e6, "J")),
        ({"value": 4.1, "unit": "GFLOPs", "metric": "FLOPs"}, (4.1e9, "FLOP")),
        ({"value": 90, "unit": "tokens/s", "metric": "throughput"}, (90, "tokens/s")),
        ({"value": 2, "unit": "orders of magnitude", "metric": "latency", "kind": "ratio"}, (100, "x")),
    ],
)
def test_numbers_of_one_kind_stand_on_one_scale_beside_what_is_printed(
    store: Store,
    paper: Paper,
    make_claim: MakeClaim,
    read: Read,
    fields: dict[str, Any],
    normal: tuple[float, str | None],
) -> None:
    read(paper, make_claim(paper, **fields))
    [(value, unit, normal_value, normal_unit)] = rows(
        store, "SELECT value, unit, normal_value, normal_unit FROM claims"
    )
    assert (value, unit) == (fields["value"], fields.get("unit", "%"))
    assert (pytest.approx(normal_value), normal_unit) == normal


def test_both_ends_of_a_range_are_brought_to_the_scale(
    store: Store, paper: Paper, make_claim: MakeClaim, read: Read
) -> None:
    read(paper, make_claim(paper, 10, "ms", value_high=20, metric="latency"))
    assert rows(store, "SELECT normal_value, normal_high, normal_unit FROM claims") == [(0.01, 0.02, "s")]


@pytest.mark.parametrize(
    ("setting", "key"),
    [
        ("zero-shot", "0-shot"),
        ("0-shot, A100", "0-shot"),
        ("Five-shot", "5-shot"),
        ("with 5 shots", "5-shot"),
        ("few-shot", "few-shot"),
        ("5-shot, zero-shot", "0-shot, 5-shot"),
        ("on average", ""),
        (None, ""),
    ],
)
def test_the_number_of_examples_shown_sets_scores_apart(
    store: Store, paper: Paper, make_claim: MakeClaim, read: Read, setting: str | None, key: str
) -> None:
    read(paper, make_claim(paper, 84, setting=setting, model="Quokka", benchmark="GSM8K"))
    assert rows(store, "SELECT setting_key FROM boards") == [(key,)]


@pytest.mark.parametrize(
    ("title", "models", "own"),
    [
        ("Quokka: a small parser", ["Quokka", "Wombat"], [True, False]),
        ("How Quokka parses", ["Quokka", "GPT-4"], [True, False]),
        ("Llama 2: open models", ["Llama 2", "GPT-4"], [True, False]),
        ("What GPT-4 cannot do", ["GPT-4", "Wombat"], [None, None]),
        ("A small parser", ["Quokka", "Quokka", "GPT-4"], [True, True, False]),
        ("A small parser", ["Quokka", "Wombat"], [None, None]),
        ("A small parser", ["our method", "our method", "GPT-4"], [None, None, None]),
        ("Quokka: a small parser", [None, "Quokka"], [None, True]),
    ],
)
def test_a_result_is_a_papers_own_where_title_or_most_claims_tell_its_proposal(
    store: Store,
    make_entry: MakeEntry,
    make_claim: MakeClaim,
    read: Read,
    title: str,
    models: list[str | None],
    own: list[bool | None],
) -> None:
    [paper] = store.add_entries([make_entry(title)])
    read(paper, *(make_claim(paper, 84, ordinal=place, model=model) for place, model in enumerate(models)))
    assert rows(store, "SELECT own_result FROM claims ORDER BY claim_position") == [(value,) for value in own]


def test_claims_know_the_task_of_their_benchmark_and_the_year_of_their_paper(
    store: Store, make_entry: MakeEntry, make_claim: MakeClaim, read: Read
) -> None:
    [paper] = store.add_entries([make_entry(published="2024-03-01")])
    read(paper, make_claim(paper, 84, benchmark="GSM-8K", baseline="GPT4"))
    columns = "benchmark_task, benchmark_area, canonical_baseline, published_year"
    assert rows(store, f"SELECT {columns} FROM claims") == [("Math word problems", "Reasoning", "GPT-4", 2024)]


@pytest.mark.parametrize("later", ["llm", "rules"])
def test_a_correction_wins_over_every_extractor_whoever_reads_later(
    store: Store, paper: Paper, make_claim: MakeClaim, read: Read, later: str
) -> None:
    claim = make_claim(paper, 84, metric="F1", model="Wombat", flags=("misread",))
    read(paper, claim)
    decide(store, paper, claim, "correct", value=86.0, model="GPT4", benchmark="GSM-8K")
    read(paper, claim, extractor=later, version=2)
    columns = "value, canonical_model, benchmark_key, metric, verdict, reviewer, note, confidence, len(flags)"
    expected = (86, "GPT-4", "gsm8k", "F1", "correct", "Ada", "seen", 1, 0)
    assert rows(store, f"SELECT {columns} FROM claims") == [expected]
    assert rows(store, "SELECT model, score FROM leaderboard") == [("GPT-4", 86)]


def test_a_rejected_claim_is_counted_among_the_rejected_only(
    store: Store, paper: Paper, make_claim: MakeClaim, read: Read
) -> None:
    claim = make_claim(paper, 84, model="Quokka", benchmark="GSM8K")
    read(paper, claim, make_claim(paper, 85, ordinal=1))
    decide(store, paper, claim, "reject")
    assert rows(store, "SELECT value FROM claims") == [(85,)]
    assert rows(store, "SELECT value FROM rejected") == [(84,)]
    assert rows(store, "FROM leaderboard") == []
    counts = "claim_count, reviewed_count, rejected_count"
    assert rows(store, f"SELECT {counts} FROM paper_summary") == [(1, 1, 1)]


def test_the_newest_verdict_counts_and_a_withdrawn_one_no_longer(
    store: Store, paper: Paper, make_claim: MakeClaim, read: Read
) -> None:
    claim = make_claim(paper, 84)
    read(paper, claim)
    decide(store, paper, claim, "reject", decided_at=datetime(2026, 1, 3))
    decide(store, paper, claim, "accept", decided_at=datetime(2026, 1, 2))
    assert rows(store, "SELECT value FROM claims") == []
    decide(store, paper, claim, "withdraw", decided_at=datetime(2026, 1, 4))
    assert rows(store, "SELECT value, verdict FROM claims") == [(84, None)]


def test_a_verdict_holds_a_claim_that_no_reading_makes_any_more_while_the_text_is_the_same(
    store: Store, paper: Paper, make_claim: MakeClaim, make_entry: MakeEntry, read: Read
) -> None:
    claim = make_claim(paper, 84)
    read(paper, claim)
    decide(store, paper, claim, "accept")
    read(paper)
    assert rows(store, "SELECT value, verdict FROM claims") == [(84, "accept")]
    store.add_entries([make_entry(abstract=f"{paper.abstract} It is small.", line=2)])
    assert rows(store, "SELECT value FROM claims") == []


def test_a_longer_text_takes_the_claims_of_the_shorter_away_until_it_is_read(
    store: Store, paper: Paper, make_claim: MakeClaim, make_entry: MakeEntry, read: Read
) -> None:
    read(paper, make_claim(paper, 84))
    [longer] = store.add_entries(
        [make_entry(abstract=f"{paper.abstract} It is small.", line=2, url="https://a.example")]
    )
    assert rows(store, "SELECT value FROM claims") == []
    assert rows(store, "SELECT url, unread, sources FROM papers") == [
        ("https://a.example", True, ["list.txt:1", "list.txt:2"])
    ]
    read(longer, make_claim(longer, 86))
    assert rows(store, "SELECT value, url FROM claims") == [(86, "https://a.example")]


def test_papers_are_counted_by_how_far_reading_and_reviewing_them_has_come(
    store: Store, make_entry: MakeEntry, make_claim: MakeClaim, read: Read
) -> None:
    papers = store.add_entries([make_entry(f"Paper {number}") for number in range(5)])
    claims = [make_claim(paper, 84, flags=("ungrounded_model",)) for paper in papers]
    read(papers[1], status="failed", reason="no reply")
    read(papers[2])
    read(papers[3], claims[3])
    read(papers[4], claims[4], make_claim(papers[4], 2, "x", 1, kind="ratio", metric="speedup", model="B"))
    decide(store, papers[4], claims[4], "accept")
    columns = "unread, failed, without_claims, claim_count, flagged_count, reviewed_count, unreviewed_count"
    assert rows(store, f"SELECT {columns} FROM coverage ORDER BY paper_position") == [
        (True, False, False, 0, 0, 0, 0),
        (False, True, False, 0, 0, 0, 0),
        (False, False, True, 0, 0, 0, 0),
        (False, False, False, 1, 1, 0, 1),
        (False, False, False, 2, 0, 1, 1),
    ]
    columns = "score_count, ratio_count, best_factor, models, accepted_count"
    [summary] = rows(store, f"SELECT {columns} FROM paper_summary WHERE title = 'Paper 4'")
    assert summary == (1, 1, 2, ["B"], 1)


def test_the_least_sure_come_first_in_the_queue_until_a_person_has_looked_at_them(
    store: Store, paper: Paper, make_claim: MakeClaim, read: Read
) -> None:
    certainties = (0.9, None, 0.1, 0.95, 0.1)
    claims = [
        make_claim(paper, value, ordinal=value, certainty=certainty) for value, certainty in enumerate(certainties)
    ]
    read(paper, *claims)
    decide(store, paper, claims[2], "accept")
    queue = [value for (value,) in rows(store, "SELECT value FROM review_queue ORDER BY queue_position")]
    by_confidence = "SELECT value FROM claims WHERE verdict IS NULL ORDER BY confidence, certainty"
    assert queue == [value for (value,) in rows(store, by_confidence)]
    assert queue[0] == 4


def test_a_benchmark_is_summed_up_with_the_first_of_its_largest_leaderboard(
    store: Store, make_entry: MakeEntry, make_claim: MakeClaim, read: Read
) -> None:
    for number, (model, value, metric) in enumerate([("A", 80, "accuracy"), ("B", 90, "acc."), ("C", 99, "F1")]):
        [paper] = store.add_entries([make_entry(f"Paper {number}", published=f"2024-0{number + 1}-01")])
        read(
            paper, make_claim(paper, value, metric=metric, model=model, benchmark=("GSM8K", "GSM-8K", "gsm8k")[number])
        )
    columns = "benchmark, task, claim_count, paper_count, model_count, metrics, best_model, best_score, best_metric"
    assert rows(store, f"SELECT {columns} FROM benchmark_summary") == [
        ("GSM8K", "Math word problems", 3, 3, 3, ["Accuracy", "F1"], "B", 90, "Accuracy")
    ]
    assert [str(day) for day in rows(store, "SELECT first_published, last_published FROM benchmark_summary")[0]] == [
        "2024-01-01",
        "2024-03-01",
    ]
