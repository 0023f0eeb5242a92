"""A JSON document that spans lines: an array of records, an object with such an array inside, or one record.

The standard library's `json.load` would hold the document twice in memory; this reads record by record, with the
standard library's decoder for each.
"""

import io
import json
from collections.abc import Iterator

from extract.readers import json_lines
from extract.readers.refusal import Refusal
from extract.readers.sources import LINE_LIMIT, Source, characters, undecodable
from models.paper import Entry

_CHUNK = 1 << 16
_SPACE = " \t\n\r\ufeff"


def read(source: Source) -> Iterator[Entry | Refusal]:
    """Yield an entry or refusal per record. Raises Refusal at the first place that is not JSON: nothing follows it."""
    text = _Text(source)
    opening = text.peek()
    if opening == "[":
        yield from _array(text)
    else:
        yield from _object(text)
    if after := text.peek():
        raise text.broken(f"{after!r} after the end of the document")


def _array(text: "_Text") -> Iterator[Entry | Refusal]:
    text.take("[")
    while text.peek() != "]":
        value, line = text.value()
        yield json_lines.one(value, text.location, line)
        if text.peek() != "]":
            text.take(",")
    text.take("]")


def _object(text: "_Text") -> Iterator[Entry | Refusal]:
    """Read members one by one; an array of objects is read as records, unless a record is around it."""
    text.peek()
    members: dict[str, object] = {}
    first_line, records_inside = text.line, False
    text.take("{")
    while text.peek() != "}":
        key, _ = text.value()
        if not isinstance(key, str):
            raise text.broken("a key that is no string")
        text.take(":")
        if text.peek() == "[" and not json_lines.is_record(members) and text.opens_records():
            records_inside = True
            yield from _array(text)
        else:
            members[key], _ = text.value()
        if text.peek() != "}":
            text.take(",")
    text.take("}")
    if not records_inside:
        yield json_lines.one(members, text.location, first_line)


class _Text:
    """A window that moves over the document: it grows until it holds one whole value and drops what was read."""

    def __init__(self, source: Source) -> None:
        self.location = source.location
        self._source = source
        self.line = 1
        self._file: io.TextIOWrapper = characters(source)
        self._window = ""
        self._at = 0
        self._ended = False
        self._decoder = json.JSONDecoder()

    def broken(self, what: str) -> Refusal:
        return Refusal(self.location, self.line, f"not JSON ({what}); mend it, or give one object a line (JSON lines)")

    def peek(self) -> str:
        """Go to the next character that is not white space and return it, '' at the end."""
        while True:
            start = self._at
            rest = self._window[start : start + 256]
            step = len(rest) - len(rest.lstrip(_SPACE))
            self._pass(step)
            if step < len(rest):
                return self._window[self._at]
            if not rest and not self._grow(_CHUNK):
                return ""

    def take(self, character: str) -> None:
        """Pass the next character, which must be this one."""
        if (found := self.peek()) != character:
            raise self.broken(
                f"{found!r} where {character!r} should stand" if found else f"the end, {character!r} missing"
            )
        self._pass(1)

    def opens_records(self) -> bool:
        """Whether the array that starts here has an object as its first item."""
        while not (inside := self._window[self._at + 1 :].lstrip(_SPACE)) and self._grow(_CHUNK):
            pass
        return inside.startswith("{")

    def value(self) -> tuple[object, int]:
        """Read one value of any kind; return it with the line on which it starts."""
        self.peek()
        line, wanted = self.line, _CHUNK
        while True:
            try:
                value, end = self._decoder.raw_decode(self._window, self._at)
            except json.JSONDecodeError as error:
                cut = error.pos >= len(self._window) - 16 or error.msg.startswith("Unterminated string")
                if not (cut and self._grow(wanted)):
                    raise self.broken(error.msg) from None
            except (ValueError, RecursionError) as error:
                raise self.broken(json_lines.brief(error)) from None
            else:
                if end < len(self._window) or not self._grow(_CHUNK):
                    self._pass(end - self._at)
                    return value, line
            wanted = len(self._window)

    def _pass(self, count: int) -> None:
        self.line += self._window.count("\n", self._at, self._at + count)
        self._at += count

    def _grow(self, count: int) -> bool:
        """Read on, dropping what was passed; False at the end of the document."""
        if self._ended:
            return False
        self._window = self._window[self._at :]
        self._at = 0
        if len(self._window) > LINE_LIMIT:
            raise self.broken(f"one value longer than {LINE_LIMIT:,} characters")
        try:
            more = self._file.read(count)
        except UnicodeDecodeError as error:
            raise self.broken(f"no valid {error.encoding}") from None
        if refusal := undecodable(more, self._source, self.line + self._window.count("\n")):
            raise refusal
        self._ended = not more
        self._window += more
        return bool(more)
