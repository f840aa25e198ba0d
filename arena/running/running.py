"""Running a scenario: many episodes at once.

The failure of one does not affect others, and all are journalled.
"""

from __future__ import annotations

import asyncio
import os
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from structlog.contextvars import bound_contextvars

from arena.cache.cache import log_counts, open_cache
from arena.core.errors import Unwritable, UsageError
from arena.core.files import resolved, why
from arena.core.garbage import rare_garbage_collection
from arena.core.log import logging_to
from arena.core.python_files import code_digest, code_run
from arena.core.version import __version__
from arena.designs.folders import found_from
from arena.designs.scenario import AnyScenario
from arena.journal import StoredRun, recording
from arena.journal.resuming import caps_and_prices, check_unchanged, code_of, spent_in
from arena.running._rounds import RunRounds
from arena.running._sight import PLANS_CHECKED, check_picture_names, check_sight, shown_to
from arena.running.progress import Progress, RunResult
from arena.seat.agent import Agent
from arena.spending.budget import Budget
from arena.spending.limits import Caps
from arena.spending.prices import Prices
from arena.tasks.questions import check_truth
from arena.workers.naming import agents_played
from arena.workers.opening import AskedOf, open_agents
from arena.workers.pool import open_pool
from arena.workers.tools import OpenTools

__all__ = ["EPISODES_AT_ONCE", "Progress", "RunResult", "new_folder", "run"]

EPISODES_AT_ONCE = 100
"""The largest number of episodes played at the same time, if the caller gives none."""


async def run(
    scenario: AnyScenario,
    folder: Path | str | None = None,
    *,
    concurrency: int = EPISODES_AT_ONCE,
    resume: bool = False,
    retry_failed: bool = False,
    cache: Path | str | None = None,
    caps: Caps | None = None,
    prices: Prices | None = None,
    source: Mapping[str, Any] | None = None,
    before: AnyScenario | None = None,
    progress: Progress | None = None,
    verbose: bool = False,
    quiet: bool = False,
    instead: Callable[[Agent], Agent] | None = None,
) -> RunResult:
    """Play all episodes of a scenario and journal them.

    Args:
        scenario: the scenario to play.
        folder: the folder of the run. By default, a new folder in ``runs/``.
        concurrency: the largest number of episodes played at the same time.
        resume: continue the run in `folder`. No finished episode is played again, and no finished call is
            made again.
        retry_failed: when resuming, also play the failed episodes again, from the point of failure.
        cache: the file of a response cache. It is made if it does not exist. A request whose reply is in it
            is not sent again.
        caps: limits on what the run may spend. When a cap is reached, the run ends and can be resumed. A
            resumed run keeps its earlier caps, except for those that are given again.
        prices: the prices of models. A resumed run keeps its earlier prices if none are given.
        source: the description from which the command line can build the scenario again.
        before: when resuming, the scenario as it was before agents were added to it. From now on the run is
            one of `scenario`, built from `source` if that is given.
        progress: updated while the run is played.
        verbose: also print the log to standard error.
        quiet: do not report on standard error that all calls to a provider are waiting.
        instead: a function from an agent to the agent that takes its place. By default, every agent plays
            itself.

    Raises:
        UsageError: if the scenario cannot be run, if `folder` holds something already or no run to resume, or
            if dollars are capped and an agent's price is unknown.
        ConfigurationChanged: if the run to resume began with another configuration.
        StopRun: if an agent reports that no episode can continue, for example because a key is refused.
        Unwritable: if the folder of the run cannot be made.
        JournalError: if the journal cannot be read or written. What it holds already stays readable.
        CacheError: if the cache cannot be opened.
    """
    how = _How(concurrency, cache, verbose, quiet, instead)
    begun = Path(folder) if resume and folder is not None else scenario.forked_from
    origin = source if source or begun is None else await asyncio.to_thread(_recorded_source, begun)
    with found_from(origin):
        asked = await _checked(_Asked(scenario, folder, resume, retry_failed, caps, prices, source, before))
        return await _run(asked, how, progress or Progress())


def new_folder(name: str, root: Path | str = "runs") -> Path:
    """Make and return the first folder ``root/name-1``, ``root/name-2``, ... that does not exist yet."""
    number = 1
    try:
        Path(root).mkdir(parents=True, exist_ok=True)
        while True:
            folder = Path(root) / f"{name}-{number}"
            try:
                folder.mkdir()
            except FileExistsError:
                number += 1
            else:
                return folder
    except OSError as error:
        raise Unwritable(f"The folder {root} cannot hold a run: {why(error)}.") from error


@dataclass(frozen=True, slots=True)
class _Asked:
    """The arguments of `run` that say what is played."""

    scenario: AnyScenario
    folder: Path | str | None
    resume: bool
    retry_failed: bool
    caps: Caps | None
    prices: Prices | None
    source: Mapping[str, Any] | None
    before: AnyScenario | None
    of_agents: Mapping[str, AskedOf] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _How:
    """The arguments of `run` that say how it is played. They do not change the transcripts."""

    concurrency: int
    cache: Path | str | None
    verbose: bool
    quiet: bool
    instead: Callable[[Agent], Agent] | None


