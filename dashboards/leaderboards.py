"""Leaderboards: found by area and task, or by the name of the benchmark, and one of them shown."""

from dashboards import address
from dashboards.board import board
from dashboards.browse import areas, tasks
from dashboards.database import Database, Row
from dashboards.markup import element, heading, show
from models.notation import counted
from models.selection import named

_BENCHMARKS = 2000
"""What the picker offers at most, those with the longest leaderboards first; an address can name any other."""


def leaderboards(database: Database) -> None:
    """Draw the leaderboard that the address names or, where it names none, the ways to all of them."""
    heading("Leaderboards", "The best score that abstracts report of each model, by benchmark and metric.")
    offered = _offered(database)
    if not offered:
        show(element("p", "No abstract so far gives a score with a model and a benchmark.", style_class="quiet"))
        return
    benchmark = _picked(database, offered)
    if benchmark:
        board(database, benchmark)
    elif address.text("area"):
        tasks(database, address.text("area"), address.text("task"))
    else:
        areas(database)


def _offered(database: Database) -> list[Row]:
    return database.rows(
        """
        SELECT benchmark_key, mode(benchmark) AS benchmark, count(DISTINCT model_key) AS models, count(*) AS scores
        FROM scores
        GROUP BY benchmark_key
        ORDER BY models DESC, scores DESC, benchmark_key
        LIMIT ?
        """,
        [_BENCHMARKS],
    )


def _picked(database: Database, offered: list[Row]) -> str:
    """Put the picker on the page; return the key of the benchmark that is picked, or that the address names."""
    labels = {row["benchmark_key"]: f"{row['benchmark']} · {counted(row['scores'], 'score')}" for row in offered}
    named = address.text("benchmark")
    asked = _key(database, named, labels)
    if asked and asked not in labels:
        labels[asked] = named
    return address.picked(
        "Benchmark",
        "benchmark",
        ["", *labels],
        shown=lambda key: labels[key] if key else "All benchmarks, by area and task",
        read=lambda _: asked,
        resets=("metric", "unit", "setting", "page", "area", "task"),
    )


def _key(database: Database, name: str, offered: dict[str, str]) -> str:
    """Return the key of the benchmark that has a leaderboard under this name, in whatever spelling; empty for none."""
    if not name or name in offered:
        return name
    condition = named("benchmark", name)
    found = database.rows(f"SELECT benchmark_key FROM scores WHERE {condition.sql} LIMIT 1", condition.parameters)
    if not found:
        show(element("p", f"No leaderboard here is of {name}.", style_class="notice"))
    return str(found[0]["benchmark_key"]) if found else ""
