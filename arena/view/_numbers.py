"""What is counted over a whole run: read in the background, kept, and read again when the journal has grown.

A pass over a run of 100,000 episodes takes seconds. So a page that is asked for meanwhile shows what was
counted before, or that it is being counted.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Any

from arena.core.errors import ArenaError
from arena.journal import StoredRun
from arena.results import Summary, summarise
from arena.spending.limits import Caps, TotalUsage
from arena.view._runs import ShownRuns

_PATIENCE = 0.3
"""How many seconds a page waits for what is being counted."""
_REST = 5
"""How many times as long as counting took, it is not counted again."""
_LEAST_REST = 1.0


@dataclass(frozen=True, slots=True)
class RunNumbers:
    """What was counted over a run: its cost, its caps, its standings, its decisions, and what went wrong.

    `stamp` counts how often it was counted. `trouble` says why something could not be counted.
    """

    stamp: int
    spent: TotalUsage
    caps: Caps
    summary: Summary | None
    decisions: Mapping[str, int]
    failures: list[tuple[str, str, int]]
    unusable: list[tuple[str, int, int]]
    trouble: str = ""


@dataclass(slots=True)
class _Kept:
    numbers: RunNumbers | None = None
    size: tuple[int, ...] = ()
    counted_at: float = 0.0
    took: float = 0.0
    counting: Future[None] | None = None


class RunCounting:
    """Counts over the runs, one at a time."""

    def __init__(self, runs: ShownRuns) -> None:
        self._runs = runs
        self._kept = [_Kept() for _ in runs.folders]
        self._pool = ThreadPoolExecutor(1, "counting")
        self._lock = Lock()

    def numbers(self, run: int, patience: float = _PATIENCE) -> RunNumbers | None:
        """Return what was counted over a run; None if nothing has been counted yet.

        It is counted anew if the journal has grown, and what comes within `patience` seconds is returned.
        """
        kept = self._kept[run]
        with self._lock:
            if kept.counting is None and self._is_stale(run, kept):
                kept.counting = self._pool.submit(self._count, run, kept)
            counting = kept.counting
        if counting is not None:
            with suppress(NotYet):
                counting.result(patience)
        return kept.numbers

    def _is_stale(self, run: int, kept: _Kept) -> bool:
        if kept.numbers is None:
            return True
        if time.monotonic() - kept.counted_at < max(_LEAST_REST, _REST * kept.took):
            return False
        return self._runs.size(run) != kept.size

    def is_busy(self, run: int) -> bool:
        """Whether a run is being counted, or will be because it has grown since."""
        kept = self._kept[run]
        return kept.counting is not None or self._runs.size(run) != kept.size

    def _count(self, run: int, kept: _Kept) -> None:
        size, started = self._runs.size(run), time.monotonic()
        stamp = kept.numbers.stamp + 1 if kept.numbers else 1
        try:
            with self._runs.open(run) as stored:
                kept.numbers = count(self._runs, stored, stamp)
        except ArenaError as error:
            nothing = TotalUsage()
            kept.numbers = RunNumbers(stamp, nothing, Caps(), None, {}, [], [], str(error))
        kept.size, kept.counted_at = size, time.monotonic()
        kept.took = kept.counted_at - started
        kept.counting = None


def count(runs: ShownRuns, stored: StoredRun, stamp: int = 1) -> RunNumbers:
    """Count over a run.

    Raises:
        JournalError: if its header cannot be read.
    """
    header: Mapping[str, Any] = stored.header()
    caps = Caps.model_validate(header.get("caps", {}))
    trouble, summary = "", None
    try:
        summary = summarise(stored)
    except ArenaError as error:
        trouble = str(error)
    return RunNumbers(
        stamp,
        stored.total(),
        caps,
        summary,
        stored.decisions(),
        runs.failures(stored),
        stored.unusable(),
        trouble,
    )


def planned(config: Mapping[str, Any]) -> int | None:
    """Return how many episodes a run plans; None if it depends on earlier episodes, as in tournaments."""
    kind, tasks = config.get("kind"), config.get("tasks")
    if kind not in ("scenario", "comparison") or config.get("perturb") or not isinstance(tasks, Mapping):
        return None
    count, episodes = tasks.get("count"), config.get("episodes", 1)
    if not isinstance(count, int) or not isinstance(episodes, int):
        return None
    seatings = len(config.get("players", ())) or 1 if config.get("swap") else 1
    conditions = config.get("protocol", {}).get("conditions", {}) if kind == "comparison" else {}
    return count * episodes * seatings * max(1, len(conditions))
