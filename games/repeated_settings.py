"""What a repeated game pays, and who has the first seat in its hands."""

from __future__ import annotations

from enum import StrEnum
from math import isclose
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

_Kind = TypeVar("_Kind", bound=StrEnum)


class Payoff(StrEnum):
    """What a player gets at the end of a repeated game."""

    SUM = "sum"
    """What all hands paid it."""
    SIGN = "sign"
    """The share of the other players who have a lower total, less the share of those with a higher one.

    Between two players it is 1 for the one with more, -1 for the other, and 0 for both if they are equal.
    """


class First(StrEnum):
    """Who has the first seat in the hands after the first."""

    FIXED = "fixed"
    """The same player in all hands."""
    ALTERNATE = "alternate"
    """The next player in each hand; after the last player, player_0 follows."""


def known_value(kind: type[_Kind], name: str, value: object) -> _Kind:
    """Return the value of a setting, which may come as text.

    Raises:
        ValueError: the setting does not have this value.
    """
    if value not in list(kind):
        raise ValueError(f"In a repeated game, {name} is {' or '.join(kind)}, not {value!r}.")
    return kind(str(value))


def signs(totals: Sequence[float]) -> tuple[float, ...]:
    """Return the share of others with a lower total less that of others with a higher one, for each player.

    Totals that differ by less than rounding are equal.
    """
    others = len(totals) - 1
    return tuple(
        sum((own > other) - (own < other) for other in totals if not isclose(own, other, abs_tol=1e-9))
        / others
        for own in totals
    )
