"""Running a scenario: many episodes at once, each failure kept to its own, everything journalled."""

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
from arena.core.files import why
from arena.core.garbage import rare_garbage_collection
from arena.core.log import logging_to
from arena.core.version import __version__
from arena.designs.scenario import AnyScenario
from arena.journal import recording
from arena.journal.resuming import caps_and_prices, check_unchanged, spent_in
from arena.running._rounds import Rounds
from arena.running.progress import Progress, RunResult
from arena.seat.agent import Agent
from arena.spending.budget import Budget
from arena.spending.limits import Caps
from arena.spending.prices import Prices
from arena.workers.opening import AskedOf, open_agents
from arena.workers.pool import open_pool

__all__ = ["CONCURRENCY", "Progress", "RunResult", "new_folder", "run"]

CONCURRENCY = 100
"""How many episodes are played at once unless the caller says otherwise."""
PLANS_CHECKED = 1000
"""Of how many plans it is checked before the run that the agents answer what they will be asked for."""


async def run(
    scenario: AnyScenario,
    folder: Path | str | None = None,
    *,
    concurrency: int = CONCURRENCY,
    resume: bool = False,
    retry_failed: bool = False,
    cache: Path | str | None = None,
    caps: Caps | None = None,
    prices: Prices | None = None,
    source: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
    verbose: bool = False,
    quiet: bool = False,
    instead: Callable[[Agent], Agent] | None = None,
) -> RunResult:
    """Play all episodes of a scenario and journal them.

    Args:
        scenario: what to play.
        folder: where the run is kept; a new folder in ``runs/`` unless asked.
        concurrency: how many episodes are played at once.
        resume: continue the run in `folder`; no finished episode is played and no finished call made again.
        retry_failed: when resuming, also play the failed episodes again, from the point of failure.
        cache: the file of a response cache, made if there is none: models are not asked again what they have
            answered in it.
        caps: what the run may spend. When one is reached, the run ends, to be resumed; then the caps that it
            had still hold, but for those given anew.
        prices: what calls to models cost; when resuming, as before unless asked.
        source: from what the command line can build the scenario again.
        progress: kept up to date while the run goes on.
        verbose: show the log on stderr too.
        quiet: do not say on stderr when all calls to a provider wait.
        instead: returns who takes the place of an agent, itself or another; each is taken as it is unless
            asked.

    Raises:
        UsageError: if the scenario cannot be run as it stands, if `folder` is not as it should be, or if
            there is a cap in dollars and an agent whose price is not known.
        ConfigurationChanged: if the run to resume was begun under another configuration.
        StopRun: if an agent finds that no episode can go on, such as for a key that is refused.
        Unwritable: if there can be no folder for the run.
        JournalError: if the journal cannot be read or written; what it holds stays whole.
        CacheError: if the cache cannot be opened.
    """
    asked = await _checked(_Asked(scenario, folder, resume, retry_failed, caps, prices, source))
    how = _How(concurrency, cache, verbose, quiet, instead)
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
        raise Unwritable(f"No run can be kept in the folder {root}: {why(error)}.") from error


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which run is asked for; the fields are described at `run`."""

    scenario: AnyScenario
    folder: Path | str | None
    resume: bool
    retry_failed: bool
    caps: Caps | None
    prices: Prices | None
    source: Mapping[str, Any] | None
    of_agents: Mapping[str, AskedOf] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _How:
    """How it is played, which leaves what is played as it is."""

    concurrency: int
    cache: Path | str | None
    verbose: bool
    quiet: bool
    instead: Callable[[Agent], Agent] | None


async def _checked(asked: _Asked) -> _Asked:
    """Refuse what cannot be run, before an agent is opened or anything is written; find caps and prices."""
    scenario, folder = asked.scenario, asked.folder
    if not asked.resume:
        return replace(asked, of_agents=await asyncio.to_thread(_asked_of, scenario))
    if folder is None:
        raise UsageError("Say which run to resume: run(scenario, folder, resume=True).")
    if asked.retry_failed and scenario.learns:
        raise UsageError(
            f"What failed in {scenario.name} cannot be played again: its agents have learnt from what "
            "else there was."
        )
    await asyncio.to_thread(check_unchanged, Path(folder), scenario.config())
    caps, prices = await asyncio.to_thread(caps_and_prices, Path(folder), asked.caps, asked.prices)
    return replace(asked, caps=caps, prices=prices)


def _asked_of(scenario: AnyScenario) -> Mapping[str, AskedOf]:
    """Return what the first plans ask of each agent, by its name, where their protocols say."""
    found: defaultdict[str, set[tuple[str, frozenset[str]]]] = defaultdict(set)
    first = scenario.round(0, ())
    for plan in islice(first.plans if first else (), PLANS_CHECKED):
        protocol = scenario.protocol_of(plan)
        for seat, name in plan.seats.items():
            if (names := protocol.asks_of(seat)) is not None:
                found[name].add((seat, names))
    return found


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
        progress.cache = None if replies is None else replies.counts
        folder = asked.folder
        where = Path(folder) if folder is not None else await asyncio.to_thread(new_folder, scenario.name)
        progress.folder = where
        if scenario.forked_from is not None:
            header["parent"] = os.path.relpath(scenario.forked_from, where)  # noqa: ASYNC240
        new = None if asked.resume else header
        async with recording(where, new, changed=money, retry_failed=asked.retry_failed) as journal:
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
                        await Rounds(scenario, where, journal, agents, pool, progress).play()
                finally:
                    log_counts(replies)
    came = progress.ended, progress.draining, progress.cache, progress.spent, progress.reached
    return RunResult(where, *came)
