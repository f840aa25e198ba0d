"""Files of annotations: Parquet, and CSV whose cells no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import importlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from arena.annotations import KINDS
from arena.core.errors import MissingExtra, UsageError
from arena.core.files import atomic_write
from arena.results.study import ON_DEMAND, Study, Texts
from arena.results.tables._about import COMMON
from arena.results.tables._columns import ANY_KIND, AnnotationTable, table_of, types_of

SUFFIXES = (".csv", ".parquet")
ROWS_AT_ONCE = 16_384

_TYPES = {**types_of(COMMON), **ANY_KIND}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def write_annotations(study: Study, file: Path) -> int:
    """Write all annotations of a study into one table, and return how many rows it has.

    The end of the file's name says the format. The file gets its name only when it is complete. In CSV, a
    text that a spreadsheet would run as a formula has an apostrophe before it.

    Raises:
        UsageError: if the name ends in neither ``.csv`` nor ``.parquet``.
        MissingExtra: if Parquet is asked for, and pyarrow is not installed.
        Unwritable: if the file cannot be written.
    """
    check_suffix(file)
    write = _parquet if file.suffix == ".parquet" else _csv
    with atomic_write(file) as partial:
        return write(study, partial)


def check_suffix(file: Path) -> None:
    """Refuse a file whose name does not say its format.

    Raises:
        UsageError: if the name ends in neither ``.csv`` nor ``.parquet``.
    """
    if file.suffix not in SUFFIXES:
        raise UsageError(
            f"Annotations are written as CSV or Parquet, and the name {file.name!r} ends in neither; "
            f"name the file {file.stem}.csv or {file.stem}.parquet."
        )


def _tables(study: Study) -> Iterator[AnnotationTable]:
    for kind in KINDS:
        found = study.annotations(kind, more=ON_DEMAND)
        yield from table_of(study, found, any_kind=True).parts(ROWS_AT_ONCE)


def _csv(study: Study, file: Path) -> int:
    rows = 0
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(_TYPES)
        for table in _tables(study):
            columns = [
                map(_harmless, table.values(name)) if kind == "text" else table.values(name)
                for name, kind in table.types.items()
            ]
            writer.writerows(zip(*columns, strict=True))
            rows += table.rows
    return rows


def _harmless(text: str | None) -> str | None:
    if not text or not text.startswith(_FORMULA):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text


def _parquet(study: Study, file: Path) -> int:
    try:
        pa: Any = importlib.import_module("pyarrow")
        parquet: Any = importlib.import_module("pyarrow.parquet")
    except ModuleNotFoundError:
        raise MissingExtra("Parquet files need pyarrow", "parquet") from None
    types = {"text": pa.string(), "whole": pa.int64(), "key": pa.int64(), "real": pa.float64()}
    schema = pa.schema([(name, types[kind]) for name, kind in _TYPES.items()])
    rows = 0
    with closing(parquet.ParquetWriter(str(file), schema, compression="zstd")) as writer:
        for table in _tables(study):
            arrays = [_array(pa, table, name, types[kind]) for name, kind in table.types.items()]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
            rows += table.rows
    return rows


def _array(pa: Any, table: AnnotationTable, name: str, of: Any) -> Any:
    column = table.columns[name]
    if isinstance(column, Texts):
        used, codes = np.unique(column.codes, return_inverse=True)
        names = (*column.names, None)
        return pa.array([names[code] for code in used], pa.string()).take(pa.array(codes))
    if isinstance(column, np.ndarray) and table.types[name] == "real":
        return pa.array(np.asarray(column, dtype=np.float64), of, from_pandas=True)
    return pa.array(table.values(name), of)
