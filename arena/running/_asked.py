"""What `arena.running.run` is asked to play: checked before anything is opened or written."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from arena.core.errors import UsageError
from arena.core.version import __version__
from arena.designs.scenario import AnyScenario
from arena.episode.outcome import Ending
from arena.journal import StoredRun
from arena.journal.resuming import caps_and_prices, check_unchanged
from arena.running._changing import check_act, code_facts
from arena.running._sight import PLANS_CHECKED, asked_of, check_picture_names, shown_to
from arena.seat.agent import Agent
from arena.spending.limits import Caps, Limits
from arena.spending.prices import Prices
from arena.steering import ActKind, RunAct, SettingsSince, StoredAct, acts, settings_since
from arena.tasks.questions import check_truth
from arena.workers.opening import AskedOf
from arena.workers.tools import OpenTools


@dataclass(frozen=True, slots=True)
class RunAsked:
    """The arguments of `run` that say what is played.

    `settings` are those that the run's acts have made before it is resumed.
    """

    scenario: AnyScenario
    folder: Path | str | None
    resume: bool
    retry_failed: bool
    caps: Caps | None
    prices: Prices | None
    source: Mapping[str, Any] | None
    before: AnyScenario | None
    act: RunAct | None = None
    by: str = ""
    settings: tuple[SettingsSince, ...] = ()
    of_agents: Mapping[str, AskedOf] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class How:
    """The arguments of `run` that say how it is played. They do not change the transcripts."""

    concurrency: int
    cache: Path | str | None
    verbose: bool
    quiet: bool
    instead: Callable[[Agent], Agent] | None


async def checked_arguments(asked: RunAsked) -> RunAsked:
    """Refuse what cannot be run, before anything is opened or written, and add the stored caps and prices."""
    scenario, folder = asked.scenario, asked.folder
    if not asked.resume:
        # A journal of before may hold other truths, and it still opens and resumes.
        for task in scenario.played_tasks:
            check_truth(task)
        await asyncio.to_thread(check_picture_names, scenario)
        shown = await asyncio.to_thread(shown_to, scenario)
        return replace(asked, of_agents=await asyncio.to_thread(asked_of, scenario), shown=shown)
    if folder is None:
        raise UsageError("To resume a run, give its folder: run(scenario, folder, resume=True).")
    await asyncio.to_thread(check_unchanged, Path(folder), (asked.before or scenario).config())
    caps, prices = await asyncio.to_thread(caps_and_prices, Path(folder), asked.caps, asked.prices)
    if asked.retry_failed and scenario.pairs_by_results:
        await asyncio.to_thread(_check_failures, Path(folder))
    settings = await asyncio.to_thread(_recorded_settings, Path(folder), scenario.limits)
    _check_added(asked, settings[-1])
    act = _resuming(asked)
    check_act(scenario, settings[-1], act)
    changes_cast = asked.before is not None or act.replace
    of_agents = dict(await asyncio.to_thread(asked_of, scenario)) if changes_cast else {}
    after = settings[-1].after(StoredAct(0, 0.0, "", act))
    of_agents |= {name: of_agents.get(old, ()) for old, (name, _) in after.replaced.items()}
    found = replace(asked, caps=caps, prices=prices, of_agents=of_agents)
    return replace(found, act=act, settings=tuple(settings))


def _resuming(asked: RunAsked) -> RunAct:
    """Return the act with which a run is resumed, with all that is changed."""
    act = asked.act or RunAct(kind=ActKind.RESUME)
    given = {"caps": asked.caps, "retry_failed": asked.retry_failed}
    return act.model_copy(update={name: value for name, value in given.items() if value})


def _recorded_settings(folder: Path, limits: Limits) -> list[SettingsSince]:
    with StoredRun(folder) as stored:
        return settings_since(acts(stored), limits)


def _check_failures(folder: Path) -> None:
    with StoredRun(folder) as stored:
        if stored.counts().get(Ending.FAILED) and not stored.failed_last():
            raise UsageError(
                f"The episodes that failed in {folder} are of earlier rounds, and who plays in a later round "
                "depends on them, so they cannot be played again; resume the run without asking for that."
            )


def _check_added(asked: RunAsked, settings: SettingsSince) -> None:
    """Check that no agent that is added has the name of one that plays in another's place."""
    if asked.before is None:
        return
    added = asked.scenario.cast().keys() - asked.before.cast().keys()
    for name, _ in settings.replaced.values():
        if name in added:
            raise UsageError(
                f"{name} plays here already, in the place of another agent; give the new one a name of its "
                f"own, as in {name}-2=AGENT."
            )


async def opened_tools(asked: RunAsked, agents: Mapping[str, Agent]) -> OpenTools:
    """Open the tools of the first plans. A resumed run must have those with which it began."""
    scenario = asked.scenario
    if asked.resume and asked.folder is not None:
        recorded = await asyncio.to_thread(_recorded_tools, Path(asked.folder))
        return OpenTools(scenario.tool_limits, recorded)
    tools = OpenTools(scenario.tool_limits)
    first = await asyncio.to_thread(scenario.round, 0, ())
    seen: list[Any] = []
    for plan in islice(first.plans if first else (), PLANS_CHECKED):
        given = scenario.tools_of(plan)
        if given and (place := (given, plan.seats)) not in seen:
            seen.append(place)
            await tools.boxes(given, {seat: agents[name] for seat, name in plan.seats.items()})
    return tools


def recorded_source(folder: Path) -> Mapping[str, Any] | None:
    with StoredRun(folder) as stored:
        found: Mapping[str, Any] | None = stored.header()["source"]
        return found


def _recorded_tools(folder: Path) -> Mapping[str, Any]:
    with StoredRun(folder) as stored:
        found: Mapping[str, Any] = stored.header().get("tools", {})
        return found


def headers(
    asked: RunAsked, folder: Path, played: Mapping[str, Any], tools: OpenTools
) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """Return the header of a new run, or None, and what changes in that of a run that is resumed.

    Args:
        asked: what is played.
        folder: the folder of the run.
        played: what the header says of the agents.
        tools: the tools, which were opened.
    """
    scenario = asked.scenario
    caps, prices = asked.caps or Caps(), asked.prices or Prices()
    money = {"caps": caps.model_dump(exclude_none=True), "prices": prices.described()}
    code = code_facts(folder if asked.resume else None)
    if not asked.resume:
        made_of = {"config": scenario.config(), "version": __version__, "source": asked.source}
        header = {**made_of, **money, **code, "agents": played}
        header |= {"tools": tools.records} if tools.records else {}
        if scenario.forked_from is not None:
            header["parent"] = os.path.relpath(scenario.forked_from, folder)
        return header, money | code
    with StoredRun(folder) as stored:
        earlier = stored.header().get("agents", {})
    changed = money | code
    if asked.before is not None:
        changed |= {"config": scenario.config(), "agents": {**played, **earlier}}
        changed |= {} if asked.source is None else {"source": asked.source}
    elif asked.act is not None and asked.act.replace:
        changed |= {"agents": {**played, **earlier}}
    return None, changed
