"""The progress line: live at a terminal, a plain line now and then elsewhere, or JSON lines."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, NoReturn

from rich.live import Live

from arena.core.console import err, plain, print_json
from arena.episode.outcome import Ending
from arena.running.progress import Progress
from arena.spending.rate_limits import in_use, statuses

LIVE_SECONDS, PLAIN_SECONDS = 0.25, 5.0


@asynccontextmanager
async def watching(progress: Progress, as_json: bool) -> AsyncIterator[None]:
    """Show a run's progress until the block ends; a run that never begins shows nothing."""
    meter = _Meter(progress)
    task = asyncio.create_task(_watch(progress, meter, as_json))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        if progress.begun.is_set() and not as_json:
            err.print(meter.line(), markup=False)


async def _watch(progress: Progress, meter: _Meter, as_json: bool) -> None:
    await progress.begun.wait()
    if as_json:
        print_json({"event": "run", "folder": str(progress.folder)})
        await _every(PLAIN_SECONDS, lambda: print_json({"event": "progress", **meter.numbers()}))
    err.print(f"Run in {progress.folder}", markup=False)
    if err.is_terminal:
        await _live(meter)
    await _every(PLAIN_SECONDS, lambda: err.print(meter.line(), markup=False))


async def _every(seconds: float, show: Callable[[], None]) -> NoReturn:
    while True:
        await asyncio.sleep(seconds)
        show()


async def _live(meter: _Meter) -> NoReturn:
    with Live(console=err, auto_refresh=False, transient=True) as live:
        while True:
            live.update(plain(meter.line()), refresh=True)
            await asyncio.sleep(LIVE_SECONDS)


class _Meter:
    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._started = time.monotonic()

    def numbers(self) -> dict[str, Any]:
        """Return episodes done, planned and failed, turns per second, and the seconds still to go.

        Once models were called, also the tokens and dollars spent, which are None if not known of all calls,
        and while all calls of an account wait, why, by the account's name.
        """
        progress = self._progress
        seconds = time.monotonic() - self._started
        made = progress.done - progress.found
        left = max(0, progress.planned - progress.done)
        spent = progress.spent
        dollars = None if spent.unpriced else spent.dollars
        waiting = {limiter.name: why for limiter in in_use() if (why := limiter.why_waiting())}
        return {
            **({"waiting": waiting} if waiting else {}),
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
        if left:
            parts.append(f"{left:,.0f} s to go")
        return "; ".join([", ".join(parts), *statuses()])
