"""A source as bytes and as lines: opened, decompressed and decoded, whatever its name says.

Python's own `open` would guess an encoding from the machine's locale and read a picture as text; the same file must
give the same entries everywhere, and what is no text must be said to be none.
"""

import bz2
import gzip
import io
import lzma
import shlex
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, Final, NamedTuple, cast

import pyarrow as pa

from extract.readers.refusal import Refusal

HEAD = 1 << 16
"""Bytes that decide what a source is."""

LINE_LIMIT = 1 << 26
"""Characters that one line may have, so that a file without line ends does not fill the memory."""

STANDARD_INPUT: Final = "-"


def _zstandard(stream: BinaryIO) -> BinaryIO:
    return cast(BinaryIO, pa.CompressedInputStream(pa.PythonFile(stream, mode="r"), "zstd"))


_COMPRESSIONS: tuple[tuple[bytes, Callable[[BinaryIO], object]], ...] = (
    (b"\x1f\x8b", lambda stream: gzip.GzipFile(fileobj=stream)),  # RFC 1952, section 2.3.1
    (b"\x28\xb5\x2f\xfd", _zstandard),  # RFC 8878, section 3.1.1
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\x00", lzma.LZMAFile),
)

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
"""Byte order marks (Unicode Standard, section 23.8), the longer before those that they start with."""

_SAVE_AS_TEXT = "save it as text, JSON lines, CSV or Parquet"

_BINARIES = (
    (0, b"%PDF", "a PDF", "save the abstracts as text, or give the bibliography as JSON lines or CSV"),
    (0, b"\x89PNG", "a PNG picture", _SAVE_AS_TEXT),
    (0, b"\xff\xd8\xff", "a JPEG picture", _SAVE_AS_TEXT),
    (0, b"GIF8", "a GIF picture", _SAVE_AS_TEXT),
    (0, b"PK\x03\x04", "a ZIP archive or office document", "unpack it, or export it as CSV"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it first"),
    (257, b"ustar", "a tar archive", "unpack it and give the folder"),
    (8, b"DUCK", "a DuckDB database", "export the table: COPY papers TO 'papers.parquet'"),
    (0, b"SQLite format 3\x00", "an SQLite database", "export the table as CSV"),
    (0, b"MZ", "a Windows program", _SAVE_AS_TEXT),
    (0, b"\x7fELF", "a program", _SAVE_AS_TEXT),
)


@dataclass(frozen=True)
class Source:
    """One opened source: where it is from, its first bytes, and all its bytes, decompressed."""

    location: str
    head: bytes
    stream: BinaryIO
    path: Path | None
    """The file, where its bytes are the ones on disk; None for standard input and what was decompressed."""

    @property
    def whole(self) -> bool:
        """Whether the head is all there is."""
        return len(self.head) < HEAD

    @property
    def encoding(self) -> str:
        """What the byte order mark says, else UTF-8."""
        return next((name for mark, name in _BOMS if self.head.startswith(mark)), "utf-8")

    def head_text(self) -> str:
        """Return the first characters. Raises Refusal where the source is empty or no text."""
        if not self.head:
            raise Refusal(self.location, None, "is empty; give a source with at least one title and abstract")
        for offset, magic, name, remedy in _BINARIES:
            if self.head.startswith(magic, offset) and (len(magic) > 2 or b"\0" in self.head):
                raise Refusal(self.location, None, f"is {name}, not text; {remedy}")
        text = self.head.decode(self.encoding, errors="ignore")
        if "\0" in text:
            raise Refusal(self.location, None, f"is binary data (or UTF-16 without a byte order mark); {_SAVE_AS_TEXT}")
        if not text.strip() and self.whole:
            raise Refusal(self.location, None, "holds only white space; give a source with a title and an abstract")
        return text


class _Replayed(io.RawIOBase):
    """A stream whose first bytes were read already, as pipes cannot be rewound."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head = memoryview(head)
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        into = memoryview(cast(bytearray, buffer)).cast("B")
        data = self._head[: len(into)] if self._head else self._rest.read(len(into))
        self._head = self._head[len(data) :]
        into[: len(data)] = data
        return len(data)


def _replayable(stream: IO[bytes]) -> tuple[bytes, BinaryIO]:
    head = b""
    while len(head) < HEAD and (more := stream.read(HEAD - len(head))):
        head += more
    return head, io.BufferedReader(_Replayed(head, stream), HEAD)


@contextmanager
def opened(location: str, stdin: IO[bytes] | None) -> Iterator[Source]:
    """Open a file, or standard input for '-'. Raises Refusal where it cannot be read, now or while it is read."""
    path = None if location == STANDARD_INPUT else Path(location)
    raw: IO[bytes] | None = None
    try:
        try:
            raw = path.open("rb") if path is not None else sys.stdin.buffer if stdin is None else stdin
        except ValueError as error:  # a name with a null character
            raise Refusal(location, None, f"no such file ({error}); check the name") from None
        head, stream = _replayable(raw)
        for magic, decompress in _COMPRESSIONS:
            if head.startswith(magic):
                head, stream = _replayable(cast(IO[bytes], decompress(stream)))
                path = None
                break
        yield Source(location, head, stream, path)
    except FileNotFoundError:
        raise Refusal(location, None, "no such file; check the name") from None
    except PermissionError:
        raise Refusal(location, None, "may not be read; check its permissions") from None
    except (EOFError, gzip.BadGzipFile, zlib.error, lzma.LZMAError, pa.ArrowException) as error:
        raise Refusal(location, None, f"is damaged or cut off ({error}); fetch or pack it again") from None
    except OSError as error:
        raise Refusal(location, None, f"cannot be read ({error.strerror or error}); check the file") from None
    finally:
        if raw is not None and location != STANDARD_INPUT:
            raw.close()


class Line(NamedTuple):
    """A line without its line end, counted from 1."""

    number: int
    text: str


def characters(source: Source) -> io.TextIOWrapper:
    """Decode a source; a byte that is not UTF-8 comes as a lone surrogate (PEP 383), every line end as a newline."""
    return io.TextIOWrapper(source.stream, encoding=source.encoding, errors="surrogateescape")


def lines(source: Source) -> Iterator[Line | Refusal]:
    """Yield each line, or why it cannot be read. Raises Refusal where nothing after it can be read either."""
    text, number = characters(source), 0
    while True:
        number += 1
        try:
            line = text.readline(LINE_LIMIT)
        except UnicodeDecodeError:
            reason = f"is not valid {source.encoding.upper()}; save it as UTF-8"
            raise Refusal(source.location, number, reason) from None
        if not line:
            return
        if len(line) == LINE_LIMIT:
            raise Refusal(
                source.location, number, f"is longer than {LINE_LIMIT:,} characters; break the file into lines"
            )
        yield undecodable(line, source, number) or Line(number, line.removesuffix("\n"))


def undecodable(text: str, source: Source, line: int) -> Refusal | None:
    """Return what is to be said of text that holds a byte which cannot be decoded, or None."""
    if text.isascii():
        return None
    try:
        text.encode()
    except UnicodeEncodeError as error:
        encoding = source.encoding.removesuffix("-sig")
        byte = ord(text[error.start]) & 0xFF
        column = len(text[: error.start].encode(encoding, "surrogateescape")) + 1
        remedy = "save it as UTF-8"
        if encoding == "utf-8":
            remedy = f"if it is Latin-1, run: iconv -f latin1 -t utf-8 {shlex.quote(source.location)} > utf8.txt"
        reason = f"byte {column} of the line (0x{byte:02x}) is not {encoding.upper()}; {remedy}"
        return Refusal(source.location, line, reason)
    return None
