from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from arena.core.errors import UsageError
from arena.core.jsonl import BadLine
from arena.importing import _archives
from arena.importing._archives import samples

HEADER = {"eval": {"model": "acme"}}


def write(file: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file


def read(file: Path) -> list[tuple[str, Any, Any]]:
    return list(samples("x.eval", file))


class TestSamples:
    def test_have_the_header_beside_them(self, tmp_path: Path) -> None:
        members = {"samples/a_epoch_1.json": '{"id": "a"}', "header.json": json.dumps(HEADER)}
        file = write(tmp_path / "x", {**members, "summaries.json": "[]", "_journal/start.json": "{}"})
        assert read(file) == [("samples/a_epoch_1.json", {"id": "a"}, HEADER)]

    def test_a_bad_one_is_handed_on(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_archives, "LONGEST_RECORD", 100)
        members = {"samples/a.json": "{", "samples/b.json": f'"{"x" * 1000}"', "samples/c.json": "3"}
        (_, cut, _), (_, long, _), (_, good, _) = read(
            write(tmp_path / "x", {"header.json": json.dumps(HEADER), **members})
        )
        assert isinstance(cut, BadLine)
        assert str(long) == "it is longer than 100 bytes"
        assert good == 3

    @pytest.mark.parametrize(
        ("members", "said"),
        [
            ({}, "x.eval has no header.json; it is no log of Inspect, or not a finished one."),
            ({"header.json": "{"}, "x.eval, header.json: it is no JSON"),
        ],
    )
    def test_a_log_without_a_header_is_told(self, tmp_path: Path, members: Any, said: str) -> None:
        with pytest.raises(UsageError) as raised:
            read(write(tmp_path / "x", members))
        assert str(raised.value).startswith(said)

    def test_what_is_no_archive_is_told(self, tmp_path: Path) -> None:
        whole = write(tmp_path / "x", {"header.json": json.dumps(HEADER)}).read_bytes()
        (tmp_path / "x").write_bytes(whole[:-30])
        with pytest.raises(UsageError, match=r"x\.eval is no zip archive, or is cut off; get the whole"):
            read(tmp_path / "x")

    def test_a_damaged_one_is_told(self, tmp_path: Path) -> None:
        file = write(
            tmp_path / "x", {"header.json": json.dumps(HEADER), "samples/a.json": '{"id": "aaaaaaaa"}'}
        )
        content = bytearray(file.read_bytes())
        place = content.index(b"samples/a.json") + len(b"samples/a.json") + 2
        content[place] ^= 0xFF
        file.write_bytes(content)
        ((_, bad, _),) = read(file)
        assert isinstance(bad, BadLine)
