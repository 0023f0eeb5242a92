"""Measures how fast the views answer over many claims, beside the same answers in hand-written SQL over one flat table.

    python benchmarks/views.py [SIZE ...] [--db EXTRACTED.duckdb] [--folder FOLDER]

Sizes are numbers of claims, such as 10k, 100k or 1M. The claims are those of an extracted database (without --db: of
the example pages), repeated under new ids until there are as many. Both kinds of answer open the file anew for each
query, as every reader does; the best of three counts. The hand-written SQL has it easy: its table holds each claim with
its names resolved and its numbers on one scale, and nothing else.

Two lines are of loading. "made in bulk" is the time from no file to one with so many claims: extracted rows are put in
by SQL, one statement a table, then the store's own code brings in the vocabulary and works out the current claims, as
after a restored backup. To read abstracts and to tell one paper from another is no part of it; `extraction.py` measures
both. "500 papers stored" is what a running extraction spends on the next 500 papers that it commits to that file, as
processor time: the machine's other work changes it least. `report.py` puts all of it on a page.
"""

import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import duckdb
import typer
from inputs import count_of, extracted_examples

from models.claim import Claim
from models.current import refresh
from models.paper import Entry
from models.run import Outcome, Run
from models.schema import Schema
from models.selection import BEST_FIRST, LARGEST_FIRST, SEARCHED, Selection, matching_claims
from models.store import Store
from models.vocabulary.tables import load_vocabulary

_TRIES = 3
_PAPERS = 500

_SCORES = "kind = 'score' AND model_key IS NOT NULL"
_BETTER = "CASE metric_direction WHEN 'lower' THEN normal_value ELSE -normal_value END"
_OF_BENCHMARK = "FROM {} WHERE benchmark_key = $benchmark ORDER BY paper_position, claim_position LIMIT 50"

Rows = list[tuple[object, ...]]
Names = Mapping[str, str | None]


def _first_page(view: str) -> str:
    return f"{Selection(view).sql} LIMIT 50"


QUERIES: dict[str, tuple[str, str | None]] = {
    "leaderboard of one benchmark": (
        """
        SELECT rank, model, score, unit, setting, evidence, title, url, paper_id, claim_id FROM leaderboard
        WHERE benchmark_key = $benchmark AND metric_key = $metric AND unit IS NOT DISTINCT FROM $unit
            AND setting_key = '' ORDER BY rank, paper_position, claim_position LIMIT 50
        """,
        f"""
        WITH best AS (
            SELECT *, {_BETTER} AS place FROM flat
            WHERE {_SCORES} AND benchmark_key = $benchmark AND metric_key = $metric
                AND normal_unit IS NOT DISTINCT FROM $unit AND setting_key = '' AND NOT list_contains(flags, 'misread')
            QUALIFY row_number() OVER (
                PARTITION BY model_key
                ORDER BY {BEST_FIRST}
            ) = 1
        )
        SELECT rank() OVER (ORDER BY {_BETTER}) AS rank, canonical_model AS model, normal_value AS score,
            normal_unit AS unit, setting, evidence, title, url, paper_id, claim_id
        FROM best ORDER BY rank, paper_position, claim_position LIMIT 50
        """,
    ),
    "leaderboard, first page": (_first_page("leaderboard"), None),
    "boards, first page": (
        _first_page("boards"),
        f"""
        SELECT any_value(canonical_benchmark), any_value(canonical_metric), normal_unit, count(DISTINCT model_key),
            count(DISTINCT paper_id)
        FROM flat WHERE {_SCORES} AND benchmark_key IS NOT NULL
        GROUP BY benchmark_key, metric_key, normal_unit, setting_key
        ORDER BY 4 DESC, 5 DESC, benchmark_key, metric_key LIMIT 50
        """,
    ),
    "claims, counted": ("SELECT count(*) FROM claims", "SELECT count(*) FROM flat"),
    "claims, first page": (
        _first_page("claims"),
        "FROM flat ORDER BY paper_position, claim_position LIMIT 50",
    ),
    "claims of one benchmark": (_OF_BENCHMARK.format("claims"), _OF_BENCHMARK.format("flat")),
    "claims, searched and counted": (
        f"SELECT count(*) FROM claims WHERE {matching_claims('x').sql.replace('?', '$words')}",
        f"SELECT count(*) FROM flat WHERE regexp_matches(concat_ws(chr(10), {SEARCHED}), regexp_escape($words), 'i')",
    ),
    "speedups, first page": (
        _first_page("speedups"),
        "FROM flat WHERE factor IS NOT NULL ORDER BY factor DESC, paper_position, claim_position LIMIT 50",
    ),
    "gains, first page": (
        _first_page("gains"),
        "FROM flat WHERE kind <> 'score' AND metric_family = 'quality' "
        "ORDER BY paper_position, claim_position LIMIT 50",
    ),
    "conflicts, counted": ("SELECT count(*) FROM conflicts", None),
    "conflicts, first page": (
        _first_page("conflicts"),
        f"""
        SELECT benchmark_key, metric_key, model_key, min(normal_value), max(normal_value), list(claim_id)
        FROM flat WHERE {_SCORES} AND benchmark_key IS NOT NULL AND bound = 'exact' AND value_high IS NULL
        GROUP BY benchmark_key, metric_key, model_key, setting_key, normal_unit
        HAVING min(normal_value) < max(normal_value)
        ORDER BY count(DISTINCT paper_id) DESC LIMIT 50
        """,
    ),
    "review_queue, first page": (
        _first_page("review_queue"),
        "FROM flat ORDER BY confidence, certainty, paper_position, claim_position LIMIT 50",
    ),
    "benchmark_summary, first page": (
        _first_page("benchmark_summary"),
        """
        SELECT any_value(canonical_benchmark), count(*), count(DISTINCT paper_id), count(DISTINCT model_key),
            list(DISTINCT canonical_metric), min(published), max(published)
        FROM flat WHERE benchmark_key IS NOT NULL GROUP BY benchmark_key ORDER BY 2 DESC LIMIT 50
        """,
    ),
    "paper_summary, first page": (
        _first_page("paper_summary"),
        """
        SELECT paper_id, any_value(title), count(*), list(DISTINCT canonical_benchmark), max(factor)
        FROM flat GROUP BY paper_id ORDER BY any_value(paper_position) LIMIT 50
        """,
    ),
    "coverage, counted": (
        """
        SELECT count(*), count(*) FILTER (unread), count(*) FILTER (failed), count(*) FILTER (without_claims),
            count(*) FILTER (flagged_count > 0), count(*) FILTER (reviewed_count > 0) FROM coverage
        """,
        None,
    ),
    "one paper": ("FROM papers WHERE paper_id = $paper", None),
    "vocabulary_names": ("FROM vocabulary_names LIMIT 50", None),
}
"""By what is asked: the query of a view, and what a person might write over a flat table, where they could."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one question takes over so many claims, or how large the files are."""

    size: str
    """As asked for, such as '1M'."""
    claims: int
    """As many as there are."""
    asked: str
    unit: str
    """ms, s or MB."""
    views: float
    by_hand: float | None
    """The same of hand-written SQL over one flat table, where that can be asked."""


