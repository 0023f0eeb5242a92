"""What is to be there whole or not at all: made in a folder of its own beside its place, and put there at the end.

The folder has a name that nothing else has. The number of a process would not do: containers give the same ones out
again, and what a killed process left behind would be in the way.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

_NO_SECOND_NAME = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
"""How file systems say that a file can have one name only (link(2))."""


@contextmanager
def part_of(target: Path) -> Iterator[Path]:
    """Return the path, of the same last name, at which a file or folder is made; what is left there goes at the end.

    Raises OSError where nothing can be made beside the target.
    """
    folder = Path(mkdtemp(prefix=".claimboard-", suffix=".part", dir=target.parent))
    try:
        yield folder / target.name
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def place(part: Path, target: Path) -> None:
    """Give a file that is whole its place. Raises FileExistsError where something has that name by now."""
    try:
        target.hardlink_to(part)
    except OSError as error:
        if error.errno not in _NO_SECOND_NAME:
            raise
        # An empty file of our own holds the name, so that what is replaced is nobody else's.
        target.touch(exist_ok=False)
        part.replace(target)


def synced(path: Path) -> None:
    """Have a file or folder outlive a power cut from now on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
