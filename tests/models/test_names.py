"""Under which names claims of different papers meet, and how their numbers then compare."""

import pytest
from made import Board, MakeEntry, Read

from models.reviews import Verdict, record
from models.store import Store
from models.vocabulary import vocabulary


def test_spellings_that_the_vocabulary_does_not_know_meet_under_the_most_frequent(board: Board) -> None:
    rows = board(
        {"benchmark": "Burrow-8", "metric": "Digs", "model": "Quokka 2", "value": 60},
        {"benchmark": "burrow 8", "metric": "digs", "model": "quokka-2", "value": 70},
        {"benchmark": "the Burrow8 dataset", "metric": "digs", "model": "Quokka-2", "value": 50},
        {"benchmark": "Burrow-8", "metric": "digs", "model": "Quokka-2", "value": 40},
        columns="benchmark, metric, model, score, model_count",
    )
    assert rows == [("Burrow-8", "digs", "Quokka-2", 70, 1)]


def test_names_of_one_benchmark_metric_and_model_meet_under_the_one_of_the_vocabulary(board: Board) -> None:
    rows = board(
        {"benchmark": "BBH", "metric": "acc.", "model": "GPT4", "value": 60},
        {"benchmark": "big-bench hard", "metric": "accuracy (acc)", "model": "GPT-4", "value": 70},
        columns="benchmark, metric, model, score, model_count",
    )
    assert rows == [("BIG-Bench Hard", "Accuracy", "GPT-4", 70, 1)]


def test_a_name_and_the_word_model_name_the_model(board: Board) -> None:
    rows = board(
        {"model": "Quokka-7B model", "value": 60},
        {"model": "Quokka-7B", "value": 50},
        {"model": "ResNet50 model", "value": 40},
        {"model": "student model", "value": 30},
        columns="model, score",
    )
    assert [score for _, score in rows] == [60, 40, 30]
    assert rows[1] == ("ResNet-50", 40)


def test_a_name_is_shown_without_its_possessive(board: Board) -> None:
    rows = board({"model": "Quokka's", "value": 60}, {"model": "Wombat’s", "value": 50}, columns="model")
    assert rows == [("Quokka",), ("Wombat",)]


def test_claims_keep_what_is_printed_beside_the_name_it_is_known_by(board: Board, store: Store) -> None:
    board({"benchmark": "GSM-8K", "metric": "digs", "model": None})
    columns = "benchmark, canonical_benchmark, metric, canonical_metric, canonical_model, model_key"
    [row] = store.query(f"SELECT {columns} FROM claims").to_pylist()
    assert tuple(row.values()) == ("GSM-8K", "GSM8K", "digs", "digs", None, None)
    assert store.query("SELECT benchmark FROM store.claims").to_pylist() == [{"benchmark": "GSM-8K"}]


@pytest.mark.parametrize(
    ("fields", "metric", "score"),
    [
        ({"benchmark": "GSM-8K"}, "Accuracy", 50),
        ({"benchmark": "GSM8K", "unit": None, "value": 0.5}, "Accuracy", 50),
        ({"benchmark": "HumanEval"}, "pass@1", 50),
        ({"benchmark": "WMT14 En-De", "unit": None}, "BLEU", 50),
        ({"benchmark": "WMT14 En-De", "unit": "%"}, None, 50),
        ({"benchmark": "GSM8K", "unit": "ms"}, None, 0.05),
        ({"benchmark": "GSM8K", "unit": None, "value": 1319}, None, 1319),
        ({"benchmark": "CIFAR-10"}, None, 50),
        ({"benchmark": "Burrow"}, None, 50),
    ],
)
def test_a_score_without_a_metric_is_one_of_the_only_metric_of_its_benchmark_if_it_can_be(
    board: Board, fields: dict[str, object], metric: str | None, score: float
) -> None:
    rows = board({"metric": None, **fields}, columns="metric, score, metric_assumed")
    assert rows == [(metric, score, metric is not None)]


