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
from models.vocabulary.tables import NAMED_IN, add_printed

_SQL = Path(__file__).with_name("current.sql")


@lru_cache(maxsize=1)
def _statements() -> str:
    return _SQL.read_text("utf-8")


def current_digest() -> str:
    """Return what changes whenever what the tables hold is defined anew."""
    return digest(_statements())


def refresh(connection: duckdb.DuckDBPyConnection, papers: Iterable[str] | None = None) -> None:
    """Bring what these papers claim up to date, of all papers where none are named, in the caller's transaction."""
    _name_what_people_wrote(connection)
    if papers is None:
        connection.execute("CREATE OR REPLACE TEMP TABLE concerned AS SELECT paper_id FROM store.papers")
    else:
        with registered(connection, pa.table({"paper_id": pa.array(sorted(set(papers)), pa.string())})):
            connection.execute("CREATE OR REPLACE TEMP TABLE concerned AS FROM batch")
    connection.execute(_statements())
    connection.execute("DROP TABLE temp.concerned")


def refresh_names(connection: duckdb.DuckDBPyConnection, kind: NameKind, names: Iterable[str]) -> None:
    """Bring up to date what those papers claim that print one of these names, or another name of the same thing.

    To be called after aliases of the user's were added or removed, with what they are for and what they point at.
    """
    _name_what_people_wrote(connection)
    words = vocabulary()
    forms = sorted({form for name in names for form in (words.form(kind, name), words.key(kind, name))})
    fields = [field for field, named in NAMED_IN.items() if named == kind]
    printed = " OR ".join(f"{field} IN (SELECT printed FROM concerned_names)" for field in fields)
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE concerned_names AS
        SELECT printed FROM store.names
        LEFT JOIN aliases USING (kind, form)
        WHERE kind = $kind AND (form IN $forms OR aliases.key IN $forms)
        """,
        {"kind": kind, "forms": forms},
    )
    papers = connection.execute(
        " UNION ".join(f"SELECT paper_id FROM store.{table} WHERE {printed}" for table in ("claims", "verdicts"))  # noqa: S608
    ).fetchall()
    connection.execute("DROP TABLE temp.concerned_names")
    refresh(connection, [paper_id for (paper_id,) in papers])


def _name_what_people_wrote(connection: duckdb.DuckDBPyConnection) -> None:
    """Store the normal forms of names that no claim prints: those of verdicts, and what aliases point at."""
    missing = connection.execute(
        """
        SELECT kind, printed
        FROM (
            SELECT kind, name AS printed FROM store.user_aliases
            UNION SELECT 'metric', metric FROM store.verdicts
            UNION SELECT 'model', unnest([model, baseline]) FROM store.verdicts
            UNION SELECT 'benchmark', benchmark FROM store.verdicts
        )
        ANTI JOIN store.names USING (kind, printed)
        WHERE printed IS NOT NULL
        """
    ).fetchall()
    if missing:
        add_printed(connection, missing)
