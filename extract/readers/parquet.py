"""Parquet, read by DuckDB batch by batch, so that a file of any size passes through in bounded memory."""

import glob
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from extract.printable import printable
from extract.readers import records
from extract.readers.refusal import Refusal
from extract.readers.sources import Source
from models.paper import Entry

_BATCH = 2_000
"""Rows in memory at a time."""

MAGIC = b"PAR1"
"""First and last four bytes of a file (Apache Parquet format, "File format")."""


def read(source: Source) -> Iterator[Entry | Refusal]:
    """Yield one entry or refusal a row, rows counted from 1. Raises Refusal where a column is missing."""
    with _on_disk(source) as path, duckdb.connect() as connection:
        try:
            yield from _rows(connection, path, source.location)
        except duckdb.Error as error:
            reason = f"is damaged Parquet ({printable(str(error).splitlines()[0])[:200]}); write it anew"
            raise Refusal(source.location, None, reason) from None


def _rows(connection: duckdb.DuckDBPyConnection, path: Path, location: str) -> Iterator[Entry | Refusal]:
    pattern = glob.escape(str(path))
    names = [row[0] for row in connection.execute("DESCRIBE FROM read_parquet($1)", [pattern]).fetchall()]
    known = records.known_columns(names)
    if name := records.missing_column(known):
        among = printable(", ".join(names))[:200]
        raise Refusal(location, None, f"no column {name!r} among {among}; name one so")
    selected = ", ".join('"{}"'.format(names[position].replace('"', '""')) for position in known.values())
    rows = connection.execute(f"SELECT {selected} FROM read_parquet($1)", [pattern])  # noqa: S608 — names are quoted
    number = 0
    while batch := rows.fetchmany(_BATCH):
        for row in batch:
            number += 1
            try:
                yield records.entry(dict(zip(known, row, strict=True)), location, number)
            except Refusal as refusal:
                yield refusal


@contextmanager
def _on_disk(source: Source) -> Iterator[Path]:
    """Give a path that DuckDB can seek in; what comes through a pipe is put in a temporary file for as long."""
    if source.path is not None and source.path.is_file():
        yield source.path
        return
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        shutil.copyfileobj(source.stream, file)
        file.flush()
        yield Path(file.name)
