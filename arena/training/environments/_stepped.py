"""What `Env` steps through: the scenario of one protocol, with the policy in the caller's seats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from arena.core.errors import UsageError
from arena.designs.building import build
from arena.designs.overriding import with_settings
from arena.designs.scenario import AnyScenario, Scenario
from arena.designs.study_files import is_study, read_study
from arena.episode.protocol import Protocol
from arena.registry import AgentLike, find, place_of, protocol_name, table
from arena.training.environments._seats import POLICY, check_seats, find_scenario, with_policy


def scenario_of_one(
    what: AnyScenario | Protocol | str,
    seats: Sequence[str],
    agents: Mapping[str, AgentLike],
    settings: Mapping[str, Any],
) -> Scenario:
    """Return the scenario of what is stepped through.

    Args:
        what: a game, a scenario or a protocol: its name, its place, the file of a study, or the object.
        seats: the caller's seats. Without any, all players that get no agent.
        agents: the agents in other seats, which replace the scenario's own.
        settings: settings by their paths.

    Raises:
        UsageError: if there is no such thing, seat or setting, if no seat is the caller's, or if there are
            several protocols.
    """
    if isinstance(what, str) and (made := _protocol(what)) is not None:
        given = {path.removeprefix("protocol."): value for path, value in settings.items()}
        of_protocol = {path: value for path, value in given.items() if f"protocol.{path}" in settings}
        what = with_settings(made, of_protocol)
    if isinstance(what, Protocol):
        check_seats({*seats, *agents}, what.seats)
        name = protocol_name({"protocol": {"class": place_of(type(what))}})
        own = _own(seats, what.players, agents)
        filled = {**agents, **dict.fromkeys(own, POLICY)}
        found: AnyScenario = Scenario(name=name, protocol=what, seats=filled)
    elif isinstance(what, AnyScenario):
        found = what
    elif isinstance(what, str):
        found = build(read_study(Path(what)).source) if is_study(what) else find_scenario(what)
    else:
        raise UsageError(f"Env takes a name, a protocol or a scenario, not {type(what).__name__}.")
    found = with_settings(found, settings)
    made_for = with_policy(found, _own(seats, found.players, agents), agents, pictures=True)
    if type(made_for) is not Scenario:
        raise UsageError(
            f"{found.name} is a {found.kind}, and Env steps through one protocol; give it a protocol or a "
            "scenario."
        )
    return made_for


def _own(seats: Sequence[str], players: Sequence[str], agents: Mapping[str, AgentLike]) -> Sequence[str]:
    own = seats or [seat for seat in players if seat not in agents]
    if not own:
        raise UsageError("Every player has an agent, so no seat is yours; leave one of them out.")
    return own


def _protocol(name: str) -> type[Protocol] | None:
    """Return the protocol with that name or in that file, or None if it names something else."""
    if name in table("scenarios") or (name not in table("protocols") and (".py:" not in name or "?" in name)):
        return None  # only games have parameters after a "?"
    found = find("protocols", name)
    return found if isinstance(found, type) and issubclass(found, Protocol) else None
