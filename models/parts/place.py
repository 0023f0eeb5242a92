"""Where parts are: a folder that every machine sees, or a bucket, and under which names.

pyarrow's file systems know S3, Google's and Azure's buckets and HDFS, and after `fsspec+` whatever fsspec knows.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Self
from urllib.parse import urlsplit

import pyarrow as pa
from pyarrow import fs

from models.errors import ClaimboardError, quotable
from models.parts.part import Part

_NAME = re.compile(r"(\d{5,})-(\d{6,})-([0-9a-f]{16})-([0-9a-f]{64})\.parquet", re.ASCII)

_PUTS = frozenset({"s3", "gcs", "abfs"})
"""File systems in which a file that is written is there whole, or not at all."""


class PartName(NamedTuple):
    """A part's name: in the order of names, parts are in the order of their sources."""

    source: int
    """Place of the source among those of its run, from 0."""
    chunk: int
    """Place of its abstracts in the source, from 0."""
    asked: str
    """Digest of the abstracts and of who read them: known before they are read."""
    sha256: str
    """Of the file."""

    @classmethod
    def of(cls, text: str) -> Self | None:
        """Read a file's name; None where it is not a part's."""
        match = _NAME.fullmatch(text)
        return cls(int(match[1]), int(match[2]), match[3], match[4]) if match else None

    def __str__(self) -> str:
        return f"{self.source:05}-{self.chunk:06}-{self.asked}-{self.sha256}.parquet"


@dataclass(frozen=True)
class Folder:
    """A folder of parts, by its path or by an address such as s3://bucket/parts."""

    address: str

    def __post_init__(self) -> None:
        if "://" in self.address and urlsplit(self.address).password:
            raise ClaimboardError(
                "a folder of parts: a key in its address would be stored and shown; "
                "give it as the variables of your cloud, such as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            )

    @cached_property
    def _located(self) -> tuple[fs.FileSystem, str]:
        if "://" not in self.address:
            return fs.LocalFileSystem(), self.address_anywhere
        try:
            system, path = fs.FileSystem.from_uri(self.address)
        except (pa.ArrowException, ValueError, ImportError, OSError) as error:
            raise _unusable(self.address, error) from error
        return system, path.rstrip("/")

    @property
    def address_anywhere(self) -> str:
        """The address that holds in any working directory."""
        return self.address if "://" in self.address else str(Path(self.address).absolute())

    def make(self) -> None:
        """Make the folder where it is not there. Raises ClaimboardError where that cannot be done."""
        system, path = self._located
        try:
            system.create_dir(path, recursive=True)
        except (pa.ArrowException, OSError) as error:
            raise _unusable(self.address, error) from error

    def names(self) -> list[PartName]:
        """Return the names of the parts in the folder, in their order; none where there is no folder.

        Raises ClaimboardError where it cannot be looked into.
        """
        system, path = self._located
        try:
            found = system.get_file_info(fs.FileSelector(path, allow_not_found=True))
        except (pa.ArrowException, OSError) as error:
            raise _unusable(self.address, error) from error
        return sorted(name for info in found if info.is_file and (name := PartName.of(info.base_name)))

    def write(self, source: int, chunk: int, asked: str, part: Part) -> PartName:
        """Write a part, whole or not at all; one of that name is replaced by the same bytes.

        Raises ClaimboardError where it cannot be written.
        """
        system, path = self._located
        data = part.to_bytes()
        name = PartName(source, chunk, asked, hashlib.sha256(data).hexdigest())
        target = f"{path}/{name}"
        made = target if system.type_name in _PUTS else f"{path}/.claimboard-{secrets.token_hex(8)}.part"
        try:
            with system.open_output_stream(made) as stream:
                stream.write(data)
            if made != target:
                system.move(made, target)
        except (pa.ArrowException, OSError) as error:
            with suppress(pa.ArrowException, OSError):
                system.delete_file(made)
            raise ClaimboardError(
                f"{self.address}: a part could not be written ({quotable(error)}); the same command goes on from there"
            ) from error
        return name

    def read(self, name: PartName) -> Part:
        """Return a part. Raises ClaimboardError, in one line that says which and why, where it is not as written."""
        system, path = self._located
        try:
            with system.open_input_stream(f"{path}/{name}") as stream:
                data = stream.read()
        except (pa.ArrowException, OSError) as error:
            raise ClaimboardError(
                f"{self.address}/{name}: cannot be read ({quotable(error)}); load it again"
            ) from error
        if hashlib.sha256(data).hexdigest() != name.sha256:
            raise ClaimboardError(
                f"{self.address}/{name}: the part is damaged: its SHA-256 is not the one in its name; "
                "remove it and extract again, which makes what is missing"
            )
        try:
            return Part.from_bytes(data)
        except ClaimboardError as error:
            raise ClaimboardError(f"{self.address}/{name}: {error}") from error


def parts_of(places: Iterable[str]) -> Iterator[tuple[Folder, PartName]]:
    """Yield the parts at these places, each a folder or one part. Raises ClaimboardError where one has none."""
    for place in places:
        parent, _, last = place.rpartition("/")
        if name := PartName.of(last):
            yield Folder(parent or "."), name
            continue
        folder = Folder(place.rstrip("/") or "/")
        names = folder.names()
        if not names:
            raise ClaimboardError(
                f"{place}: there is no part in it: name a folder that claimboard extract --on ray wrote to, or a part"
            )
        for name in names:
            yield folder, name


def _unusable(address: str, error: Exception) -> ClaimboardError:
    return ClaimboardError(f"{address}: cannot be used as a folder of parts ({quotable(error)}); name another")
