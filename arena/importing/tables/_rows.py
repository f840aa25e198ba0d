"""The rows of a table of results, read one at a time from a file or from standard input.

Others write such files. Their size is bounded, unpacked if they are packed, and one bad row spoils no other.
"""

from __future__ import annotations

import csv
import gzip
import re
import sys
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, cast

from arena.core.errors import UsageError
from arena.core.files import why
from arena.core.jsonl import LONGEST_LINE, BadLine, explained, read_json

STANDARD_INPUT = "-"
LARGEST_TABLE = 2**28
"""The largest number of bytes in a table, unpacked."""

_FORMATS = ("csv", "tsv", "jsonl", "ndjson", "json", "pgn")
_SEPARATORS = (",", ";", "\t")
_TAG = re.compile(r'\[(\w+)\s+"((?:[^"\\]|\\.)*)"\s*\]\s*')
_GZIP = b"\x1f\x8b"
_RESULT_TAGS = ("White", "Black", "Result")

TableRow = tuple[int, Mapping[str, Any] | BadLine]
"""The number of a line, and its values by column, or why it cannot be read."""


def table_rows(file: Path | str) -> Iterator[TableRow]:
    """Yield the rows of a table. Of a PGN file, these are the tags White, Black and Result of each game.

    The file's name says its format, before a last ``.gz``. The format of standard input (``-``), and of a
    file of another name, is told from its first line.

    Raises:
        UsageError: if the file cannot be read, is too large, or its columns have no names of their own.
    """
    with _opened(file) as stream:
        lines = _lines(file, stream)
        first = next((one for one in lines if one[1].strip()), (1, b""))
        kind = _format(file, first[1])
        whole = chain([first], lines)
        if kind == "pgn":
            yield from _pgn(whole)
        elif kind in ("jsonl", "ndjson"):
            yield from ((number, _object(line)) for number, line in whole if line.strip())
        elif kind == "json":
            yield from _json(file, b"".join(line for _, line in whole))
        else:
            yield from _csv(file, kind, first[1], whole)


def shown_name(file: Path | str) -> str:
    """Return what a sentence calls a file."""
    return "Standard input" if str(file) == STANDARD_INPUT else str(file)


@contextmanager
def _opened(file: Path | str) -> Iterator[BinaryIO]:
    try:
        with _source(file) as source:
            packed = source.peek(2)[:2] == _GZIP
            yield cast(BinaryIO, gzip.GzipFile(fileobj=source)) if packed else source
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UsageError(f"{shown_name(file)} is not a whole gzip file: {error}.") from None
    except OSError as error:
        raise UsageError(f"{shown_name(file)} cannot be read: {why(error)}.") from error


@contextmanager
def _source(file: Path | str) -> Iterator[Any]:
    if str(file) == STANDARD_INPUT:
        yield sys.stdin.buffer
    else:
        with Path(file).open("rb") as opened:
            yield opened


def _lines(file: Path | str, stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    read = number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        read += len(line)
        if read > LARGEST_TABLE:
            raise UsageError(f"{shown_name(file)} has more than {LARGEST_TABLE:,} bytes; split it.")
        if len(line) > LONGEST_LINE and _format(file, b"") != "json":
            raise UsageError(f"{shown_name(file)}, line {number}: it is longer than {LONGEST_LINE:,} bytes.")
        if number == 1:
            line = line.removeprefix(BOM_UTF8)
            if line.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
                raise UsageError(f"{shown_name(file)} is written in UTF-16; save it as UTF-8.")
        yield number, line


def _format(file: Path | str, first: bytes) -> str:
    name = str(file).lower().removesuffix(".gz")
    kind = name.rpartition(".")[2]
    if kind in _FORMATS:
        return kind
    start = first.strip()
    if start.startswith(b"{"):
        return "jsonl"
    if _TAG.fullmatch(start.decode("latin-1")):
        return "pgn"
    return "json" if start.startswith(b"[") else "csv"


def _object(line: bytes) -> Mapping[str, Any] | BadLine:
    try:
        value = read_json(line)
    except BadLine as error:
        return error
    return value if isinstance(value, dict) else BadLine("it is not an object with a value for each column")


def _json(file: Path | str, text: bytes) -> Iterator[TableRow]:
    try:
        document = read_json(text)
    except BadLine as error:
        raise UsageError(f"{shown_name(file)}: {explained(error)}.") from None
    if not isinstance(document, list):
        raise UsageError(
            f"{shown_name(file)} is not a list of objects; write [{{...}}, {{...}}], or one object a line."
        )
    for number, value in enumerate(document, start=1):
        yield number, value if isinstance(value, dict) else BadLine("it is not an object")


def _csv(file: Path | str, kind: str, first: bytes, lines: Iterator[tuple[int, bytes]]) -> Iterator[TableRow]:
    """Yield the rows of a table with the names of its columns in the first line."""
    text = first.decode(errors="replace")
    separator = "\t" if kind == "tsv" else next((one for one in _SEPARATORS if one in text), ",")
    before = csv.field_size_limit(LONGEST_LINE)
    reader = csv.reader(_texts(file, lines), delimiter=separator, strict=True)
    header: list[str] = []
    at = 1
    try:
        while True:
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield at, BadLine(f"it is not CSV ({error})")
                at = reader.line_num + 1
                continue
            if cells is None:
                return
            if cells and not header:
                header = _header(file, cells)
            elif any(cells):
                yield at, _named_cells(header, cells)
            at = reader.line_num + 1
    finally:
        csv.field_size_limit(before)


def _header(file: Path | str, cells: list[str]) -> list[str]:
    header = [cell.strip() for cell in cells]
    if twice := sorted({name for name in header if header.count(name) > 1}):
        raise UsageError(
            f"{shown_name(file)} has several columns called {twice[0]!r}; give each a name of its own."
        )
    return header


def _named_cells(header: list[str], cells: list[str]) -> Mapping[str, Any] | BadLine:
    if len(cells) != len(header):
        return BadLine(f"it has {len(cells)} cells, and the header has {len(header)}")
    return dict(zip(header, cells, strict=True))


def _texts(file: Path | str, lines: Iterator[tuple[int, bytes]]) -> Iterator[str]:
    for number, line in lines:
        try:
            yield line.decode()
        except UnicodeDecodeError:
            raise UsageError(
                f"{shown_name(file)}, line {number}: it is not written in UTF-8; save it as UTF-8."
            ) from None


def _pgn(lines: Iterator[tuple[int, bytes]]) -> Iterator[TableRow]:
    """Yield the tags of each game. Its moves are not read (PGN specification of 1994, section 8.1)."""
    tags: dict[str, str] = {}
    begun = 0
    in_moves = in_comment = False
    for number, line in lines:
        text = _latin(line).strip()
        tag = None if in_comment else _TAG.fullmatch(text)
        if tag is None:
            in_moves = in_moves or bool(text and tags)
            in_comment = text.rfind("{") > text.rfind("}") or (in_comment and "}" not in text)
            continue
        if tags and (in_moves or tag[1] in tags):
            yield begun, {name: tags.get(name) for name in _RESULT_TAGS}
            tags = {}
        begun = begun if tags else number
        in_moves = False
        tags[tag[1]] = re.sub(r"\\(.)", r"\1", tag[2])
    if tags:
        yield begun, {name: tags.get(name) for name in _RESULT_TAGS}


def _latin(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")
