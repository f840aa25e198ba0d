"""Who has which seat in each hand of a repeated game, and what players and seats are called in its texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from games.base import seat_name

if TYPE_CHECKING:
    from collections.abc import Sequence

_Value = TypeVar("_Value")

_NAME = re.compile(r"\bplayer_(\d+)\b")


@dataclass(frozen=True, slots=True)
class HandSeats:
    """Who of `players` players has which seat. Players and seats count from 0, and so do hands.

    Args:
        players: How many players there are, and seats in a hand.
        begins: The player who has seat 0 in the first hand; the others follow in order.
        alternates: Whether the next player has seat 0 in each further hand.
    """

    players: int
    begins: int = 0
    alternates: bool = False

    @property
    def changes(self) -> bool:
        """Whether a player ever has another seat than that of its own number."""
        return self.begins > 0 or self.alternates

    def player_in(self, seat: int, hand: int) -> int:
        """Return the player who has a seat in a hand."""
        return (seat + self._shift(hand)) % self.players

    def seat_of(self, player: int, hand: int) -> int:
        """Return the seat that a player has in a hand."""
        return (player - self._shift(hand)) % self.players

    def by_player(self, hand: int, by_seat: Sequence[_Value]) -> tuple[_Value, ...]:
        """Return values in the order of players, which are given in the order of the seats of a hand."""
        return tuple(by_seat[self.seat_of(player, hand)] for player in range(self.players))

    def by_seat(self, hand: int, by_player: Sequence[_Value]) -> tuple[_Value, ...]:
        """Return values in the order of the seats of a hand, which are given in the order of players."""
        return tuple(by_player[self.player_in(seat, hand)] for seat in range(self.players))

    def named(self, hand: int, text: str) -> str:
        """Return a text of a hand with the name of each player in place of that of its seat."""
        return _NAME.sub(lambda name: self._name(hand, name), text) if self.changes else text

    def seats_named(self, hand: int, text: str) -> str:
        """Return a text of a player with the name of each seat in place of that of its player."""
        return _NAME.sub(lambda name: self._seat_name(hand, name), text) if self.changes else text

    def told(self, hand: int) -> str:
        """Return who has which seat in a hand, in words; "" if everybody has its own in all hands."""
        if not self.changes:
            return ""
        listed = (f"{seat_name(self.player_in(seat, hand))} has seat_{seat}" for seat in range(self.players))
        return f" In this hand {', '.join(listed)}."

    def _shift(self, hand: int) -> int:
        return self.begins + hand if self.alternates else self.begins

    def _name(self, hand: int, name: re.Match[str]) -> str:
        seat = int(name[1])
        return seat_name(self.player_in(seat, hand)) if seat < self.players else name[0]

    def _seat_name(self, hand: int, name: re.Match[str]) -> str:
        player = int(name[1])
        return seat_name(self.seat_of(player, hand)) if player < self.players else name[0]


def in_seats(rules: str) -> str:
    """Return the rules of a hand with `seat_0` in place of `player_0`, and so on."""
    return _NAME.sub(r"seat_\1", rules)
