"""What a tournament format is: a rule that makes the next round from the rounds that are finished."""

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
        players: who meets whom, in the order of seats; a single name is a bye: nothing is played.
        label: where in the tournament it belongs, such as "losers round 2".
    """

    players: tuple[str, ...]
    label: str = ""

    @property
    def bye(self) -> bool:
        """Whether there is nothing to play."""
        return len(self.players) == 1


class Format(Protocol):
    """A tournament format, a pure function: a resumed tournament computes the same schedule again."""

    def pairings(self, players: Sequence[str], rounds: Sequence[Sequence[Result]]) -> list[Pairing]:
        """The next round; empty when the tournament is over.

        The pairings of a round can all be played at once.

        Args:
            players: the entrants; where a format seeds, the strongest first.
            rounds: the finished rounds, each with one result for every match of it (byes have none), in any
                order.

        Raises:
            UsageError: too few entrants, a name twice, or rounds that this format did not schedule.
        """
        ...


def check_entrants(players: Sequence[str], at_least: int = 2) -> None:
    """Refuse too few entrants and names that occur twice."""
    if len(players) < at_least:
        raise UsageError(f"This format needs at least {at_least} entrants, not {len(players)}.")
    if twice := {player for player in players if players.count(player) > 1}:
        raise UsageError(f"These entrants have the same name: {', '.join(sorted(twice))}.")


def check_positive(**values: int) -> None:
    """Refuse a count below one, by name."""
    for name, value in values.items():
        if value < 1:
            raise UsageError(f"{name} must be at least 1, not {value}.")


def check_round(number: int, pairings: Sequence[Pairing], results: Sequence[Result]) -> None:
    """Refuse a finished round that does not hold exactly the matches that were scheduled."""
    scheduled = sorted(sorted(pairing.players) for pairing in pairings if not pairing.bye)
    played = sorted(sorted(result.players) for result in results)
    if scheduled != played:
        raise UsageError(
            f"Round {number} does not hold the matches that this format schedules for these entrants."
        )
