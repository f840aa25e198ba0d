"""Where a run stands while it goes on, and what it came to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from arena.cache.cache import CacheCounts
from arena.core.errors import CapReached
from arena.episode.outcome import Ending
from arena.spending.limits import TotalUsage
from arena.workers.pool import PoolProgress


@dataclass(slots=True)
class Progress(PoolProgress):
    """Where a run stands, and the handle by which to stop it early; to be used on the run's event loop.

    `folder` is where the run is, once it has `begun`. `ended` counts the episodes by their ending, those
    `found` in the journal on resuming included, `planned` the episodes of the rounds so far, and `turns` the
    answers asked for since the run began or resumed. `cache` counts what came of asking the response cache,
    if there is one.
    """

    folder: Path | None = None
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    ended: dict[Ending, int] = field(default_factory=lambda: dict.fromkeys(Ending, 0))
    found: int = 0
    planned: int = 0
    rounds: int = 0
    turns: int = 0
    cache: CacheCounts | None = None

    @property
    def done(self) -> int:
        """How many episodes have ended."""
        return sum(self.ended.values())


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run came to: where it is, how many episodes ended how, and whether it was stopped early.

    `cache` counts what came of asking the response cache, if there was one. `spent` is what calls to models
    took, from the run's beginning, and `reached` the cap that stopped it, if one did.
    """

    folder: Path
    ended: Mapping[Ending, int]
    interrupted: bool
    cache: CacheCounts | None = None
    spent: TotalUsage = field(default_factory=TotalUsage)
    reached: CapReached | None = None
