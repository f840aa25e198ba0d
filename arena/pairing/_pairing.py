"""The interface of a tournament format: a rule that makes the next round from the finished rounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from arena.core.errors import UsageError

if TYPE_CHECKING:
    from arena.ratings import Result


@dataclass(frozen=True, slots=True)
class Pairing:
    """A match to be played, or a bye.

    Attributes:
        players: the players that meet, in the order of seats. A single name is a bye, so nothing is played.
        label: the place of the match in the tournament, such as "losers round 2".
    """

    players: tuple[str, ...]
    label: str = ""

    @property
    def bye(self) -> bool:
        """Whether there is nothing to play."""
        return len(self.players) == 1


class Format(Protocol):
    """A tournament format. It is a pure function, so that a resumed tournament has the same schedule."""

    def pairings(self, players: Sequence[str], rounds: Sequence[Sequence[Result]]) -> list[Pairing]:
        """Return the next round. It is empty if the tournament is over.

        The pairings of a round can all be played at once.

        Args:
            players: the entrants. If the format has seeds, the strongest comes first.
            rounds: the finished rounds. Each holds one result for each of its matches, in any order. Byes
                have no result.

        Raises:
            UsageError: if there are too few entrants, if two have the same name, or if this format did not
                schedule these rounds.
        """
        ...


def check_entrants(players: Sequence[str], at_least: int = 2) -> None:
    """Raise a UsageError if there are too few entrants or if a name occurs twice."""
    if len(players) < at_least:
        raise UsageError(f"This format needs at least {at_least} entrants, not {len(players)}.")
    if twice := {player for player in players if players.count(player) > 1}:
        raise UsageError(f"These entrants have the same name: {', '.join(sorted(twice))}.")


def check_positive(**values: int) -> None:
    """Raise a UsageError that names the first count below 1."""
    for name, value in values.items():
        if value < 1:
            raise UsageError(f"{name} must be at least 1, not {value}.")


def check_round(number: int, pairings: Sequence[Pairing], results: Sequence[Result]) -> None:
    """Raise a UsageError if a finished round does not hold exactly the matches that were scheduled."""
    scheduled = sorted(sorted(pairing.players) for pairing in pairings if not pairing.bye)
    played = sorted(sorted(result.players) for result in results)
    if scheduled != played:
        raise UsageError(
            f"Round {number} does not hold the matches that this format schedules for these entrants."
        )
