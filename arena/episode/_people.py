"""Telling the people in an episode's seats what they may see, as it happens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from arena.core.log import log
from arena.episode.episode import Episode
from arena.episode.protocol import Protocol
from arena.episode.record import PassingOn, Recorder
from arena.seat.agent import Agent
from arena.seat.sight import SeatSight
from arena.seat.transcript import Event


class TellingPeople(PassingOn):
    """A recorder that also tells people, after each step, what their seats may see.

    Attributes:
        episode: the episode that is recorded. It is set before the first step.
    """

    episode: Episode

    def __init__(
        self,
        recorder: Recorder,
        protocol: Protocol,
        chance: int,
        briefs: Mapping[str, str],
        people: Mapping[str, Agent],
    ) -> None:
        super().__init__(recorder)
        self._protocol = protocol
        self._chance = chance
        self._briefs = briefs
        self._people = people

    def events(self, episode: int, step: int, position: int, events: Sequence[Event]) -> None:
        """Record the events of a step, and tell each person who may see some of them."""
        super().events(episode, step, position, events)
        for seat, agent in self._people.items():
            if any(seat in event.audience for event in events):
                sight = SeatSight(seat, self._briefs[seat], self.episode.view(seat), self._drawing(seat))
                agent.heard(sight)

    def _drawing(self, seat: str) -> Callable[[], str]:
        """Return what draws the game as the seat sees it now. It may be called in any thread."""
        events = tuple(self.episode.transcript.events)

        def draw() -> str:
            try:
                found = self._protocol.drawings(events, self._chance)
            except Exception as error:  # a game may raise anything
                log.warning("the game cannot be drawn", seat=seat, error=type(error).__name__)
                return ""
            own = [place for place, drawings in found.items() if seat in drawings]
            return found[max(own)][seat] if own else ""

        return draw
