"""Changing a run while it is played, or when it goes on: caps, limits, concurrency, and who plays."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from arena.cache.cache import Cache
from arena.core.errors import UsageError
from arena.core.files import resolved
from arena.core.python_files import code_digest, code_run
from arena.designs.scenario import AnyScenario
from arena.journal import Journal
from arena.journal.resuming import code_of
from arena.registry import make_agent
from arena.running._replacing import check_replacements, check_seats
from arena.running._rounds import RunRounds
from arena.running._sight import asked_of
from arena.seat.agent import Agent
from arena.spending.budget import check_prices
from arena.spending.prices import Prices
from arena.steering import RunAct, SettingsSince, StoredAct
from arena.workers.naming import agents_played
from arena.workers.opening import open_agents
from arena.workers.pool import WorkerPool


def check_act(scenario: AnyScenario, before: SettingsSince, act: RunAct) -> None:
    """Check that a scenario's run can be changed as an act says.

    Args:
        scenario: what is played.
        before: the settings that hold until then.
        act: the act.

    Raises:
        UsageError: if it cannot.
    """
    if act.retry_failed and scenario.learns:
        raise UsageError(
            f"The failed episodes of {scenario.name} cannot be played again, because its agents have already "
            "learnt from the other episodes."
        )
    check_replacements(scenario, before, act)


def code_facts(folder: Path | None) -> dict[str, Any]:
    """Return what the header says of the Python files that were run. Those of before stay.

    The `folder` is that of a run that is resumed.
    """
    found = {} if folder is None else code_of(folder)
    now = {named: digest for named in found if (digest := code_digest(resolved(named)))}
    for named, digest in (now | code_run()).items():
        found[named] = list(dict.fromkeys([*found.get(named, ()), digest]))
    return {"code": found} if found else {}


@dataclass(slots=True)
class Changing:
    """Changes a run while it is played.

    `closing` closes the agents that are opened. `cache` is that of the other agents.
    """

    scenario: AnyScenario
    journal: Journal
    pool: WorkerPool
    rounds: RunRounds
    prices: Prices
    closing: AsyncExitStack
    cache: Cache | None
    played: dict[str, Any]

    async def change(self, stored: StoredAct) -> Callable[[], None]:
        """Prepare to change the run as an act says, and return what changes it, at once.

        Raises:
            ArenaError: if it cannot be changed so.
        """
        act, budget = stored.act, self.pool.budget
        now = self.rounds.held.settings[-1]
        check_act(self.scenario, now, act)
        settings = now.after(stored)
        is_capped = (budget.caps.changed_by(act.caps).dollars, settings.limits.dollars) != (None, None)
        if is_capped:
            await asyncio.to_thread(check_prices, self.rounds.agents.values(), self.prices, needed=True)
        new = await self._opened(settings, is_capped=is_capped)
        code = await asyncio.to_thread(code_facts, self.rounds.folder) if new else {}
        return partial(self._make, act, settings, new, code)

    def _make(
        self, act: RunAct, settings: SettingsSince, new: Mapping[str, Agent], code: Mapping[str, Any]
    ) -> None:
        if act.retry_failed:
            self.rounds.play_again()
        if new:
            self.rounds.agents = {**self.rounds.agents, **new}
            cast = dict(settings.replaced.values())
            self.played |= agents_played({name: cast[name] for name in new}, new)
            self.journal.fact("agents", self.played)
            for name, value in code.items():
                self.journal.fact(name, value)
        if act.caps.model_fields_set:
            caps = self.pool.budget.caps.changed_by(act.caps)
            self.pool.budget.change(caps)
            self.journal.fact("caps", caps.model_dump(exclude_none=True))
        if act.changes_settings:
            self.rounds.held.settings.append(settings)
        if act.concurrency is not None:
            self.pool.resize(act.concurrency)

    async def _opened(self, settings: SettingsSince, *, is_capped: bool) -> Mapping[str, Agent]:
        """Return the agents that have not played yet, open. None is opened before all have been checked."""
        replacing = dict(settings.replaced.values())
        cast = {name: make_agent(one) for name, one in replacing.items() if name not in self.rounds.agents}
        await asyncio.to_thread(check_seats, self.scenario, settings, {**self.rounds.agents, **cast})
        if not cast:
            return {}
        asked = await asyncio.to_thread(asked_of, self.scenario)
        seats = {name: asked.get(old, ()) for old, (name, _) in settings.replaced.items()}
        return await self.closing.enter_async_context(
            open_agents(cast, self.prices, is_capped=is_capped, cache=self.cache, asked_of=seats)
        )
