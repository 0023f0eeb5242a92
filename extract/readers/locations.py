"""From what a user names (files, folders, patterns, '-') to the sources to read, in a settled order."""

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from extract.readers.refusal import Refusal
from extract.readers.sources import STANDARD_INPUT


def expand(locations: Iterable[str]) -> Iterator[str | Refusal]:
    """Yield every file named: a folder's files (sorted, at any depth, hidden ones left out), a pattern's matches.

    A pattern is taken as one only where no file has that very name. What names nothing is yielded as a refusal.
    """
    for location in locations:
        if location == STANDARD_INPUT:
            yield location
        elif _is_folder(location):
            yield from _folder(location)
        elif location.startswith(("http://", "https://")):
            yield Refusal(location, None, "addresses are not fetched; save the page as text and give the file")
        elif glob.has_magic(location) and not os.path.lexists(location):
            yield from _pattern(location)
        else:
            yield location


def _is_folder(location: str) -> bool:
    try:
        return Path(location).is_dir()
    except (OSError, ValueError):
        return False


def _pattern(pattern: str) -> Iterator[str | Refusal]:
    matches = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 — keeps the paths as the user wrote them
    if not matches:
        yield Refusal(pattern, None, "no file matches this pattern; check the folder and the name")
    deeper = "**" in pattern
    for match in matches:
        if not _is_folder(match):
            yield match
        elif not deeper:
            yield from _folder(match)


def _folder(folder: str) -> Iterator[str | Refusal]:
    troubles: list[OSError] = []
    empty = True
    for parent, folders, files in os.walk(folder, onerror=troubles.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                empty = False
                yield str(Path(parent, name))
    for trouble in troubles:
        yield Refusal(str(trouble.filename), None, "the folder may not be read; check its permissions")
    if empty and not troubles:
        yield Refusal(folder, None, "the folder holds no files; give one with pages, JSON lines, CSV or Parquet in it")
