"""The equilibria of Kuhn poker (Kuhn 1950).

player_0 has a family of optimal policies with one parameter: alpha in [0, 1/3], the probability of a bluff
with the Jack. player_1 has one optimal policy. In all equilibria player_0 loses 1/18 of a chip per hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from games.kuhn import BET, PASS

if TYPE_CHECKING:
    from games.theory.policies import Policy


def kuhn_equilibrium(alpha: float = 1 / 3) -> tuple[Policy, Policy]:
    """Return the equilibrium in which player_0 bets a Jack with probability `alpha`, a King with 3 `alpha`.

    Raises:
        ValueError: `alpha` is not in [0, 1/3].
    """
    if not 0 <= alpha <= 1 / 3:
        raise ValueError(f"alpha must be a probability from 0 to 1/3, not {alpha}.")
    first = {"J": alpha, "Q": 0.0, "K": 3 * alpha, "Jpb": 0.0, "Qpb": alpha + 1 / 3, "Kpb": 1.0}
    second = {"Jp": 1 / 3, "Qp": 0.0, "Kp": 1.0, "Jb": 0.0, "Qb": 1 / 3, "Kb": 1.0}
    return _betting(first), _betting(second)


def _betting(likelihoods: dict[str, float]) -> Policy:
    return {key: {PASS: 1 - p, BET: p} for key, p in likelihoods.items()}
