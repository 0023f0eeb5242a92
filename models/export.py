"""The view `claims` as a file: CSV for spreadsheets, JSON Lines and Parquet for programs, gold for scoring.

The same stored claims give the same bytes. Rows pass through in batches, however many there are.
"""

import csv
import io
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Literal, cast

import pyarrow as pa
import pyarrow.parquet

from models.errors import ClaimboardError
from models.json_text import json_text, plain_number
from models.store import Store

Format = Literal["csv", "jsonl", "parquet", "gold"]

_ROWS = 10_000
"""Rows in memory at once, and in a row group of Parquet."""

_CLAIMS = "SELECT * FROM claims ORDER BY paper_position, claim_position"

_GOLD = """
WITH given AS (SELECT DISTINCT paper_id, given_id FROM store.sources WHERE given_id IS NOT NULL),
listed AS (
    SELECT paper_id, list({
        value: value, value_high: value_high, unit: unit, kind: kind, bound: bound, direction: direction,
        basis: basis, metric: metric, model: model, benchmark: benchmark, baseline: baseline, setting: setting,
        evidence: evidence
    } ORDER BY claim_position) AS claims
    FROM claims
    GROUP BY paper_id
)
SELECT coalesce(given.given_id, papers.paper_id) AS paper, coalesce(listed.claims, []) AS claims
FROM papers
LEFT JOIN given ON given.paper_id = papers.paper_id
LEFT JOIN listed ON listed.paper_id = papers.paper_id
ORDER BY papers.paper_position, given.given_id
"""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet run a text cell (OWASP, CSV Injection)."""


def export(store: Store, format: Format, destination: Path | str) -> None:
    """Write the claims of the store to a file, or to standard output where the destination is `-`.

    csv: RFC 4180 in UTF-8, a text cell that a spreadsheet would run as a formula after a `'`. jsonl: one claim a line.
    parquet: the columns of the view. gold: `{"paper": id, "claims": [...]}` for every paper, also those without claims,
    under each id that its sources give it, or else its paper id.

    A file appears whole or not at all. Raises ClaimboardError where it cannot be written or is the store's own,
    BrokenPipeError where whoever reads standard output stops.
    """
    sql, write = _FORMATS[format]
    if any(_is_one_file(Path(destination), file) for file in store.files):
        raise ClaimboardError(f"{destination} is the database itself, and was left as it is: name another file")
    with _destination(str(destination)) as file, store.read() as connection:
        write(connection.sql(sql).to_arrow_reader(_ROWS), file)


def _is_one_file(one: Path, other: Path) -> bool:
    if os.path.realpath(one) == os.path.realpath(other):
        return True
    # Two spellings of one name, where the file system does not tell them apart.
    with suppress(OSError):
        return one.samefile(other)
    return False


@contextmanager
def _destination(name: str) -> Iterator[BinaryIO]:
    """Open what is to be written. Only a whole result gets to where it was asked for."""
    path = Path(name)
    try:
        # The claims are set aside first, so that a slow reader of the output does not keep the store locked.
        if name == "-":
            with TemporaryFile() as aside:
                yield cast(BinaryIO, aside)
                aside.seek(0)
                shutil.copyfileobj(aside, sys.stdout.buffer)
                sys.stdout.buffer.flush()
        elif path.exists() and not path.is_file() and not path.is_dir():
            with TemporaryFile() as aside, path.open("wb") as device:
                yield cast(BinaryIO, aside)
                aside.seek(0)
                shutil.copyfileobj(aside, device)
        else:
            yield from _replaced(Path(os.path.realpath(path)))
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ClaimboardError(f"{name} could not be written: {error.strerror or error}: name another file") from error


def _replaced(path: Path) -> Iterator[BinaryIO]:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def write_csv(reader: pa.RecordBatchReader, file: BinaryIO) -> None:
    """Write rows as the format csv has them."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    lines = csv.writer(text)
    lines.writerow(map(_text, reader.schema.names))
    for batch in reader:
        columns = [[_cell(value) for value in column.to_pylist()] for column in batch.columns]
        lines.writerows(zip(*columns, strict=True))
    text.detach()


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case float():
            return repr(plain_number(value))
        case str():
            return _text(value)
        case [*items] if all(isinstance(item, str) for item in items):
            return _text(" ".join(items))
        case list() | dict():
            return _text(json_text(value))
    return str(value)


def _text(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _write_jsonl(reader: pa.RecordBatchReader, file: BinaryIO) -> None:
    for batch in reader:
        for row in batch.to_pylist():
            file.write(json_text(row).encode() + b"\n")


def _write_parquet(reader: pa.RecordBatchReader, file: BinaryIO) -> None:
    with pyarrow.parquet.ParquetWriter(file, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)


_FORMATS: dict[Format, tuple[str, Callable[[pa.RecordBatchReader, BinaryIO], None]]] = {
    "csv": (_CLAIMS, write_csv),
    "jsonl": (_CLAIMS, _write_jsonl),
    "parquet": (_CLAIMS, _write_parquet),
    "gold": (_GOLD, _write_jsonl),
}
