"""Building a scenario from what a person types: a name or a file, agents, and settings by path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from arena.core.complaints import first_problem
from arena.core.errors import UnknownName, UsageError, did_you_mean
from arena.core.python_files import load_file
from arena.designs._described import described
from arena.designs.ablation import crossed, with_pasts
from arena.designs.fork import Fork
from arena.designs.scenario import AnyScenario, Scenario
from arena.designs.tournament import Tournament
from arena.episode.protocol import Protocol
from arena.journal import StoredRun
from arena.journal.resuming import check_ours
from arena.prompts import Wording
from arena.registry import find, make_play, protocol_name, table


class Source(BaseModel):
    """What a person typed to begin a run. The same scenario can be built from it again to resume the run.

    `name` is the name of a scenario, a Python file that defines a `scenario`, or the name or place of a
    protocol (``file.py:Name``). For a tournament it may be a game. `settings` holds values by path, such as
    ``protocol.hands``. `prompts` holds wordings by their names, `each` the agents that are compared, and
    `past` the error rates of rewritten pasts.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    tournament: bool = False
    agents: tuple[str, ...] = ()
    settings: Mapping[str, Any] = {}
    prompts: Mapping[str, Wording] = {}
    each: tuple[str, ...] = ()
    past: tuple[str, ...] = ()


class ForkSource(BaseModel):
    """What a person typed to fork a run. `parent` is what was typed to begin that run."""

    model_config = ConfigDict(frozen=True)

    parent: Source | ForkSource
    at: Mapping[int, int] = {}
    siblings: int | None = None
    seats: Mapping[str, str] = {}
    replies: tuple[str, ...] = ()
    seed: int | None = None

    def at_turns(self, at: Mapping[int, int]) -> Self:
        """Return a copy with other turns to branch at."""
        return self.model_copy(update={"at": dict(at)})


def build_fork(source: ForkSource, folder: Path) -> Fork:
    """Return the fork of the run in `folder` that `source` describes.

    Raises:
        UsageError: if the fork cannot be built.
    """
    parent = source.parent
    if isinstance(parent, Source):
        original = build(parent)
    else:
        with StoredRun(folder) as stored:
            original = build_fork(parent, stored.parent.folder)
    given = source.model_dump(exclude={"parent"}, exclude_none=True)
    try:
        return Fork.model_validate({"parent": folder, "original": original, **given})
    except ValidationError as invalid:
        raise UsageError(f"The run in {folder} cannot be forked: {first_problem(invalid)}.") from None


def source_of(folder: Path) -> Source | ForkSource:
    """Return what was typed to begin the run in `folder`.

    Raises:
        UsageError: if the run was begun from Python.
    """
    check_ours(folder)
    with StoredRun(folder) as stored:
        typed = stored.header()["source"]
    if typed is None:
        raise UsageError(
            f"The run in {folder} was begun from Python, so use it from Python with its scenario: "
            "arena.resume(folder, scenario) continues it, and arena.fork(folder, episode, turn, "
            "scenario=scenario) branches an episode."
        )
    return ForkSource.model_validate(typed) if "parent" in typed else Source.model_validate(typed)


def rebuilt(folder: Path, settings: Mapping[str, Any] | None = None) -> AnyScenario:
    """Return the scenario of a run that was begun at the command line.

    Args:
        folder: the folder of the run.
        settings: values by path that replace those with which the run was begun.

    Raises:
        UsageError: if the run was begun from Python, if its scenario cannot be built any more, or if there
            are settings for a fork.
    """
    source = source_of(folder)
    if isinstance(source, Source):
        return build(source.model_copy(update={"settings": {**source.settings, **(settings or {})}}))
    if settings:
        raise UsageError(
            f"The run in {folder} is a fork, so its settings cannot be changed; continue it without --set."
        )
    with StoredRun(folder) as stored:
        return build_fork(source, stored.parent.folder)