def test_scores_with_and_without_the_metric_meet_and_what_is_printed_stays(board: Board, store: Store) -> None:
    rows = board(
        {"benchmark": "GSM8K", "value": 60},
        {"benchmark": "GSM8K", "metric": None, "value": 70},
        columns="metric, model, rank, better, direction_known",
    )
    assert rows == [("Accuracy", "m1", 1, "higher", True), ("Accuracy", "m0", 2, "higher", True)]
    columns = "metric, metric_assumed, metric_family"
    printed = store.query(f"SELECT {columns} FROM claims ORDER BY paper_position").to_pylist()
    assert [tuple(row.values()) for row in printed] == [("accuracy", False, "quality"), (None, True, "quality")]


def test_a_correction_of_something_else_leaves_the_metric_that_is_assumed(board: Board, store: Store) -> None:
    board({"benchmark": "GSM8K", "metric": None})
    [row] = store.query("SELECT paper_id, claim_id FROM claims").to_pylist()
    record(store, [Verdict(**row, verdict="correct", corrections={"model": "Wombat"})])
    assert board(columns="metric, model") == [("Accuracy", "Wombat")]


def test_a_change_without_a_metric_is_assumed_to_be_of_none(board: Board, store: Store) -> None:
    board({"benchmark": "GSM8K", "metric": None, "kind": "delta"})
    assert store.query("SELECT canonical_metric, metric_assumed FROM claims").to_pylist() == [
        {"canonical_metric": None, "metric_assumed": False}
    ]


def test_every_metric_of_the_vocabulary_is_ranked_as_the_vocabulary_says(board: Board) -> None:
    metrics = sorted({metric.name: metric for metric in vocabulary().metrics.values()}.items())
    board(*({"metric": metric.names[-1], "value": 1} for _, metric in metrics[:: len(metrics) // 40]))
    rows = board(columns="metric, better, direction_known")
    known = dict(metrics)
    assert len(rows) >= 40
    assert [(better, sure) for _, better, sure in rows] == [(known[name].direction, True) for name, _, _ in rows]


def test_an_unknown_metric_says_that_its_direction_is_a_guess(board: Board) -> None:
    rows = board({"metric": "digs"}, {"metric": None}, {"metric": "latency"}, columns="metric, better, direction_known")
    assert rows == [(None, "higher", False), ("digs", "higher", False), ("Latency", "lower", True)]


def test_a_correlation_is_no_percentage_also_where_it_is_printed_as_one(board: Board) -> None:
    rows = board(
        {"value": 0.8, "unit": None, "metric": "kappa"},
        {"value": 79, "unit": "%", "metric": "Cohen's kappa"},
        {"value": 78.5, "unit": None, "metric": "kappa"},
        {"value": -0.1, "unit": None, "metric": "kappa"},
        columns="score, unit",
    )
    assert rows == [(0.8, None), (0.79, None), (0.785, None), (-0.1, None)]


def test_a_bare_number_of_an_unknown_metric_stays_as_it_is_printed(board: Board) -> None:
    rows = board({"value": 1, "unit": None, "metric": "rank"}, {"value": 0.5, "unit": None, "metric": None})
    assert [score for _, _, score in rows] == [0.5, 1]


def test_boards_count_their_models_and_papers(board: Board, store: Store) -> None:
    board({"value": 1}, {"value": 2}, {"value": 3, "metric": "digs"})
    rows = store.query("SELECT metric, model_count, paper_count, largest FROM boards ORDER BY metric").to_pylist()
    assert [tuple(row.values()) for row in rows] == [("Accuracy", 2, 2, 2), ("digs", 1, 1, 3)]


@pytest.mark.parametrize(("status", "unread"), [(None, True), ("failed", True), ("done", False), ("skipped", False)])
def test_a_paper_is_unread_until_an_extractor_has_finished_it(
    store: Store, make_entry: MakeEntry, read: Read, status: str | None, unread: bool
) -> None:
    [paper] = store.add_entries([make_entry()])
    if status:
        read(paper, status=status)
    assert store.query("SELECT unread FROM papers").to_pylist() == [{"unread": unread}]