HEADER = f"{'claims':>10} {'':32}{'views':>10}{'flat SQL':>10}"


def line(row: Answer) -> str:
    """Return what is printed of a question."""
    by_hand = "" if row.by_hand is None else f"{row.by_hand:,.0f}"
    shown = f"{row.views:,.1f}" if row.unit == "s" else f"{row.views:,.0f}"
    return f"{row.claims:10,} {row.asked:32}{shown:>10}{by_hand:>10} {row.unit}"


def main(
    sizes: Annotated[list[str] | None, typer.Argument(help="Numbers of claims, such as 10k or 1M.")] = None,
    db: Annotated[Path | None, typer.Option(help="An extracted database; without one the example pages are.")] = None,
    folder: Annotated[
        Path | None, typer.Option(help="Where to keep the files, and use them if they are there.")
    ] = None,
) -> None:
    """Make the files, ask, and print a line per question."""
    with _folder(folder) as kept:
        source = db or extracted_examples(kept)
        print(HEADER)
        for size in sizes or ["1M"]:
            for row in measure(source, size, kept):
                print(line(row), flush=True)


def measure(source: Path, size: str, folder: Path) -> Iterator[Answer]:
    """Make the two files of a size, unless they are there, and ask each question of both."""
    big, flat = many(size, folder), folder / f"flat-{size}.duckdb"
    seconds = None if big.exists() else repeat(source, big, count_of(size))
    if not flat.exists():
        flatten(big, flat)
    (counted,) = Store(big).query("SELECT count(*) AS claims FROM claims").to_pylist()
    row = partial(Answer, size, counted["claims"])
    if seconds is not None:
        yield row("made in bulk", "s", seconds, None)
    yield row("size of the file", "MB", _megabytes(big), _megabytes(flat))
    for asked, (of_views, by_hand) in ask(big, flat):
        yield row(asked, "ms", of_views * 1000, None if by_hand is None else by_hand * 1000)
    yield row(f"{_PAPERS} papers stored", "ms", store(source, big) * 1000, None)


def many(size: str, folder: Path) -> Path:
    """Name the file of so many claims in a folder."""
    return folder / f"many-{size}.duckdb"


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def repeat(source: Path, target: Path, claims: int) -> float:
    """Make a file of the first papers of another, or of all again and again, that claim about as much as asked for.

    Returns the seconds that it took.
    """
    began = time.perf_counter()
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
            f"FROM range({-(-claims // made)}) AS copies(copy), source.store.{table} "
            "WHERE paper_id IN (SELECT paper_id FROM source.store.papers WHERE position <= $last)",
            {"last": papers * min(1, claims / made)},
        )
    connection.execute("DETACH source")
    connection.execute("BEGIN")
    load_vocabulary(connection)
    refresh(connection)
    connection.execute("COMMIT")
    connection.execute("CHECKPOINT")
    connection.close()
    return time.perf_counter() - began


