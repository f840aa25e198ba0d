"""Files are read twice, packed or not, from disk or from a pipe, and what is wrong with one is told."""

from __future__ import annotations

import gzip
import io
import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from arena.core.errors import UsageError
from arena.core.jsonl import BadLine
from arena.importing import _reading
from arena.importing._reading import readable


def read(file: Path, path: str | None = None) -> list[tuple[str, Any]]:
    """Read a file twice, and return what was found both times."""
    with readable([file]) as (one,):
        first, second = (
            [(where.removeprefix(f"{file.parent}/"), value) for where, value, _ in one.records(path)]
            for _ in range(2)
        )
    assert repr(first) == repr(second)
    return first


def write(file: Path, content: str | bytes) -> Path:
    content = content.encode() if isinstance(content, str) else content
    file.write_bytes(gzip.compress(content) if file.suffix == ".gz" else content)
    return file


@pytest.mark.parametrize("packed", ["", ".gz"])
class TestRecords:
    def test_of_lines(self, tmp_path: Path, packed: str) -> None:
        file = write(tmp_path / f"x.jsonl{packed}", '\ufeff{"a": 1}\r\n\r\n{"a": "é"} {"a": 3}')
        assert read(file) == [
            (f"{file.name}, line 1", {"a": 1}),
            (f"{file.name}, line 3", {"a": "é"}),
            (f"{file.name}, line 3, document 2", {"a": 3}),
        ]

    def test_of_a_list_in_a_document(self, tmp_path: Path, packed: str) -> None:
        file = write(tmp_path / f"x.json{packed}", '{"n": 2, "all": [1, 2]}')
        assert read(file, "all") == [(f"{file.name}, episode 1", 1), (f"{file.name}, episode 2", 2)]

    @pytest.mark.parametrize(("ending", "separator"), [(".csv", ","), (".CSV", ";"), (".tsv", "\t")])
    def test_of_a_table(self, tmp_path: Path, packed: str, ending: str, separator: str) -> None:
        cells = [["name", "score"], ['"a\nb"', '"1,5"'], ["c", ""]]
        table = "\n".join(map(separator.join, cells))
        file = write(tmp_path / f"x{ending}{packed}", table)
        assert read(file) == [
            (f"{file.name}, line 2", {"name": "a\nb", "score": "1,5"}),
            (f"{file.name}, line 4", {"name": "c", "score": None}),
        ]


class TestPipes:
    def test_standard_input_is_read(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(b'{"a": 1}'))))
        assert read(Path("-")) == [("standard input, line 1", {"a": 1})]

    def test_a_named_pipe_is_read(self, tmp_path: Path) -> None:
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        writer = threading.Thread(target=pipe.write_text, args=('{"a": 1}',))
        writer.start()
        assert read(pipe) == [("pipe, line 1", {"a": 1})]
        writer.join()

    def test_what_brings_too_much_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_reading, "LARGEST_UNPACKED", 1000)
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b" " * 1001)))
        with pytest.raises(UsageError, match=r"standard input brings more than 1,000 bytes; save it"):
            read(Path("-"))


class TestBadFiles:
    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("x.jsonl", gzip.compress(b'{"a": 1}' * 99, mtime=0)[:-9], "is cut off; get the whole file"),
            ("x.jsonl", gzip.compress(b"{}", mtime=0)[:-8] + b"12345678", "is damaged (CRC check failed"),
            ("x.jsonl", b"\x1f\x8bnonsense", "is damaged (Unknown compression method)"),
            ("x.jsonl", '{"a": 1}'.encode("utf-16"), "is written in UTF-16; save it as UTF-8"),
            ("x.csv", b"a,b\nx,caf\xe9\n", "x.csv, line 2: it is not written in UTF-8 (byte 6 of the line)"),
            ("x.jsonl", b"PAR1\x15", "x.jsonl is a file of Parquet; save it as JSON lines"),
            ("x.zst", b"\x28\xb5\x2f\xfd\x04", "x.zst is packed with zstd; unpack it."),
            ("x.csv", b'a,b\n1,"2\n', "x.csv, line 2: it is no CSV (unexpected end of data)"),
        ],
    )
    def test_are_told_in_a_sentence(self, tmp_path: Path, name: str, content: bytes, said: str) -> None:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UsageError) as raised:
            read(tmp_path / name)
        assert said in str(raised.value)
        assert "\n" not in str(raised.value)

    def test_one_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=r"x.jsonl cannot be read: No such file or directory\."):
            read(tmp_path / "x.jsonl")

    def test_one_that_unpacks_to_very_much(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_reading, "LARGEST_UNPACKED", 10**6)
        file = write(tmp_path / "bomb.jsonl.gz", " " * (10**6 + 1))
        with pytest.raises(UsageError, match=r"bomb.jsonl.gz unpacks to more than 1,000,000 bytes\."):
            read(file)

    def test_a_broken_document_is_told_by_its_line(self, tmp_path: Path) -> None:
        file = write(tmp_path / "x.json", '{"all":\n[1,\n2')
        with pytest.raises(UsageError, match=r"x.json, line 3: it is no JSON \(it is cut off\)\."):
            read(file, "all")

    def test_a_bad_row_is_handed_on(self, tmp_path: Path) -> None:
        (where, bad), (_, good) = read(write(tmp_path / "x.csv", "a,b\n1\n1,2\n"))
        assert (where, good) == ("x.csv, line 2", {"a": "1", "b": "2"})
        assert str(bad).startswith("it has 1 cells, and the header has 2")

    def test_a_bad_record_is_handed_on(self, tmp_path: Path) -> None:
        file = write(tmp_path / "x.jsonl", b'{"a": "\xff"}\n' + json.dumps({"a": 1}).encode())
        (where, bad), (_, good) = read(file)
        assert (where, good) == ("x.jsonl, line 1", {"a": 1})
        assert isinstance(bad, BadLine)
