"""Loading games from OpenSpiel, and refusing those that cannot be played here."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from games.base import UnknownGame

_UNPLAYABLE = {
    "crossword": "does not number its moves, so they cannot be listed and chosen",
    "morpion_solitaire": "ends the program sometimes, because copies of its states read memory that is gone",
}
"""Why OpenSpiel's games of these names cannot be played here."""


class MissingOpenSpiel(ImportError):
    """OpenSpiel is not installed."""


@lru_cache(maxsize=64)
def load_game(short_string: str) -> Any:
    """Return OpenSpiel's own game of this name and parameters.

    Raises:
        MissingOpenSpiel: OpenSpiel is not installed.
        UnknownGame: OpenSpiel has no such game.
        ValueError: the game cannot be played here: OpenSpiel only samples its chance events, its players are
            a mean field, or it forgets what its players know.
    """
    pyspiel = pyspiel_module()
    if short_string.startswith("python_"):
        import open_spiel.python.games  # noqa: F401  (this registers the games that are written in Python)
    if short_string.partition("(")[0] not in pyspiel.registered_names():
        raise UnknownGame(f"OpenSpiel has no game {short_string!r}.")
    try:
        game = pyspiel.load_game(short_string)
    except (pyspiel.SpielError, IndexError, RuntimeError, ValueError) as error:
        raise ValueError(
            f"OpenSpiel cannot load {short_string!r}: {_reason(short_string, str(error))}"
        ) from None
    kind = game.get_type()
    if kind.dynamics == pyspiel.GameType.Dynamics.MEAN_FIELD:
        raise ValueError(f"{short_string} is a mean-field game: it has a population, not players with seats.")
    if why := _UNPLAYABLE.get(kind.short_name):
        raise ValueError(f"{short_string} {why}.")
    if kind.chance_mode == pyspiel.GameType.ChanceMode.SAMPLED_STOCHASTIC and not is_dealt_by_seed(game):
        raise ValueError(
            f"{short_string} only samples its chance events, so they cannot be drawn from our seed."
        )
    if kind.short_name == "bargaining" and game.prob_end():
        raise ValueError(
            f"{short_string} forgets what its players know whenever chance may end it; play our own "
            "bargaining with prob_end instead."
        )
    return game


def is_dealt_by_seed(game: Any) -> bool:
    """Return whether OpenSpiel samples nothing of a game but its deal, which its `rng_seed` decides."""
    return bool(game.get_type().short_name == "negotiation")


def seeded(short_string: str, seed: int) -> Any:
    """Return OpenSpiel's state after the deal that a seed decides, in a game that is dealt by one.

    The game is loaded anew, because its generator goes on with each deal.
    """
    pyspiel = pyspiel_module()
    parameters = load_game(short_string).get_parameters() | {"rng_seed": seed}
    game = pyspiel.load_game("negotiation", parameters)
    return game.new_initial_state().child(0)


def _reason(short_string: str, error: str) -> str:
    """Return why a game cannot be loaded, and what to write instead if it lacks parameters."""
    if missing := re.match(r"Missing parameter (\w+)", error):
        return f"it needs parameters, as in {short_string.partition('(')[0]}({missing[1]}=...)."
    return error.splitlines()[0] if "(" in short_string else "it needs parameters, such as a file to read."


@lru_cache(maxsize=1)
def pyspiel_module() -> Any:
    """Return OpenSpiel's module.

    Raises:
        MissingOpenSpiel: OpenSpiel is not installed.
    """
    try:
        import pyspiel
    except ImportError as error:
        raise MissingOpenSpiel(
            "This game needs OpenSpiel; in the clone of Arena, run: pip install '.[openspiel]'"
        ) from error
    return pyspiel
