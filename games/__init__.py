"""Part of Arena (arena-protocols): the rules of games, as immutable states with OpenSpiel's names.

    >>> import games
    >>> state = games.load("tictactoe").new_initial_state()
    >>> state.child(4).observation(1).splitlines()[0]
    'player_0 plays b2.'

Nothing is imported before it is used. Game theory is in `games.theory`. `games.conformance` checks a game
that you wrote.
"""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers read True; to import typing would double the time of this import
if TYPE_CHECKING:
    from typing import Any

    from games.base import CHANCE, SIMULTANEOUS, TERMINAL, Game, IllegalAction, State, UnknownGame, seat_name
    from games.conformance import ConformanceError, check_game
    from games.loading import GAMES, load
    from games.repeated import Repeated
    from games.vocabulary import Vocabulary

__all__ = [
    "CHANCE",
    "GAMES",
    "SIMULTANEOUS",
    "TERMINAL",
    "ConformanceError",
    "Game",
    "IllegalAction",
    "Repeated",
    "State",
    "UnknownGame",
    "Vocabulary",
    "check_game",
    "load",
    "seat_name",
]

_HOMES = {
    **dict.fromkeys(("ConformanceError", "check_game"), "games.conformance"),
    **dict.fromkeys(("GAMES", "load"), "games.loading"),
    "Repeated": "games.repeated",
    "Vocabulary": "games.vocabulary",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(_HOMES.get(name, "games.base")), name)
    return value
