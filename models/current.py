"""Keeps the tables that follow from others in step with them: what each paper claims now, ready to be compared.

`current.sql` says what they hold. Whoever changes what that is made of refreshes the papers concerned, inside the same
transaction: outcomes, a paper's current text, verdicts, aliases of the user's, the vocabulary, the calibration.
"""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import duckdb
import pyarrow as pa

from models.connection import registered
from models.paper import digest
from models.vocabulary import NameKind, vocabulary
from models.vocabulary.tables import NAMED_IN, add_printed, resolve_aliases

_SQL = Path(__file__).with_name("current.sql")


@lru_cache(maxsize=1)
def _statements() -> str:
    return _SQL.read_text("utf-8")


def current_digest() -> str:
    """Return what changes whenever what the tables hold is defined anew."""
    return digest(_statements())


def refresh(connection: duckdb.DuckDBPyConnection, papers: Iterable[str] | None = None) -> None:
    """Bring what these papers claim up to date, of all papers where none are named, in the caller's transaction.

    Names that only a person wrote, in a verdict, are found out about first. Where aliases of the user's have changed,
    `refresh_names` is what to call.
    """
    _add_names_of_verdicts(connection)
    if papers is None:
        connection.execute("CREATE OR REPLACE TEMP TABLE concerned AS SELECT paper_id FROM store.papers")
    else:
        with registered(connection, pa.table({"paper_id": pa.array(sorted(set(papers)), pa.string())})):
            connection.execute("CREATE OR REPLACE TEMP TABLE concerned AS FROM batch")
    connection.execute(_statements())
    connection.execute("DROP TABLE temp.concerned")


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
    concerned = {"printed": [name for _, name in printed]}
    conditions = " OR ".join(f"{field} IN $printed" for field, named in NAMED_IN.items() if named == kind)
    papers = connection.execute(
        " UNION ".join(f"SELECT paper_id FROM store.{table} WHERE {conditions}" for table in ("claims", "verdicts")),  # noqa: S608
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
