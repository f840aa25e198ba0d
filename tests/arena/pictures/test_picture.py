"""Pictures: what is taken for one, and what is refused."""

from __future__ import annotations

import copy
import hashlib
import os
import pickle
import sys
from contextlib import suppress
from pathlib import Path
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.pictures import MOST_BYTES, Picture, named_in, picture_lines
from arena.tasks.task import Task
from tests.arena.pictures.made import chunk, jpeg, picture, png


class TestWhatIsTaken:
    def test_a_png_and_a_jpeg_say_their_type_and_their_size(self) -> None:
        one, other = Picture.of(png(320, 200)), Picture.of(jpeg(640, 480))
        assert (one.media_type, one.width, one.height) == ("image/png", 320, 200)
        assert (other.media_type, other.width, other.height) == ("image/jpeg", 640, 480)

    def test_the_content_says_the_type_and_not_the_name(self, tmp_path: Path) -> None:
        (tmp_path / "chart.jpg").write_bytes(png())
        assert Picture.of(tmp_path / "chart.jpg").media_type == "image/png"

    def test_the_digest_is_that_of_sha256sum(self) -> None:
        assert Picture.of(png()).digest == hashlib.sha256(png()).hexdigest()

    def test_the_same_bytes_are_held_once(self, tmp_path: Path) -> None:
        (tmp_path / "a.png").write_bytes(png())
        assert Picture.of(tmp_path / "a.png") is Picture.of(str(tmp_path / "a.png")) is Picture.of(png())

    def test_what_follows_the_end_of_a_jpeg_is_allowed_as_cameras_write_it(self) -> None:
        assert Picture.of(jpeg() + b"trailer").width == 4

    def test_an_address_is_kept_and_not_read(self) -> None:
        found = Picture.of("https://example.org/a.png")
        assert (found.address, found.content, found.media_type) == ("https://example.org/a.png", b"", "")

    def test_a_picture_is_shown_in_a_few_words(self) -> None:
        found = Picture.of(png(320, 200))
        assert picture_lines([found], 2) == [f"[picture 2: PNG 320x200, {found.digest[:6]}…]"]


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"", "is empty"),
            (b"GIF89a...", "is a GIF, and a picture must be a PNG or a JPEG"),
            (b"<svg xmlns='x'><script>alert(1)</script></svg>", "is an SVG"),
            (b"<?xml version='1.0'?>\n<svg/>", "is an SVG"),
            (b"<!DOCTYPE html><img>", "is HTML"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "is a WebP"),
            (b"\0\0\0\x20ftypavif", "is an AVIF"),
            (b"%PDF-1.7", "is a PDF"),
            (b"hello", "is something else"),
            (b"\xff\xd8\xff", "the JPEG is cut off after 3 bytes"),
            (png()[:8], "the PNG is cut off after 8 bytes"),
            (png() + b"<script>", "8 bytes follow the end of the PNG"),
            (png(0, 3), "no pixels"),
            (png()[:30] + b"\0" + png()[31:], "is not a whole picture"),
            (b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b""), "no valid header"),
            (jpeg(frame=0xC9), "a kind that few programs read"),
            (jpeg()[:-2], "the JPEG is cut off"),
        ],
    )
    def test_in_one_sentence_that_says_why(self, content: bytes, says: str) -> None:
        with pytest.raises(UsageError) as refused:
            Picture.of(content)
        assert says in str(refused.value)
        assert "\n" not in str(refused.value)

    @pytest.mark.parametrize("size", [(8_001, 1), (60_000, 60_000), (7_000, 7_000), (2**31 - 1, 2**31 - 1)])
    def test_a_bomb_before_anything_is_decoded(self, size: tuple[int, int]) -> None:
        sides = pack(">II", *size)
        header = chunk(b"IHDR", sides + bytes((8, 0, 0, 0, 0)))
        bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")
        with pytest.raises(UsageError, match="make it smaller"):
            Picture.of(bomb)

    def test_a_file_that_is_too_large_is_not_read(self, tmp_path: Path) -> None:
        with (tmp_path / "large.png").open("wb") as file:
            file.truncate(2**40)
        with pytest.raises(UsageError, match="has 1,099,511,627,776 bytes"):
            Picture.of(tmp_path / "large.png")
        with pytest.raises(UsageError, match="at most 10,485,760"):
            Picture.of(bytes(MOST_BYTES + 1))

    def test_what_is_no_file(self, tmp_path: Path) -> None:
        for where in (tmp_path, tmp_path / "nowhere.png", Path("a\0b")):
            with pytest.raises(UsageError, match=r"cannot be read|is not a file"):
                Picture.of(where)

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
    def test_nobody_waits_for_a_pipe(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.png")
        with pytest.raises(UsageError, match="is not a file"):
            Picture.of(tmp_path / "pipe.png")

    @pytest.mark.parametrize(
        "address",
        [
            "file:///etc/a.png", "ftp://a/b.png", "https://me:secret@a.org/b.png", "https://", "https://a b",
            "https://[", "data://x",
        ],
    )  # fmt: skip
    def test_other_addresses(self, address: str) -> None:
        with pytest.raises(UsageError, match="is no address of a picture"):
            Picture.of(address)

    @given(st.integers(0, len(png()) - 1), st.integers(1, 255))
    def test_any_changed_byte_of_a_png(self, place: int, by: int) -> None:
        changed = bytearray(png())
        changed[place] = (changed[place] + by) % 256
        with pytest.raises(UsageError):
            Picture.of(bytes(changed))

    @given(st.binary(max_size=80), st.booleans())
    def test_whatever_the_bytes_are_it_ends_in_a_sentence(self, rest: bytes, is_png: bool) -> None:
        start = png()[:40] if is_png else jpeg()[:24]
        with suppress(UsageError):
            assert Picture.of(start + rest).width > 0


class TestWhatAFileNames:
    def test_a_path_from_its_folder(self, tmp_path: Path) -> None:
        (tmp_path / "images").mkdir()
        (tmp_path / "images" / "a.png").write_bytes(png())
        assert named_in("images/a.png", tmp_path).width == 2

    @pytest.mark.parametrize(
        "name", ["../secret.png", "sub/../../secret.png", "link.png", "linked/secret.png"]
    )
    def test_no_path_that_leaves_the_folder(self, tmp_path: Path, name: str) -> None:
        (tmp_path / "secret.png").write_bytes(png())
        folder = tmp_path / "data"
        (folder / "sub").mkdir(parents=True)
        (folder / "link.png").symlink_to(tmp_path / "secret.png")
        (folder / "linked").symlink_to(tmp_path)
        with pytest.raises(UsageError, match="is not in the folder"):
            named_in(name, folder)
        with pytest.raises(UsageError, match="is not in the folder"):
            named_in(str(tmp_path / "secret.png"), folder)

    def test_no_name_that_is_no_path_or_a_link_to_itself(self, tmp_path: Path) -> None:
        (tmp_path / "loop.png").symlink_to(tmp_path / "loop.png")
        for name in ("a\0b.png", "loop.png", "x" * 5_000):
            with pytest.raises(UsageError, match="picture"):
                named_in(name, tmp_path)


class TestATask:
    def test_takes_paths_bytes_addresses_and_pictures(self, tmp_path: Path) -> None:
        (tmp_path / "a.png").write_bytes(png())
        given = [tmp_path / "a.png", str(tmp_path / "a.png"), png(), "https://a.org/b.png", picture()]
        found = Task(pictures=given).pictures
        assert found == (picture(), picture(), picture(), Picture.at("https://a.org/b.png"), picture())

    def test_says_in_one_sentence_what_is_wrong(self) -> None:
        with pytest.raises(UsageError, match=r"Task: pictures\.0: .* is a GIF, and .*\.$") as refused:
            Task(pictures=[b"GIF89a"])
        assert "\n" not in str(refused.value)

    def test_without_pictures_is_written_as_before(self) -> None:
        assert Task(id="a").model_dump_json() == '{"id":"a","text":"","data":{},"briefs":{},"truth":null}'

    def test_shows_each_seat_its_own(self) -> None:
        task = Task(pictures=(picture(1),), private_pictures={"pro": (picture(2),)})
        assert task.all_pictures == (picture(1), picture(2))
        assert task.public.private_pictures == {"pro": (picture(2),)}

    def test_of_a_file_never_reads_a_path(self, tmp_path: Path) -> None:
        (tmp_path / "a.png").write_bytes(png())
        with pytest.raises(ValueError, match="is a path"):
            Task.model_validate_json(f'{{"pictures": ["{tmp_path / "a.png"}"]}}')

    def test_is_copied_and_pickled_with_its_pictures(self) -> None:
        task = Task(pictures=(picture(1), Picture.at("https://a.org/b.png")))
        assert Task(**task.model_dump()) == task
        assert task.model_copy(update={"id": "b"}).pictures == task.pictures
        assert pickle.loads(pickle.dumps(task)) == task
        assert copy.deepcopy(task) == task

    @pytest.mark.parametrize(
        "record", ['{"content": "x"}', '{"digest": 3}', "{}", "[]", "3", '{"address": 3}', '{"address": "a"}']
    )
    def test_of_a_broken_record_says_so(self, record: str) -> None:
        with pytest.raises(ValueError, match="picture"):
            Task.model_validate_json(f'{{"pictures": [{record}]}}')
