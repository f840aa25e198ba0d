"""How large the parameters of a game may be. What is beyond is a slip, and would take time without end."""

from __future__ import annotations

MOST_HANDS = 10_000
MOST_TURNS = 1_000


def check_whole(what: str, number: object, most: int) -> None:
    """Check that a parameter is a whole number from 1 to `most`.

    Raises:
        ValueError: it is not; `what` it is of the game begins the sentence.
    """
    is_whole = isinstance(number, int) and not isinstance(number, bool)
    if not is_whole or not 1 <= number <= most:  # type: ignore[operator]
        raise ValueError(f"{what} is a whole number, at least 1 and at most {most:,}, not {number!r}.")


def is_number(number: object) -> bool:
    """Whether a parameter is a number that can be compared with bounds."""
    return isinstance(number, int | float) and not isinstance(number, bool)
