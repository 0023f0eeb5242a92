"""A backup becomes a store again: whole, under the name that was asked for, or not at all."""

import os
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet

from models.backup.manifest import Manifest, table_file
from models.backup.tables import KEPT
from models.connection import registered
from models.current import refresh
from models.errors import ClaimboardError
from models.placing import part_of, place, synced
from models.schema import VERSION
from models.store import Store
from models.vocabulary.tables import resolve_names


def restore(folder: Path, path: Path) -> Manifest:
    """Make a new database file of a backup.

    The manifest and the checksum of every file are looked at before anything is made. Raises ClaimboardError where
    they are not as they were written, are of a newer claimboard, or there is a file of that name already; then there is
    no new file.
    """
    manifest = Manifest.read(folder)
    if manifest.schema_version != VERSION:
        raise ClaimboardError(
            f"{folder} is of schema {manifest.schema_version}, this claimboard restores {VERSION}: restore it with "
            f"claimboard {manifest.claimboard}, which made it; a newer claimboard then opens the file"
        )
    if unknown := sorted(manifest.tables.keys() ^ set(KEPT)):
        raise _other_tables(folder, unknown[0])
    target = path.absolute()
    for file in Store(target).files:
        if os.path.lexists(file):
            raise ClaimboardError(f"{file} is there already, and was left as it is: name a new file with --db")
    if not target.parent.is_dir():
        raise ClaimboardError(f"{path}: there is no folder {target.parent}: make it, or name another file")
    manifest.check_files(folder)
    part = target
    try:
        with part_of(target) as part:
            _fill(Store(part), manifest, folder)
            synced(part)
            place(part, target)
        synced(target.parent)
    except FileExistsError:
        raise ClaimboardError(f"{path} is there by now, and was left as it is: name a new file with --db") from None
    except OSError as error:
        raise ClaimboardError(f"{path} could not be written: {error.strerror or error}: name another file") from error
    except ClaimboardError as error:
        # DuckDB too names the file that it writes, in words of its own.
        raise ClaimboardError(str(error).replace(str(part), str(path))) from error
    return manifest


def _fill(store: Store, manifest: Manifest, folder: Path) -> None:
    with store.write() as connection:
        for table, described in manifest.tables.items():
            rows = _load(connection, table, table_file(folder, table))
            if rows != described.rows:
                raise ClaimboardError(
                    f"{table_file(folder, table)} has {rows:,} rows where the manifest says {described.rows:,}: "
                    "use another backup"
                )
        resolve_names(connection)
        refresh(connection)
    if store.files[1].exists():
        raise ClaimboardError(f"{store.path} could not be written to its end: free space, or name another file")


def _load(connection: duckdb.DuckDBPyConnection, table: str, path: Path) -> int:
    ours = connection.table(f"store.{table}").columns
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            if file.schema_arrow.names != ours:
                raise _other_tables(path.parent, table)
            for group in range(file.num_row_groups):
                with registered(connection, file.read_row_group(group)):
                    connection.execute(f"INSERT INTO store.{table} BY NAME FROM batch")
            return int(file.metadata.num_rows)
    except pa.ArrowException as error:
        raise ClaimboardError(f"{path} is not the Parquet file of a backup: use another backup") from error


def _other_tables(folder: Path, table: str) -> ClaimboardError:
    return ClaimboardError(
        f"{folder} was made by an unreleased claimboard, whose table {table} is another: restore it with that one"
    )
