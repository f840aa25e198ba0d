"""The progress of a run: a live line at a terminal, a plain line now and then elsewhere, or JSON lines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import NoReturn

from rich.live import Live

from arena.core.console import err, plain, print_json
from arena.core.screen import screen
from arena.running.meter import Meter
from arena.running.progress import Progress

LIVE_SECONDS, PLAIN_SECONDS = 0.25, 5.0


@asynccontextmanager
async def watching(progress: Progress, as_json: bool) -> AsyncIterator[None]:
    """Show a run's progress until the block ends. If the run never begins, show nothing."""
    meter = Meter(progress)
    task = asyncio.create_task(_watch(progress, meter, as_json))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        if progress.begun.is_set() and not as_json:
            err.print(meter.line(), markup=False)


async def _watch(progress: Progress, meter: Meter, as_json: bool) -> None:
    await progress.begun.wait()
    if as_json:
        print_json({"event": "run", "folder": str(progress.folder)})
        await _every(PLAIN_SECONDS, lambda: print_json({"event": "progress", **meter.numbers()}))
    err.print(f"Run in {progress.folder}", markup=False)
    if progress.watcher is not None:
        return  # What is watched shows how far the run is.
    if err.is_terminal:
        await _live(meter)
    await _every(PLAIN_SECONDS, lambda: None if screen.is_taken else err.print(meter.line(), markup=False))


async def _every(seconds: float, show: Callable[[], None]) -> NoReturn:
    while True:
        await asyncio.sleep(seconds)
        show()


async def _live(meter: Meter) -> NoReturn:
    """Show the live line. It disappears while a person is asked at this terminal."""
    while True:
        if not screen.is_taken:
            await _live_until_taken(meter)
        await asyncio.sleep(LIVE_SECONDS)


async def _live_until_taken(meter: Meter) -> None:
    with Live(console=err, auto_refresh=False, transient=True) as live, screen.giving_way(live.stop):
        while live.is_started:
            live.update(plain(meter.line()), refresh=True)
            await asyncio.sleep(LIVE_SECONDS)
