"""Aliases as a file that people share: CSV with the columns kind, printed and name, or TOML with a table per kind."""

import csv
import io
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from models.aliases.alias import Alias
from models.errors import ClaimboardError
from models.export.spreadsheet import escaped_by_apostrophe, write_csv

_COLUMNS = ("kind", "printed", "name")


def read_aliases(path: Path) -> list[Alias]:
    """Return the aliases of a file, in its order. Raises ClaimboardError with file and line where one is none."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ClaimboardError(f"{path} is not UTF-8: save it as UTF-8 first") from error
    except OSError as error:
        raise ClaimboardError(f"{path}: {error.strerror}: name a CSV or TOML file of aliases") from error
    entries = _in_toml(path, text) if path.suffix.lower() == ".toml" else _in_csv(path, text)
    return [Alias.checked(**entry, place=place) for place, entry in entries]


def write_aliases(aliases: Iterable[Alias], file: BinaryIO) -> None:
    """Write aliases as the CSV that `read_aliases` reads; text that a spreadsheet would run stands after a `'`."""
    rows = [alias.model_dump(include=set(_COLUMNS)) for alias in aliases]
    table = pa.Table.from_pylist(rows, schema=pa.schema({name: pa.string() for name in _COLUMNS}))
    write_csv(table.to_reader(), file)


def _text(cell: str) -> str:
    return cell[1:] if escaped_by_apostrophe(cell) else cell


def _in_toml(path: Path, text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else error
        raise ClaimboardError(f"{path} is not TOML: {reason}: nothing was added") from error
    for kind, names in tables.items():
        if not isinstance(names, dict):
            raise ClaimboardError(
                f'{path}: {kind} is no table: write [benchmark], below it "printed name" = "name"; nothing was added'
            )
        for printed, name in names.items():
            yield f"{path}, {kind} {printed!r}", {"kind": kind, "printed": printed, "name": name}


def _in_csv(path: Path, text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    header = text.partition("\n")[0]
    separator = next((mark for mark in "\t;" if mark in header), ",")
    lines = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, restkey="rest", restval="")
    missing = [name for name in _COLUMNS if name not in (lines.fieldnames or ())]
    if missing:
        raise ClaimboardError(
            f"{path} has no column {', '.join(missing)}: its first line must be {','.join(_COLUMNS)}: nothing was added"
        )
    try:
        for line in lines:
            yield f"{path}:{lines.line_num}", {name: _text(line[name]) for name in _COLUMNS}
    except csv.Error as error:
        raise ClaimboardError(f"{path}:{lines.line_num}: {error}: nothing was added") from error
