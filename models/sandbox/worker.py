"""The process that answers queries for a `Sandbox`, one after the other, from standard input to standard output.

It is started by `models.sandbox`, with the file and the limits as JSON in its one argument.
"""

import json
import os
import sys
import time
from collections.abc import Sequence
from threading import Timer
from typing import Any

import pyarrow as pa

from models.errors import ClaimboardError
from models.sandbox import Limits
from models.store import Store

_BATCH = 1_000
"""Rows that are looked at together: the size of the result is known after each."""

_OVERHEAD = 512 << 20
"""Bytes that the process may have beside what a query takes: Python, DuckDB, and the threads of both."""

_NUMBERS = "TINYINT SMALLINT INTEGER BIGINT UTINYINT USMALLINT UINTEGER UBIGINT FLOAT DOUBLE BOOLEAN"
_PLAIN = {*_NUMBERS.split(), "VARCHAR", "DATE", "TIMESTAMP"}
"""Types that every reader of a result understands; any other comes as the nearest of them."""

_MORE_ROWS = "only the first {:,} rows are here: more fit"
_LARGER = "only the first {:,} rows are here: the result is larger than {:,} MB"


def main() -> None:
    """Answer until standard input ends."""
    given = json.loads(sys.argv[1])
    path = given.pop("path")
    limits = Limits(**given)
    _bound(limits.memory + _OVERHEAD)
    store = Store(
        path,
        patience=5.0,
        settings={
            "memory_limit": f"{limits.memory >> 20}MiB",
            "max_temp_directory_size": "0KiB",
            "threads": 2,
            "autoload_known_extensions": False,
        },
    )
    _say({})
    for line in sys.stdin.buffer:
        # Where the one who asked is gone, nobody else ends a query that hears no interrupt.
        last = Timer(limits.seconds * 2 + 5, os._exit, [1])
        last.daemon = True
        last.start()
        try:
            head, body = _answer(store, json.loads(line), limits)
        except ClaimboardError as error:
            message = str(error).removeprefix(f"{path}: ")
            is_spent = message.startswith("Out of Memory Error")
            if is_spent:
                # What DuckDB advises cannot be done here.
                message = f"the query took more than {limits.memory >> 20:,} MB of memory and was stopped: ask for less"
            head, body = {"error": message, "is_spent": is_spent}, b""
        except MemoryError:
            # What is left may not be enough for the next query: this process ends, and the other side says why.
            os._exit(1)
        _say(head | {"bytes": len(body)}, body)
        last.cancel()
    # At its end DuckDB's binding would look for what it has leaked.
    os._exit(0)


def _answer(store: Store, sql: str, limits: Limits) -> tuple[dict[str, Any], bytes]:
    began = time.monotonic()
    batches: list[pa.RecordBatch] = []
    more = ""
    with store.reading(sql, seconds=limits.seconds) as relation:
        simple = relation.project(", ".join(map(_simple, range(1, 1 + len(relation.columns)), relation.types)))
        reader = simple.limit(limits.rows + 1).to_arrow_reader(_BATCH)
        names = _distinct(relation.columns)
        schema = pa.schema([pa.field(name, field.type) for name, field in zip(names, reader.schema, strict=True)])
        size = rows = 0
        for batch in reader:
            taken = batch.slice(0, limits.rows - rows)
            while len(taken) and size + taken.nbytes > limits.size:
                taken = taken.slice(0, len(taken) // 2)
            batches.append(taken)
            rows += len(taken)
            size += taken.nbytes
            if len(taken) < len(batch):
                is_full = rows == limits.rows
                more = _MORE_ROWS.format(rows) if is_full else _LARGER.format(rows, limits.size >> 20)
                break
    if more and not rows:
        raise ClaimboardError(f"the result is larger than {limits.size >> 20:,} MB: ask for fewer or shorter columns")
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        for batch in batches:
            writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=schema))
    return {"more": more, "seconds": time.monotonic() - began}, sink.getvalue().to_pybytes()


def _simple(position: int, kind: object) -> str:
    """Return the column at a position, in SQL, as one of the plain types."""
    name = str(kind)
    if name in _PLAIN:
        return f"#{position}"
    if name.startswith("TIMESTAMP"):
        return f"CAST(#{position} AS TIMESTAMP)"
    if name.startswith("DECIMAL") or name in ("HUGEINT", "UHUGEINT"):
        return f"CAST(#{position} AS DOUBLE)"
    return f"CAST(#{position} AS VARCHAR)"


def _distinct(names: Sequence[str]) -> list[str]:
    """Return names of which no two are equal: a query may give one name to several columns."""
    found: list[str] = []
    for name in names:
        made, number = name, 2
        while made in found:
            made, number = f"{name} {number}", number + 1
        found.append(made)
    return found


def _bound(memory: int) -> None:
    """Let the operating system refuse more private memory than so many bytes, where it can."""
    try:
        import resource  # noqa: PLC0415 — there is none on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _say(head: dict[str, Any], body: bytes = b"") -> None:
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + body)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
