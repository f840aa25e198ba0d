"""What a run's header says of its agents, and of the judges that were asked later."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from arena.cache.cache import settings_digest
from arena.core.errors import UsageError
from arena.journal import PERSON, StoredRun
from arena.registry import AgentLike, address
from arena.seat.agent import Agent


def agents_played(cast: Mapping[str, AgentLike], made: Mapping[str, Agent]) -> dict[str, dict[str, str]]:
    """Return the address and the digest of the settings of each agent, by its name.

    Two runs whose agents have the same name can thus be told apart where the agents are not the same. The
    digest is empty if an agent's settings are not plain data. A person is marked with the desk: where it sat.
    """
    return {
        name: {"address": address(agent), "settings": settings_digest(made[name]), **_person(made[name])}
        for name, agent in cast.items()
    }


def _person(agent: Agent) -> dict[str, str]:
    """Return the mark of an agent that is a person."""
    return {PERSON: agent.desk} if agent.desk else {}


def judges_of(
    folder: Path, judges: Mapping[str, AgentLike], made: Mapping[str, Agent], *, replaced: bool
) -> dict[str, dict[str, str]]:
    """Return what the header of the run in `folder` will say of its judges, earlier ones included.

    Args:
        folder: the folder of the run.
        judges: the judges or their specifications, by name.
        made: the judges by name.
        replaced: whether what they said before is replaced, so that they may be other agents.

    Raises:
        UsageError: if the name of a judge stood for another agent when it judged the run before.
    """
    with StoredRun(folder) as stored:
        earlier: dict[str, dict[str, str]] = stored.header().get("judges", {})
    found = agents_played(judges, made)
    for name, now in found.items():
        was = earlier.get(name, now)
        same_settings = isinstance(judges[name], str) or was["settings"] == now["settings"]
        if not replaced and (was["address"] != now["address"] or not same_settings):
            told = was["address"] if was["address"] != now["address"] else "the same with other settings"
            raise UsageError(
                f"{name} was {told} when it judged the run in {folder} before, and is {now['address']} now; "
                f"give the new judge another name, as in {name}-2={now['address']}."
            )
    return {**earlier, **found}