async def _checked(asked: _Asked) -> _Asked:
    """Refuse what cannot be run, before anything is opened or written, and add the stored caps and prices."""
    scenario, folder = asked.scenario, asked.folder
    if not asked.resume:
        # A journal of before may hold other truths, and it still opens and resumes.
        for task in scenario.played_tasks:
            check_truth(task)
        await asyncio.to_thread(check_picture_names, scenario)
        shown = await asyncio.to_thread(shown_to, scenario)
        return replace(asked, of_agents=await asyncio.to_thread(_asked_of, scenario), shown=shown)
    if folder is None:
        raise UsageError("To resume a run, give its folder: run(scenario, folder, resume=True).")
    if asked.retry_failed and scenario.learns:
        raise UsageError(
            f"The failed episodes of {scenario.name} cannot be played again, because its agents have already "
            "learnt from the other episodes."
        )
    await asyncio.to_thread(check_unchanged, Path(folder), (asked.before or scenario).config())
    caps, prices = await asyncio.to_thread(caps_and_prices, Path(folder), asked.caps, asked.prices)
    of_agents = {} if asked.before is None else await asyncio.to_thread(_asked_of, scenario)
    return replace(asked, caps=caps, prices=prices, of_agents=of_agents)


def _asked_of(scenario: AnyScenario) -> Mapping[str, AskedOf]:
    """Return what the first plans ask of each agent, by its name, if their protocols declare it."""
    found: defaultdict[str, set[tuple[str, frozenset[str]]]] = defaultdict(set)
    first = scenario.round(0, ())
    for plan in islice(first.plans if first else (), PLANS_CHECKED):
        protocol = scenario.protocol_of(plan)
        for seat, name in plan.seats.items():
            if (names := protocol.asks_of(seat)) is not None:
                found[name].add((seat, names))
    return found


async def _opened_tools(asked: _Asked, agents: Mapping[str, Agent]) -> OpenTools:
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


def _recorded_source(folder: Path) -> Mapping[str, Any] | None:
    with StoredRun(folder) as stored:
        found: Mapping[str, Any] | None = stored.header()["source"]
        return found


def _recorded_tools(folder: Path) -> Mapping[str, Any]:
    with StoredRun(folder) as stored:
        found: Mapping[str, Any] = stored.header().get("tools", {})
        return found


def _code(folder: Path | None) -> dict[str, Any]:
    """Return what the header says of the Python files that were run. Those of before stay.

    The `folder` is that of a run that is resumed.
    """
    found = {} if folder is None else code_of(folder)
    now = {named: digest for named in found if (digest := code_digest(resolved(named)))}
    for named, digest in (now | code_run()).items():
        found[named] = list(dict.fromkeys([*found.get(named, ()), digest]))
    return {"code": found} if found else {}


def _with_added(folder: Path, header: Mapping[str, Any]) -> dict[str, Any]:
    """Return what changes in the header of the run in `folder` when agents are added. Earlier agents stay."""
    with StoredRun(folder) as stored:
        earlier = stored.header()
    built = {"source": header["source"]} if header["source"] is not None else {}
    return {"config": header["config"], "agents": header["agents"] | earlier.get("agents", {}), **built}


async def _run(asked: _Asked, how: _How, progress: Progress) -> RunResult:
    scenario, caps, prices = asked.scenario, asked.caps or Caps(), asked.prices or Prices()
    is_capped = caps.dollars is not None or scenario.limits.dollars is not None
    money = {"caps": caps.model_dump(exclude_none=True), "prices": prices.described()}
    header = {"config": scenario.config(), "version": __version__, "source": asked.source, **money}
    async with (
        open_cache(how.cache) as replies,
        open_agents(
            scenario.cast(),
            prices,
            is_capped=is_capped,
            instead=how.instead,
            cache=replies,
            asked_of=asked.of_agents,
        ) as agents,
    ):
        check_sight(asked.shown, agents)
        header["agents"] = agents_played(scenario.cast(), agents)
        tools = await _opened_tools(asked, agents)
        if not asked.resume and tools.records:
            header["tools"] = tools.records
        progress.cache = None if replies is None else replies.counts
        folder = asked.folder
        where = Path(folder) if folder is not None else await asyncio.to_thread(new_folder, scenario.name)
        progress.folder = where
        if scenario.forked_from is not None:
            header["parent"] = os.path.relpath(scenario.forked_from, where)  # noqa: ASYNC240
        code = await asyncio.to_thread(_code, where if asked.resume else None)
        new, changed = None if asked.resume else header | code, money | code
        if asked.before is not None:
            changed = changed | await asyncio.to_thread(_with_added, where, header)
        async with recording(where, new, changed=changed, retry_failed=asked.retry_failed) as journal:
            progress.spent = await asyncio.to_thread(spent_in, where)
            budget = Budget(caps, prices, progress.spent)
            progress.begun.set()
            with (
                rare_garbage_collection(),
                bound_contextvars(run=where.name),
                logging_to(where / "log.jsonl", verbose=how.verbose),
            ):
                try:
                    async with open_pool(
                        how.concurrency, budget, progress, journal.room, quiet=how.quiet
                    ) as pool:
                        await RunRounds(scenario, where, journal, agents, tools, pool, progress).play()
                finally:
                    log_counts(replies)
    came = progress.ended, progress.draining, progress.cache, progress.spent, progress.reached
    return RunResult(where, *came)
