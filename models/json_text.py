"""JSON that every program reads: Python would write NaN and infinities, which the standard has not (RFC 8259, 6)."""

import json
from math import isfinite
from typing import Any


def json_text(value: Any, *, indent: int | None = None) -> str:
    """Return a value as JSON: whole numbers as papers print them (84 for 84.0), what is no number as null."""
    return json.dumps(_plain(value), ensure_ascii=False, indent=indent, default=str, allow_nan=False)


def plain_number(value: float) -> float | int:
    """Return 84 for 84.0."""
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _plain(value: Any) -> Any:
    match value:
        case float():
            return plain_number(value) if isfinite(value) else None
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
    return value
