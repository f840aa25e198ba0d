"""Running a scenario: many episodes at once.

The failure of one does not affect others, and all are journalled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from structlog.contextvars import bound_contextvars

from arena.cache.cache import log_counts, open_cache
from arena.core.errors import Unwritable
from arena.core.files import why
from arena.core.garbage import rare_garbage_collection
from arena.core.log import logging_to
from arena.designs.folders import found_from
from arena.designs.scenario import AnyScenario
from arena.journal import recording
from arena.journal.resuming import spent_in
from arena.running._asked import How, RunAsked, checked_arguments, headers, opened_tools, recorded_source
from arena.running._changing import Changing
from arena.running._holding import SettingsHeld
from arena.running._replacing import cast_of, check_seats
from arena.running._rounds import RunRounds
from arena.running._sight import check_sight
from arena.running.live_limits import telling_limits
from arena.running.live_words import telling_words
from arena.running.progress import Progress, RunResult
from arena.seat.agent import Agent
from arena.spending.budget import Budget
from arena.spending.limits import Caps
from arena.spending.prices import Prices
from arena.steering import RunAct, SettingsSince, StoredAct, who
from arena.workers.helm import Helm, steered
from arena.workers.naming import agents_played
from arena.workers.opening import open_agents
from arena.workers.pool import open_pool

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
    act: RunAct | None = None,
    by: str = "",
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
        act: when resuming, the limits and agents that change, for episodes that have not begun.
        by: when resuming, who does it, for the journal. By default, the user's name on this machine.
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
    how = How(concurrency, cache, verbose, quiet, instead)
    begun = Path(folder) if resume and folder is not None else scenario.forked_from
    origin = source if source or begun is None else await asyncio.to_thread(recorded_source, begun)
    with found_from(origin):
        given = RunAsked(scenario, folder, resume, retry_failed, caps, prices, source, before, act, by)
        asked = await checked_arguments(given)
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


def _folder(asked: RunAsked) -> Path:
    return new_folder(asked.scenario.name) if asked.folder is None else Path(asked.folder)


async def _run(asked: RunAsked, how: How, progress: Progress) -> RunResult:
    scenario, caps, prices = asked.scenario, asked.caps or Caps(), asked.prices or Prices()
    settings = [*asked.settings] or [SettingsSince(0, scenario.limits)]
    if asked.act is not None and asked.act.changes_settings:
        settings.append(settings[-1].after(StoredAct(0, 0.0, "", asked.act)))
    cast = cast_of(scenario, *settings)
    async with (
        open_cache(how.cache) as replies,
        open_agents(
            cast,
            prices,
            is_capped=(caps.dollars, settings[-1].limits.dollars) != (None, None),
            instead=how.instead,
            cache=replies,
            asked_of=asked.of_agents,
        ) as agents,
        AsyncExitStack() as closing,
    ):
        check_sight(asked.shown, agents)
        await asyncio.to_thread(check_seats, scenario, settings[-1], agents)
        tools = await opened_tools(asked, agents)
        played = agents_played(cast, agents)
        progress.cache = None if replies is None else replies.counts
        progress.folder = where = await asyncio.to_thread(_folder, asked)
        new, changed = await asyncio.to_thread(headers, asked, where, played, tools)
        act = None if asked.act is None else (who(asked.by), str(asked.act.kind), asked.act.record())
        async with recording(
            where,
            new,
            changed=changed,
            retry_failed=asked.retry_failed,
            last_round=scenario.pairs_by_results,
            act=act,
        ) as journal:
            progress.spent = await asyncio.to_thread(spent_in, where)
            budget = Budget(caps, prices, progress.spent)
            if asked.act is not None and asked.act.changes_settings:
                settings[-1] = replace(settings[-1], act=journal.last_act)
            progress.begun.set()
            with (
                rare_garbage_collection(),
                bound_contextvars(run=where.name),
                logging_to(where / "log.jsonl", verbose=how.verbose),
                telling_words(progress, where),
            ):
                try:
                    async with open_pool(
                        how.concurrency, budget, progress, journal.room, quiet=how.quiet
                    ) as pool:
                        held = SettingsHeld(settings)
                        rounds = RunRounds(scenario, where, journal, agents, tools, pool, progress, held)
                        changing = Changing(scenario, journal, pool, rounds, prices, closing, replies, played)
                        helm = Helm(where, journal, pool, changing.change)
                        async with steered(helm), telling_limits(where):
                            await rounds.play()
                finally:
                    log_counts(replies)
    came = progress.ended, progress.draining, progress.cache, progress.spent, progress.reached
    return RunResult(where, *came, progress.stopped_by)
