"""Rows for programs: JSON Lines and Parquet, with the columns and types of the view."""

from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet

from models.json_text import json_text

_ROW_GROUP = 10_000


def write_counted(
    write: Callable[[pa.RecordBatchReader, BinaryIO], None], reader: pa.RecordBatchReader, file: BinaryIO
) -> int:
    """Have rows written, and return how many there were."""
    count = 0

    def counted() -> Iterator[pa.RecordBatch]:
        nonlocal count
        for batch in reader:
            count += batch.num_rows
            yield batch

    write(pa.RecordBatchReader.from_batches(reader.schema, counted()), file)
    return count


def write_jsonl(reader: pa.RecordBatchReader, file: BinaryIO) -> None:
    """Write one row a line."""
    for batch in reader:
        for row in batch.to_pylist():
            file.write(json_text(row).encode() + b"\n")


def write_parquet(reader: pa.RecordBatchReader, file: BinaryIO) -> None:
    """Write the rows with their types, in groups that do not depend on how DuckDB hands them out."""
    with pyarrow.parquet.ParquetWriter(file, reader.schema, compression="zstd") as writer:
        for group in _even(reader, reader.schema):
            writer.write_table(group, row_group_size=_ROW_GROUP)


def _even(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    waiting = schema.empty_table()
    for batch in batches:
        waiting = pa.concat_tables([waiting, pa.Table.from_batches([batch])])
        while waiting.num_rows >= _ROW_GROUP:
            yield waiting.slice(0, _ROW_GROUP)
            waiting = waiting.slice(_ROW_GROUP)
    if waiting.num_rows:
        yield waiting
