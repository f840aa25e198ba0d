"""The largest values of games' parameters. A larger value is a slip, and a game with it would never end."""

from __future__ import annotations

MOST_HANDS = 10_000
MOST_TURNS = 1_000


def check_whole(what: str, number: object, most: int) -> None:
    """Check that a parameter is a whole number from 1 to `most`.

    Raises:
        ValueError: the parameter is not. The sentence begins with `what`, the game and the parameter.
    """
    is_whole = isinstance(number, int) and not isinstance(number, bool)
    if not is_whole or not 1 <= number <= most:  # type: ignore[operator]
        raise ValueError(f"{what} must be a whole number from 1 to {most:,}, not {number!r}.")


def is_number(number: object) -> bool:
    """Whether a parameter is a number that can be compared with bounds."""
    return isinstance(number, int | float) and not isinstance(number, bool)
