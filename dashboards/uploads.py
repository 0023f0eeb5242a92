"""What a visitor gives to be read, as a file under a name of ours, and what the readers make of it.

The name a file was uploaded under is never used: not as a path, and not as a word of a command.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from dashboards.command import Command
from models.errors import ClaimboardError

MEGABYTES = 50
"""The largest upload; larger sources are for `claimboard extract`."""

PASTED = 2_000_000
"""Characters of the longest text that can be pasted."""

SUFFIXES = ("txt", "csv", "tsv", "json", "jsonl", "ndjson", "parquet")
"""Endings that files are offered by. The content decides what a file is; an ending only helps with a table's."""

_SECONDS = 60.0
"""Longest wait for the readers."""

_LISTED = 20


@dataclass(frozen=True)
class Upload:
    """A source: its content, under a name that is the same whenever the content is."""

    name: str
    content: bytes

    @classmethod
    def of_file(cls, given_name: str, content: bytes) -> "Upload":
        """Return an uploaded file. Of its name only the ending counts, if it is one that we know."""
        suffix = PurePath(given_name).suffix.lower().removeprefix(".")
        return cls._named("upload", suffix if suffix in SUFFIXES else "txt", content)

    @classmethod
    def of_text(cls, text: str) -> "Upload":
        """Return a pasted text."""
        return cls._named("pasted", "txt", text.encode("utf-8", "replace"))

    @classmethod
    def of_abstract(cls, title: str, abstract: str) -> "Upload":
        """Return one abstract, with the title above it."""
        record = json.dumps({"title": title, "abstract": abstract})
        return cls._named("abstract", "jsonl", f"{record}\n".encode())

    @classmethod
    def _named(cls, what: str, suffix: str, content: bytes) -> "Upload":
        # The same content has the same name: a run over it goes on where an earlier one was stopped.
        return cls(f"{what}-{hashlib.sha256(content).hexdigest()[:8]}.{suffix}", content)


@dataclass(frozen=True)
class Contents:
    """What the readers found: how many entries and refusals, and the first of each."""

    entries: int
    refusals: int
    listed: Sequence[dict[str, Any]]
    """Each with line, title, abstract, and how many numbers it has."""
    refused: Sequence[dict[str, Any]]
    """Each with line, or None, and reason."""


def contents(upload: Upload) -> Contents:
    """Read a source without storing anything. Raises ClaimboardError where that fails or takes too long."""
    command = Command(
        ["read", upload.name, "--json", "--limit", str(_LISTED)], {upload.name: upload.content}, seconds=_SECONDS
    )
    command.wait()
    if command.was_stopped:
        raise ClaimboardError(
            f"reading it took longer than {_SECONDS:.0f} s: give less at once, or use claimboard extract at a terminal"
        )
    try:
        return Contents(**json.loads(command.output))
    except (ValueError, TypeError):
        raise ClaimboardError(command.said) from None
