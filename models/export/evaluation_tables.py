"""Leaderboards in the JSON of Papers with Code's `evaluation-tables`: tasks, their datasets, and the rows of each.

The shape is that of sota-extractor's taskdb, version 01. A task is what the vocabulary says of the benchmark.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, BinaryIO

import duckdb

from models.export.cells import address, cell
from models.json_text import json_text
from models.selection import IN_ORDER, Selection

_ROWS = 10_000
_OTHER = "Other"
"""The task of benchmarks that the vocabulary does not know."""

Row = dict[str, Any]


def write_evaluation_tables(connection: duckdb.DuckDBPyConnection, selection: Selection, file: BinaryIO) -> None:
    """Write the selected rows of leaderboard as one JSON document, a dataset in memory at a time."""
    rows = connection.sql(
        f"""
        SELECT leaderboard.* REPLACE (coalesce(task, '{_OTHER}') AS task), papers.arxiv_id, papers.doi
        FROM (FROM leaderboard WHERE {selection.condition.sql}) AS leaderboard
        JOIN papers USING (paper_id)
        ORDER BY leaderboard.task IS NULL, leaderboard.task, benchmark_key, metric_key, unit, setting_key, rank,
            {_of_leaderboard(IN_ORDER)}
        """,  # noqa: S608 — the condition was checked to be one
        params=selection.condition.parameters,
    ).to_arrow_reader(_ROWS)
    for piece in _document(row for batch in rows for row in batch.to_pylist()):
        file.write(piece.encode())


def _of_leaderboard(names: str) -> str:
    return ", ".join(f"leaderboard.{name}" for name in names.split(", "))


def _document(rows: Iterable[Row]) -> Iterator[str]:
    separator = ""
    yield "["
    for task, of_task in groupby(rows, lambda row: row["task"]):
        yield f'{separator}\n{{"task": {json_text(task)}, "description": "", "subtasks": [], "synonyms": [], '
        yield from _datasets(of_task)
        separator = ","
    yield "\n]\n"


def _datasets(rows: Iterable[Row]) -> Iterator[str]:
    separator = ""
    categories: list[str] = []
    yield '"source_link": null, "datasets": ['
    for _, of_dataset in groupby(rows, lambda row: row["benchmark_key"]):
        scores = list(of_dataset)
        categories = [scores[0]["area"]] if scores[0]["area"] else []
        yield f"{separator}\n{json_text(_dataset(scores))}"
        separator = ","
    yield f'\n], "categories": {json_text(categories)}}}'


def _dataset(scores: list[Row]) -> Row:
    """Return one benchmark: a row for each model and paper, with all metrics that this paper gives the model."""
    together: dict[tuple[str, str], Row] = {}
    for score in scores:
        row = together.setdefault((score["model_key"], score["paper_id"]), _row(score))
        row["metrics"][_metric(score)] = cell(score["score"])
    return {
        "dataset": scores[0]["benchmark"],
        "description": "",
        "dataset_links": [],
        "dataset_citations": [],
        "subdatasets": [],
        "sota": {"metrics": list(dict.fromkeys(map(_metric, scores))), "rows": list(together.values())},
    }


def _metric(score: Row) -> str:
    """Return the metric with its setting and unit: scores in two units are two metrics, and values are bare there."""
    name = ", ".join(filter(None, (score["metric"] or "Unnamed metric", score["setting_key"])))
    return f"{name} ({score['unit']})" if score["unit"] else name


def _row(score: Row) -> Row:
    return {
        "model_name": score["model"],
        "metrics": {},
        "paper_title": score["title"],
        "paper_url": address(score["url"], score["arxiv_id"], score["doi"]) or "",
        "paper_date": score["published"],
        "code_links": [],
        "model_links": [],
        "uses_additional_data": False,
    }
