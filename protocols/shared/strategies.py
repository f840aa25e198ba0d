"""What private strategists say before the turns of their seats, and the game as an advised seat saw it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from arena.annotations import Annotation, Place, Score
from arena.designs.coached import as_seen
from arena.episode.episode import BySeat, Episode
from arena.forms import Form, Speech
from arena.prompts import Prompts
from arena.seat.messages import BETWEEN, fenced
from arena.seat.response import Response
from arena.seat.transcript import NOBODY, Event, EventKind

T = TypeVar("T")

STRATEGY_PROMPTS = Prompts(__file__)
"""What strategists and the judge of their strategies are told and asked."""
_HEARD = EventKind.TOLD, EventKind.SAID


def strategist_of(seat: str) -> str:
    """Return the seat of a seat's strategist."""
    return f"{seat}_strategist"


class Strategy(NamedTuple):
    """A strategy that could be used: its place, its text, and what its seat had heard before it."""

    place: Place
    text: str
    heard: list[Event]


@dataclass(frozen=True, slots=True)
class StrategicGame:
    """A game as an advised seat saw it: its strategies, and what it heard after the last of them."""

    seat: str
    strategies: list[Strategy]
    ending: list[Event]

    def text(self) -> str:
        """Return the game in words, with the strategies by their numbers."""
        return "\n\n".join(self._parts())

    def _parts(self) -> Iterator[str]:
        for number, one in enumerate(self.strategies, start=1):
            if one.heard:
                yield as_seen(one.heard, self.seat)
            yield STRATEGY_PROMPTS.text("strategy", number=number, strategy=fenced(one.text))
        if self.ending:
            yield as_seen(self.ending, self.seat)

    def fields(self, asks: str) -> dict[str, Any]:
        """Return the game for programs: of each strategy its text, and what was said after it."""
        after = [*(one.heard for one in self.strategies[1:]), self.ending]
        strategies = [
            {"strategy": one.text, "said": _said(events)}
            for one, events in zip(self.strategies, after, strict=True)
        ]
        before = _said(self.strategies[0].heard)
        return {"asks": asks, "seat": self.seat, "before": before, "strategies": strategies}


def _said(events: Iterable[Event]) -> list[dict[str, Any]]:
    return [{"seat": event.seat, "data": event.data} for event in events if event.kind is EventKind.SAID]


class Advising(Episode):
    """An episode in which strategists are asked before their seats. It shares the state of the one below it.

    `goals` holds the score of each seat that says how far it reached its goal.
    """

    def __init__(self, below: Episode, advised: Collection[str], words: int, goal: str) -> None:
        self.__dict__ = below.__dict__
        self._unadvised = below
        self._words = words
        self._goal = goal
        self._all = below.seats, below.everyone
        self._strategies: dict[str, list[Strategy]] = {seat: [] for seat in advised}
        self._current = dict.fromkeys(advised, "")
        self._read = dict.fromkeys(advised, 0)
        self._shown = dict.fromkeys(advised, 0)
        self.goals: dict[str, float] = {}

    def game_of(self, seat: str) -> StrategicGame | None:
        """Return the game as an advised seat saw it, or None if no strategy could be used."""
        strategies = self._strategies[seat]
        return StrategicGame(seat, strategies, self._heard(seat, self._shown[seat])) if strategies else None

    def annotate(self, *found: Annotation) -> None:
        """Record annotations, and remember the scores that say how far a seat reached its goal."""
        for one in found:
            is_goal = isinstance(one, Score) and one.name == self._goal and one.about.seat
            if is_goal and isinstance(one, Score) and one.value is not None:
                self.goals[one.about.seat] = one.value
        self._unadvised.annotate(*found)

    async def ask(self, seat: str, form: Form[T], question: str = "", **options: Any) -> Response[T]:
        """Ask a seat, after its strategist if it has one."""
        questions = await self._advised({seat: question}, options.get("sample"))
        return await self._unadvised.ask(seat, form, questions[seat], **options)

    async def together(
        self,
        seats: Collection[str],
        form: Form[T] | BySeat[Form[T]],
        question: str | BySeat[str] = "",
        **options: Any,
    ) -> dict[str, Response[T]]:
        """Ask seats at the same time, after their strategists, who are also asked at the same time."""
        own = {seat: question[seat] if isinstance(question, BySeat) else question for seat in seats}
        questions = await self._advised(own, options.get("sample"))
        return await self._unadvised.together(seats, form, BySeat(questions), **options)

    async def _advised(self, questions: Mapping[str, str], sample: int | None) -> dict[str, str]:
        """Return the questions with the strategies above them. All samples of a turn have the same one."""
        asked = [seat for seat in questions if seat in self._current]
        if asked and not sample:
            await self._plan({seat: questions[seat] for seat in asked})
        return {
            seat: BETWEEN.join(filter(None, [self._above(seat), question]))
            for seat, question in questions.items()
        }

    def _above(self, seat: str) -> str:
        strategy = self._current.get(seat, "")
        return STRATEGY_PROMPTS.text("advised", strategy=fenced(strategy)) if strategy else ""

    async def _plan(self, questions: Mapping[str, str]) -> None:
        """Ask the strategists of seats about their next turn."""
        heard = {seat: self._heard(seat, self._read[seat]) for seat in questions}
        asked = {
            strategist_of(seat): STRATEGY_PROMPTS.text(
                "plan",
                seat=seat,
                heard=fenced(as_seen(heard[seat], seat)) if heard[seat] else "",
                question=fenced(question) if question else "",
            )
            for seat, question in questions.items()
        }
        restricted = self.seats, self.everyone
        self.seats, self.everyone = self._all
        try:
            form = Speech(self._words, retries=0)
            said = await self._unadvised.together(list(asked), form, BySeat(asked), audience=NOBODY)
        finally:
            self.seats, self.everyone = restricted
        for seat in questions:
            answer = said[strategist_of(seat)]
            self._current[seat] = answer.value if answer.ok else ""
            self._read[seat] = len(self.view(seat))
            if answer.ok:
                since = self._heard(seat, self._shown[seat])
                self._strategies[seat].append(Strategy(answer.place, answer.value, since))
                self._shown[seat] = self._read[seat]

    def _heard(self, seat: str, since: int) -> list[Event]:
        """Return what a seat has heard since a place in its view, what it said itself included."""
        return [event for event in self.view(seat)[since:] if event.kind in _HEARD]
