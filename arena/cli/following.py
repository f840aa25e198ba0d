"""Following a run: what is recorded of it is printed until it ends."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from arena.cli.interrupting import INTERRUPTED
from arena.cli.watching import TerminalWatcher
from arena.core.console import err, plain, print_json, run_folder
from arena.core.errors import UsageError
from arena.episode.plan import Plan
from arena.journal import StateKind, StoredRun
from arena.results import counted
from arena.seat.transcript import Event
from arena.steering import RunState, Wait, state
from arena.training.export import episode_record

_SECONDS_BETWEEN = 0.5


def follow(run: str, number: int | None, as_json: bool) -> None:
    """Print the episodes of a live run, or one of them, as they are recorded, until it ends.

    What has ended before is left out, unless it is the one episode that was asked for.

    Args:
        run: the run.
        number: the episode to follow; None for all.
        as_json: whether each episode is printed as JSON when it has ended, and nothing else.

    Raises:
        UsageError: if there is no such run, or the run has ended without such an episode.
    """
    folder = run_folder(run)
    following = _Following(folder, number, as_json)
    try:
        last = following.to_the_end()
    except KeyboardInterrupt:
        err.print("No longer followed. The run is not touched by this.", markup=False)
        sys.exit(INTERRUPTED)
    if number is None or last.kind.is_over:
        with StoredRun(folder) as stored:
            ended = counted(stored.counts(), len(stored.numbers(finished=False)))
        why = f" {last.why}" if last.why else ""
        err.print(plain(f"The run is {last.kind}: {ended}.{why}"))


class _Following:
    """What of a run has been printed so far."""

    def __init__(self, folder: Path, number: int | None, as_json: bool) -> None:
        self._folder = folder
        self._only = number
        self._json = as_json
        self._watcher = TerminalWatcher()
        self._open: dict[int, tuple[Plan, int]] = {}
        self._over: set[int] = set()

    def to_the_end(self) -> RunState:
        """Print what is recorded until the run, or the one episode, has ended. Return the run's state."""
        with StoredRun(self._folder) as stored:
            if self._only is None:
                self._over = stored.numbers(finished=True)
            before, version = StateKind.LIVE, -1
            while True:
                # The state is read first, so that nothing is missed that was recorded before it.
                now = state(stored)
                if (grown := stored.version()) != version:
                    version = grown
                    self._show_new(stored)
                if now.kind.is_over or self._only in self._over:
                    known = self._over | stored.numbers(finished=False)
                    if self._only is not None and self._only not in known:
                        raise UsageError(f"The run in {self._folder} has no episode {self._only}.")
                    return now
                if now.kind is not before and not self._json:
                    self._say(now)
                before = now.kind
                time.sleep(_SECONDS_BETWEEN)

    def _show_new(self, stored: StoredRun) -> None:
        """Show what has come since the last look. Of an episode in play, nothing else is read."""
        running, ended = stored.numbers(finished=False), stored.numbers(finished=True)
        self._over &= ended  # An episode that failed may be played again.
        for number in sorted((running | ended) - self._over):
            if self._only not in (None, number):
                continue
            if self._json and number in ended:
                print_json(episode_record(stored.episode(number)))
            elif not self._json:
                self._show(stored, number, number in ended)
            if number in ended:
                self._over.add(number)
                self._open.pop(number, None)

    def _show(self, stored: StoredRun, number: int, has_ended: bool) -> None:
        """Show the new events of an episode, and how it ended."""
        played = None
        if number in self._open and not has_ended:
            plan, seen = self._open[number]
            new: Sequence[Event] = stored.events_from(number, seen)
        else:
            episode = stored.episode(number)
            plan, played = episode.plan, episode.played
            _, seen = self._open.get(number, (plan, 0))
            new = episode.events[seen:]
        if number not in self._open:
            self._watcher.begin(plan)
        if new:
            self._watcher.events(plan, new)
        self._open[number] = plan, seen + len(new)
        if has_ended and played is not None:
            self._watcher.end(played)

    def _say(self, now: RunState) -> None:
        """Say what state the run has come into, and who holds it up."""
        waits = "".join(map(_said, now.waits))
        by = f" by {now.by}" if now.by else ""
        asks = "".join(f" {one.name} is asked as {one.seat}." for one in now.people)
        err.print(plain(f"The run is {now.kind}{by}.{waits}{asks}"))


def _said(wait: Wait) -> str:
    episodes = "1 episode waits" if wait.waiting == 1 else f"{wait.waiting:,} episodes wait"
    since, tried = (datetime.fromtimestamp(at, UTC) for at in (wait.since, wait.next_try))
    return (
        f" {wait.provider} answers nothing since {since:%H:%M:%S} UTC: {wait.why}. "
        f"{episodes}; the next try is at {tried:%H:%M:%S} UTC."
    )
