"""Reading the files of an import, each one as many times as is needed and one record at a time.

A file holds JSON documents or, by the end of its name, a table (``.csv``, ``.tsv``), games of chess
(``.pgn``), a log of Inspect (``.eval``) or dialogues of Deal or No Deal (``.txt``). It may be packed with
gzip. What comes from standard input or a pipe is kept in a temporary file. Sizes are bounded.
"""

from __future__ import annotations

import gzip
import re
import sys
import tempfile
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NamedTuple

from arena.core.errors import UsageError
from arena.core.files import why
from arena.core.jsonl import LONGEST_LINE
from arena.core.tables import rows_or_why
from arena.importing._archives import samples
from arena.importing._dialogues import dialogues
from arena.importing._json_text import BrokenDocument
from arena.importing._pgn import games
from arena.importing._splitting import Record, documents, entries, frames

LARGEST_UNPACKED = 2**32
"""The largest number of bytes that a packed file may unpack to, and that are taken from a pipe."""

STANDARD_INPUT = "-"
_CHUNK = 2**18
_STRANGE = re.compile("[\udc80-\udcff]")
"""What bytes that are not UTF-8 are decoded to."""
_GZIP = b"\x1f\x8b"
_OTHER_KINDS = {
    b"PAR1": "a file of Parquet; save it as JSON lines, as `to_json` of the package datasets does.",
    b"PK\x03\x04": "a zip archive; unpack it.",
    b"\x28\xb5\x2f\xfd": "packed with zstd; unpack it.",
    b"BZh": "packed with bzip2; unpack it.",
    b"\xfd7zXZ": "packed with xz; unpack it.",
    b"SQLite format 3": "a database of SQLite; save what it holds as JSON lines.",
}
"""Which kinds of files cannot be read, by how they begin, and what to do."""
_TABLES = (".csv", ".tsv")
_CHESS, _LOG = ".pgn", ".eval"
_LINES: Mapping[str, Callable[[Iterator[str]], Iterator[tuple[int, Any]]]] = {
    _CHESS: games,
    ".txt": dialogues,
}
"""What reads files of lines that are no JSON."""


class Found(NamedTuple):
    """A record of a file, and a text that says where it stands.

    If it cannot be read, its value is the `arena.core.jsonl.BadLine` that says why. `document` is what the
    document holds besides its records, if that was asked for.
    """

    where: str
    value: Any
    document: Any = None


@dataclass(frozen=True, slots=True)
class Readable:
    """A file that can be read again: what the user calls it, and where its bytes are."""

    name: str
    place: Path

    def records(self, path: str | None, *, framed: bool = False) -> Iterator[Found]:
        """Yield the records of the file.

        Args:
            path: where a JSON document has the list of its episodes, such as ``data.items``; ``"$"`` if it is
                the list. If it is None, each document is a record.
            framed: whether each record comes with what its document holds besides.

        Raises:
            UsageError: if the file cannot be read, or cannot be read further.
        """
        if self._suffix == _LOG:
            for member, value, header in samples(self.name, self.place):
                yield Found(f"{self.name}, {member}", value, header)
            return
        if self._suffix in _LINES:
            latin = self._suffix == _CHESS
            lines = _lines(self.name, self._text(), checked=not latin)
            for number, value in _LINES[self._suffix](map(_in_latin, lines) if latin else lines):
                yield Found(f"{self.name}, line {number}", value)
            return
        if self._suffix in _TABLES:
            yield from self._rows()
            return
        read = 0
        try:
            if path is None:
                for record in documents(self._text()):
                    yield Found(self._at(record), record.value)
                return
            steps = () if path == "$" else tuple(path.split("."))
            beside = frames(self._text(), steps) if framed else None
            for record in entries(self._text(), steps):
                read += 1
                rest = beside[record.document] if beside else None
                yield Found(f"{self.name}, episode {read}", record.value, rest)
        except BrokenDocument as broken:
            raise UsageError(f"{self.name}, line {broken.line}: {broken}.") from None

    @property
    def _suffix(self) -> str:
        name = Path(self.name.lower())
        return name.with_suffix("").suffix if name.suffix == ".gz" else name.suffix

    def _at(self, record: Record) -> str:
        more = f", document {record.on_line}" if record.on_line > 1 else ""
        return f"{self.name}, line {record.line}{more}"

    def _rows(self) -> Iterator[Found]:
        lines = _lines(self.name, self._text())
        for number, row in rows_or_why(self.name, lines, tabs=self._suffix == ".tsv"):
            yield Found(f"{self.name}, line {number}", row)

    def _text(self) -> Iterator[str]:
        """Yield the text in chunks. Bytes that are not UTF-8 become surrogates, which no record may have."""
        decoder = getincrementaldecoder("utf-8-sig")("surrogateescape")
        first = True
        for chunk in self._bytes():
            if first and (kind := next((one for one in _OTHER_KINDS if chunk.startswith(one)), None)):
                raise UsageError(f"{self.name} is {_OTHER_KINDS[kind]}")
            if first and chunk.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
                raise UsageError(f"{self.name} is written in UTF-16; save it as UTF-8.")
            first = False
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)

    def _bytes(self) -> Iterator[bytes]:
        unpacked = 0
        try:
            with self.place.open("rb") as raw:
                packed = raw.read(len(_GZIP)) == _GZIP
                raw.seek(0)
                stream: IO[bytes] = gzip.GzipFile(fileobj=raw) if packed else raw  # type: ignore[assignment]
                while chunk := stream.read(_CHUNK):
                    unpacked += len(chunk)
                    if packed and unpacked > LARGEST_UNPACKED:
                        raise UsageError(f"{self.name} unpacks to more than {LARGEST_UNPACKED:,} bytes.")
                    yield chunk
        except EOFError:
            raise UsageError(f"{self.name} is cut off; get the whole file.") from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise UsageError(f"{self.name} is damaged ({error}); get it again.") from None
        except OSError as error:
            raise UsageError(f"{self.name} cannot be read: {why(error)}.") from error


