"""Adding agents to a tournament or a league that has begun, so that only what is missing is played."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from arena.core.errors import UsageError
from arena.designs._source import Source
from arena.designs.building import build, source_of
from arena.designs.league import League
from arena.designs.scenario import AnyScenario
from arena.designs.tournament import Tournament
from arena.registry import AgentLike, agent_name


class Grown(NamedTuple):
    """A run's scenario before and after agents were added, and from what it is built with them."""

    before: AnyScenario
    after: AnyScenario
    source: Source


def added_to(scenario: AnyScenario, agents: Sequence[AgentLike]) -> AnyScenario:
    """Return a tournament or a league with more agents.

    Raises:
        UsageError: if it is neither, if one of the agents plays in it already, or if who meets in it depends
            on earlier results.
    """
    if not isinstance(scenario, Tournament | League):
        raise UsageError(
            f"{scenario.name} is a {scenario.kind}, so no agent can be added to it; one can be added to a "
            "tournament or a league."
        )
    if not agents:
        raise UsageError("Say which agents are added.")
    there = {agent_name(agent) for group in scenario.groups for agent in group}
    if known := sorted(there & set(map(agent_name, agents))):
        raise UsageError(
            f"{known[0]} plays in {scenario.name} already. Resume the run to play what is missing, or give "
            f"the new agent another name, as in {known[0]}-2=AGENT."
        )
    return scenario.adding(agents)


def grown(folder: Path, agents: Sequence[str], trust: bool = False) -> Grown:
    """Return the scenario of a run that was begun at the command line, before and after agents are added.

    Args:
        folder: the folder of the run.
        agents: specifications of agents. Files that they name are found from the working directory, too.
        trust: whether Python files that the run names may have changed since it ran them.

    Raises:
        UsageError: if the run was begun from Python or is a fork, or if they cannot be added.
    """
    source = source_of(folder, trust)
    if not isinstance(source, Source):
        raise UsageError(f"The run in {folder} is a fork, so no agent can be added to it.")
    here = str(Path.cwd())
    folders = source.folders if here in source.folders else (*source.folders, here)
    before = build(source.model_copy(update={"folders": folders}))
    added_to(before, agents)  # This says what is wrong, before anything is built again.
    earlier = getattr(before, "added", ())
    if any(not isinstance(agent, str) for group in earlier for agent in group):
        raise UsageError(f"Agents were added to the run in {folder} from Python; add more with Run.add.")
    groups = [list(group) for group in (*earlier, agents)]
    settings = {**source.settings, "added": groups}
    later = source.model_copy(update={"folders": folders, "settings": settings})
    return Grown(before, build(later), later)
