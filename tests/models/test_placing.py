"""What is made is at its place whole, or not at all, and never in the place of something else."""

import errno
import os
from pathlib import Path

import pytest

from models.placing import part_of, place


@pytest.fixture
def without_second_names(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_second_names(monkeypatch, errno.EPERM)


def refuse_second_names(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "hardlink_to", refuse)


def make(part: Path, target: Path) -> None:
    part.write_text("new")
    place(part, target)


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_a_killed_process_left_behind_is_in_nobodys_way(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "made"
    killed = part_of(target)
    left = killed.__enter__()
    left.touch() if kind == "file" else left.mkdir()
    with part_of(target) as part:
        make(part, target)
    assert target.read_text() == "new"
    assert {path.name for path in tmp_path.iterdir()} == {"made", left.parent.name}
    killed.__exit__(None, None, None)
    assert list(tmp_path.iterdir()) == [target]


def test_something_of_that_name_is_left_as_it_is(tmp_path: Path) -> None:
    target = tmp_path / "made"
    target.write_text("old")
    with part_of(target) as part, pytest.raises(FileExistsError):
        make(part, target)
    assert target.read_text() == "old"


@pytest.mark.usefixtures("without_second_names")
def test_a_file_system_without_second_names_gives_a_file_its_place_or_leaves_what_is_there(tmp_path: Path) -> None:
    target = tmp_path / "made"
    with part_of(target) as part:
        make(part, target)
    assert target.read_text() == "new"
    target.write_text("old")
    with part_of(target) as part, pytest.raises(FileExistsError):
        make(part, target)
    assert target.read_text() == "old"


def test_a_disk_that_fails_makes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_second_names(monkeypatch, errno.EIO)
    with part_of(tmp_path / "made") as part, pytest.raises(OSError, match="Input/output"):
        make(part, tmp_path / "made")
    assert list(tmp_path.iterdir()) == []
