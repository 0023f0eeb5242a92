"""What the command line finds, under whichever name it is asked for, and in which order."""

from datetime import UTC, datetime
from pathlib import Path
from shutil import copy

import pytest

from extract import queries
from models.claim import Reading, ground
from models.current import refresh
from models.errors import ClaimboardError
from models.mention import Mention
from models.paper import Entry
from models.run import Outcome, Run
from models.store import Store

RUN = Run(run_id="r", extractor="rules", fingerprint="f", sources=("l",), started_at=datetime(2026, 1, 2, tzinfo=UTC))


@pytest.fixture
def store(tmp_path: Path, empty: Path) -> Store:
    return Store(copy(empty, tmp_path))


def put(store: Store, title: str, *scores: tuple[str | None, str, str]) -> None:
    """Store a paper that gives a score to each (metric, model, benchmark)."""
    [paper] = store.add_entries([Entry(location="l", line=1, title=title, abstract="84% in all.")])
    mention = Mention(start=0, end=3, text="84%", value=84, unit="%")
    claims = tuple(
        ground(paper, mention, Reading(kind="score", metric=metric, model=model, benchmark=benchmark), (0, 11), ordinal)
        for ordinal, (metric, model, benchmark) in enumerate(scores)
    )
    store.commit(RUN, [Outcome(paper_id=paper.paper_id, text_hash=paper.text_hash, status="done", claims=claims)])


def found(store: Store, benchmark: str | None = None, metric: str | None = None) -> list[tuple[str, str, int]]:
    boards = queries.leaderboards(store, benchmark, metric, boards=9, rows=9)
    return [(rows[0]["benchmark"], rows[0]["metric"], len(rows)) for rows in boards]


def test_boards_of_many_models_come_first_then_of_many_papers_then_of_known_metrics(store: Store) -> None:
    put(store, "One", ("accuracy", "A", "Lone"), ("accuracy", "A", "Solo"), ("accuracy", "B", "Solo"))
    put(store, "Two", ("accuracy", "A", "Wide"), ("digs", "A", "Burrow"))
    put(store, "Three", ("accuracy", "B", "Wide"), ("accuracy", "C", "Big"))
    put(store, "Four", ("accuracy", "A", "Big"), ("accuracy", "B", "Big"))
    assert found(store) == [
        ("Big", "Accuracy", 3),
        ("Wide", "Accuracy", 2),
        ("Solo", "Accuracy", 2),
        ("Lone", "Accuracy", 1),
        ("Burrow", "digs", 1),
    ]


@pytest.mark.parametrize("name", ["BBH", "BIG-Bench Hard", "bigbench hard", "$\\text{BBH}$", "Hard"])
def test_a_leaderboard_is_found_under_every_name_of_its_benchmark(store: Store, name: str) -> None:
    put(store, "One", ("accuracy", "A", "BIG-Bench Hard"), ("acc.", "B", "BBH"), ("accuracy", "A", "MMLU"))
    assert found(store, name) == [("BIG-Bench Hard", "Accuracy", 2)]
    assert found(store, name, "Acc") == [("BIG-Bench Hard", "Accuracy", 2)]


def test_a_name_that_nothing_has_is_refused_with_those_near_to_it(store: Store) -> None:
    put(store, "One", ("accuracy", "A", "GSM8K"))
    with pytest.raises(ClaimboardError, match="near to it are GSM8K"):
        found(store, "GSM9K")


@pytest.mark.parametrize(("name", "count"), [("BBH", 3), ("big bench hard", 2), ("MMLU", 1), ("bench", 2)])
def test_claims_are_found_under_every_name_of_their_benchmark(store: Store, name: str, count: int) -> None:
    put(store, "One", ("F1", "A", "BIG-Bench Hard"), ("F1", "A", "BBH"), ("F1", "A", "BBH, MMLU"))
    assert queries.claims(store, benchmark=name)[1] == count


def test_a_benchmark_whose_name_holds_another_s_is_found_under_that_only_where_no_benchmark_is_called_so(
    store: Store,
) -> None:
    put(store, "One", ("F1", "A", "ARC"), ("F1", "A", "MS MARCO"), ("F1", "A", "MATH-500"))
    assert [row["benchmark"] for row in queries.claims(store, benchmark="arc")[0]] == ["ARC"]
    assert [row["benchmark"] for row in queries.claims(store, benchmark="marc")[0]] == ["MS MARCO"]
    assert [row["benchmark"] for row in queries.claims(store, benchmark="math")[0]] == ["MATH-500"]


def test_claims_are_searched_in_quotes_titles_and_names_of_any_case(store: Store) -> None:
    put(store, "One of a kind", ("F1", "Quokka", "GSM8K"), ("F1", "Wombat", "GSM8K"))
    for search, count in (("quokka", 1), ("OF A KIND", 2), ("in all", 2), ("", 2), ("50%", 0)):
        assert len(queries.claims(store, search=search)[0]) == count


def test_claims_are_sorted_by_how_sure_they_are_where_that_is_asked_for(store: Store) -> None:
    put(store, "One", ("accuracy", "A", "Foo"))
    with store.write() as connection:
        connection.execute("UPDATE store.claims SET certainty = 1")
        refresh(connection)
    put(store, "Two", ("accuracy", "B", "Foo"), ("accuracy", "C", "Foo"))
    rows, _ = queries.claims(store, sort="confidence")
    assert [row["model"] for row in rows] == ["B", "C", "A"]
    assert [row["model"] for row in queries.claims(store)[0]] == ["A", "B", "C"]