@contextmanager
def readable(files: Sequence[Path]) -> Iterator[list[Readable]]:
    """Yield the files as files that can be read twice. ``-`` is standard input.

    Raises:
        UsageError: if standard input or a pipe cannot be read, or brings too much.
    """
    with ExitStack() as kept:
        yield [_readable(file, kept) for file in files]


def _readable(file: Path, kept: ExitStack) -> Readable:
    if str(file) == STANDARD_INPUT:
        return Readable("standard input", _copied("standard input", sys.stdin.buffer, kept))
    try:
        if file.exists() and not file.is_file() and not file.is_dir():
            with file.open("rb") as stream:
                return Readable(str(file), _copied(str(file), stream, kept))
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {why(error)}.") from error
    return Readable(str(file), file)


def _copied(name: str, stream: IO[bytes], kept: ExitStack) -> Path:
    """Return a temporary file with all that a stream brings."""
    copy = kept.enter_context(tempfile.NamedTemporaryFile(prefix="arena-import-"))  # noqa: SIM115
    size = 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > LARGEST_UNPACKED:
            raise UsageError(f"{name} brings more than {LARGEST_UNPACKED:,} bytes; save it as a file.")
        copy.write(chunk)
    copy.flush()
    return Path(copy.name)


def _lines(name: str, chunks: Iterator[str], *, checked: bool = True) -> Iterator[str]:
    """Yield the lines of a text, line ends included. Lines that are not UTF-8 are refused if `checked`."""
    rest, number = "", 0
    for chunk in chunks:
        *whole, rest = (rest + chunk).split("\n")
        for line in whole:
            number += 1
            yield _checked(name, number, line + "\n", checked)
        _checked(name, number + 1, rest, checked)
    if rest:
        yield rest


def _in_latin(line: str) -> str:
    """Return a line in which bytes that are not UTF-8 are read as latin-1, in which old files are written."""
    return line.encode(errors="surrogateescape").decode("latin-1") if _STRANGE.search(line) else line


def _checked(name: str, number: int, line: str, utf8: bool) -> str:
    if len(line) > LONGEST_LINE:
        raise UsageError(f"{name}, line {number}: it is longer than {LONGEST_LINE:,} characters.")
    if utf8 and not line.isascii() and (strange := _STRANGE.search(line)):
        at = len(line[: strange.start()].encode()) + 1
        raise UsageError(
            f"{name}, line {number}: it is not written in UTF-8 (byte {at:,} of the line), but perhaps in "
            "latin-1; save the file as UTF-8."
        )
    return line
