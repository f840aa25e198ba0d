"""What is played, and how, as people say it in Python."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict

from arena.core.errors import UsageError, did_you_mean
from arena.designs.scenario import AnyScenario, Scenario
from arena.episode.protocol import Protocol
from arena.registry import AgentLike, place_of, protocol_name
from arena.running.progress import Progress
from arena.spending.limits import Caps
from arena.spending.prices import Prices
from arena.tasks.task import Task


class PlayingOptions(TypedDict, total=False):
    """How a run is played; every option may be left out.

    Attributes:
        concurrency: how many episodes are played at once; 100 if it is left out.
        cache: the file of a response cache, made if there is none. What a model has answered in it, the model
            is not asked again.
        caps: what the run may spend, such as ``{"dollars": 5}``. When a cap is reached the run ends, and can
            be resumed.
        prices: what calls to models cost, where the price list is not to be believed.
        progress: kept up to date while the run goes on, and the handle by which to stop it early.
        verbose: show the log on stderr too.
        quiet: do not say on stderr when all calls to a provider wait.
    """

    concurrency: int
    cache: Path | str | None
    caps: Caps | Mapping[str, float] | None
    prices: Prices | None
    progress: Progress | None
    verbose: bool
    quiet: bool


OPTIONS = tuple(PlayingOptions.__annotations__)
_FORMER = {
    "resume": "arena.resume(folder, scenario) goes on with a run",
    "retry_failed": "arena.resume(folder, scenario, retry_failed=True) plays failed episodes again",
    "instead": "arena.running.run(scenario, folder, instead=...) takes it",
    "source": "arena.running.run(scenario, folder, source=...) takes it",
}


def checked(options: PlayingOptions, of: Collection[str] = OPTIONS) -> dict[str, Any]:
    """Return the options as `arena.running.run` takes them; `of` is which there are.

    Raises:
        UsageError: if there is no such option, or the caps are none.
    """
    given = dict(options)
    for name in given.keys() - set(of):
        said = _FORMER.get(name, f"the options are {', '.join(of)}")
        raise UsageError(f"There is no option {name!r} here.{did_you_mean(name, of)} Instead, {said}.")
    return with_caps(given)


def with_caps(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options in which caps that are plain values, such as ``{"dollars": 5}``, are `Caps`.

    Raises:
        UsageError: if they are no caps.
    """
    caps = options.get("caps")
    return {**options, "caps": Caps(**caps)} if isinstance(caps, Mapping) else dict(options)


def scenario_of(
    what: AnyScenario | Protocol,
    tasks: Sequence[Task] | None,
    agents: Mapping[str, AgentLike] | None,
    episodes: int | None,
    seed: int | None,
) -> AnyScenario:
    """Return the scenario that is meant: as it is, or of a protocol and what goes with it.

    Raises:
        UsageError: if it is neither, a scenario is given with what it has of its own, or a seat has no agent.
    """
    given = {"tasks": tasks, "seats": agents, "episodes": episodes, "seed": seed}
    given = {name: value for name, value in given.items() if value is not None}
    if isinstance(what, AnyScenario):
        if given:
            name = "agents" if "seats" in given else next(iter(given))
            kind = type(what).__name__
            raise UsageError(
                f"A {kind} has its own {name}: make the {kind} with it; {name}=... goes with a protocol."
            )
        return what
    if not isinstance(what, Protocol):
        raise UsageError(
            f"What is run is a scenario or a protocol, such as Debate(), not a {type(what).__name__}."
        )
    name = protocol_name({"protocol": {"class": place_of(type(what))}})
    return Scenario(name=name, protocol=what, **given)
