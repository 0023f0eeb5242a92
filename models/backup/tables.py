"""Which tables of a store are copied: all but those that claimboard makes from others, or brings along."""

import duckdb

_BROUGHT_ALONG = frozenset(
    {"meta", "names", "aliases", "metrics", "benchmarks", "models", "words_after_numbers", "units", "calibration"}
)
"""What claimboard knows itself, and what it knows of the names that claims print."""


def base_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the names of the tables to copy. A table whose description begins with Derived is none of them."""
    rows = connection.execute(
        """
        SELECT table_name FROM duckdb_tables()
        WHERE schema_name = 'store' AND coalesce(comment, '') NOT LIKE 'Derived%'
        ORDER BY table_name
        """
    ).fetchall()
    return [name for (name,) in rows if name not in _BROUGHT_ALONG]
