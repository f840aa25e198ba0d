"""Steering a run from Python: what is asked of a run that is being played, here or in another process."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypedDict, Unpack

from arena.core.errors import UsageError
from arena.face._loops import check_no_loop
from arena.face._results import RunResults
from arena.spending.limits import Caps, Limits
from arena.steering import (
    SECONDS_TO_END,
    ActKind,
    RunAct,
    RunState,
    answer,
    ask,
    go_on,
    is_being_written,
    state,
)


class Changes(TypedDict, total=False):
    """What can be changed of a run. All of it is optional.

    Attributes:
        caps: new caps of the run, such as ``{"dollars": 5}``. None lifts one.
        limits: new limits of an episode, such as ``{"turns": 20}``, for episodes that begin afterwards.
        concurrency: the largest number of episodes that are played at the same time.
        replace: specifications of agents that play in the place of others, by the names of those, in
            matches that have not begun.
        retry_failed: whether the episodes that have failed are played again, before all others.
        by: who asks, for the journal. By default, the user's name on this machine.
    """

    caps: Caps | Mapping[str, float | None] | None
    limits: Limits | Mapping[str, float | None]
    concurrency: int
    replace: Mapping[str, str]
    retry_failed: bool
    by: str


class SteeredRun(RunResults):
    """A run that can be steered while it is played, and what state it is in."""

    @property
    def state(self) -> RunState:
        """The state of the run: live, held up, paused, stopped or ended, since when, by whom, and why."""
        return state(self.folder)

    async def pause_async(self, by: str = "") -> None:
        """Let the run ask nothing more until it is resumed. Replies that are on their way are awaited.

        Args:
            by: who asks, for the journal. By default, the user's name on this machine.

        Raises:
            UsageError: if no process plays the run.
        """
        await asyncio.to_thread(_heeded, self.folder, RunAct(kind=ActKind.PAUSE), by)

    def pause(self, by: str = "") -> None:
        """Do the same as `pause_async`, without ``await``."""
        check_no_loop("pause")
        _heeded(self.folder, RunAct(kind=ActKind.PAUSE), by)

    async def stop_async(self, seconds: float = SECONDS_TO_END, by: str = "") -> None:
        """Stop the run, also while it waits for a provider. It can be resumed.

        Args:
            seconds: how long it waits for replies that are on their way. They are paid for.
            by: who asks, as for `pause_async`.

        Raises:
            UsageError: if no process plays the run.
        """
        await asyncio.to_thread(_heeded, self.folder, RunAct(kind=ActKind.STOP, seconds=seconds), by)

    def stop(self, seconds: float = SECONDS_TO_END, by: str = "") -> None:
        """Do the same as `stop_async`, without ``await``."""
        check_no_loop("stop")
        _heeded(self.folder, RunAct(kind=ActKind.STOP, seconds=seconds), by)

    async def change_async(self, **changes: Unpack[Changes]) -> None:
        """Change the run while it is played.

        Args:
            changes: what is changed: ``caps``, ``limits``, ``concurrency``, ``replace`` and ``retry_failed``,
                and ``by`` whom. See `Changes`.

        Raises:
            UsageError: if no process plays the run, or it refuses. Nothing is changed then.
        """
        act, by = act_of(ActKind.CHANGE, changes)
        await asyncio.to_thread(_heeded, self.folder, act, by)

    def change(self, **changes: Unpack[Changes]) -> None:
        """Do the same as `change_async`, without ``await``."""
        check_no_loop("change")
        act, by = act_of(ActKind.CHANGE, changes)
        _heeded(self.folder, act, by)


def act_of(kind: ActKind, changes: Mapping[str, Any]) -> tuple[RunAct, str]:
    """Return the act that changes a run so, and who asks.

    Raises:
        UsageError: if something of it is not valid.
    """
    given = {name: value for name, value in changes.items() if value}
    by = str(given.pop("by", ""))
    for name, group in (("caps", Caps), ("limits", Limits)):
        if isinstance(given.get(name), Mapping):
            given[name] = group(**given[name])
    return RunAct(kind=kind, **given), by


def split_changes(options: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the options of `arena.running.running.run`, and its arguments that say what changes."""
    how = {name: value for name, value in options.items() if name not in ("limits", "replace", "by")}
    changes = {name: options[name] for name in ("limits", "replace") if name in options}
    act, _ = act_of(ActKind.RESUME, changes)
    return how, {"act": act, "by": options.get("by", "")}


def went_on(folder: Path, changes: Mapping[str, Any]) -> bool:
    """Ask the process that plays the run in `folder` to go on with it. Return False if none does.

    Raises:
        UsageError: if it goes on already, or refuses, or if more is given than it can change.
    """
    if not is_being_written(folder):
        return False
    if others := [name for name, value in changes.items() if value and name not in Changes.__annotations__]:
        raise UsageError(
            f"The run in {folder} is being played by another process, so {', '.join(others)} cannot be "
            "changed; stop it first."
        )
    act, by = act_of(ActKind.RESUME, changes)
    if refused := answer(folder, go_on(folder, act, by)).refused:
        raise UsageError(refused)
    return True


def _heeded(folder: Path, act: RunAct, by: str) -> None:
    if refused := answer(folder, ask(folder, act, by)).refused:
        raise UsageError(refused)
