"""Files that are whole or not there, and places where none can be."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from arena.core.errors import Unwritable
from arena.core.files import atomic_write, check_writable, write_whole


def folder(place: Path) -> Path:
    place.mkdir()
    return place


def pipe(place: Path) -> Path:
    os.mkfifo(place)
    return place


def plug(place: Path) -> Path:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(place))
    return place


def read_only(place: Path) -> Path:
    place.write_text("old")
    place.chmod(0o444)
    return place


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a folder": (folder, "it is a folder"),
    "a pipe": (pipe, "it is a device or a pipe"),
    "a socket": (plug, "it is a device or a pipe"),
    "a device": (lambda place: Path("/dev/full"), "/dev/full cannot be written: it is a device"),
    "read-only": (read_only, "it is read-only"),
    "in no folder": (lambda place: place / "file", "There is no folder"),
    "below a file": (lambda place: read_only(place) / "file", "There is no folder"),
    "too long a name": (lambda place: place.with_name("n" * 300), "File name too long"),
    "where nobody writes": (lambda place: Path("/proc/new"), "/proc/new cannot be written: "),
}


@pytest.mark.parametrize("name", BAD)
class TestBadPlaces:
    def test_are_refused_in_one_sentence(self, tmp_path: Path, name: str) -> None:
        make, said = BAD[name]
        place = make(tmp_path / "x")
        before = sorted(tmp_path.iterdir())
        with pytest.raises(Unwritable) as raised, atomic_write(place):
            raise AssertionError("nothing is written")
        assert said in str(raised.value)
        assert "\n" not in str(raised.value)
        assert sorted(tmp_path.iterdir()) == before
        assert not name.startswith("a device") or place.is_char_device()

    def test_are_found_out_before_any_work(self, tmp_path: Path, name: str) -> None:
        make, said = BAD[name]
        if name == "where nobody writes":
            pytest.skip("only trying tells")
        with pytest.raises(Unwritable, match=said.rpartition(": ")[2]):
            check_writable(tmp_path / "fine", make(tmp_path / "x"))


class TestWhole:
    def test_is_there_when_the_block_ends(self, tmp_path: Path) -> None:
        with atomic_write(tmp_path / "file") as partial:
            partial.write_text("new")
            assert not (tmp_path / "file").exists()
        assert (tmp_path / "file").read_text() == "new"
        assert [path.name for path in tmp_path.iterdir()] == ["file"]

    @pytest.mark.parametrize(
        "error", [OSError(errno.ENOSPC, "full"), ValueError("ours"), KeyboardInterrupt()]
    )
    def test_what_was_there_survives_a_failure(self, tmp_path: Path, error: BaseException) -> None:
        def write() -> None:
            with atomic_write(tmp_path / "file") as partial:
                partial.write_text("half")
                raise error

        (tmp_path / "file").write_text("old")
        with pytest.raises(Unwritable if isinstance(error, OSError) else type(error)):
            write()
        assert (tmp_path / "file").read_text() == "old"
        assert [path.name for path in tmp_path.iterdir()] == ["file"]

    def test_a_full_disk_is_said(self, tmp_path: Path) -> None:
        with (
            pytest.raises(Unwritable, match="file cannot be written: No space left on device"),
            atomic_write(tmp_path / "file"),
            Path("/dev/full").open("w") as full,
        ):
            full.write("much")

    def test_an_error_of_reading_something_else_is_none_of_writing(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError), atomic_write(tmp_path / "file"):
            (tmp_path / "other").read_text()

    def test_a_private_file_stays_private(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch(mode=0o600)
        write_whole(tmp_path / "file", "new")
        assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600

    def test_a_link_is_followed(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("old")
        (tmp_path / "link").symlink_to("file")
        write_whole(tmp_path / "link", "new")
        assert (tmp_path / "link").is_symlink()
        assert (tmp_path / "file").read_text() == "new"
