"""Parts in a bucket are as those in a folder; what is wrong with a bucket is one line that says what to do."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import fsspec
import pytest
from bucket_server import KEY, SECRET, bucket_server
from fsspec.implementations.memory import MemoryFileSystem
from made import MakeEntry
from made_parts import HEAD, MakePart, rows, taken_in
from pyarrow import fs

from models.errors import ClaimboardError
from models.parts import Folder, LoadResult, PartName, load
from models.store import Store

MANY = 1_001
"""One more than S3 lists at a time."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("served")
    (root / "bucket" / "many").mkdir(parents=True)
    for chunk in range(MANY):
        (root / "bucket" / "many" / str(PartName(0, chunk, "0" * 16, "0" * 64))).touch()
    with bucket_server(root) as address:
        yield address


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    for name, value in (
        ("ENDPOINT_URL", server),
        ("REGION", "us-east-1"),
        ("ACCESS_KEY_ID", KEY),
        ("SECRET_ACCESS_KEY", SECRET),
        ("EC2_METADATA_DISABLED", "true"),
        # This server takes no checksum behind what is sent, which pyarrow sends unless it is told not to.
        ("REQUEST_CHECKSUM_CALCULATION", "when_required"),
    ):
        monkeypatch.setenv(f"AWS_{name}", value)
    return "s3://bucket"


@pytest.fixture(params=["s3://bucket", "fsspec+memory://bucket"])
def place(request: pytest.FixtureRequest, bucket: str, tmp_path: Path) -> str:
    """A folder in a bucket that pyarrow knows, and one in a file system that only fsspec does."""
    assert bucket
    return f"{request.param}/{tmp_path.name}"


class Gone(Exception):
    """What a file system says that has errors of its own."""


class Failing(MemoryFileSystem):  # type: ignore[misc]  # fsspec has no types
    """A file system in memory, and another one, in which one thing does not work."""

    protocol = "failing"
    store: ClassVar[dict[str, Any]] = {}
    pseudo_dirs: ClassVar[list[str]] = [""]
    fails = ""

    def mv(self, *arguments: Any, **options: Any) -> None:
        self._fail("mv")
        super().mv(*arguments, **options)

    def _open(self, path: str, mode: str = "rb", **options: Any) -> Any:
        self._fail("read" if mode == "rb" else "write")
        return super()._open(path, mode, **options)

    def info(self, path: str, **options: Any) -> dict[str, Any]:
        self._fail("info")
        found: dict[str, Any] = super().info(path, **options)
        return found

    def _fail(self, what: str) -> None:
        if what in type(self).fails.split():
            raise Gone(f"the server\nis gone: {what}")


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Folder:
    fsspec.register_implementation("failing", Failing, clobber=True)
    monkeypatch.setattr(Failing, "fails", "")
    folder = Folder(f"fsspec+failing://{tmp_path.name}/parts")
    folder.make()
    return folder


def test_parts_in_a_bucket_are_those_of_a_folder_and_load_twice_as_once(
    store: Store, place: str, tmp_path: Path, make_entry: MakeEntry, make_part: MakePart
) -> None:
    here, there = Folder(str(tmp_path / "parts")), Folder(place)
    for folder in (here, there):
        folder.make()
        assert folder.names() == []
        for chunk in (1, 0, 2, 1):
            folder.write(0, chunk, f"{chunk:016}", make_part(make_entry(f"Paper {chunk}")))
    assert there.names() == here.names()
    first, _ = taken_in(store, f"{place}/")
    assert (first.parts, first.refused, first.papers) == (3, 0, 3)
    before = rows(store)
    again, _ = taken_in(store, place, f"{place}/{there.names()[1]}")
    assert (again.parts, again.refused, again.papers) == (4, 0, 0)
    assert rows(store) == before


