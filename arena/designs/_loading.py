"""Finding what a name stands for: a scenario, a file, a protocol, or a game, which makes a tournament."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from arena.core.complaints import first_problem
from arena.core.errors import UnknownName, UsageError, did_you_mean, there_are
from arena.core.python_files import load_file
from arena.designs._described import described
from arena.designs._pool import Pool
from arena.designs._seats import seated
from arena.designs._source import Source
from arena.designs.coaching import Coaching
from arena.designs.comparison import Comparison
from arena.designs.league import League
from arena.designs.overriding import SettingError, nested, with_settings
from arena.designs.scenario import AnyScenario, Scenario
from arena.designs.tournament import Tournament
from arena.episode.protocol import Protocol
from arena.registry import find, make_play, protocol_name, table

_OF_PROTOCOL = ("protocol", "seats")
_GAME = "games.base:Game"  # the class of all games


KINDS: Mapping[str, type[AnyScenario]] = {
    kind.kind: kind for kind in (Scenario, Comparison, Tournament, League, Pool, Coaching)
}
"""The kinds of designs that a study may describe whole."""


def kind_called(name: str) -> type[AnyScenario]:
    """Return the kind of design with a name.

    Raises:
        SettingError: if there is none.
    """
    if name not in KINDS:
        raise SettingError(
            f"There is no kind {name!r}.{did_you_mean(name, KINDS)} There are: {', '.join(KINDS)}.", ("kind",)
        )
    return KINDS[name]


def load(source: Source) -> AnyScenario:
    name = source.name
    if name.endswith(".py"):
        scenario = getattr(load_file(Path(name)), "scenario", None)
        if scenario is None:
            raise UsageError(f"{name} defines no `scenario`; assign one to that name in the file.")
    elif name in table("scenarios"):
        scenario = find("scenarios", name)
    elif (protocol := _protocol(name)) is not None:
        return _of_protocol(protocol, source)
    elif name.partition(":")[0] in table("protocols"):
        return load(_with_argument(source))
    elif source.tournament or is_own_game(name):
        return _game_tournament(name, source.agents)
    else:
        scenario = find("scenarios", name)
    if not isinstance(scenario, AnyScenario):
        found = scenario.__name__ if isinstance(scenario, type) else f"a {type(scenario).__name__}"
        raise UsageError(f"{name} holds {found}, not a Scenario or a Protocol.")
    if source.tournament and type(scenario) is Scenario and source.agents:
        return _as_tournament(scenario, source.agents)
    if source.tournament and not isinstance(scenario, Tournament):
        raise UsageError(f"{name} is not a tournament; run it with: arena run {name}")
    return scenario


def is_own_game(name: str) -> bool:
    """Return whether a place is that of a game. Only games have parameters behind a question mark."""
    place, query, _ = name.partition("?")
    if ".py:" not in place:
        return False
    found = find("games", place)
    return bool(query) or (isinstance(found, type) and issubclass(found, find("games", _GAME)))


def _with_argument(source: Source) -> Source:
    """Return a source of ``protocol:value`` with the value as the first setting of the protocol."""
    name, _, value = source.name.partition(":")
    first = next(iter(find("protocols", name).model_fields))
    settings = {f"protocol.{first}": value, **source.settings}
    return source.model_copy(update={"name": name, "settings": settings})


def _protocol(name: str) -> type[Protocol] | None:
    """Return the protocol with that name or at that place, or None if there is no protocol."""
    if name not in table("protocols") and (".py:" not in name or "?" in name):
        return None  # only games have parameters after a "?"
    found = find("protocols", name)
    if not isinstance(found, type) or not issubclass(found, Protocol):
        return None
    if lacking := sorted(found.__abstractmethods__):
        raise UsageError(f"{name} cannot be played: it does not define {' and '.join(lacking)}.")
    return found


def _of_protocol(made: type[Protocol], source: Source) -> AnyScenario:
    """Return a scenario or tournament of a protocol alone, on one empty task.

    The protocol's settings and the agents of seats that do not compete are taken from `source`, because a
    protocol or scenario cannot be made without the values that have no default.
    """
    mine = {path: value for path, value in source.settings.items() if path.partition(".")[0] in _OF_PROTOCOL}
    given = {"protocol": {}, "seats": {}} | nested(mine)
    if not source.agents and not given["seats"]:
        verb = "tournament" if source.tournament else "run"
        raise UsageError(f"Say who plays: arena {verb} {source.name} --agents NAME NAME ...")
    try:
        own = {path: value for path, value in mine.items() if path.startswith("protocol.")}
        protocol = with_settings({"protocol": made}, own)["protocol"] if own else made.model_validate({})
        name = protocol_name({"protocol": described(protocol)})
        if source.tournament:
            entrants = list(source.agents)
            return Tournament(name=name, protocol=protocol, agents=entrants, seats=given["seats"])
        players = seated(source.name, protocol.players, source.agents) if source.agents else {}
        seats = players | given["seats"]
        return Scenario(name=name, protocol=protocol, seats=seats)
    except ValidationError as invalid:
        raise UsageError(f"{source.name} cannot be played: {first_problem(invalid)}.") from None


def _as_tournament(scenario: Scenario, agents: Sequence[str]) -> Tournament:
    """Return a tournament of the scenario's protocol, on its tasks.

    Agents that do not compete keep their seats.
    """
    shared = {
        name: getattr(scenario, name) for name in Scenario.model_fields if name not in ("seats", "swap")
    }
    protocol = scenario.protocol
    seats = {seat: agent for seat, agent in scenario.seats.items() if seat not in protocol.players}
    return Tournament(**shared, seats=seats, agents=list(agents))


def _game_tournament(game: str, agents: Sequence[str]) -> Tournament:
    own = ".py:" in game
    if not own and game.partition(":")[0].partition("?")[0] not in table("games"):
        known = list(dict.fromkeys([*sorted(table("games")), *sorted(table("scenarios"))]))
        raise UnknownName(f"There is no tournament or game called {game!r}.{there_are(game, known, 'games')}")
    if not agents:
        raise UsageError(f"Say who plays: arena tournament {game} --agents NAME NAME ...")
    protocol = make_play(game)
    name = "".join(character if character.isalnum() else "-" for character in game).strip("-")
    return Tournament(name=name, protocol=protocol, agents=list(agents))
