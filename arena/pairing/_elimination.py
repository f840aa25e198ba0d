"""Single and double elimination: lose once, or twice, and you are out.

Entrants are seeded in the order given; where they are not a power of two, the highest seeds have byes. A
round is every match whose two players are known, so no match waits for one that it does not depend on.

A match that ends in a tie or without a result is played again in the next round. After `replays` such replays
the higher seed advances, since the bracket must go on; `decisions` says where that happened.
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
    """What both brackets share.

    Attributes:
        replays: how often a match that nobody won is played again before the higher seed advances.
    """

    replays: int = 1
    double: ClassVar[bool]

    def __post_init__(self) -> None:
        if self.replays < 0:
            raise UsageError(f"replays must be at least 0, not {self.replays}.")

    def pairings(self, players: Sequence[str], rounds: Sequence[Sequence[Result]]) -> list[Pairing]:
        """The next round: all matches that can be played; empty once there is a champion."""
        return self._play(players, rounds).pairings()

    def decisions(self, players: Sequence[str], rounds: Sequence[Sequence[Result]]) -> list[BracketDecision]:
        """How each match decided so far was decided, in the order played."""
        return self._play(players, rounds).decisions

    def placings(self, players: Sequence[str], rounds: Sequence[Sequence[Result]]) -> list[tuple[str, ...]]:
        """Groups of players from first to last place, as seeded within a group.

        Those put out in the same stage share a place. Those still in come first: in the end, the champion.
        """
        return self._play(players, rounds).placings()

    def champion(self, players: Sequence[str], rounds: Sequence[Sequence[Result]]) -> str | None:
        """The winner of the tournament, or None while it goes on."""
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
    """One loss and out: n - 1 matches, but for replays."""

    double: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class DoubleElimination(_Elimination):
    """Two losses and out: 2n - 2 matches, one more if the unbeaten finalist loses the final, and replays."""

    double: ClassVar[bool] = True
