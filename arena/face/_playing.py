"""The options of the verbs that play, and how a protocol with tasks and agents becomes a scenario."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, TypedDict

from arena.core.errors import UsageError, did_you_mean
from arena.designs.scenario import AnyScenario, Scenario
from arena.episode.protocol import Protocol
from arena.registry import place_of, protocol_name
from arena.running.progress import Progress
from arena.spending.limits import Caps
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


OPTIONS = tuple(PlayingOptions.__annotations__)
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
