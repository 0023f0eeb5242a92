"""Measures how fast the views answer over many claims, beside the same answers in hand-written SQL over one flat table.

    python benchmarks/views.py [--db EXTRACTED.duckdb] [--claims 1000000] [--folder FOLDER]

The claims are those of an extracted database (without --db: of the example pages), repeated under new ids until there
are as many as asked for. Both kinds of answer open the file anew for each query, as every reader does; the best of
three counts. The hand-written SQL has it easy: its table holds each claim with its names resolved, and nothing else.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from models.current import refresh
from models.schema import Schema
from models.store import Store
from models.vocabulary.tables import load_vocabulary

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.txt"))

_TRIES = 3

_SCORES = "kind = 'score' AND model_key IS NOT NULL"
_BETTER = "CASE metric_direction WHEN 'lower' THEN normal_value ELSE -normal_value END"

QUERIES: dict[str, tuple[str, str | None]] = {
    "leaderboard of one benchmark": (
        """
        SELECT rank, model, score, unit, setting, evidence, title, url, paper_id, claim_id FROM leaderboard
        WHERE benchmark_key = $benchmark AND metric_key = $metric AND unit IS NOT DISTINCT FROM $unit
            AND setting_key = '' ORDER BY rank, model LIMIT 50
        """,
        f"""
        WITH best AS (
            SELECT * FROM flat
            WHERE {_SCORES} AND benchmark_key = $benchmark AND metric_key = $metric
                AND normal_unit IS NOT DISTINCT FROM $unit AND setting_key = '' AND NOT list_contains(flags, 'misread')
            QUALIFY row_number() OVER (
                PARTITION BY model_key ORDER BY {_BETTER}, bound <> 'exact', paper_position, claim_position
            ) = 1
        )
        SELECT rank() OVER (ORDER BY {_BETTER}) AS rank, canonical_model AS model, normal_value AS score,
            normal_unit AS unit, setting, evidence, title, url, paper_id, claim_id
        FROM best ORDER BY rank, model LIMIT 50
        """,
    ),
    "leaderboards, first page": ("FROM leaderboard LIMIT 50", None),
    "boards, largest first": (
        "SELECT benchmark, metric, unit, model_count, paper_count FROM boards "
        "ORDER BY model_count DESC, paper_count DESC, benchmark_key, metric_key LIMIT 50",
        f"""
        SELECT any_value(canonical_benchmark), any_value(canonical_metric), normal_unit, count(DISTINCT model_key),
            count(DISTINCT paper_id)
        FROM flat WHERE {_SCORES} AND benchmark_key IS NOT NULL
        GROUP BY benchmark_key, metric_key, normal_unit, setting_key
        ORDER BY 4 DESC, 5 DESC, benchmark_key, metric_key LIMIT 50
        """,
    ),
    "claims, first page": (
        "FROM claims ORDER BY paper_position, claim_position LIMIT 50",
        "FROM flat ORDER BY paper_position, claim_position LIMIT 50",
    ),
    "claims, counted": ("SELECT count(*) FROM claims", "SELECT count(*) FROM flat"),
    "claims on one benchmark": (
        "FROM claims WHERE benchmark_key = $benchmark ORDER BY paper_position, claim_position LIMIT 50",
        "FROM flat WHERE benchmark_key = $benchmark ORDER BY paper_position, claim_position LIMIT 50",
    ),
    "speedups, greatest first": (
        "FROM speedups ORDER BY factor DESC LIMIT 50",
        "FROM flat WHERE factor IS NOT NULL ORDER BY factor DESC LIMIT 50",
    ),
    "gains, first page": (
        "FROM gains ORDER BY paper_position, claim_position LIMIT 50",
        "FROM flat WHERE kind <> 'score' AND metric_family = 'quality' "
        "ORDER BY paper_position, claim_position LIMIT 50",
    ),
    "conflicts": (
        "FROM conflicts ORDER BY paper_count DESC LIMIT 50",
        f"""
        SELECT benchmark_key, metric_key, model_key, min(normal_value), max(normal_value), list(claim_id)
        FROM flat WHERE {_SCORES} AND benchmark_key IS NOT NULL AND bound = 'exact' AND value_high IS NULL
        GROUP BY benchmark_key, metric_key, model_key, setting_key, normal_unit
        HAVING min(normal_value) < max(normal_value)
        ORDER BY count(DISTINCT paper_id) DESC LIMIT 50
        """,
    ),
    "benchmark_summary": (
        "FROM benchmark_summary ORDER BY claim_count DESC LIMIT 50",
        """
        SELECT any_value(canonical_benchmark), count(*), count(DISTINCT paper_id), count(DISTINCT model_key),
            list(DISTINCT canonical_metric), min(published), max(published)
        FROM flat WHERE benchmark_key IS NOT NULL GROUP BY benchmark_key ORDER BY 2 DESC LIMIT 50
        """,
    ),
    "paper_summary, first page": (
        "FROM paper_summary ORDER BY paper_position LIMIT 50",
        """
        SELECT paper_id, any_value(title), count(*), list(DISTINCT canonical_benchmark), max(factor)
        FROM flat GROUP BY paper_id ORDER BY any_value(paper_position) LIMIT 50
        """,
    ),
    "papers, first page": ("FROM papers ORDER BY paper_position LIMIT 50", None),
    "review_queue, first page": (
        "FROM review_queue ORDER BY queue_position LIMIT 50",
        "FROM flat ORDER BY confidence, certainty, paper_position, claim_position LIMIT 50",
    ),
    "coverage, counted": (
        """
        SELECT count(*), count(*) FILTER (unread), count(*) FILTER (failed), count(*) FILTER (without_claims),
            count(*) FILTER (flagged_count > 0), count(*) FILTER (reviewed_count > 0) FROM coverage
        """,
        None,
    ),
    "outcomes, first page": ("FROM outcomes LIMIT 50", None),
    "vocabulary_names": ("FROM vocabulary_names LIMIT 50", None),
}
"""By what is asked: the query of a view, and what a person might write over a flat table, where there is such a thing."""


def main(
    db: Annotated[Path | None, typer.Option(help="An extracted database; without one the example pages are.")] = None,
    claims: Annotated[int, typer.Option(min=1, help="How many claims there are to be, at least.")] = 1_000_000,
    folder: Annotated[Path | None, typer.Option(help="Where to keep both files, and use them if they are there.")] = None,
) -> None:
    """Make the files, ask, and print a line per question."""
    with _folder(folder) as kept:
        big, flat = kept / "many.duckdb", kept / "flat.duckdb"
        if not big.exists():
            repeat(db or _extracted(kept), big, claims)
        if not flat.exists():
            flatten(big, flat)
        compare(big, flat)


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _extracted(folder: Path) -> Path:
    path = folder / "examples.duckdb"
    command = [Path(sys.executable).with_name("claimboard"), "extract", *EXAMPLES, "--db", path]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return path


def repeat(source: Path, target: Path, claims: int) -> None:
    """Make a file that holds the papers of another again and again, until they claim as much as asked for."""
    connection = duckdb.connect(str(target))
    connection.execute("BEGIN")
    Schema().prepare(connection, target)
    connection.execute("COMMIT")
    connection.execute(f"ATTACH '{source}' AS source (READ_ONLY)")
    (papers, made), *_ = connection.execute(
        "SELECT (SELECT max(position) FROM source.store.papers), (SELECT count(*) FROM source.store.claims)"
    ).fetchall()
    connection.execute("INSERT INTO store.runs BY NAME FROM source.store.runs")
    for table, changed in {
        "papers": f", position + copy * {papers} AS position, title_key || copy AS title_key",
        "texts": "",
        "sources": "",
        "outcomes": "",
        "claims": ", claim_id || copy AS claim_id",
    }.items():
        connection.execute(
            f"INSERT INTO store.{table} BY NAME "
            f"SELECT * EXCLUDE (copy) REPLACE (paper_id || '-' || copy AS paper_id{changed}) "
            f"FROM range({-(-claims // made)}) AS copies(copy), source.store.{table}"
        )
    connection.execute("DETACH source")
    print(f"{target}: resolving names and refreshing what follows …", flush=True)
    began = time.perf_counter()
    connection.execute("BEGIN")
    load_vocabulary(connection)
    named = time.perf_counter()
    refresh(connection)
    connection.execute("COMMIT")
    print(f"  names {named - began:.1f} s, derived tables {time.perf_counter() - named:.1f} s")
    connection.execute("CHECKPOINT")
    connection.close()


def flatten(source: Path, target: Path) -> None:
    """Make a file of one table that holds every claim of another, as a person might who knows no more than that."""
    connection = duckdb.connect(str(target))
    connection.execute(f"ATTACH '{source}' AS source (READ_ONLY)")
    connection.execute("CREATE TABLE flat AS FROM source.main.claims")
    connection.execute("DETACH source")
    connection.execute("CHECKPOINT")
    connection.close()


def compare(big: Path, flat: Path) -> None:
    """Print the best time of each question, in milliseconds, asked of both files."""
    store = Store(big)
    ((benchmark, metric, unit),) = (
        tuple(row.values())
        for row in store.query(
            "SELECT benchmark_key, metric_key, unit FROM boards WHERE setting_key = '' AND metric_key <> '' "
            "ORDER BY model_count DESC, paper_count DESC, benchmark_key LIMIT 1"
        ).to_pylist()
    )
    names = {"benchmark": benchmark, "metric": metric, "unit": unit}
    count = store.query("SELECT count(*) AS count FROM claims").to_pylist()[0]["count"]
    print(f"{count:,} claims; {_size(big)}, of which a flat table of the claims would take {_size(flat)}")
    print(f"one benchmark: {benchmark}, {metric}\n")
    print(f"{'':32}{'view':>10}{'flat table':>12}")
    for asked, (of_views, by_hand) in QUERIES.items():
        seconds, rows = _best(lambda sql=of_views: _ask_views(big, sql, names))
        line = f"{asked:32}{seconds * 1000:7.0f} ms"
        if by_hand is not None:
            other, other_rows = _best(lambda sql=by_hand: _ask_flat(flat, sql, names))
            line += f"{other * 1000:9.0f} ms"
            if "leaderboard of" in asked and _ranks(rows) != _ranks(other_rows):
                line += "   not the same answer"
        print(line, flush=True)


def _ask_views(path: Path, sql: str, names: dict[str, str | None]) -> list[tuple[object, ...]]:
    with Store(path).read() as connection:
        return connection.execute(sql, _used(sql, names)).fetchall()


def _ask_flat(path: Path, sql: str, names: dict[str, str | None]) -> list[tuple[object, ...]]:
    connection = duckdb.connect(str(path), read_only=True)
    try:
        return connection.execute(sql, _used(sql, names)).fetchall()
    finally:
        connection.close()


def _used(sql: str, names: dict[str, str | None]) -> dict[str, str | None]:
    return {name: value for name, value in names.items() if f"${name}" in sql}


def _best(
    ask: Callable[[], list[tuple[object, ...]]],
) -> tuple[float, list[tuple[object, ...]]]:
    times = []
    for _ in range(_TRIES):
        began = time.perf_counter()
        rows = ask()
        times.append(time.perf_counter() - began)
    return min(times), rows


def _ranks(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Return rank, score and claim: the models' names may be other spellings of one."""
    return sorted((row[0], row[2], row[-1]) for row in rows)  # type: ignore[misc]


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:,.0f} MB"


if __name__ == "__main__":
    typer.run(main)
