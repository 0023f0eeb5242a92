"""Where an export goes: a file that appears whole or not at all, or standard output."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from models.errors import ClaimboardError
from models.placing import part_of
from models.store import Store


def check_is_not_the_store(store: Store, name: str) -> None:
    """Raise ClaimboardError where the file to write is the one to read, under whatever name."""
    if any(_is_one_file(Path(name), file) for file in store.files):
        raise ClaimboardError(f"{name} is the database itself, and was left as it is: name another file")


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """Open what is to be written, `-` for standard output. Only a whole result gets to where it was asked for.

    Raises ClaimboardError where it cannot be written, BrokenPipeError where whoever reads standard output stops.
    """
    path = Path(name)
    try:
        # The result is set aside first, so that a slow reader of the output does not keep the store locked.
        if name == "-":
            with TemporaryFile() as aside:
                yield cast(BinaryIO, aside)
                aside.seek(0)
                shutil.copyfileobj(aside, sys.stdout.buffer)
                sys.stdout.buffer.flush()
        elif path.exists() and not path.is_file() and not path.is_dir():
            with TemporaryFile() as aside, path.open("wb") as device:
                yield cast(BinaryIO, aside)
                aside.seek(0)
                shutil.copyfileobj(aside, device)
        else:
            yield from _replaced(Path(os.path.realpath(path)))
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ClaimboardError(f"{name} could not be written: {error.strerror or error}: name another file") from error


def _is_one_file(one: Path, other: Path) -> bool:
    if os.path.realpath(one) == os.path.realpath(other):
        return True
    # Two spellings of one name, where the file system does not tell them apart.
    with suppress(OSError):
        return one.samefile(other)
    return False


def _replaced(path: Path) -> Iterator[BinaryIO]:
    with part_of(path) as part:
        with part.open("wb") as file:
            yield file
        part.replace(path)
