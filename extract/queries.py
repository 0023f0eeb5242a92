"""What the command line asks the views."""

from typing import Any

from models.errors import ClaimboardError
from models.store import Store

Row = dict[str, Any]

_KEY = r"regexp_replace(lower(nfc_normalize(?)), '[\s\p{Pd}_]+', '', 'g')"
"""How the view leaderboard compares names: GSM-8K, GSM8k and gsm 8k are one."""


def leaderboards(store: Store, benchmark: str | None, metric: str | None, *, boards: int, rows: int) -> list[list[Row]]:
    """Return the largest leaderboards, at most `boards` of them with their first `rows` rows, ranked.

    A benchmark or metric is found by its name, or else by a part of it. Raises ClaimboardError where there is none.
    """
    narrow = "true"
    parameters: list[Any] = []
    if benchmark is not None:
        narrow, parameters = _named(store, "benchmark", benchmark, narrow, parameters)
    if metric is not None:
        narrow, parameters = _named(store, "metric", metric, narrow, parameters)
    found = _rows(
        store,
        f"""
        SELECT leaderboard.*, claims.evidence_start, claims.evidence_end, claims.number_start, claims.number_end
        FROM leaderboard
        JOIN (
            SELECT benchmark_key, metric_key, unit FROM leaderboard WHERE {narrow}
            GROUP BY ALL ORDER BY max(model_count) DESC, benchmark_key, metric_key, unit LIMIT ?
        ) AS board ON board.benchmark_key = leaderboard.benchmark_key AND board.metric_key = leaderboard.metric_key
            AND board.unit IS NOT DISTINCT FROM leaderboard.unit
        JOIN claims ON claims.claim_id = leaderboard.claim_id AND claims.paper_id = leaderboard.paper_id
        QUALIFY row_number() OVER (
            PARTITION BY leaderboard.benchmark_key, leaderboard.metric_key, leaderboard.unit
            ORDER BY rank, claims.paper_position, claims.claim_position
        ) <= ?
        ORDER BY model_count DESC, leaderboard.benchmark_key, leaderboard.metric_key, leaderboard.unit, rank,
            claims.paper_position, claims.claim_position
        """,  # noqa: S608 — the condition is made of constants
        [*parameters, boards, rows],
    )
    grouped: dict[tuple[Any, ...], list[Row]] = {}
    for row in found:
        grouped.setdefault((row["benchmark_key"], row["metric_key"], row["unit"]), []).append(row)
    return list(grouped.values())


def claims(  # noqa: PLR0913 — each is an option of the command
    store: Store,
    *,
    search: str | None = None,
    paper: str | None = None,
    kind: str | None = None,
    benchmark: str | None = None,
    limit: int | None = None,
) -> tuple[list[Row], int]:
    """Return the first claims that fit, in the order in which papers were read, and how many fit."""
    conditions = ["true"]
    parameters: list[Any] = []
    if search is not None:
        columns = "evidence, title, metric, model, benchmark, baseline, setting"
        conditions.append(f"contains(lower(concat_ws(chr(10), {columns})), lower(?))")
        parameters.append(search)
    if paper is not None:
        conditions.append("paper_id = ?")
        parameters.append(paper)
    if kind is not None:
        conditions.append("kind = ?")
        parameters.append(kind)
    if benchmark is not None:
        conditions.append(f"contains({_KEY.replace('?', 'benchmark')}, {_KEY})")
        parameters.append(benchmark)
    matching = f"FROM claims WHERE {' AND '.join(conditions)}"
    count = _rows(store, f"SELECT count(*) AS count {matching}", parameters)[0]["count"]
    rows = _rows(store, f"SELECT * {matching} ORDER BY paper_position, claim_position LIMIT ?", [*parameters, limit])
    return rows, count


def kinds(store: Store) -> dict[str, int]:
    """Return how many claims there are of each kind."""
    rows = _rows(store, "SELECT kind, count(*) AS count FROM claims GROUP BY kind ORDER BY count DESC, kind")
    return {row["kind"]: row["count"] for row in rows}


def failures(store: Store, limit: int) -> list[Row]:
    """Return the papers whose current reading failed, with the reason, the first ones first."""
    return _rows(
        store,
        """
        SELECT paper_id, title, sources[1] AS source, reason FROM papers WHERE status = 'failed'
        ORDER BY paper_position LIMIT ?
        """,
        [limit],
    )


def _named(store: Store, what: str, name: str, narrow: str, parameters: list[Any]) -> tuple[str, list[Any]]:
    """Narrow a condition on leaderboards by a name, as a whole where one is called so, else as a part."""
    for condition in (f"{what}_key = {_KEY}", f"contains({what}_key, {_KEY})"):
        both = f"{narrow} AND {condition}"
        if _rows(store, f"SELECT 1 FROM leaderboard WHERE {both} LIMIT 1", [*parameters, name]):  # noqa: S608
            return both, [*parameters, name]
    names = _rows(
        store,
        f"""
        SELECT {what} AS name FROM leaderboard WHERE {narrow} AND {what} IS NOT NULL
        GROUP BY ALL ORDER BY max(jaro_winkler_similarity(lower({what}), lower(?))) DESC, name LIMIT 5
        """,  # noqa: S608
        [*parameters, name],
    )
    if not names:
        raise ClaimboardError(f"{store.path} has no leaderboard of a {what} yet: extract more papers")
    near = ", ".join(row["name"] for row in names)
    raise ClaimboardError(f"{store.path} has no leaderboard of the {what} {name!r}; near to it are: {near}")


def _rows(store: Store, sql: str, parameters: list[Any] | None = None) -> list[Row]:
    return store.query(sql, parameters).to_pylist()  # type: ignore[no-any-return]
