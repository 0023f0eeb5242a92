"""CSV and its kin: a heading line that names the columns, then one record a row, cells in quotes as RFC 4180 has it."""

import csv
import io
from collections.abc import Iterator

from extract.printable import printable
from extract.readers import records
from extract.readers.refusal import Refusal
from extract.readers.sources import Source, lines
from models.paper import Entry

_DELIMITERS = (",", "\t", ";", "|")

CELL_LIMIT = 2 * records.ABSTRACT_LIMIT
"""Characters that one cell may have: a quote that is never closed ends here, not at the end of the file."""

_NEVER_CLOSED = ("unexpected end", "field larger")
"""How the standard library's messages start when a quote swallowed all rows that were left."""


def delimiter_of(heading: str) -> str | None:
    """Return what separates the cells of a heading line that names a title and an abstract column, else None.

    One of the two is no sign of a table: running text may begin with 'Summary, recall and …'.
    """
    return next((delimiter for delimiter in _DELIMITERS if _needed_columns(heading, delimiter) == 2), None)


def likely_delimiter_of(heading: str, default: str) -> str:
    """Return what separates the cells of a line that is a heading for sure, though it may lack a column."""
    return max((default, *_DELIMITERS), key=lambda delimiter: _needed_columns(heading, delimiter))


def _needed_columns(heading: str, delimiter: str) -> int:
    """Return how many of title and abstract a heading names when it is cut at this delimiter."""
    known = records.known_columns(_cells(heading, delimiter)).keys()
    return sum(not known.isdisjoint(records.FIELDS[name]) for name in ("title", "abstract"))


def _cells(heading: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(heading), delimiter=delimiter), [])
    except csv.Error:
        return []


def read(source: Source, delimiter: str) -> Iterator[Entry | Refusal]:
    """Yield one entry or refusal a row. Raises Refusal where a column is missing or a quote is never closed."""
    csv.field_size_limit(CELL_LIMIT)
    location = source.location
    rows = csv.reader(_texts(source), delimiter=delimiter, strict=True)
    heading: list[str] | None = None
    started = 1
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            ended = str(error).startswith(_NEVER_CLOSED)
            reason = f"a cell in quotes that is {'never closed' if ended else 'not closed before its row goes on'}"
            refusal = Refusal(location, started, f"{reason} ({error}); check the quotes from here on")
            if ended or heading is None:
                raise refusal from None
            yield refusal
            started = rows.line_num + 1
            continue
        line, started = started, rows.line_num + 1
        if not any(cell.strip() for cell in row):
            continue
        if heading is None:
            heading = row
            at = _known_columns(heading, location, line)
        elif len(row) != len(heading):
            reason = (
                f"the row has {len(row)} cells, the heading {len(heading)}; put cells that hold {delimiter!r} in quotes"
            )
            yield Refusal(location, line, reason)
        else:
            try:
                yield records.entry({name: row[position] for name, position in at.items()}, location, line)
            except Refusal as refusal:
                yield refusal


def _known_columns(heading: list[str], location: str, line: int) -> dict[str, int]:
    known = records.known_columns(heading)
    if name := records.missing_column(known):
        among = printable(", ".join(heading))[:200]
        raise Refusal(location, line, f"no column {name!r} among {among}; name one so in the heading line")
    return known


def _texts(source: Source) -> Iterator[str]:
    for line in lines(source):
        if isinstance(line, Refusal):
            raise line
        yield f"{line.text}\n"
