"""An episode as the journal holds it, and what a fork's episode shares with the one it branches off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from arena.episode.plan import Plan, Played
from arena.episode.record import Call
from arena.seat.transcript import Event, Transcript


@dataclass(frozen=True, slots=True)
class StoredEpisode:
    """An episode as the journal holds it; `played` is None while it has not ended.

    `steps` holds its events by the step they were committed in, and `calls` the requests in the order of
    seat and count.
    """

    number: int
    plan: Plan
    briefs: Mapping[str, str]
    steps: tuple[tuple[Event, ...], ...]
    calls: tuple[Call, ...]
    played: Played | None

    @property
    def events(self) -> tuple[Event, ...]:
        """All events in order."""
        return tuple(event for step in self.steps for event in step)

    def transcript(self) -> Transcript:
        """Return the transcript with every seat's view, as it stood when the episode ended."""
        return Transcript.rebuild(dict(self.briefs), self.steps)


class Prefix(NamedTuple):
    """The steps and the calls that an episode shares with the one it branches off; none, if with none."""

    steps: tuple[tuple[Event, ...], ...] = ()
    calls: tuple[Call, ...] = ()


NOTHING_SHARED = Prefix()
