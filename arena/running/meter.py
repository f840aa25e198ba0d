"""The progress of a run, in numbers and as a sentence."""

from __future__ import annotations

import time
from typing import Any

from arena.episode.outcome import Ending
from arena.running.progress import Progress
from arena.spending.rate_limits import in_use, statuses


class Meter:
    """Measures a run's progress. It counts time from when it is made."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._started = time.monotonic()

    def numbers(self) -> dict[str, Any]:
        """Return the episodes done, planned and failed, the round, turns per second, and the seconds left.

        Once a model was called, it also returns the tokens and the dollars spent. The dollars are None if the
        price of some call is unknown. While all calls of an account wait, ``waiting`` holds the reason, by
        the account's name. While the run is paused, ``paused`` is true.
        """
        progress = self._progress
        seconds = time.monotonic() - self._started
        made = progress.done - progress.found
        left = max(0, progress.planned - progress.done)
        spent = progress.spent
        dollars = None if spent.unpriced else spent.dollars
        paused = {"paused": True} if progress.drained.is_held else {}
        waiting = {limiter.name: why for limiter in in_use() if (why := limiter.why_waiting())}
        return {
            **({"waiting": waiting} if waiting else {}),
            **paused,
            **({"tokens": spent.tokens, "dollars": dollars} if spent.calls else {}),
            "done": progress.done,
            "planned": progress.planned,
            "failed": progress.ended[Ending.FAILED],
            "round": progress.rounds,
            "turns_per_second": round(progress.turns / seconds, 1) if seconds else 0.0,
            "seconds_left": round(left * seconds / made, 1) if made else None,
        }

    def line(self) -> str:
        """Return the numbers as a sentence."""
        numbers = self.numbers()
        left = numbers["seconds_left"]
        parts = [
            f"{numbers['done']:,} of {numbers['planned']:,} episodes done",
            f"{numbers['failed']:,} failed",
            f"{numbers['turns_per_second']:,.0f} turns/s",
        ]
        if self._progress.spent.calls:
            parts.append(self._progress.spent.shown())
        if self._progress.drained.is_held:
            parts.append("paused")
        elif left:
            parts.append(f"{left:,.0f} s to go")
        return "; ".join([", ".join(parts), *statuses()])
