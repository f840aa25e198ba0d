"""The progress of a run while it is played, and its result."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from arena.cache.cache import CacheCounts
from arena.core.errors import CapReached
from arena.episode.outcome import Ending
from arena.running._watching import Watcher
from arena.seat.writing import Listener
from arena.spending.limits import TotalUsage
from arena.workers.pool import PoolProgress


@dataclass(slots=True)
class Progress(PoolProgress):
    """The progress of a run, which can also be stopped early with it. Use it on the run's event loop.

    `folder` is the run's folder, once it has `begun`. `ended` counts the episodes by their ending. It
    includes the episodes that were `found` in the journal when the run resumed. `planned` counts the episodes
    of the `rounds` so far, and `turns` the answers asked for since the run began or resumed. `cache` counts
    the hits and misses of the response cache, if there is one. A `watcher` is shown each step of each
    episode, and a `listener` hears the words of the seats as they are written.
    """

    folder: Path | None = None
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    ended: dict[Ending, int] = field(default_factory=lambda: dict.fromkeys(Ending, 0))
    found: int = 0
    planned: int = 0
    rounds: int = 0
    turns: int = 0
    cache: CacheCounts | None = None
    watcher: Watcher | None = None
    listener: Listener | None = None

    @property
    def done(self) -> int:
        """The number of episodes that have ended."""
        return sum(self.ended.values())


@dataclass(frozen=True, slots=True)
class RunResult:
    """The result of a run: its folder, its episodes by their ending, and whether it was stopped early.

    `cache` counts the hits and misses of the response cache, if there was one. `spent` is the usage of models
    since the run's beginning, and `reached` is the cap that stopped it, or None. `stopped_by` is who asked
    for it to be stopped.
    """

    folder: Path
    ended: Mapping[Ending, int]
    interrupted: bool
    cache: CacheCounts | None = None
    spent: TotalUsage = field(default_factory=TotalUsage)
    reached: CapReached | None = None
    stopped_by: str = ""
