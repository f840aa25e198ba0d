"""The largest values of games' parameters. A larger value is a slip, and a game with it would never end."""

from __future__ import annotations

from math import isfinite

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


def check_forfeit(forfeit: float | None, others: float | None) -> None:
    """Check what an illegal move costs: it must not pay.

    Args:
        forfeit: what an offender gets; None for the least that the game can pay.
        others: what each of the others gets; None if they share what the offenders lose.

    Raises:
        ValueError: an amount is no finite number, or the offender would get more than the others.
    """
    for name, amount in (("forfeit", forfeit), ("forfeit_others", others)):
        if amount is not None and not (is_number(amount) and isfinite(amount)):
            raise ValueError(f"A {name} is a number, such as -1.5, not {amount!r}.")
    if forfeit is None:
        if others is not None:
            raise ValueError("forfeit_others needs a forfeit beside it: what the offender gets.")
        return
    if forfeit > (-forfeit if others is None else others):
        raise ValueError(
            f"A forfeit of {forfeit:g} would pay the offender more than the others, so an illegal move would "
            "be worth making."
        )
