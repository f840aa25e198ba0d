"""The rows of a file of tasks, in CSV, JSON Lines, JSON or Parquet, each a mapping from columns to values.

Such files are written by others. Their size, their number of rows and what they unpack to are bounded, and
reading one runs no code that it names.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from math import isinf, isnan
from pathlib import Path
from typing import Any, NamedTuple

from arena.core.errors import MissingExtra, UsageError
from arena.core.files import read_text, why
from arena.core.jsonl import LONGEST_LINE, BadLine, all_lines, read_json, read_jsonl
from arena.core.tables import table_rows
from arena.core.text import one_line

LARGEST_FILE = 2**28
"""The largest number of bytes in a file of tasks."""
MOST_ROWS = 1_000_000
"""The largest number of tasks in a file."""
MOST_CHARACTERS = 2**29
"""The largest number of characters that a Parquet file may unpack to."""

_AT_ONCE = 64
_PEEKED = 4096

Row = tuple[int, Mapping[str, Any]]
"""The number of a row, from 1, and its values by column."""


class Rows(NamedTuple):
    """The rows of a file, what one of them is called, and the columns that all of them have, if known."""

    unit: str
    rows: list[Row]
    header: tuple[str, ...] = ()


def rows_of(file: Path) -> Rows:
    """Return the rows of a file, whose name says its format.

    Raises:
        UsageError: if the format is not known, or the file cannot be read, is too large or is not of its
            format. The sentence says what to do.
        MissingExtra: if it is a Parquet file and pyarrow is not installed.
    """
    read = _FORMATS.get(file.suffix.lower()) or (_json_lines if _begins_an_object(file) else None)
    if read is None:
        raise UsageError(
            f"{file} cannot be read as tasks, because its name does not say its format: it must end in "
            f"{', '.join(list(_FORMATS)[:-1])} or {list(_FORMATS)[-1]}."
        )
    try:
        size = file.stat().st_size
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {why(error)}.") from error
    if size > LARGEST_FILE:
        raise UsageError(f"{file} has {size:,} bytes, and a file of tasks has at most {LARGEST_FILE:,}.")
    found = read(file)
    if not found.rows:
        raise UsageError(f"{file} holds no tasks.")
    return found


def _begins_an_object(file: Path) -> bool:
    """Whether the first character is that of a JSON object, as in files called ``.train`` and ``.test``."""
    try:
        with file.open("rb") as opened:
            return opened.read(_PEEKED).removeprefix(BOM_UTF8).lstrip().startswith(b"{")
    except OSError:
        return False


def _csv(file: Path) -> Rows:
    """Read a table whose first line names the columns.

    In a .tsv file tabs separate cells. In others commas do, or semicolons or tabs if the first line has none.
    """
    rows: list[Row] = []
    header: tuple[str, ...] = ()
    for row in table_rows(str(file), _decoded(file), tabs=file.suffix.lower() == ".tsv"):
        header = header or tuple(row[1])
        rows.append(row)
        _check_number(file, rows)
    return Rows("line", rows, header)


def _decoded(file: Path) -> Iterator[str]:
    """Yield the lines of a text file, line ends included."""
    for number, line in all_lines(file):
        try:
            yield line.decode()
        except UnicodeDecodeError as error:
            raise UsageError(
                f"{file}, line {number}: it is not written in UTF-8 (byte {error.start + 1:,} of the line), "
                "but perhaps in latin-1; save the file as UTF-8."
            ) from None


def _json_lines(file: Path) -> Rows:
    rows = read_jsonl(file, lambda number, value: (number, _columns(value)))
    _check_number(file, rows)
    return Rows("line", rows)


def _json(file: Path) -> Rows:
    """Read one JSON document: a list of objects."""
    try:
        content = read_text(file).encode()
        document = read_json(content)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {why(error)}.") from error
    except BadLine as error:
        hint = "; if each line is an object, call it .jsonl" if b"}\n{" in content[:LONGEST_LINE] else ""
        raise UsageError(f"{file}: {one_line(str(error))}{hint}.") from None
    if not isinstance(document, list):
        raise UsageError(f"{file} is not a list of objects; write [{{...}}, {{...}}], or one object a line.")
    rows: list[Row] = []
    for number, value in enumerate(document, start=1):
        try:
            rows.append((number, _columns(value)))
        except BadLine as error:
            raise UsageError(f"{file}, item {number}: {error}.") from None
    _check_number(file, rows)
    return Rows("item", rows)


def _columns(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadLine("it is not an object with a value for each column")
    return value


def _parquet(file: Path) -> Rows:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        raise MissingExtra("Parquet files need pyarrow", "parquet") from None
    rows: list[Row] = []
    characters = 0
    try:
        with parquet.ParquetFile(str(file)) as opened:
            texts = [
                column.path
                for column in map(opened.schema.column, range(len(opened.schema)))
                if column.physical_type == "BYTE_ARRAY"
            ]
        # A text that is stored once for very many rows stays one text until its row is read.
        with parquet.ParquetFile(str(file), read_dictionary=texts) as opened:
            header = tuple(opened.schema_arrow.names)
            for batch in opened.iter_batches(batch_size=_AT_ONCE, use_threads=False):
                for place in range(batch.num_rows):
                    number = len(rows) + 1
                    try:
                        row = {
                            name: plain_value(column[place].as_py())
                            for name, column in zip(header, batch.columns, strict=True)
                        }
                    except BadLine as error:
                        raise UsageError(f"{file}, row {number}: {error}.") from None
                    characters += sum(map(_length, row.values()))
                    if characters > MOST_CHARACTERS:
                        raise UsageError(f"{file} unpacks to more than {MOST_CHARACTERS:,} characters.")
                    rows.append((number, row))
                    _check_number(file, rows)
    except (ArrowException, OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read as Parquet: {one_line(str(error))}") from None
    return Rows("row", rows, header)


def plain_value(value: Any) -> Any:
    """Return a value of a Parquet file as JSON has it. A number that is not one is missing."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            if isinf(value):
                raise BadLine("it holds an infinite number")
            return None if isnan(value) else value
        case list():
            return [plain_value(one) for one in value]
        case dict():
            return {str(name): plain_value(one) for name, one in value.items()}
        case Decimal() | datetime() | date() | time():
            return str(value)
    raise BadLine(f"it holds a value that is neither text nor a number: a {type(value).__name__}")


def _length(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(map(_length, value.values()))
    return sum(map(_length, value)) if isinstance(value, list) else 1


def _check_number(file: Path, rows: list[Row]) -> None:
    if len(rows) > MOST_ROWS:
        raise UsageError(f"{file} has more than {MOST_ROWS:,} tasks; split it.")


_FORMATS: Mapping[str, Callable[[Path], Rows]] = {
    ".csv": _csv,
    ".tsv": _csv,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".json": _json,
    ".parquet": _parquet,
}
