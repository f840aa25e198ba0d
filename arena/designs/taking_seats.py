"""A game, a scenario or a protocol in which people take seats: who sits in the others, and what is built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter

from arena.core.errors import UsageError
from arena.designs._loading import is_own_game, load
from arena.designs._protocol_names import ProtocolLike
from arena.designs._source import Source
from arena.designs.overriding import with_settings
from arena.designs.scenario import Scenario
from arena.episode.protocol import Protocol
from arena.registry import find, make_play, table

AT_RANDOM = "random"
"""Who plays a game against a person if nobody is named."""


def with_people(
    name: str,
    person: str,
    seats: Sequence[str] = (),
    *,
    against: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    episodes: int = 1,
) -> Source:
    """Return what is played when a person takes seats, from which the scenario is built.

    Args:
        name: the name or place of a game, a scenario or a protocol.
        person: the specification of the agent that asks the person.
        seats: the person's seats. By default, the first one.
        against: the agent of all other seats, or one for each of them. By default those of the scenario sit
            there, or in a game an agent that moves at random.
        settings: settings by their paths.
        episodes: how many episodes are played, each on another task if there are enough.

    Raises:
        UnknownName: if there is no such game, scenario or protocol.
        UsageError: if it cannot be played so.
    """
    given = dict(settings or {})
    source, own, tasks = _named(name)
    given = {**source.settings, **given}
    protocol = _changed(own, given)
    mine = tuple(seats) or (protocol.players or protocol.seats)[:1]
    if unknown := [seat for seat in mine if seat not in protocol.seats]:
        raise UsageError(f"{name} has no seat {unknown[0]!r}; its seats are {', '.join(protocol.seats)}.")
    others = [seat for seat in protocol.seats if seat not in mine]
    several = tasks >= episodes
    often = {"first": episodes if several else 1, "episodes": 1 if several else episodes}
    placed = {f"seats.{seat}": person for seat in mine} | _against(name, source, others, against)
    return source.model_copy(update={"settings": {**often, **placed, **given}})


def _named(name: str) -> tuple[Source, Protocol, int]:
    """Return what a name stands for: where it is built from, its protocol, and how many tasks it has."""
    if name.partition(":")[0].partition("?")[0] in table("games") or is_own_game(name):
        return Source(name="play", settings={"protocol.game": name}), make_play(name), 1
    if name in table("protocols") and name not in table("scenarios"):
        return Source(name=name), find("protocols", name).model_validate({}), 1
    scenario = load(Source(name=name, agents=(AT_RANDOM,)))
    if not isinstance(scenario, Scenario):
        raise UsageError(
            f"{name} is a {scenario.kind}, in which nobody takes a seat; name a game, a scenario or a "
            "protocol, as in: arena play kuhn"
        )
    return Source(name=name), scenario.protocol, len(scenario.tasks)


def _changed(protocol: Protocol, settings: Mapping[str, Any]) -> Protocol:
    own = {path: value for path, value in settings.items() if path.startswith("protocol.")}
    changed = with_settings({"protocol": protocol}, own)["protocol"]
    made: Protocol = TypeAdapter(ProtocolLike).validate_python(changed)
    return made


def _against(name: str, source: Source, others: Sequence[str], agents: Sequence[str]) -> dict[str, str]:
    """Return the settings that seat the others."""
    if not agents and source.name == "play":
        agents = (AT_RANDOM,)
    if not agents:
        return {}
    if len(agents) not in (1, len(others)):
        seats = "1 other seat" if len(others) == 1 else f"{len(others)} other seats"
        raise UsageError(
            f"{name} has {seats}, {', '.join(others)}: name one agent for all of them, or one for each, with "
            f"--against, not {len(agents)}."
        )
    each = agents if len(agents) > 1 else [agents[0]] * len(others)
    return {f"seats.{seat}": agent for seat, agent in zip(others, each, strict=True)}