def test_a_part_that_is_not_wholly_there_is_refused_in_one_line(
    store: Store, bucket: str, make_entry: MakeEntry, make_part: MakePart
) -> None:
    folder = Folder(f"{bucket}/half")
    names = [folder.write(0, n, f"{n:016}", make_part(make_entry(f"Paper {n}"))) for n in range(3)]
    system, path = fs.FileSystem.from_uri(folder.address)
    with system.open_output_stream(f"{path}/{names[0]}") as stream:
        stream.write(make_part(make_entry("Paper 0")).to_bytes()[:-1])
    with system.open_output_stream(f"{path}/{names[1]}"):
        pass
    result, refusals = taken_in(store, folder.address, f"{folder.address}/{PartName(0, 9, '0' * 16, '0' * 64)}")
    assert (result.parts, result.refused) == (1, 3)
    assert [line.split(": ")[1].split(";")[0] for line in refusals] == ["the part is damaged"] * 2 + [
        "there is no such part"
    ]


def test_what_is_still_being_written_to_a_bucket_is_not_in_it(bucket: str) -> None:
    folder = Folder(f"{bucket}/unfinished")
    system, path = fs.FileSystem.from_uri(folder.address)
    name = PartName(0, 0, "0" * 16, "0" * 64)
    with system.open_output_stream(f"{path}/{name}") as stream:
        stream.write(b"half")
        assert folder.names() == []
    assert folder.names() == [name]


def test_a_bucket_may_hold_more_parts_than_it_lists_at_a_time(bucket: str) -> None:
    assert [name.chunk for name in Folder(f"{bucket}/many").names()] == list(range(MANY))


@pytest.mark.parametrize(
    ("address", "secret", "said"),
    [
        ("s3://nosuch/parts", SECRET, "there is no such bucket"),
        ("s3://bucket/parts", "wrong", "AWS_SECRET_ACCESS_KEY"),
        ("fsspec+oss://bucket/parts", SECRET, "install it with pip"),
        ("fsspec+nosuch://bucket/parts", SECRET, "check its name"),
        ("nosuch://bucket/parts", SECRET, r"has fsspec\+ before its address"),
    ],
)
def test_a_bucket_that_cannot_be_used_is_one_line_to_both_who_write_and_who_load(
    store: Store, bucket: str, monkeypatch: pytest.MonkeyPatch, address: str, secret: str, said: str
) -> None:
    assert bucket
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
    for use in (lambda: Folder(address).make(), lambda: taken_in(store, address)):
        with pytest.raises(ClaimboardError, match=said) as refused:
            use()
        assert str(refused.value).startswith(address)
        assert "\n" not in str(refused.value)


def test_what_a_server_says_of_a_part_that_it_does_not_take_is_told(
    bucket: str, make_entry: MakeEntry, make_part: MakePart
) -> None:
    assert bucket
    with pytest.raises(ClaimboardError, match=r"AWS Error NO_SUCH_BUCKET.*; the same command goes on from there"):
        Folder("s3://nosuch/parts").write(0, 0, "0" * 16, make_part(make_entry()))


def test_a_part_that_cannot_be_written_leaves_nothing(
    failing: Folder, monkeypatch: pytest.MonkeyPatch, make_entry: MakeEntry, make_part: MakePart
) -> None:
    for fails in ("write", "mv"):
        monkeypatch.setattr(Failing, "fails", fails)
        with pytest.raises(ClaimboardError, match=f"is gone: {fails}.*; the same command goes on from there"):
            failing.write(0, 0, "0" * 16, make_part(make_entry()))
    assert [path for path in Failing.store if failing.address.partition("://")[2] in path] == []


def test_a_bucket_that_goes_out_of_reach_ends_a_load_with_one_line_and_it_goes_on_later(
    store: Store, failing: Folder, monkeypatch: pytest.MonkeyPatch, make_entry: MakeEntry, make_part: MakePart
) -> None:
    for chunk in range(3):
        failing.write(0, chunk, f"{chunk:016}", make_part(make_entry(f"Paper {chunk}")))
    refusals: list[ClaimboardError] = []

    def go() -> None:
        monkeypatch.setattr(Failing, "fails", "read info")

    with pytest.raises(ClaimboardError, match="check its name, its server and your credentials"):
        load(store, [failing.address], HEAD.fingerprint, LoadResult(), refused=refusals.append, taken=go)
    assert refusals == []
    monkeypatch.setattr(Failing, "fails", "")
    result, _ = taken_in(store, failing.address)
    assert (result.parts, result.papers) == (3, 2)
