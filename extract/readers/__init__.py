"""Sources in, entries out: listing pages, JSON lines, JSON, CSV, Parquet and plain text, told apart by their content.

for item in read(["pages/", "export.csv", "dump.jsonl.gz", "-"]):
    if isinstance(item, Refusal):
        print(item)   # pages/a.txt:17: what is wrong; what to do
    else:
        ...           # an Entry
"""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from extract.readers import delimited, json_document, json_lines, page, parquet
from extract.readers.locations import expand
from extract.readers.refusal import Refusal
from extract.readers.sources import Source, opened
from models.paper import Entry

__all__ = ["Entry", "Refusal", "read"]

_JSON_SUFFIXES = (".jsonl", ".ndjson")
_TABLE_SUFFIXES = {".csv": ",", ".tsv": "\t"}
_JSON_START = re.compile(r'\{\s*(?:["}]|$)|\[\s*(?:[\[{"\]]|$)')
_HTML_START = re.compile(r"<(?:!doctype|html|head|body|\?xml)", re.IGNORECASE)
_BIBLIOGRAPHY_START = re.compile(r"@\w+\s*\{|TY  - ")


def read(locations: Sequence[str], *, stdin: IO[bytes] | None = None) -> Iterator[Entry | Refusal]:
    """Yield what the sources hold, in their order: each entry, and a refusal for each thing that is not understood.

    A location is a file, a folder (read at any depth, sorted, hidden files left out), a pattern such as 'pages/*.txt',
    or '-' for standard input (`stdin`, a binary stream; the process's own by default). The format is told by content;
    gzip, zstandard, bzip2 and xz are unpacked. Text is UTF-8, or UTF-16 or UTF-32 with a byte order mark.

    A `Refusal` is a `ClaimboardError` that is yielded, not raised, so that the other records and sources go through.
    Every source gives at least one item: one that holds nothing gives a refusal. Records are read only as fast as they
    are taken, in memory bounded by the largest record, not by the source.
    """
    for location in expand(locations):
        if isinstance(location, Refusal):
            yield location
            continue
        try:
            yield from _read_one(location, stdin)
        except Refusal as refusal:
            yield refusal


def _read_one(location: str, stdin: IO[bytes] | None) -> Iterator[Entry | Refusal]:
    anything = False
    with opened(location, stdin) as source:
        for item in _items(source):
            anything = True
            yield item
    if not anything:
        raise Refusal(location, None, "holds no record; give one with a title and an abstract")


def _items(source: Source) -> Iterator[Entry | Refusal]:
    """Choose the reader that fits what the source starts with."""
    if source.head.startswith(parquet.MAGIC):
        return parquet.read(source)
    text = source.head_text().lstrip("\ufeff \t\r\n")
    suffixes = Path(source.location).suffixes
    if _JSON_START.match(text) or any(suffix.lower() in _JSON_SUFFIXES for suffix in suffixes):
        return json_lines.read(source) if _is_json_lines(text) else json_document.read(source)
    if _HTML_START.match(text):
        raise Refusal(source.location, None, "is HTML; open it in a browser and save it as text")
    if _BIBLIOGRAPHY_START.match(text):
        raise Refusal(source.location, None, "is a BibTeX or RIS bibliography; export it as CSV with abstracts")
    named = next((_TABLE_SUFFIXES[suffix.lower()] for suffix in suffixes if suffix.lower() in _TABLE_SUFFIXES), None)
    heading = text.split("\n", 1)[0].rstrip("\r")
    if delimiter := delimited.likely_delimiter_of(heading, named) if named else delimited.delimiter_of(heading):
        return delimited.read(source, delimiter)
    return page.read(source)


def _is_json_lines(text: str) -> bool:
    """Whether the first line is whole on its own, or what follows it begins like a line of its own."""
    first, _, rest = text.partition("\n")
    following = rest.lstrip()[:1]
    if text.startswith("["):
        return following == "[" and _is_whole(first)
    return not text.startswith("{") or following == "{" or _is_whole(first) or (not rest and first.strip() != "{")


def _is_whole(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True
