"""Agents that play in the place of others, in what has not begun."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import islice
from types import MappingProxyType

from arena.core.errors import UsageError, did_you_mean
from arena.designs.scenario import AnyScenario
from arena.registry import AgentLike, agent_name
from arena.running._sight import PLANS_CHECKED, check_sight, shown_to
from arena.seat.agent import Agent
from arena.steering import RunAct, SettingsSince, StoredAct
from arena.workers.tools import check_calls

_COMPETING = ("tournament", "league")
_MAY_REPLACE = ("scenario", "comparison", *_COMPETING)
_BEGIN_ANOTHER = "stop the run, and begin another one without the agent"
_WHY_NOT = MappingProxyType(
    {
        "coaching": f"its later games go on from what the agent has learnt; {_BEGIN_ANOTHER}",
        "fork": "its episodes go on from what the agent has said; fork the run again, with the new agent in "
        "the seat",
        "pool": f"it compares numbered versions of agents; {_BEGIN_ANOTHER}",
        "self-play": f"the agent learns from what it has played; {_BEGIN_ANOTHER}",
    }
)


def check_replacements(scenario: AnyScenario, before: SettingsSince, act: RunAct) -> None:
    """Check that the agents that an act names can play in the place of others.

    Args:
        scenario: what is played.
        before: the settings that hold until then.
        act: the act.

    Raises:
        UsageError: if they cannot.
    """
    if not act.replace:
        return
    _check_kind(scenario)
    known = cast_of(scenario, before)
    for old in act.replace:
        if old not in known:
            there = f"{did_you_mean(old, known)} There are: {', '.join(known)}."
            raise UsageError(f"No agent is called {old!r} here.{there}")
    _check_plays_on(before, act)
    if scenario.kind in _COMPETING:
        _check_apart(known, act)
    after = before.after(StoredAct(0, 0.0, "", act))
    for name, specification in after.replaced.values():
        if known.get(name, specification) != specification:
            raise UsageError(
                f"Another agent is called {name!r} already; give the new one a name of its own, as in "
                f"{name}-2={specification}."
            )


def _check_kind(scenario: AnyScenario) -> None:
    if scenario.pairs_by_results:
        raise UsageError(
            f"No agent of {scenario.name} can be replaced, because who meets there depends on the results of "
            f"each agent; {_BEGIN_ANOTHER}."
        )
    if scenario.kind not in _MAY_REPLACE:
        why = _WHY_NOT.get(scenario.kind, f"its results stand for the agent's name; {_BEGIN_ANOTHER}")
        raise UsageError(f"No agent of a {scenario.kind} can be replaced, because {why}.")


def _check_plays_on(before: SettingsSince, act: RunAct) -> None:
    """Check that nobody is replaced whom another has replaced already: that would change nothing."""
    playing = {name for name, _ in before.replaced.values()}
    for old, new in act.replace.items():
        if old in before.replaced and old not in playing:
            now, _ = before.replaced[old]
            raise UsageError(
                f"{now} plays in the place of {old} already; replace that one, as in --replace {now}={new}."
            )


def _check_apart(known: Mapping[str, AgentLike], act: RunAct) -> None:
    """Check that nobody meets itself, and that the results of no two players are mixed."""
    names = Counter(map(agent_name, act.replace.values()))
    for name, times in names.items():
        if name in known or times > 1:
            raise UsageError(
                f"{name} plays here already, and one agent cannot play for two; give the new one a name of "
                f"its own, as in {name}-2=AGENT."
            )


def cast_of(scenario: AnyScenario, *settings: SettingsSince) -> dict[str, AgentLike]:
    """Return every agent of a scenario by its name, with those that play in the place of others."""
    found = dict(scenario.cast())
    for one in settings:
        found |= dict(one.replaced.values())
    return found


def check_seats(scenario: AnyScenario, settings: SettingsSince, agents: Mapping[str, Agent]) -> None:
    """Check that the agents that play in the place of others can do what they will be asked.

    Raises:
        UsageError: if one sees no pictures and is shown some, or cannot call the tools of its seat.
    """
    names = {old: name for old, (name, _) in settings.replaced.items()}
    if not names:
        return
    shown = shown_to(scenario)
    check_sight({names[name]: seat for name, seat in shown.items() if name in names}, agents)
    first = scenario.round(0, ())
    for plan in islice(first.plans if first else (), PLANS_CHECKED):
        for seat in scenario.tools_of(plan):
            if (name := names.get(plan.seats[seat])) is not None:
                check_calls(agents[name], seat)
