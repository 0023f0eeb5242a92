"""A backup is written under a name of its own and takes its final one when it is whole."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import duckdb

from models.backup.manifest import Manifest, TableFile, sha256_of, table_file
from models.backup.tables import KEPT
from models.errors import ClaimboardError
from models.export.records import write_counted, write_parquet
from models.moment import utc_now
from models.placing import part_of, synced
from models.store import Store

_ROWS = 10_000
"""Rows in memory at once."""


def back_up(store: Store, folder: Path) -> Manifest:
    """Copy what cannot be made again into a new folder, as it is at one moment, also while others use the store.

    Raises ClaimboardError where there is something of that name already, or it cannot be written; then there is
    nothing of that name afterwards either.
    """
    with _new_folder(folder) as part:
        with store.read() as connection:
            ((schema_version,),) = connection.execute(
                "SELECT value FROM store.meta WHERE name = 'schema_version'"
            ).fetchall()
            rows = {table: _copy(connection, table, table_file(part, table)) for table in KEPT}
        # The store is free again: what is left concerns only the copy.
        manifest = Manifest(
            claimboard=version("claimboard"),
            schema_version=int(schema_version),
            made_at=utc_now().isoformat(timespec="seconds") + "Z",
            tables={table: _described(table_file(part, table), count) for table, count in rows.items()},
        ).sealed()
        manifest.write(part)
        for file in (*part.iterdir(), part):
            synced(file)
    return manifest


@contextmanager
def _new_folder(folder: Path) -> Iterator[Path]:
    target = folder.absolute()
    if os.path.lexists(target):
        raise ClaimboardError(f"{folder} is there already, and was left as it is: name a new folder")
    try:
        with part_of(target) as part:
            part.mkdir()
            yield part
            part.rename(target)
        synced(target.parent)
    except OSError as error:
        why = error.strerror or error
        raise ClaimboardError(f"{folder}: the backup could not be written: {why}: name another folder") from error


def _copy(connection: duckdb.DuckDBPyConnection, table: str, path: Path) -> int:
    """Write the rows of a table, in its order, and return how many."""
    with path.open("wb") as file:
        return write_counted(write_parquet, connection.sql(f"FROM store.{table}").to_arrow_reader(_ROWS), file)


def _described(path: Path, rows: int) -> TableFile:
    return TableFile(rows=rows, bytes=path.stat().st_size, sha256=sha256_of(path))
