"""The rules of a repeated game in words."""

from __future__ import annotations

from games._seating import HandSeats, in_seats
from games.base import seat_name

_SUMS = "What a hand pays is added to each player's total, and the totals after the last hand are the result."
_SIGN_OF_TWO = (
    "What a hand pays is added to each player's total. Only the totals after the last hand count: the player "
    "with more gets 1 and the other -1, and equal totals give both 0."
)
_SIGN_OF_SEVERAL = (
    "What a hand pays is added to each player's total. Only the totals after the last hand count: each "
    "player gets the share of the other players who have less, less the share of those who have more."
)


def repeated_rules(hand: str, n: int, seating: HandSeats, *, signed: bool) -> str:
    """Return the rules of `n` hands whose own rules are `hand`.

    Args:
        hand: the rules of a hand.
        n: how many hands are played.
        seating: who has which seat in them.
        signed: whether the game pays by the sign of totals, and not the totals.
    """
    paid = _SUMS if not signed else _SIGN_OF_TWO if seating.players == 2 else _SIGN_OF_SEVERAL
    lines = [f"{n} independent hands of the game below are played one after another.", paid]
    if not seating.changes:
        return "\n".join([*lines, f"\nThe rules of a hand:\n{hand}"])
    lines.append(_seats(n, seating))
    return "\n".join([*lines, f"\nThe rules of a hand, which name its seats:\n{in_seats(hand)}"])


def _seats(n: int, seating: HandSeats) -> str:
    begins = seat_name(seating.begins)
    if not seating.alternates or n == 1:
        told = f"{begins} has seat_0 in every hand, and the others have the following seats in order."
    else:
        second = seat_name(seating.player_in(0, 1))
        told = f"{begins} has seat_0 in hand 1, {second} in hand 2, and so on in turn."
    return (
        f"{told} Each hand begins with who has which seat. In what you are told of a hand, players have "
        "their own names. If a player is written in another way, such as P0 or Player 0, it is the seat of "
        "that number."
    )
