"""The options of the verbs that play, and how a protocol with tasks and agents becomes a scenario."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, TypedDict

from arena.core.errors import UsageError, did_you_mean
from arena.designs.adding import added_to, grown
from arena.designs.scenario import AnyScenario, Scenario
from arena.episode.protocol import Protocol
from arena.judging import JudgingOptions
from arena.registry import AgentLike, place_of, protocol_name
from arena.running import running
from arena.running.progress import Progress, RunResult
from arena.spending.limits import Caps, Limits
from arena.spending.prices import Prices


class PlayingOptions(TypedDict, total=False):
    """The options of the verbs that play. All of them are optional.

    Attributes:
        concurrency: the largest number of episodes played at the same time, 100 by default.
        cache: the file of a response cache. It is made if it does not exist. A request whose reply is in it
            is not sent again.
        caps: limits on what the run may spend, such as ``{"dollars": 5}``. When a cap is reached, the run
            ends and can be resumed.
        prices: prices of models, which are used before those of the built-in list.
        progress: updated while the run is played. Its method `drain` stops the run early.
        verbose: also print the log to standard error.
        quiet: do not report on standard error that all calls to a provider are waiting.
    """

    concurrency: int
    cache: Path | str | None
    caps: Caps | Mapping[str, float] | None
    prices: Prices | None
    progress: Progress | None
    verbose: bool
    quiet: bool


class ResumingOptions(PlayingOptions, total=False):
    """The options of ``arena.resume``: those of the verbs that play, and what changes besides.

    Attributes:
        limits: new limits of an episode, such as ``{"turns": 20}``, for matches that have not begun.
        replace: specifications of agents that play in the place of others, by the names of those, in
            matches that have not begun.
        by: who goes on with the run, for its journal. By default, the user's name on this machine.
    """

    limits: Limits | Mapping[str, float | None]
    replace: Mapping[str, str]
    by: str


OPTIONS = tuple(PlayingOptions.__annotations__)
RESUMING = (*OPTIONS, *ResumingOptions.__annotations__)
_FORMER = {
    "resume": "arena.resume(folder, scenario) continues a run",
    "retry_failed": "arena.resume(folder, scenario, retry_failed=True) plays failed episodes again",
    "instead": "arena.running.run(scenario, folder, instead=...) takes it",
    "source": "arena.running.run(scenario, folder, source=...) takes it",
}


def checked(options: PlayingOptions, of: Collection[str] = OPTIONS) -> dict[str, Any]:
    """Return the options as keyword arguments of `arena.running.running.run`. `of` holds the allowed names.

    Raises:
        UsageError: if an option does not exist, or the caps are not valid.
    """
    given = dict(options)
    for name in given.keys() - set(of):
        said = _FORMER.get(name, f"the options are {', '.join(of)}")
        raise UsageError(f"There is no option {name!r} here.{did_you_mean(name, of)} Instead, {said}.")
    return with_caps(given)


def with_caps(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options with their caps as `Caps`, if they are a mapping such as ``{"dollars": 5}``.

    Raises:
        UsageError: if the caps are not valid.
    """
    caps = options.get("caps")
    return {**options, "caps": Caps(**caps)} if isinstance(caps, Mapping) else dict(options)


def scenario_of(what: AnyScenario | Protocol, settings: Mapping[str, Any]) -> AnyScenario:
    """Return `what` if it is a scenario, or the scenario made of a protocol with its tasks and agents.

    Args:
        what: a scenario or a protocol.
        settings: the settings of the scenario that is made of a protocol. Those that are None are not given.

    Raises:
        UsageError: if `what` is neither a scenario nor a protocol, if a scenario is given together with
            arguments for protocols, or if a seat has no agent.
    """
    given = {name: value for name, value in settings.items() if value is not None}
    if isinstance(what, AnyScenario):
        if given:
            name = "agents" if "seats" in given else next(iter(given))
            kind = type(what).__name__
            raise UsageError(
                f"A {kind} has its own {name}, so {name}=... is only for a protocol; set it when you "
                f"make the {kind}."
            )
        return what
    if not isinstance(what, Protocol):
        raise UsageError(
            f"Only a scenario or a protocol, such as Debate(), can be run, not a {type(what).__name__}."
        )
    name = protocol_name({"protocol": {"class": place_of(type(what))}})
    return Scenario(name=name, protocol=what, **given)


def judging_options(options: Mapping[str, Any]) -> JudgingOptions:
    """Return the options of a judging.

    Raises:
        UsageError: if there is no such option.
    """
    try:
        return JudgingOptions(**with_caps(options))
    except TypeError:
        known = [field.name for field in fields(JudgingOptions)]
        name = next(name for name in options if name not in known)
        raise UsageError(
            f"There is no option {name!r} of judging.{did_you_mean(name, known)} There are: "
            f"{', '.join(known)}."
        ) from None


async def add_agents(
    folder: Path,
    agents: Sequence[AgentLike],
    scenario: AnyScenario | None,
    options: Mapping[str, Any],
    trust: bool = False,
) -> tuple[RunResult, AnyScenario]:
    """Add agents to the run in `folder`, play what is missing, and return the result and the new scenario.

    Without a scenario, that with which the run began at the command line is built again.

    Raises:
        UsageError: if they cannot be added.
    """
    if scenario is not None:
        before, after, source = scenario, added_to(scenario, agents), None
    elif all(isinstance(agent, str) for agent in agents):
        before, after, built = await asyncio.to_thread(grown, folder, [str(agent) for agent in agents], trust)
        source = built.model_dump()
    else:
        raise UsageError("This run is built from what was typed, so name the agents that are added in text.")
    result = await running.run(after, folder, resume=True, before=before, source=source, **options)
    return result, after
