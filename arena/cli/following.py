"""Following a run: what is recorded of it is printed until it ends."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from arena.cli.interrupting import INTERRUPTED
from arena.cli.watching import TerminalWatcher
from arena.core.console import err, plain, print_json, run_folder
from arena.core.errors import UsageError
from arena.journal import StateKind, StoredEpisode, StoredRun
from arena.results import counted
from arena.steering import RunState, state
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
        self._shown: dict[int, int] = {}
        self._over: set[int] = set()

    def to_the_end(self) -> RunState:
        """Print what is recorded until the run, or the one episode, has ended. Return the run's state."""
        with StoredRun(self._folder) as stored:
            if self._only is None:
                self._over = stored.numbers(finished=True)
            before = StateKind.LIVE
            while True:
                # The state is read first, so that nothing is missed that was recorded before it.
                now = state(stored)
                for episode in self._next(stored):
                    self._show(episode)
                if now.kind.is_over or self._only in self._over:
                    if self._only is not None and self._only not in {*self._over, *self._shown}:
                        raise UsageError(f"The run in {self._folder} has no episode {self._only}.")
                    return now
                if now.kind is not before and not self._json:
                    self._say(now)
                before = now.kind
                time.sleep(_SECONDS_BETWEEN)

    def _next(self, stored: StoredRun) -> Iterator[StoredEpisode]:
        open_now, ended = stored.numbers(finished=False), stored.numbers(finished=True)
        for number in sorted((open_now | ended) - self._over):
            if self._only in (None, number):
                yield stored.episode(number)

    def _show(self, episode: StoredEpisode) -> None:
        if self._json:
            self._shown[episode.number] = 0
            if episode.played is not None:
                self._over.add(episode.number)
                print_json(episode_record(episode))
            return
        seen = self._shown.get(episode.number)
        if seen is None:
            self._watcher.begin(episode.plan)
        if new := episode.events[seen or 0 :]:
            self._watcher.events(episode.plan, new)
        self._shown[episode.number] = len(episode.events)
        if episode.played is not None:
            self._over.add(episode.number)
            self._watcher.end(episode.played)

    def _say(self, now: RunState) -> None:
        """Say what state the run has come into, and who holds it up."""
        waits = "".join(f" {wait.provider} answers nothing: {wait.why}." for wait in now.waits)
        by = f" by {now.by}" if now.by else ""
        err.print(plain(f"The run is {now.kind}{by}.{waits}"))
