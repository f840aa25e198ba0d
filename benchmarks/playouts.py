"""Random playouts per second: our games against a Python loop over OpenSpiel's states (`pyspiel`).

    python -m benchmarks.playouts

Rules only: no engine, no agents, no journal. Both loops draw with the same generator and stop for the same
questions: is it over, is it chance, what is legal. OpenSpiel's states are C++ behind Python bindings.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random
from time import process_time
from typing import Any

import games
from benchmarks.figure import Figure, main

PAIRS = {"kuhn": "kuhn_poker", "tictactoe": "tic_tac_toe"}


def measure(*, playouts: int = 5_000, rounds: int = 7) -> list[Figure]:
    """Return our playouts per second over OpenSpiel's for each game; above 1, ours are faster."""
    import pyspiel

    figures = []
    for name, spiel_name in PAIRS.items():
        ours, theirs = partial(play, games.load(name)), partial(play_openspiel, pyspiel.load_game(spiel_name))
        ratios = [_cost(theirs, playouts, seed) / _cost(ours, playouts, seed) for seed in range(rounds)]
        figures.append(Figure(f"playouts: {name}/s, ours over OpenSpiel's", tuple(ratios), at_least=0.5))
    return figures


def play(game: games.Game, rng: Random) -> tuple[float, ...]:
    """One random playout of a game of ours."""
    state = game.new_initial_state()
    while not state.is_terminal:
        if state.current_player == games.CHANCE:
            action, _ = rng.choice(state.chance_outcomes())
        else:
            action = rng.choice(state.legal_actions())
        state = state.child(action)
    return state.returns()


def play_openspiel(game: Any, rng: Random) -> list[float]:
    """One random playout of an OpenSpiel game."""
    state = game.new_initial_state()
    while not state.is_terminal():
        if state.is_chance_node():
            action, _ = rng.choice(state.chance_outcomes())
        else:
            action = rng.choice(state.legal_actions())
        state.apply_action(action)
    returns: list[float] = state.returns()
    return returns


def _cost(play_once: Callable[[Random], object], playouts: int, seed: int) -> float:
    rng = Random(seed)
    start = process_time()
    for _ in range(playouts):
        play_once(rng)
    return process_time() - start


if __name__ == "__main__":
    main({"playouts": measure})
