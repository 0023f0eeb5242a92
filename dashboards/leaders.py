"""The largest leaderboards and who leads them, counted from the scores: of all leaderboards, only these are ranked."""

from collections.abc import Sequence

from dashboards.database import Database, Row
from models.selection import IN_ORDER, LARGEST_FIRST

_IDENTITY = ("benchmark_key", "metric_key", "unit", "setting_key")


def largest(database: Database, most: int, *, models: int = 1) -> list[Row]:
    """Return the leaderboards of most models, those of at least so many, with their keys and `model_count`."""
    return database.rows(
        f"""
        SELECT benchmark_key, metric_key, unit, setting_key,
            count(DISTINCT model_key) AS model_count, count(DISTINCT paper_id) AS paper_count,
            any_value(direction_known) AS direction_known
        FROM scores
        GROUP BY benchmark_key, metric_key, unit, setting_key
        HAVING model_count >= ?
        ORDER BY {LARGEST_FIRST}
        LIMIT ?
        """,
        [models, most],
    )


def leaders(database: Database, boards: Sequence[Row], places: int = 1) -> list[list[Row]]:
    """Return the first rows of each of these leaderboards, in their order."""
    keys = sorted({board["benchmark_key"] for board in boards})
    if not keys:
        return []
    marks = ", ".join("?" for _ in keys)
    rows = database.rows(
        f"""
        FROM leaderboard
        WHERE benchmark_key IN ({marks}) AND rank <= {places}
        QUALIFY row_number() OVER (
            PARTITION BY benchmark_key, metric_key, unit, setting_key ORDER BY rank, {IN_ORDER}
        ) <= {places}
        ORDER BY rank, {IN_ORDER}
        """,
        keys,
    )
    ranked: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        ranked.setdefault(tuple(row[name] for name in _IDENTITY), []).append(row)
    identities = (tuple(board[name] for name in _IDENTITY) for board in boards)
    return [ranked[identity] for identity in identities if identity in ranked]
