"""Single and double elimination. A player is out after one loss, or after two.

Entrants are seeded in the order given. If their number is not a power of two, the highest seeds have byes. A
round consists of every match whose two players are known, so no match waits for one on which it does not
depend.

A match that ends in a tie or without a result is played again in the next round. After `replays` replays the
higher seed advances, because the bracket must go on. `decisions` says where that happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from arena.core.errors import UsageError
from arena.pairing._bracket import Bracket, BracketDecision, double_elimination, single_elimination
from arena.pairing._pairing import Pairing, check_entrants, check_round

if TYPE_CHECKING:
    from arena.ratings import Result


@dataclass(frozen=True, slots=True)
class _Elimination:
    """The part that both formats share.

    Attributes:
        replays: how often a match that nobody won is played again before the higher seed advances, 0 or
            more.
    """

    replays: int = 1
    double: ClassVar[bool]

    def __post_init__(self) -> None:
        if self.replays < 0:
            raise UsageError(f"replays must be at least 0, not {self.replays}.")

    def pairings(self, players: Sequence[str], rounds: Sequence[Sequence[Result]]) -> list[Pairing]:
        """Return all matches that can be played next. There are none once there is a champion."""
        return self._play(players, rounds).pairings()

    def decisions(self, players: Sequence[str], rounds: Sequence[Sequence[Result]]) -> list[BracketDecision]:
        """Return how each match was decided, for the matches decided so far, in the order played."""
        return self._play(players, rounds).decisions

    def placings(self, players: Sequence[str], rounds: Sequence[Sequence[Result]]) -> list[tuple[str, ...]]:
        """Return groups of players from first to last place. A group is ordered by seed.

        Players who were put out in the same stage share a place. The first group holds those who are still
        in. At the end it is the champion alone.
        """
        return self._play(players, rounds).placings()

    def champion(self, players: Sequence[str], rounds: Sequence[Sequence[Result]]) -> str | None:
        """Return the winner of the tournament, or None while it goes on."""
        still_in = self.placings(players, rounds)[0]
        return still_in[0] if len(still_in) == 1 else None

    def _play(self, players: Sequence[str], rounds: Sequence[Sequence[Result]]) -> Bracket:
        check_entrants(players)
        nodes = (double_elimination if self.double else single_elimination)(len(players))
        bracket = Bracket(players, nodes)
        for number, results in enumerate(rounds, start=1):
            check_round(number, bracket.pairings(), results)
            bracket.finish(results, self.replays)
        return bracket


@dataclass(frozen=True, slots=True)
class SingleElimination(_Elimination):
    """A player is out after one loss. There are n - 1 matches, and replays."""

    double: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class DoubleElimination(_Elimination):
    """A player is out after two losses.

    There are 2n - 2 matches, one more if the unbeaten finalist loses the final, and replays.
    """

    double: ClassVar[bool] = True
