"""Kuhn poker turns per second: our whole engine, journal on, over TextArena's bare loop, which logs nothing.

    python -m benchmarks.textarena

Both play games of three hands with random legal moves. TextArena's loop is the shortest that plays at all:
one environment without text wrappers (``KuhnPoker-v0-raw``) made once, then reset, get_observation and step;
the move is drawn from the environment's own table of legal moves, no text is read, the deal is not seeded.
Our side is `arena.run` from beginning to end: seeded deals, a view and a request digest for each turn,
replies parsed, every call and event on disk. The second figure takes TextArena as its README does, in its
default text wrappers and made anew for each game. Both ratios are of turns per CPU second, the journal's
thread counted; the third is the first by the clock.
"""

from __future__ import annotations

from random import Random
from time import perf_counter, process_time
from typing import Any

from benchmarks.engine import Cost, cost, kuhn
from benchmarks.figure import Figure, main

HANDS = 3


def measure(*, games: int = 1_000, rounds: int = 7) -> list[Figure]:
    """Return our turns per second over TextArena's; above 1, ours are faster."""
    import textarena

    def raw() -> Any:
        return bare

    def made() -> Any:
        return textarena.make("KuhnPoker-v0", max_rounds=HANDS)

    bare = textarena.make("KuhnPoker-v0-raw", max_rounds=HANDS)
    cost(kuhn(episodes=10, hands=HANDS))
    _theirs(raw, 10, 0)
    raw_ratios, made_ratios, clock_ratios = [], [], []
    for seed in range(rounds):
        ours = cost(kuhn(episodes=games, hands=HANDS, seed=seed))
        theirs = _theirs(raw, games, seed)
        raw_ratios.append(_per_turn(theirs) / _per_turn(ours))
        clock_ratios.append((theirs.clock / theirs.turns) / (ours.clock / ours.turns))
        made_ratios.append(_per_turn(_theirs(made, games, seed)) / _per_turn(ours))
    return [
        Figure("textarena: Kuhn turns/s, ours over its bare loop", tuple(raw_ratios), at_least=1.0),
        Figure("  over the loop of its README", tuple(made_ratios)),
        Figure("  over its bare loop, by the clock", tuple(clock_ratios)),
    ]


def _theirs(environment: Any, games: int, seed: int) -> Cost:
    rng = Random(seed)
    turns = 0
    clock, cpu = perf_counter(), process_time()
    for _ in range(games):
        env = environment()
        env.reset(num_players=2)
        done = False
        while not done:
            env.get_observation()
            move = rng.choice(list(env.state.game_state["current_legal_action_tree"]))
            done, _ = env.step(f"[{move}]")
            turns += 1
        env.close()
    return Cost(turns, process_time() - cpu, perf_counter() - clock)


def _per_turn(spent: Cost) -> float:
    return spent.cpu / spent.turns


if __name__ == "__main__":
    main({"textarena": measure})
