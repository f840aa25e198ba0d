"""Columns of texts as numbers: each text that occurs has a code, and rows hold codes."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int32]
"""A code for each row; -1 where there is no text."""
Floats = NDArray[np.floating[Any]]

_EXACT = 2.0**24
"""Up to this number, each whole number is exact in 32 bits."""
_NONE = np.array(np.nan, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Texts(Sequence[str]):
    """A column of texts.

    Args:
        codes: (rows,), the place of each row's text in `names`; -1 where there is none.
        names: the texts, each once, in the order in which they first occur.
    """

    codes: Codes
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, row: int) -> str:  # type: ignore[override]
        code = self.codes[row]
        return "" if code < 0 else self.names[code]

    def __iter__(self) -> Iterator[str]:
        names = (*self.names, "")
        return (names[code] for code in self.codes.tolist())

    def is_(self, *texts: str) -> NDArray[np.bool_]:
        """Return which rows have one of these texts, (rows,)."""
        wanted = [code for code, name in enumerate(self.names) if name in texts]
        return np.isin(self.codes, wanted)

    def of(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> Texts:
        """Return the column of some rows."""
        return Texts(self.codes[rows], self.names)

    def mapped(self, change: Callable[[str], str]) -> Texts:
        """Return the column with each text changed; texts that become equal share a code."""
        codes: dict[str, int] = {}
        moved = np.array(
            [*(codes.setdefault(change(name), len(codes)) for name in self.names), -1], dtype=np.int32
        )
        return Texts(moved[self.codes], tuple(codes))

    def joined(self, other: Texts) -> Texts:
        """Return the rows of both columns, one after the other."""
        names = {name: code for code, name in enumerate(dict.fromkeys((*self.names, *other.names)))}
        moved = np.array([*(names[name] for name in other.names), -1], dtype=np.int32)
        return Texts(np.concatenate([self.codes, moved[other.codes]]), tuple(names))


class Coder:
    """Gives each text a code as it is met."""

    def __init__(self) -> None:
        self._codes = _Codes({None: -1})
        self._rows = array("i")

    def add(self, text: str | None) -> None:
        """Add a row; None is no text."""
        self._rows.append(self._codes[text])

    def extend(self, texts: Iterable[str | None]) -> None:
        """Add rows; None is no text."""
        self._rows.extend(map(self._codes.__getitem__, texts))

    def texts(self) -> Texts:
        """Return the column."""
        names = [name for name in self._codes if name is not None]
        return Texts(np.frombuffer(self._rows, dtype=np.int32).copy(), tuple(names))


class _Codes(dict[str | None, int]):
    """The codes of texts. A text that is looked up for the first time gets the next one."""

    def __missing__(self, text: str | None) -> int:
        code = self[text] = len(self) - 1
        return code


class Numbers:
    """Collects a column of numbers; None becomes NaN.

    Args:
        whole: whether they are whole numbers. Small ones then take half the memory.
    """

    def __init__(self, *, whole: bool = False) -> None:
        self._whole = whole
        self._parts: list[Floats] = []

    def extend(self, numbers: Sequence[float | None]) -> None:
        """Add rows."""
        if numbers.count(None) == len(numbers):
            self._parts.append(missing(len(numbers)))
            return
        part = np.array(numbers, dtype=np.float64)
        if self._whole and np.nanmax(np.abs(part)) <= _EXACT:
            part = part.astype(np.float32)
        self._parts.append(part)

    def values(self) -> Floats:
        """Return the column. It may not be written to, because one that is all NaN takes no memory."""
        parts, self._parts = self._parts, []
        if all(part.strides == (0,) for part in parts):
            return missing(sum(map(len, parts)))
        return np.concatenate(parts)


def missing(rows: int) -> Floats:
    """Return a column without a number, (rows,), which takes no memory for its rows."""
    return np.broadcast_to(_NONE, rows)


def is_missing(column: Floats) -> bool:
    """Return whether a column is one of `missing`."""
    return column.dtype == np.float32 and column.strides == (0,)


def joined(first: Any, second: Any) -> Any:
    """Return the rows of two columns, one after the other."""
    if isinstance(first, Texts):
        return first.joined(second)
    if is_missing(first) and is_missing(second):
        return missing(len(first) + len(second))
    return np.concatenate([first, second])


def chosen(column: Any, rows: NDArray[np.bool_] | NDArray[np.intp]) -> Any:
    """Return the column of some rows, given as a mask or by their places."""
    if isinstance(column, Texts):
        return column.of(rows)
    if is_missing(column):
        return missing(int(np.count_nonzero(rows)) if rows.dtype == np.bool_ else len(rows))
    return column[rows]
