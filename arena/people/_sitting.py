"""What a person in a seat has been shown, and how often an answer has been asked for."""

from __future__ import annotations

from typing import NamedTuple

from arena.seat.agent import Reply, Request
from arena.seat.response import read_reply
from arena.seat.transcript import Event, View

Place = tuple[int | None, int, str]


class AskedTurn(NamedTuple):
    """One request as it is put to a person.

    `news` are the events that the seat has come to see since the person last answered there. If it `begins`,
    the person has not been shown the seat's brief in this process. It is the `attempt`-th of `attempts` for
    this answer, counted from 1. `hands_over` says that the person before sat in another seat.
    """

    request: Request
    episode: int | None
    news: list[Event]
    begins: bool
    attempt: int
    hands_over: bool


class Sitting:
    """Where a person sits, in one episode at a time."""

    def __init__(self) -> None:
        self._place: Place | None = None
        self._name = ""
        self._seen: dict[Place, int] = {}
        self._tried: tuple[Request, int] | None = None

    def turn(self, request: Request, name: str, episode: int | None) -> AskedTurn:
        """Return what is shown now. `name` is the person's name in the run."""
        place, before = (episode, request.root, request.seat), self._place
        if before is not None and before[0] != episode:
            self._seen.clear()
        elsewhere = before is not None and (self._name != name or self._shares(before, place))
        seen = self._seen.get(place)
        self._place, self._name = place, name
        self._seen[place] = len(request.view)
        attempt = 1
        if self._tried is not None and self._tried[0].form is request.form and before == place:
            attempt = self._tried[1] + 1
        self._tried = request, attempt
        return AskedTurn(request, episode, list(request.view)[seen or 0 :], seen is None, attempt, elsewhere)

    @staticmethod
    def _shares(before: Place, now: Place) -> bool:
        """Return whether another seat of the same episode is asked at this terminal."""
        return before[0] is not None and before[0] == now[0] and before[2] != now[2]

    def rest(self, seat: str, view: View, episode: int | None) -> list[Event]:
        """Return what the seat where the person sits has come to see since it was asked."""
        if self._place is None or (self._place[0], self._place[2]) != (episode, seat):
            return []
        return list(view)[self._seen.get(self._place, 0) :]

    def answered(self, reply: Reply) -> None:
        """Note an answer. If it can be used, the next question is another one."""
        if self._tried is not None:
            request = self._tried[0]
            if read_reply(request.seat, request.form, reply).ok:
                self._tried = None
