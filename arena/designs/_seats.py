"""The agents in the seats of a scenario: whether every seat has one, and what they are called."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from arena.core.errors import UsageError
from arena.episode.probes import Probe
from arena.registry import AgentLike, agent_name


def check_seats(given: Iterable[str], needed: Iterable[str], where: str = "") -> None:
    """Check that every needed seat has an agent, and that no other seat has one.

    Raises:
        UsageError: if a seat lacks an agent or is not needed. `where` ends the sentence that says so.
    """
    named, seats = set(given), set(needed)
    if missing := sorted(seats - named):
        raise UsageError(f"These seats have no agent{where}: {', '.join(missing)}.")
    if unknown := sorted(named - seats):
        raise UsageError(
            f"No agent can be given for {', '.join(unknown)}{where}; the seats to fill are "
            f"{', '.join(sorted(seats)) or 'none'}."
        )


def check_probes(probes: Iterable[Probe], seats: Collection[str]) -> None:
    """Check that probes are for seats that there are, and that none is put twice.

    Raises:
        UsageError: if one is for another seat, or stands there twice.
    """
    listed = list(probes)
    for place, probe in enumerate(listed):
        if probe in listed[:place]:
            raise UsageError(f"The same probe of {probe.ask} stands there twice; name it once.")
        if unknown := sorted(set(probe.seats or ()) - set(seats)):
            raise UsageError(
                f"A probe of {probe.ask} is for {', '.join(unknown)}; the seats are {', '.join(seats)}."
            )


def names_of(seats: Mapping[str, AgentLike]) -> dict[str, str]:
    """Return the name of the agent in each seat."""
    return {seat: agent_name(agent) for seat, agent in seats.items()}


def seated(name: str, players: Sequence[str], agents: Sequence[str]) -> dict[str, str]:
    """Return the agent of each player's seat: one agent for all, or one for each.

    Raises:
        UsageError: if there are neither one nor as many as there are players.
    """
    if len(agents) not in (1, len(players)):
        raise UsageError(
            f"{name} has {len(players)} seats for players, {', '.join(players)}: name one agent for "
            f"all of them or one for each, not {len(agents)}."
        )
    each = agents if len(agents) > 1 else [agents[0]] * len(players)
    return dict(zip(players, each, strict=True))
