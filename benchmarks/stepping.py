"""What stepping costs: Kuhn episodes a second through `arena.Env`, beside those of the engine alone.

    python -m benchmarks.stepping

Both play the same deals by random legal moves in both seats, one episode after the other, and record nothing.
The ratio is that of the same run, so it does not depend on the machine.
"""

from __future__ import annotations

import asyncio
import random
from time import perf_counter

from arena import Env, Task
from arena.episode.context import EpisodeContext
from arena.episode.plan import Plan
from arena.episode.playing import play_episode
from arena.registry import make_agent
from benchmarks.figure import Figure, main
from protocols import Play


def measure(*, episodes: int = 2_000, rounds: int = 5) -> list[Figure]:
    """Return the episodes a second through `Env`, and their ratio to those of the asynchronous engine."""
    _stepped(50)
    stepped: list[float] = []
    ratios: list[float] = []
    for _ in range(rounds):
        played = asyncio.run(_played(episodes))
        stepped.append(_stepped(episodes))
        ratios.append(stepped[-1] / played)
    return [
        Figure("stepping: Kuhn episodes/s through Env", tuple(stepped)),
        Figure("  the same as a ratio to the engine", tuple(ratios), at_least=0.3),
    ]


def _stepped(episodes: int) -> float:
    draw = random.Random(0)
    with Env("kuhn") as env:
        started = perf_counter()
        for seed in range(episodes):
            observation = env.reset(seed=seed)
            while observation is not None:
                observation = env.step(draw.choice(observation.moves))
        return episodes / (perf_counter() - started)


async def _played(episodes: int) -> float:
    kuhn = Play(game="kuhn")
    seats, agents = dict.fromkeys(kuhn.seats, "random"), {"random": make_agent("random")}
    started = perf_counter()
    for seed in range(episodes):
        await play_episode(kuhn, Plan(0, Task(), seats, seed), agents, EpisodeContext(seed=seed))
    return episodes / (perf_counter() - started)


if __name__ == "__main__":
    main({"stepping": measure})
