"""Kuhn poker as SPIRAL trains on it (Liu et al., 2025): five rounds, by the code of its environment.

The environment is TextArena's KuhnPoker-v1 in version 0.6.4 (Guertler et al., 2025). Its players read the
rules of ``repeated:kuhn?n=5&payoff=sign&first=alternate&begins=1``: a bet adds a chip to the pot, and who has
most chips after five rounds wins. These are the right rules. The code departs from them in two ways:

- No bet or call ever moves a chip. The pot stays at the two antes, so every round moves one chip whatever is
  bet, and calling a bet costs nothing.
- The winner of the fifth round is declared the winner of the game, even if the other one has more
  chips. So the first four rounds decide nothing, and the game is never a tie.

Who trains here learns to bet and never to fold. So ``kuhn?rules=spiral`` is for reproducing what SPIRAL
trained on and for nothing else: no game, scenario or command has it unless it is named, and nobody's
exploitability is measured in it. Its players are told the right rules, as those of SPIRAL are, and what
happened in each round.
"""

# ruff: noqa: D102 (games.base describes the methods of a game)

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from games.kuhn import KuhnPoker, KuhnState, undealt
from games.repeated import Repeated
from games.repeated_settings import First, Payoff

if TYPE_CHECKING:
    from collections.abc import Sequence

    from games.base import Game, State

_RIGHT = "repeated:kuhn?n=5&payoff=sign&first=alternate&begins=1"
_UNSOLVED = (
    "kuhn?rules=spiral lets no bet count and pays the winner of the last round, as the code of SPIRAL does, "
    f"so how exploitable anybody is in it means nothing; measure kuhn, or fewer hands of {_RIGHT}."
)


def kuhn(*, rules: str = "standard") -> KuhnPoker | Repeated:
    """Kuhn poker for two players.

    Args:
        rules: `standard`, or `spiral` for five rounds as SPIRAL's code plays them, bets not counting.

    Raises:
        ValueError: there are no such rules.
    """
    if rules not in ("standard", "spiral"):
        raise ValueError(f"The rules of kuhn are standard or spiral, not {rules!r}.")
    return SpiralKuhn() if rules == "spiral" else KuhnPoker()


@dataclass(frozen=True)
class OneChipKuhn(KuhnPoker):
    """A hand in which every ending moves one chip, whatever was bet."""

    name = "kuhn?rules=spiral"
    min_utility = -1.0

    def new_initial_state(self) -> KuhnState:
        """Return the state before the deal."""
        return undealt(counts_bets=False)


@dataclass(frozen=True)
class SpiralKuhn(Repeated):
    """Five rounds, of which the last decides.

    Raises:
        ValueError: a setting differs from SPIRAL's.
    """

    game: Game = field(default_factory=OneChipKuhn)
    n: int = 5
    payoff: Payoff = Payoff.SIGN
    first: First = First.ALTERNATE
    begins: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        settings = (self.n, self.payoff, self.first, self.begins)
        if settings != (5, Payoff.SIGN, First.ALTERNATE, 1) or not isinstance(self.game, OneChipKuhn):
            raise ValueError(
                f"kuhn?rules=spiral has no settings and no disguise; the right game has them: {_RIGHT}."
            )

    @property
    def name(self) -> str:
        return "kuhn?rules=spiral"

    @property
    def unsolved(self) -> str:
        return _UNSOLVED

    def paid(self, hands: Sequence[State], totals: tuple[float, ...]) -> tuple[float, ...]:
        return self.seating.by_player(self.n - 1, hands[-1].returns())
