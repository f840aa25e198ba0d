"""Loading games by their names: `kuhn`, `openspiel:liars_dice(numdice=1)`, `repeated:kuhn?n=10`.

A name is `game[:argument][?parameter=value&...]`. The part before the colon is looked up in `games.GAMES`,
and then among installed packages' entry points of the group `arena.games`. The class or function found there
is called with the rest of the name. A game of your own is `file.py:Class` or `module.name:Class`, and may
also have parameters.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from importlib import import_module
from inspect import Parameter, signature
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, unquote

from games._parameters import read_parameters
from games.base import Game, UnknownGame
from games.repeated import Repeated
from games.repeated_settings import First, Payoff, known_value

ENTRY_POINTS = "arena.games"

GAMES = {
    "bargaining": "games.bargaining:Bargaining",
    "blackjack": "games.blackjack:Blackjack",
    "disguised": "games.disguised:disguised",
    "kuhn": "games.kuhn_spiral:kuhn",
    "leduc": "games.leduc:LeducPoker",
    "limit-holdem": "games.limit_holdem:LimitHoldem",
    "number-guessing": "games.number_guessing:NumberGuessing",
    "openspiel": "games.openspiel:OpenSpielGame",
    "repeated": "games.loading:repeated",
    "rock-paper-scissors": "games.rock_paper_scissors:RockPaperScissors",
    "spiral-negotiation": "games.spiral_negotiation:spiral_negotiation",
    "tictactoe": "games.tictactoe:TicTacToe",
    "trade": "games.trade:Trade",
    "ultimatum": "games.ultimatum:Ultimatum",
}
"""The name for `load`, and the place, of every game of this package. Entry points add others."""


FIND: ContextVar[Callable[[str], Path]] = ContextVar("find", default=Path)
"""Returns the path of a game's file that a user named, which may be relative to another folder."""


def load(spec: str) -> Game:
    """Return the game that `spec` names.

    Raises:
        UnknownGame: there is no game of this name.
        ValueError: the game does not take these parameters.
    """
    path, _, query = spec.partition("?")
    name, _, argument = path.partition(":")
    if is_place(spec):
        make, positional = _own(name, argument), []
    else:
        make, positional = _find(name), [argument] if argument else []
    parameters: Mapping[str, Any] = dict(parse_qsl(query, keep_blank_values=True))
    takes = signature(make).parameters
    if unknown := [key for key in parameters if key not in takes and not _takes_any(make)]:
        known = list(takes)[len(positional) :]
        its = f"its parameters are {', '.join(known)}" if known else "it has none"
        raise ValueError(
            f"The game {spec!r} cannot be made: {path} has no parameter {unknown[0]!r}"
            f"{_nearest(unknown[0], known)}; {its}."
        )
    try:
        signature(make).bind(*positional, **parameters)
    except TypeError as error:
        raise ValueError(f"The game {spec!r} cannot be made: {name} says {error}.") from None
    try:
        game = make(*positional, **read_parameters(spec, make, parameters, check=is_place(spec)))
    except (ValueError, TypeError, ImportError):
        raise
    except Exception as error:
        raise ValueError(f"The game {spec!r} cannot be made: {type(error).__name__}: {error}.") from error
    if not isinstance(game, Game):
        raise TypeError(f"{spec!r} made a {type(game).__name__}, which is not a games.Game.")
    return game


def is_place(spec: str) -> bool:
    """Whether `spec` gives the file or module of a game instead of its name."""
    return "." in spec.partition("?")[0].partition(":")[0]


def repeated(
    game: str,
    n: int,
    payoff: str = "sum",
    first: str = "fixed",
    begins: int = 0,
    forfeit: float | None = None,
    forfeit_others: float | None = None,
) -> Repeated:
    """Return the game of `n` hands of the game named `game`.

    Args:
        game: The game that is repeated.
        n: How many hands are played.
        payoff: What a player gets at the end: `sum`, or `sign` for no more than having more than others.
        first: Who has the first seat after the first hand: `fixed`, or `alternate`.
        begins: The number of the player who has the first seat in the first hand.
        forfeit: What a player gets who gives no legal move.
        forfeit_others: What each of the others gets then.
    """
    if not isinstance(game, str):
        raise UnknownGame(f"There is no game {game!r} to repeat; write it as repeated:kuhn?n=10.")
    spec = unquote(game)
    rules, place = load(spec), spec if is_place(spec) else ""
    settings = known_value(Payoff, "payoff", payoff), known_value(First, "first", first)
    return Repeated(rules, n, *settings, begins, forfeit, forfeit_others, place)


def _find(name: str) -> Callable[..., object]:
    if name in GAMES:
        module, _, attribute = GAMES[name].partition(":")
        made: Callable[..., object] = getattr(import_module(module), attribute)
        return made
    from importlib.metadata import entry_points

    others = {point.name: point for point in entry_points(group=ENTRY_POINTS)}
    if name in others:
        loaded: Callable[..., object] = others[name].load()
        return loaded
    known = sorted({*GAMES, *others})
    raise UnknownGame(f"There is no game {name!r}{_nearest(name, known)}; the games are {', '.join(known)}.")


def _own(place: str, attribute: str) -> Callable[..., object]:
    """Return the value of `attribute` in the user's file or module `place`."""
    try:
        file = FIND.get()(place)
        running = sys.modules.get(file.name)
        if place.endswith(".py") and running is not None and _is_file(running, file):
            module = running  # a scenario's file that holds its own game, and is being read now
        elif place.endswith(".py"):
            module = ModuleType(place)
            # Dataclasses look up their module by its name. No import asks for a name with ".py" in it.
            sys.modules[place] = module
            exec(compile(file.read_bytes(), place, "exec"), module.__dict__)
        else:
            module = import_module(place)
        made: Callable[..., object] = getattr(module, attribute)
    except (OSError, ImportError, AttributeError) as error:
        raise UnknownGame(f"There is no game {place}:{attribute}: {error}.") from None
    except Exception as error:
        raise UnknownGame(f"{place} cannot be run: {type(error).__name__}: {error}.") from error
    return made


def _is_file(module: ModuleType, place: Path) -> bool:
    """Whether the module was made from the file at `place`."""
    spec = getattr(module, "__spec__", None)
    return spec is not None and spec.origin is not None and Path(spec.origin).resolve() == place.resolve()


def _takes_any(make: Callable[..., object]) -> bool:
    return any(one.kind is Parameter.VAR_KEYWORD for one in signature(make).parameters.values())


def _nearest(name: str, known: list[str]) -> str:
    from difflib import get_close_matches

    match = get_close_matches(name, known, n=1)
    return f" (did you mean {match[0]!r}?)" if match else ""
