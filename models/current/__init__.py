"""Keeps the tables that follow from others in step with them: what each paper claims now, ready to be compared.

The SQL files beside this one say what they hold. Whoever changes what that is made of refreshes the papers concerned,
inside the same transaction: their sources or current text, outcomes, verdicts, aliases of the user's, the vocabulary,
the calibration.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.resources import files

import duckdb
import pyarrow as pa

from models.connection import registered
from models.paper import digest
from models.vocabulary import NameKind, vocabulary
from models.vocabulary.tables import NAMED_IN, add_printed, resolve_aliases

_STEPS = ("readings", "shown", "named", "measured", "claims", "scores", "papers")
"""The files, in the order in which they build on one another."""

_MADE = ("concerned", "readings", "shown", "named", "proposals", "measured")
"""The temporary tables on the way."""

_SLICE = 100_000
"""Papers at a time where all are brought up to date: what is made on the way is in memory."""


@lru_cache
def _sql(name: str) -> str:
    return (files(__name__) / f"{name}.sql").read_text("utf-8")


def current_digest() -> str:
    """Return what changes whenever what the tables hold is defined anew."""
    return digest(*map(_sql, _STEPS))


def refresh(connection: duckdb.DuckDBPyConnection, papers: Iterable[str] | None = None) -> None:
    """Bring what is known of these papers up to date, of all where none are named, in the caller's transaction.

    Names that only a person wrote, in a verdict, are found out about first. Where aliases of the user's have changed,
    `refresh_names` is what to call.
    """
    _add_names_of_verdicts(connection)
    if papers is not None:
        _make_anew(connection, papers)
        return
    for table in ("claims", "scores", "papers"):
        connection.execute(f"DELETE FROM store.current_{table}")  # noqa: S608 — our own names
    ((last,),) = connection.execute("SELECT coalesce(max(position), 0) FROM store.papers").fetchall()
    for start in range(0, last, _SLICE):
        rows = connection.execute(
            "SELECT paper_id FROM store.papers WHERE position > ? AND position <= ?", [start, start + _SLICE]
        ).fetchall()
        _make_anew(connection, [paper_id for (paper_id,) in rows])


def refresh_papers(connection: duckdb.DuckDBPyConnection, papers: Iterable[str]) -> None:
    """Bring up to date what is known of papers that are new, or whose places in sources have changed.

    What they claim stays: where their current text has changed, `refresh` is what to call.
    """
    _make_anew(connection, papers, ("readings", "papers"))


def _make_anew(connection: duckdb.DuckDBPyConnection, papers: Iterable[str], steps: Sequence[str] = _STEPS) -> None:
    concerned = pa.table({"paper_id": pa.array(sorted(set(papers)), pa.string())})
    if not concerned.num_rows:
        return
    with registered(connection, concerned):
        connection.execute("CREATE OR REPLACE TEMP TABLE concerned AS FROM batch")
    for step in steps:
        connection.execute(_sql(step))
    for table in _MADE:
        connection.execute(f"DROP TABLE IF EXISTS temp.{table}")


def refresh_names(connection: duckdb.DuckDBPyConnection, kind: NameKind, names: Iterable[str]) -> None:
    """Take in aliases of the user's that were added or removed, in the caller's transaction.

    `names` are those that the aliases are for and those that they point at. What is brought up to date are the papers
    that print one of them, or another name of the same thing.
    """
    words = vocabulary()
    forms = sorted({form for name in names for form in (words.form(kind, name), words.key(kind, name))})
    resolve_aliases(connection)
    printed = connection.execute(
        """
        DELETE FROM store.names
        WHERE kind = $kind AND (form IN $forms OR key IN $forms OR form IN (
            SELECT form FROM store.current_aliases WHERE kind = $kind AND key IN $forms
        ))
        RETURNING kind, printed
        """,
        {"kind": kind, "forms": forms},
    ).fetchall()
    add_printed(connection, printed)
    concerned = {"printed": [name for _, name in printed], "kind": kind, "forms": forms}
    conditions = " OR ".join(f"{field} IN $printed" for field, named in NAMED_IN.items() if named == kind)
    papers = connection.execute(
        " UNION ".join(f"SELECT paper_id FROM store.{table} WHERE {conditions}" for table in ("claims", "verdicts"))  # noqa: S608
        + " UNION SELECT paper_id FROM store.current_claims"
        " WHERE $kind = 'metric' AND metric_assumed AND metric_key IN $forms",
        concerned,
    ).fetchall()
    refresh(connection, [paper_id for (paper_id,) in papers])


def _add_names_of_verdicts(connection: duckdb.DuckDBPyConnection) -> None:
    unknown = connection.execute(
        """
        SELECT kind, printed
        FROM (
            SELECT 'metric' AS kind, metric AS printed FROM store.verdicts
            UNION SELECT 'model', unnest([model, baseline]) FROM store.verdicts
            UNION SELECT 'benchmark', benchmark FROM store.verdicts
        )
        ANTI JOIN store.names USING (kind, printed)
        WHERE printed IS NOT NULL
        """
    ).fetchall()
    if unknown:
        add_printed(connection, unknown)
