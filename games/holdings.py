"""How much of each kind of things somebody holds, and the total value of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def worth(holding: Sequence[int], values: Sequence[int]) -> int:
    """Return the total value of a holding.

    Args:
        holding: The number of each kind.
        values: The value of one of each kind, in the same order.

    Raises:
        ValueError: there is not one value for each kind.
    """
    return sum(count * value for count, value in zip(holding, values, strict=True))
