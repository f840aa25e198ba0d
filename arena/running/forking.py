"""Forking: it branches an episode of a run at a turn, and plays it on in several ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from arena.designs.fork import Fork
from arena.designs.scenario import AnyScenario
from arena.registry import AgentLike
from arena.running.running import RunResult, run

Override = Mapping[str, AgentLike] | Sequence[str]
"""The agents that play seats from the turn on, by seat, or the replies at the turn, one for each sibling."""


async def fork(
    parent: Path | str,
    original: AnyScenario,
    episode: int,
    turn: int,
    n: int = 2,
    override: Override = (),
    *,
    folder: Path | str | None = None,
    **options: Any,
) -> RunResult:
    """Branch an episode of a run at a turn, and play the siblings as a new run. The run may still be running.

    Args:
        parent: the folder of the run that holds the episode.
        original: the scenario with which that run began.
        episode: the episode's number.
        turn: the number of the turn that is played again, counted from 0.
        n: the number of siblings. If `override` holds replies, there is one sibling for each of them.
        override: the agents that play seats from the turn on, by seat, or the replies at the turn.
        folder: the folder of the new run. By default, a new folder in ``runs/``.
        options: the options of `arena.running.running.run`.

    Raises:
        UsageError: if the run, the episode or the turn does not exist.
        ConfigurationChanged: if the run began with another scenario.
    """
    changed: dict[str, Any] = {"siblings": n}
    if override:
        changed = (
            {"siblings": n, "seats": override} if isinstance(override, Mapping) else {"replies": override}
        )
    return await run(
        Fork(parent=Path(parent), original=original, at={episode: turn}, **changed), folder, **options
    )
