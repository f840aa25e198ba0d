"""What tests ask of a figure."""

from __future__ import annotations

import pytest

from arena.results.metrics import Figure


def value(figure: Figure) -> float:
    """The figure's value, which must be defined."""
    assert figure.value is not None
    return figure.value


def close(figure: Figure, expected: float, n: int, of: int, *, within: float = 1e-9) -> bool:
    """Whether the figure has this denominator, to the row, and about this value."""
    return (figure.n, figure.of) == (n, of) and value(figure) == pytest.approx(expected, abs=within)
