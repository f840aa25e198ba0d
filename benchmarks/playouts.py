"""Random playouts per second: our games against a Python loop over OpenSpiel's states (`pyspiel`).

    python -m benchmarks.playouts

Both loops draw with the same generator and stop for the same questions: is it over, is it chance, what is
legal. Rounds alternate, so that a slow moment of the machine hits both; the figures are medians.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random
from statistics import median
from time import perf_counter

import pyspiel

import games

PAIRS = {"kuhn": "kuhn_poker", "tictactoe": "tic_tac_toe"}


def measure(*, playouts: int = 5_000, rounds: int = 7) -> dict[str, float]:
    """Playouts per second of each game, ours and OpenSpiel's, and their ratio (above 1, ours are faster)."""
    figures: dict[str, float] = {}
    for name, spiel_name in PAIRS.items():
        game, spiel_game = games.load(name), pyspiel.load_game(spiel_name)
        speeds: list[tuple[float, float]] = []
        for round_ in range(rounds):
            ours = _speed(partial(play, game), playouts, round_)
            theirs = _speed(partial(play_openspiel, spiel_game), playouts, round_)
            speeds.append((ours, theirs))
        figures[f"{name}_per_second"] = median(ours for ours, _ in speeds)
        figures[f"{name}_openspiel_per_second"] = median(theirs for _, theirs in speeds)
        figures[f"{name}_ratio"] = median(ours / theirs for ours, theirs in speeds)
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


def play_openspiel(game: pyspiel.Game, rng: Random) -> list[float]:
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


def _speed(play_once: Callable[[Random], object], playouts: int, seed: int) -> float:
    rng = Random(seed)
    start = perf_counter()
    for _ in range(playouts):
        play_once(rng)
    return playouts / (perf_counter() - start)


if __name__ == "__main__":
    for figure, value in measure().items():
        print(f"{figure:32} {value:12,.2f}")
