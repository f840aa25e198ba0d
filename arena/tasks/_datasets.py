"""The rows of datasets of Hugging Face: from the hub, from a folder, or from an object (extra ``datasets``).

Their own library reads them. It runs no code of a dataset since its version 4, and older ones are not used.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from arena.core.errors import MissingExtra, UsageError, did_you_mean
from arena.core.jsonl import BadLine
from arena.core.text import one_line
from arena.tasks._rows import MOST_ROWS, Row, Rows, plain_value

PREFIX = "hf:"
"""How the name of a dataset on the hub begins, such as ``hf:openai/gsm8k?config=main&split=test``."""
_TAKES = ("config", "split", "revision", "n")
_SAVED = ("dataset_info.json", "state.json", "dataset_dict.json")


def is_dataset(given: Any) -> bool:
    """Return whether an object is a dataset: it has columns, and its rows are mappings."""
    return hasattr(given, "column_names") and hasattr(given, "features") and not isinstance(given, type)


def is_folder_of_one(path: Path) -> bool:
    """Return whether a folder holds a dataset that was saved there."""
    return path.is_dir() and any((path / name).is_file() for name in _SAVED)


def rows_on_hub(name: str) -> Rows:
    """Return the rows of a dataset on the hub, of all its splits unless one is named.

    Raises:
        UsageError: if it cannot be loaded, or has no such setting.
        MissingExtra: if the library is not installed.
    """
    place, _, query = name.removeprefix(PREFIX).partition("?")
    given = dict(parse_qsl(query, keep_blank_values=True))
    if unknown := sorted(given.keys() - set(_TAKES)):
        hint = did_you_mean(unknown[0], _TAKES)
        raise UsageError(
            f"A dataset has no setting {unknown[0]!r}.{hint} It takes {', '.join(_TAKES)}, as in "
            f"{PREFIX}ORG/NAME?split=test."
        )
    if not re.fullmatch(r"\d+", given.get("n", "1")):
        raise UsageError(f"The setting n of a dataset is a whole number, not {given['n']!r}.")
    library = _library()
    try:
        found = library.load_dataset(
            place, given.get("config"), split=given.get("split"), revision=given.get("revision")
        )
    except Exception as error:  # the library, its HTTP client and the network raise many kinds
        raise UsageError(
            f"The dataset {place} cannot be loaded: {type(error).__name__}: {one_line(str(error), 200)}"
        ) from error
    return rows_of_dataset(found, int(given["n"]) if "n" in given else None)


def rows_saved(folder: Path) -> Rows:
    """Return the rows of a dataset that was saved in a folder.

    Raises:
        UsageError: if it cannot be read.
        MissingExtra: if the library is not installed.
    """
    try:
        return rows_of_dataset(_library().load_from_disk(str(folder)))
    except (OSError, ValueError) as error:
        raise UsageError(f"{folder} cannot be read as a dataset: {one_line(str(error), 200)}") from error


def rows_of_dataset(found: Any, most: int | None = None) -> Rows:
    """Return the rows of a dataset. Those of several splits have the name of theirs as ``split``.

    Raises:
        UsageError: if it has too many rows.
    """
    splits: Mapping[str, Any] = found if isinstance(found, Mapping) else {"": found}
    rows: list[Row] = []
    for split, part in splits.items():
        named = {"split": split} if split and "split" not in part.column_names else {}
        for row in islice(part, MOST_ROWS + 1 if most is None else most):
            try:
                values = {name: plain_value(value) for name, value in row.items()}
            except BadLine as error:
                raise UsageError(f"The dataset, row {len(rows) + 1:,}: {error}.") from None
            rows.append((len(rows) + 1, {**named, **values}))
            if len(rows) > MOST_ROWS:
                raise UsageError(f"The dataset has more than {MOST_ROWS:,} rows; take some of them with n=.")
    if not rows:
        raise UsageError("The dataset holds no rows.")
    return Rows("row", rows, tuple(rows[0][1]))


def _library() -> Any:
    try:
        return importlib.import_module("datasets")
    except ModuleNotFoundError:
        raise MissingExtra("Datasets of Hugging Face need their library", "datasets") from None
