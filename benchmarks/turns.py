"""What a turn costs: CPU time per turn of a run of Kuhn poker by random agents, the durable journal on.

    python -m benchmarks.turns

One hand an episode, as in the tournament of `make demo`, so that beginning and ending an episode is shared by
only two or three turns. The second figure has 100 hands an episode and shows what is left without that. The
agents' own work, drawing a legal move, is counted; there is no model and no network.
"""

from __future__ import annotations

from benchmarks.engine import cost, kuhn
from benchmarks.figure import Figure, main


def measure(*, turns: int = 10_000, rounds: int = 5) -> list[Figure]:
    """Return CPU milliseconds per turn at one hand an episode, and at 100."""
    cost(kuhn(episodes=10))
    short: list[float] = []
    long: list[float] = []
    for seed in range(rounds):
        for hands, costs in ((1, short), (100, long)):
            spent = cost(kuhn(episodes=max(1, turns // (2 * hands)), hands=hands, seed=seed))
            costs.append(1000 * spent.cpu / spent.turns)
    return [
        Figure("turns: CPU ms per Kuhn turn, journal on", tuple(short), at_most=0.05),
        Figure("  the same at 100 hands an episode", tuple(long)),
    ]


if __name__ == "__main__":
    main({"turns": measure})