def flatten(source: Path, target: Path) -> None:
    """Make a file of one table that holds every claim of another, as a person might who knows no more than that."""
    connection = duckdb.connect(str(target))
    connection.execute(f"ATTACH '{source}' AS source (READ_ONLY)")
    connection.execute("CREATE TABLE flat AS FROM source.main.claims")
    connection.execute("DETACH source")
    connection.execute("CHECKPOINT")
    connection.close()


def ask(big: Path, flat: Path) -> Iterator[tuple[str, tuple[float, float | None]]]:
    """Yield each question with its best time in seconds, asked of both files."""
    (largest,) = (
        Store(big)
        .query(
            "SELECT benchmark_key, metric_key, unit FROM boards WHERE setting_key = '' AND metric_key <> '' "
            f"ORDER BY {LARGEST_FIRST} LIMIT 1"
        )
        .to_pylist()
    )
    (paper,) = Store(big).query("SELECT paper_id FROM papers LIMIT 1").to_pylist()
    names = {
        "benchmark": largest["benchmark_key"],
        "metric": largest["metric_key"],
        "unit": largest["unit"],
        "words": "faster than",
        "paper": paper["paper_id"],
    }
    for asked, (of_views, by_hand) in QUERIES.items():
        seconds, rows = _best(partial(_ask_views, big, of_views, names))
        other = None
        if by_hand is not None:
            other, other_rows = _best(partial(_ask_flat, flat, by_hand, names))
            if _compared(asked, rows) != _compared(asked, other_rows):
                raise SystemExit(f"{asked}: the view and the hand-written SQL answer differently")
        yield asked, (seconds, other)


def _compared(asked: str, rows: Rows) -> object:
    """Return what must be equal in both answers: by hand, names are other spellings of one, and columns fewer.

    By hand no conflict is told from a rounded number, so that there are more of them.
    """
    if asked in ("claims, counted", "claims, searched and counted"):
        return rows
    if asked.startswith("leaderboard of"):
        return [(row[0], row[-1]) for row in rows]
    return None if asked.startswith("conflicts") else len(rows)


def store(source: Path, big: Path) -> float:
    """Return the processor time of storing papers that were read, the best of three, in seconds.

    They stay in the file, which ends with nothing to be replayed by whoever opens it next.
    """
    connection = duckdb.connect(str(source), read_only=True)
    papers = connection.execute(
        "SELECT paper_id, title, abstract FROM store.papers JOIN store.texts USING (paper_id, text_hash) "
        f"ORDER BY position LIMIT {_PAPERS}"
    ).fetchall()
    fields = list(Claim.model_fields)
    claims = defaultdict(list)
    for paper_id, *values in connection.execute(f"SELECT paper_id, {', '.join(fields)} FROM store.claims").fetchall():
        claims[paper_id].append(Claim.model_validate(dict(zip(fields, values, strict=True))))
    connection.close()
    kept, times = Store(big), []
    run = Run.begin("rules", "benchmark", ["benchmark"])
    for number in range(_TRIES):
        entries = [
            Entry(
                location="benchmark",
                line=line,
                title=title,
                abstract=abstract,
                given_id=f"{run.run_id}-{number}-{line}",
            )
            for line, (_, title, abstract) in enumerate(papers, start=1)
        ]
        added = kept.add_entries(entries)
        outcomes = [
            Outcome(paper_id=paper.paper_id, text_hash=paper.text_hash, status="done", claims=tuple(claims[paper_id]))
            for paper, (paper_id, _, _) in zip(added, papers, strict=True)
        ]
        began = time.process_time()
        kept.commit(run, outcomes)
        times.append(time.process_time() - began)
    connection = duckdb.connect(str(big))
    connection.execute("CHECKPOINT")
    connection.close()
    return min(times)


def _ask_views(path: Path, sql: str, names: Names) -> Rows:
    with Store(path).read() as connection:
        return connection.execute(sql, _used(sql, names)).fetchall()


def _ask_flat(path: Path, sql: str, names: Names) -> Rows:
    connection = duckdb.connect(str(path), read_only=True)
    try:
        return connection.execute(sql, _used(sql, names)).fetchall()
    finally:
        connection.close()


def _used(sql: str, names: Names) -> Names:
    return {name: value for name, value in names.items() if f"${name}" in sql}


def _best(ask: Callable[[], Rows]) -> tuple[float, Rows]:
    times = []
    for _ in range(_TRIES):
        began = time.perf_counter()
        rows = ask()
        times.append(time.perf_counter() - began)
    return min(times), rows


def _megabytes(path: Path) -> float:
    return path.stat().st_size / 1e6


if __name__ == "__main__":
    typer.run(main)
