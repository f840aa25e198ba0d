"""Loading games from OpenSpiel, and refusing those that cannot be played here."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from games.base import UnknownGame


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
    except pyspiel.SpielError as error:
        raise ValueError(f"OpenSpiel cannot load {short_string!r}: {str(error).splitlines()[0]}") from None
    kind = game.get_type()
    if kind.dynamics == pyspiel.GameType.Dynamics.MEAN_FIELD:
        raise ValueError(f"{short_string} is a mean-field game: it has a population, not players with seats.")
    if kind.chance_mode == pyspiel.GameType.ChanceMode.SAMPLED_STOCHASTIC:
        raise ValueError(
            f"{short_string} only samples its chance events, so they cannot be drawn from our seed."
        )
    if kind.short_name == "bargaining" and game.prob_end():
        raise ValueError(
            f"{short_string} forgets what its players know whenever chance may end it; play our own "
            "bargaining with prob_end instead."
        )
    return game


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
