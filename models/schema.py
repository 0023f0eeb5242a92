"""What tables and views a file holds, and how a file of an older claimboard is brought up to date.

`schema.sql` makes the tables of a new file. `migrations/NNNN_name.sql` brings a file of version NNNN - 1 to version
NNNN and ends in the same tables. `views.sql` is not versioned: it is run again wherever its text differs from the one
that made the views of the file.
"""

import re
from pathlib import Path

import duckdb

from models.errors import ClaimboardError
from models.paper import digest

VERSION = 1
"""What schema.sql makes."""

_FOLDER = Path(__file__).parent


class Schema:
    """The tables and views that this claimboard works with.

    The folder holds schema.sql, views.sql and migrations/; `version` is what they make of a file.
    """

    def __init__(self, folder: Path = _FOLDER, version: int = VERSION) -> None:
        self.version = version
        self._tables = (folder / "schema.sql").read_text("utf-8")
        self._views = (folder / "views.sql").read_text("utf-8")
        self._views_digest = digest(self._views)
        self._migrations = {int(file.name[:4]): file for file in (folder / "migrations").glob("[0-9]*_*.sql")}

    def prepare(self, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
        """Bring the file of a read-write connection up to date, inside the caller's transaction.

        Raises ClaimboardError where the file is another program's, or of a newer claimboard.
        """
        meta = _meta(connection)
        if meta is None:
            if not _is_empty(connection):
                raise _foreign(path)
            connection.execute(self._tables)
            meta = {"schema_version": str(self.version)}
        version = self._checked(int(meta["schema_version"]), path)
        for step in range(version + 1, self.version + 1):
            connection.execute(self._migrations[step].read_text("utf-8"))
        if version < self.version:
            connection.execute("UPDATE store.meta SET value = ? WHERE name = 'schema_version'", [str(self.version)])
        if meta.get("views_digest") != self._views_digest or version < self.version:
            connection.execute(self._views)
            connection.execute("INSERT OR REPLACE INTO store.meta VALUES ('views_digest', ?)", [self._views_digest])

    def check(self, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
        """Make sure that a read-only connection sees the tables and views of this claimboard.

        Where the file has views of another claimboard over the same tables, the connection gets ours as temporary
        views. Raises ClaimboardError where the file is another program's, or of a newer or older claimboard.
        """
        meta = _meta(connection)
        if meta is None:
            raise _foreign(path)
        if self._checked(int(meta["schema_version"]), path) < self.version:
            raise ClaimboardError(
                f"{path} was made by an older claimboard (schema {meta['schema_version']}, this one reads "
                f"{self.version}): claimboard extract SOURCE --db {path} brings it up to date and keeps what it holds"
            )
        if meta.get("views_digest") != self._views_digest:
            connection.execute(re.sub(r"(?m)^CREATE OR REPLACE VIEW\b", "CREATE OR REPLACE TEMP VIEW", self._views))

    def _checked(self, version: int, path: Path) -> int:
        if version > self.version:
            raise ClaimboardError(
                f"{path} was made by a newer claimboard (schema {version}, this one knows {self.version}): "
                "upgrade claimboard, or name another file"
            )
        return version


def _meta(connection: duckdb.DuckDBPyConnection) -> dict[str, str] | None:
    """Return what the file says of itself, None where it is no claimboard file."""
    tables = connection.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables()").fetchall()
    if ("store.meta",) in tables:
        return dict(connection.execute("SELECT name, value FROM store.meta").fetchall())
    return None


def _is_empty(connection: duckdb.DuckDBPyConnection) -> bool:
    objects = "SELECT 1 FROM duckdb_tables() UNION ALL SELECT 1 FROM duckdb_views() WHERE NOT internal"
    return not connection.execute(objects).fetchall()


def _foreign(path: Path) -> ClaimboardError:
    return ClaimboardError(f"{path} is a DuckDB file, but not one of claimboard's: name another file")
