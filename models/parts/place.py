"""Where parts are: a folder that every machine sees, or a bucket, and under which names.

pyarrow's file systems know S3, Google's and Azure's buckets and HDFS, and after `fsspec+` whatever fsspec knows.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Self
from urllib.parse import urlsplit

from pyarrow import fs

from models.errors import ClaimboardError, quotable
from models.parts.part import Part

_NAME = re.compile(r"(\d{5,})-(\d{6,})-([0-9a-f]{16})-([0-9a-f]{64})\.parquet", re.ASCII)

_PUTS = frozenset({"s3", "gs", "gcs", "abfs", "abfss"})
"""pyarrow's own buckets, by their scheme: a file that is written there is there whole, or not at all."""

_FSSPEC = "fsspec+"

_BUCKETS = _PUTS | {_FSSPEC + scheme for scheme in (*_PUTS, "s3a", "az", "oss")}
"""Schemes that know no folders. To make one would leave an empty file of its name, or make the bucket itself."""


class PartName(NamedTuple):
    """A part's name: in the order of names, parts are in the order of their sources."""

    source: int
    """Place of the source among those of its run, from 0."""
    chunk: int
    """Place of its abstracts in the source, from 0."""
    digest: str
    """Of the abstracts and of who read them: known before they are read."""
    sha256: str
    """Of the file."""

    @classmethod
    def of(cls, text: str) -> Self | None:
        """Read a file's name; None where it is not a part's."""
        match = _NAME.fullmatch(text)
        return cls(int(match[1]), int(match[2]), match[3], match[4]) if match else None

    def __str__(self) -> str:
        return f"{self.source:05}-{self.chunk:06}-{self.digest}-{self.sha256}.parquet"


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

    @property
    def _scheme(self) -> str:
        return self.address.partition("://")[0].lower() if "://" in self.address else ""

    @cached_property
    def _located(self) -> tuple[fs.FileSystem, str]:
        if not self._scheme:
            return fs.LocalFileSystem(), self.address_anywhere
        with self._usable():
            if self._scheme.startswith(_FSSPEC):
                system, path = _by_fsspec(self.address[len(_FSSPEC) :])
            else:
                system, path = fs.FileSystem.from_uri(self.address)
        return system, path.rstrip("/")

    @contextmanager
    def _usable(self) -> Iterator[None]:
        """Say in one line why the folder cannot be used, whatever fails in the block."""
        try:
            yield
        except ImportError as error:
            raise ClaimboardError(
                f"{self.address}: cannot be used as a folder of parts without a package that is not installed "
                f"({quotable(error)}); install it with pip, on every node"
            ) from error
        except Exception as error:  # those of fsspec's file systems are of many makers, and of any class
            raise ClaimboardError(
                f"{self.address}: cannot be used as a folder of parts ({quotable(error)}); {self._advice}"
            ) from error

    @property
    def _advice(self) -> str:
        if "s3" in self._scheme:
            return (
                "check its name, and the variables that say where it is and who you are: "
                "AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY"
            )
        if not self._scheme:
            return "name another"
        hint = "" if self._scheme.startswith(_FSSPEC) else f"; what only fsspec knows has {_FSSPEC} before its address"
        return f"check its name, its server and your credentials{hint}"

    @property
    def address_anywhere(self) -> str:
        """The address that holds in any working directory."""
        return self.address if "://" in self.address else str(Path(self.address).absolute())

    def make(self) -> None:
        """Make the folder where it is not there. Raises ClaimboardError where that cannot be done.

        In a bucket, which has to be there, a folder comes with the first part in it.
        """
        system, path = self._located
        if self._scheme in _BUCKETS:
            if not self.names():
                self.check()
            return
        with self._usable():
            system.create_dir(path, recursive=True)

    def check(self) -> None:
        """Raise ClaimboardError where the folder is out of reach or, in a bucket, where there is no such bucket."""
        system, path = self._located
        with self._usable():
            [info] = system.get_file_info([path])
        kind = "folder"
        if info.type == fs.FileType.NotFound and self._scheme in _BUCKETS:
            kind = "bucket"
            try:
                [info] = system.get_file_info([path.partition("/")[0]])
            except Exception:
                # Who may use no more than a folder of the bucket may not look at it; writing will tell.
                return
        if info.type == fs.FileType.NotFound:
            raise ClaimboardError(f"{self.address}: there is no such {kind}; name one that is there")

    def names(self) -> list[PartName]:
        """Return the names of the parts in the folder, in their order; none where there is no folder.

        Raises ClaimboardError where it cannot be looked into.
        """
        system, path = self._located
        with self._usable():
            found = system.get_file_info(fs.FileSelector(path, allow_not_found=True))
        return sorted(name for info in found if info.is_file and (name := PartName.of(info.base_name)))

    def write(self, source: int, chunk: int, digest: str, part: Part) -> PartName:
        """Write a part, whole or not at all; one of that name is replaced by the same bytes.

        Raises ClaimboardError where it cannot be written.
        """
        system, path = self._located
        data = part.to_bytes()
        name = PartName(source, chunk, digest, hashlib.sha256(data).hexdigest())
        target = f"{path}/{name}"
        made = target if self._scheme in _PUTS else f"{path}/.claimboard-{secrets.token_hex(8)}.part"
        try:
            with system.open_output_stream(made) as stream:
                stream.write(data)
            if made != target:
                system.move(made, target)
        except Exception as error:
            if made != target:
                with suppress(Exception):
                    system.delete_file(made)
            # The name alone would fill the line.
            said = quotable(str(error).replace(str(name), "…"))
            raise ClaimboardError(
                f"{self.address}: a part could not be written ({said}); the same command goes on from there"
            ) from error
        return name

    def read(self, name: PartName) -> Part:
        """Return a part. Raises ClaimboardError, in one line that says which and why, where it is not as written."""
        system, path = self._located
        try:
            with system.open_input_stream(f"{path}/{name}") as stream:
                data = stream.read()
        except FileNotFoundError as error:
            raise ClaimboardError(f"{self.address}/{name}: there is no such part; name one that is there") from error
        except Exception as error:
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
            folder.check()
            raise ClaimboardError(
                f"{place}: there is no part in it: name a folder that claimboard extract --on ray wrote to, or a part"
            )
        for name in names:
            yield folder, name


def _by_fsspec(address: str) -> tuple[fs.FileSystem, str]:
    from fsspec.core import url_to_fs  # noqa: PLC0415 — comes with the extra ray, and only such addresses need it

    # A listing that fsspec remembers has no parts in it that other nodes wrote since.
    system, path = url_to_fs(address, use_listings_cache=False)
    return fs.PyFileSystem(fs.FSSpecHandler(system)), path
