"""What tables and views a file holds, and how a file of an older claimboard is brought up to date.

`schema.sql` makes the tables of a new file. `migrations/NNNN_name.sql` brings a file of version NNNN - 1 to version
NNNN and ends in the same tables. The views, the vocabulary, the calibration and what follows from them
(`models.current`) are not versioned: they are loaded again wherever theirs differs from what the file was given.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import duckdb

from models.calibration import calibration_digest, load_calibration
from models.current import current_digest, refresh
from models.errors import ClaimboardError
from models.paper import digest
from models.vocabulary.tables import load_vocabulary, vocabulary_digest

VERSION = 1
"""What schema.sql makes."""

_FOLDER = Path(__file__).parent

_COMMENT = re.compile(r"(?m)^(?:--|COMMENT ON ).*$")
"""A line that says what a table is, and changes nothing about it."""


class Schema:
    """The tables and views that this claimboard works with.

    The folder holds schema.sql, views/ and migrations/; `version` is what they make of a file.
    """

    def __init__(self, folder: Path = _FOLDER, version: int = VERSION) -> None:
        self.version = version
        self._tables = (folder / "schema.sql").read_text("utf-8")
        self._views = "\n".join(file.read_text("utf-8") for file in sorted((folder / "views").glob("*.sql")))
        self._digests = {
            "schema_digest": digest(*_COMMENT.sub("", self._tables).split()),
            "views_digest": digest(self._views),
            "vocabulary_digest": vocabulary_digest(),
            "calibration_digest": calibration_digest(),
            "current_digest": current_digest(),
        }
        self._migrations = {int(file.name[:4]): file for file in (folder / "migrations").glob("[0-9]*_*.sql")}

    def prepare(self, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
        """Bring the file of a read-write connection up to date, inside the caller's transaction.

        Raises ClaimboardError where the file is another program's, or of a newer claimboard.
        """
        meta = _meta(connection, path)
        is_new = meta is None
        if meta is None:
            if not _is_empty(connection):
                raise _foreign(path)
            connection.execute(self._tables)
            meta = {"schema_version": str(self.version), "schema_digest": self._digests["schema_digest"]}
        version = self._checked(meta, path)
        for step in range(version + 1, self.version + 1):
            connection.execute(self._migrations[step].read_text("utf-8"))
        if version < self.version:
            connection.execute("UPDATE store.meta SET value = ? WHERE name = 'schema_version'", [str(self.version)])
        changed = {name for name in self._digests if version < self.version or self._differs(meta, name)}
        if not changed:
            return
        if "vocabulary_digest" in changed:
            load_vocabulary(connection)
        if "calibration_digest" in changed:
            load_calibration(connection)
        if "views_digest" in changed:
            connection.execute(self._views)
            _describe(connection)
        if not is_new and changed != {"views_digest"}:
            refresh(connection)
        connection.executemany("INSERT OR REPLACE INTO store.meta VALUES (?, ?)", list(self._digests.items()))

    def check(self, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
        """Make sure that a read-only connection sees the tables and views of this claimboard.

        Where the file has views of another claimboard over the same tables, the connection gets ours, temporarily. What
        the file holds follows from the vocabulary and the calibration that it was last written with. Raises
        ClaimboardError where the file is another program's, or of a newer or older claimboard.
        """
        meta = _meta(connection, path)
        if meta is None:
            raise _foreign(path)
        if self._checked(meta, path) < self.version:
            raise ClaimboardError(
                f"{path} was made by an older claimboard (schema {meta['schema_version']}, this one reads "
                f"{self.version}): claimboard extract SOURCE --db {path} brings it up to date and keeps what it holds"
            )
        if self._differs(meta, "views_digest"):
            connection.execute(re.sub(r"(?m)^CREATE OR REPLACE VIEW\b", "CREATE OR REPLACE TEMP VIEW", self._views))

    def _differs(self, meta: Mapping[str, str], name: str) -> bool:
        return meta.get(name) != self._digests[name]

    def _checked(self, meta: Mapping[str, str], path: Path) -> int:
        """Return the version of a file that this claimboard can read or bring up to date."""
        version = int(meta["schema_version"])
        if version > self.version:
            raise ClaimboardError(
                f"{path} was made by a newer claimboard (schema {version}, this one knows {self.version}): "
                "upgrade claimboard, or name another file"
            )
        if version == self.version and self._differs(meta, "schema_digest"):
            raise ClaimboardError(
                f"{path} was made by an unreleased claimboard, whose tables are others: "
                "extract into a new file, and name that one with --db"
            )
        return version


def _meta(connection: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str] | None:
    """Return what the file says of itself, None where it has no schema of ours.

    Only schemas are listed: to list tables, DuckDB reads the metadata of each, at every transaction.
    """
    if ("store",) not in connection.execute("SELECT schema_name FROM duckdb_schemas()").fetchall():
        return None
    try:
        return dict(connection.execute("SELECT name, value FROM store.meta").fetchall())
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise _foreign(path) from error


def _describe(connection: duckdb.DuckDBPyConnection) -> None:
    """Give a column that is taken from the current claims as it is the description that it has there."""
    columns = connection.execute(
        """
        SELECT taken.schema_name, taken.table_name, taken.column_name, claims.comment
        FROM duckdb_columns() AS taken
        JOIN duckdb_columns() AS claims ON claims.schema_name = 'store' AND claims.table_name = 'current_claims'
            AND claims.column_name = taken.column_name
        WHERE taken.comment IS NULL AND NOT taken.internal AND NOT taken.database_name = 'temp'
            AND (taken.schema_name = 'main' OR taken.table_name = 'current_scores')
        """
    ).fetchall()
    for schema, table, column, comment in columns:
        text = comment.replace("'", "''")
        connection.execute(f"COMMENT ON COLUMN {schema}.{table}.{column} IS '{text}'")


def _is_empty(connection: duckdb.DuckDBPyConnection) -> bool:
    objects = "SELECT 1 FROM duckdb_tables() UNION ALL SELECT 1 FROM duckdb_views() WHERE NOT internal"
    return not connection.execute(objects).fetchall()


def _foreign(path: Path) -> ClaimboardError:
    return ClaimboardError(f"{path} is a DuckDB file, but not one of claimboard's: name another file")
