"""Columns of texts as numbers: each text that occurs has a code, and rows hold codes."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int32]
"""A code for each row; -1 where there is no text."""


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


class Coder:
    """Gives each text a code as it is met."""

    def __init__(self, names: Sequence[str] = ()) -> None:
        self._codes = {name: code for code, name in enumerate(names)}
        self._rows = array("i")

    def add(self, text: str | None) -> None:
        """Add a row; None is no text."""
        self._rows.append(-1 if text is None else self._codes.setdefault(text, len(self._codes)))

    def texts(self) -> Texts:
        """Return the column."""
        return Texts(np.frombuffer(self._rows, dtype=np.int32).copy(), tuple(self._codes))


class Numbers:
    """Collects a column of numbers; None becomes NaN."""

    def __init__(self) -> None:
        self._rows = array("d")

    def add(self, number: float | None) -> None:
        """Add a row."""
        self._rows.append(float("nan") if number is None else number)

    def values(self) -> NDArray[np.float64]:
        """Return the column."""
        return np.frombuffer(self._rows, dtype=np.float64).copy()
