"""Whether runs may be ranked together: the same configuration, and one agent behind each name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from arena.core.errors import UsageError
from arena.core.text import one_line
from arena.journal.resuming import IMPORTED
from arena.registry import renewed
from arena.results._agents import PlayedBy
from arena.results._boards import LEAGUE

_MAY_DIFFER = frozenset(
    ("kind", "agents", "added", "format", "named", "seed", "episodes", "swap", "versions", "matchmaking")
)
"""What a configuration may say otherwise: who met whom, how often, and by which chance."""
_RANKED = ("tournament", "league", "scenario", "pool", IMPORTED)


def check_rankable(name: str, config: Mapping[str, Any]) -> None:
    """Check that the agents of a run meet in matches.

    Raises:
        UsageError: if they do not.
    """
    kind = config["kind"]
    if kind not in _RANKED:
        raise UsageError(f"{name} is a {kind}, so its agents cannot be ranked; a tournament's can.")
    if len(config["players"]) < 2:
        raise UsageError(f"In {name} only one seat plays, so there is nobody to be ranked against.")


def check_same(configs: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """Check that the runs that Arena played have the same protocol, tasks, rules and other seats.

    Raises:
        UsageError: if not. The sentence names the first difference.
    """
    ours = [(name, dict(_flat(_compared(own)))) for name, own in configs if own["kind"] != IMPORTED]
    for name, own in ours[1:]:
        first, before = ours[0]
        for path in sorted(before.keys() | own.keys()):
            was, now = before.get(path, "not there"), own.get(path, "not there")
            if was != now:
                both = f"{one_line(str(was), 80)} in {first} and {one_line(str(now), 80)} in {name}"
                said = "they played different tasks" if path.startswith("tasks.") else f"{path} is {both}"
                raise UsageError(
                    f"{first} and {name} cannot be ranked together, because their configurations differ: "
                    f"{said}. Rank each for itself."
                )
    seats = {tuple(sorted(own["players"])) for _, own in configs}
    if len(seats) > 1:
        raise UsageError(
            f"These runs cannot be ranked together, because different seats compete in them: "
            f"{' | '.join(', '.join(names) for names in sorted(seats))}."
        )


def _compared(config: Mapping[str, Any]) -> dict[str, Any]:
    own: dict[str, Any] = {name: part for name, part in renewed(config).items() if name not in _MAY_DIFFER}
    players = set(config["players"])
    games = own["protocol"].get("conditions", {}) if config["kind"] == LEAGUE else {}
    for name, game in games.items():
        own[name] = {part: value for part, value in game.items() if part not in _MAY_DIFFER}
    if games:
        del own["protocol"]["conditions"]
    own["seats"] = {seat: agent for seat, agent in config["seats"].items() if seat not in players}
    return own


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _flat(part, f"{name}.{key}" if name else str(key))
    else:
        yield name, list(value) if isinstance(value, tuple) else value


def check_agents(runs: Sequence[tuple[str, str, Sequence[PlayedBy]]]) -> list[str]:
    """Check that no name stands for different agents in two runs, and return notes about names.

    Agents are the same if their settings are. Where these are not known, or versions of Arena differ, which
    may have other settings, they are the same if their addresses are.

    Args:
        runs: the name of each run, its version of Arena, and its agents as they are called in the ranking.

    Raises:
        UsageError: if a name does.
    """
    first: dict[str, tuple[str, str, PlayedBy]] = {}
    settings: dict[str, tuple[str, str]] = {}
    notes = []
    for run, version, agents in runs:
        for agent in agents:
            where, earlier, known = first.setdefault(agent.name, (run, version, agent))
            told = known.settings and agent.settings and version == earlier
            same = known.settings == agent.settings if told else known.address == agent.address
            if not same:
                raise UsageError(
                    f"{agent.name} is {_told(known, agent)} in {where} and {_told(agent, known)} in {run}. "
                    f"One rating cannot stand for both: give one of them another name, as in --alias "
                    f'{run}:{agent.name}=OTHER (aliases={{"{run}:{agent.name}": "OTHER"}}).'
                )
            was, name = settings.setdefault(agent.settings, (run, agent.name))
            if agent.settings and was != run and name != agent.name and agent.name not in notes:
                notes.append(
                    f"{name} in {was} and {agent.name} in {run} have the same settings, and are rated apart; "
                    f"--alias {run}:{agent.name}={name} rates them as one."
                )
    return list(dict.fromkeys(notes))


def _told(agent: PlayedBy, other: PlayedBy) -> str:
    same = agent.address == other.address
    return f"{agent.address} with the settings {agent.settings}" if same else agent.address
