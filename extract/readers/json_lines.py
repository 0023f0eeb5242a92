"""JSON lines: one object a line (jsonlines.org). A broken line costs that line only."""

import json
from collections.abc import Iterator, Mapping

from extract.readers import records
from extract.readers.refusal import Refusal, shown
from extract.readers.sources import Source, lines
from models.paper import Entry


def read(source: Source) -> Iterator[Entry | Refusal]:
    """Yield one entry or refusal a line; blank lines are passed over. A line may also hold a whole list of records."""
    for line in lines(source):
        if isinstance(line, Refusal):
            yield line
            continue
        text = line.text.strip().removeprefix("\ufeff")
        if not text:
            continue
        try:
            value = json.loads(text)
        except json.JSONDecodeError as error:
            reason = f"not JSON at column {error.colno} ({error.msg}); mend or remove the line"
            yield Refusal(source.location, line.number, reason)
        except (ValueError, RecursionError) as error:
            yield Refusal(source.location, line.number, f"not usable JSON ({brief(error)}); mend or remove the line")
        else:
            yield from found(value, source.location, line.number)


def found(value: object, location: str, line: int) -> Iterator[Entry | Refusal]:
    """Yield what one JSON value holds: a record, a list of records, or an object with such a list inside."""
    if isinstance(value, list):
        for item in value:
            yield one(item, location, line)
    elif isinstance(value, Mapping) and (inner := _inner_list(value)) is not None:
        for item in inner:
            yield one(item, location, line)
    else:
        yield one(value, location, line)


def one(value: object, location: str, line: int) -> Entry | Refusal:
    """Return the entry that a JSON value stands for, or why it stands for none."""
    if not isinstance(value, Mapping):
        return Refusal(location, line, f'{shown(value)} is no record; write {{"title": "…", "abstract": "…"}}')
    try:
        return records.entry(value, location, line)
    except Refusal as refusal:
        return refusal


def brief(error: Exception) -> str:
    """Say in a few words what Python holds against a JSON text."""
    return "nested too deeply" if isinstance(error, RecursionError) else str(error).split(";")[0]


def is_record(value: Mapping[str, object]) -> bool:
    """Whether an object is meant as a record: it has a field of a title or of an abstract."""
    names = {records.field_name(key) for key in value}
    return bool(names & {*records.FIELDS["title"], *records.FIELDS["abstract"]}) or isinstance(
        value.get("paper"), Mapping
    )


def _inner_list(value: Mapping[str, object]) -> list[object] | None:
    if is_record(value):
        return None
    return next(
        (item for item in value.values() if isinstance(item, list) and item and isinstance(item[0], Mapping)), None
    )
