"""Forking: an episode of a stored or running run is branched at a turn, and goes on in several ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from arena.designs.fork import Fork
from arena.designs.scenario import AnyScenario
from arena.registry import AgentLike
from arena.running.running import RunResult, run

Override = Mapping[str, AgentLike] | Sequence[str]
"""Who sits where from the turn on, by seat; or the replies that stand at the turn, one for each sibling."""


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
    """Branch an episode of a stored or running run at a turn, and play its siblings as a run of their own.

    Args:
        parent: the folder of the run that holds the episode.
        original: the scenario that it was begun under.
        episode: the episode's number.
        turn: the turn that is taken anew, counted from 0.
        n: how many siblings there are; with replies, one for each of them.
        override: agents by the seats that they take over from the turn on, or the replies at the turn.
        folder: where the fork is kept; a new folder in ``runs/`` unless given.
        options: as `arena.run` takes them.

    Raises:
        UsageError: if there is no such run, episode or turn.
        ConfigurationChanged: if the run was begun under another scenario.
    """
    changed: dict[str, Any] = {"siblings": n}
    if override:
        changed = (
            {"siblings": n, "seats": override} if isinstance(override, Mapping) else {"replies": override}
        )
    return await run(
        Fork(parent=Path(parent), original=original, at={episode: turn}, **changed), folder, **options
    )