def build(source: Source) -> AnyScenario:
    """Return the scenario that `source` describes.

    In a tournament its agents are the entrants. In any other scenario they sit in the players' seats in
    order, or one agent sits in all of them.

    Raises:
        UnknownName: if there is no scenario, file or game with that name.
        UsageError: if an agent or a setting does not fit.
    """
    if source.each and not source.agents:
        source = source.model_copy(update={"agents": source.each[:1]})
    scenario = _load(source)
    if source.agents:
        if isinstance(scenario, Tournament):
            scenario = override(scenario, ["agents"], list(source.agents))
        else:
            seated = _seated(scenario.name, scenario.players, source.agents)
            scenario = override(scenario, ["seats"], {**scenario.seats, **seated})
    settings = dict(source.settings)
    if "tasks" in settings:
        # All tasks of a file are played, unless it is said how many.
        scenario = override(override(scenario, ["first"], None), ["tasks"], settings.pop("tasks"))
    for path, value in settings.items():
        scenario = override(scenario, path.split("."), value)
    if source.past:
        scenario = with_pasts(scenario, source.past)
    if source.prompts or source.each:
        return crossed(scenario, source.prompts, source.each)
    return scenario


def _seated(name: str, players: Sequence[str], agents: Sequence[str]) -> dict[str, str]:
    if len(agents) not in (1, len(players)):
        raise UsageError(
            f"{name} has {len(players)} seats for players, {', '.join(players)}: name one agent for "
            f"all of them or one for each, not {len(agents)}."
        )
    each = agents if len(agents) > 1 else [agents[0]] * len(players)
    return dict(zip(players, each, strict=True))


def _load(source: Source) -> AnyScenario:
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
        return _load(_with_argument(source))
    elif source.tournament:
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
    given: dict[str, dict[str, Any]] = {"protocol": {}, "seats": {}}
    for path, value in source.settings.items():
        of, _, setting = path.partition(".")
        if of in given and setting and "." not in setting:
            given[of][setting] = value
    if not source.agents and not given["seats"]:
        verb = "tournament" if source.tournament else "run"
        raise UsageError(f"Say who plays: arena {verb} {source.name} --agents NAME NAME ...")
    try:
        protocol = made.model_validate(given["protocol"])
        name = protocol_name({"protocol": described(protocol)})
        if source.tournament:
            entrants = list(source.agents)
            return Tournament(name=name, protocol=protocol, agents=entrants, seats=given["seats"])
        seated = _seated(source.name, protocol.players, source.agents) if source.agents else {}
        seats = seated | given["seats"]
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
        known = sorted({*table("scenarios"), *table("games")})
        hint = did_you_mean(game, known)
        raise UnknownName(
            f"There is no tournament or game called {game!r}.{hint} There are: {', '.join(known)}."
        )
    if not agents:
        raise UsageError(f"Say who plays: arena tournament {game} --agents NAME NAME ...")
    protocol = make_play(game)
    name = "".join(character if character.isalnum() else "-" for character in game).strip("-")
    return Tournament(name=name, protocol=protocol, agents=list(agents))


def override(holder: Any, path: Sequence[str], value: Any, *, whole: Sequence[str] = ()) -> Any:
    """Return a copy of a model or mapping in which the setting at `path` is `value`. The copy is validated.

    `whole` is the path that was typed, for error messages.

    Raises:
        UsageError: if there is no such setting, or if it cannot have this value.
    """
    name, *rest = path
    whole = whole or path
    if isinstance(holder, Mapping):
        return {**holder, name: override(holder.get(name), rest, value, whole=whole) if rest else value}
    if not isinstance(holder, BaseModel):
        raise UsageError(f"There is no setting {name!r}: {type(holder).__name__} has no settings.")
    fields = type(holder).model_fields
    if name not in fields:
        hint = did_you_mean(name, fields)
        raise UsageError(
            f"{type(holder).__name__} has no setting {name!r}.{hint} It has: {', '.join(fields)}."
        )
    changed = override(getattr(holder, name), rest, value, whole=whole) if rest else value
    try:
        return type(holder).model_validate(
            {**{field: getattr(holder, field) for field in fields}, name: changed}
        )
    except ValidationError as invalid:
        raise UsageError(f"{'.'.join(whole)} cannot be {value!r}: {first_problem(invalid)}.") from None
