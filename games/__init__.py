"""Part of Arena (arena-protocols): games as rules only, immutable states in OpenSpiel's words.

    >>> import games
    >>> state = games.load("tictactoe").new_initial_state()
    >>> state.child(4).observation(1).splitlines()[0]
    'player_0 plays b2.'

Nothing is imported before it is used. Game theory lives in `games.theory`, the kit that checks a game you
wrote in `games.conformance`.
"""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers take it for True; importing typing would double what this import costs
if TYPE_CHECKING:
    from typing import Any

    from games.base import CHANCE, SIMULTANEOUS, TERMINAL, Game, IllegalAction, State, UnknownGame, seat_name
    from games.conformance import ConformanceError, check_game
    from games.loading import GAMES, load
    from games.repeated import Repeated

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
    "check_game",
    "load",
    "seat_name",
]

_HOMES = {
    **dict.fromkeys(("ConformanceError", "check_game"), "games.conformance"),
    **dict.fromkeys(("GAMES", "load"), "games.loading"),
    "Repeated": "games.repeated",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(_HOMES.get(name, "games.base")), name)
    return value
