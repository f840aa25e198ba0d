"""Watching a run: whoever watches is shown each step of an episode as soon as it is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from arena.episode.plan import Plan, Played
from arena.episode.record import PassingOn, Recorder
from arena.seat.transcript import Event


class Watcher(Protocol):
    """Shows the steps of episodes while they are played. It is called on the run's event loop."""

    def begin(self, plan: Plan) -> None:
        """An episode begins."""

    def events(self, plan: Plan, events: Sequence[Event]) -> None:
        """These events of an episode have just happened, in one step."""

    def end(self, played: Played) -> None:
        """An episode has ended."""


class Watched(PassingOn):
    """A recorder that also shows a watcher what it records of an episode."""

    def __init__(self, recorder: Recorder, watcher: Watcher, plan: Plan) -> None:
        super().__init__(recorder)
        self._watcher = watcher
        self._plan = plan
        watcher.begin(plan)

    def events(self, episode: int, step: int, position: int, events: Sequence[Event]) -> None:
        """Record the events of a step, and show them."""
        super().events(episode, step, position, events)
        self._watcher.events(self._plan, events)

    def end(self, played: Played) -> None:
        """Record how an episode ended, and show it."""
        super().end(played)
        self._watcher.end(played)
