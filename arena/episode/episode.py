"""The episode, which is all that a protocol works with, and the only place where agents are asked.

A protocol calls `Episode.tell`, `Episode.ask`, `Episode.together` and `Episode.draw`. The episode keeps the
transcript, makes the requests, reads the replies by their forms, and records all of it.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import Any, TypeVar

from arena.annotations import Annotation, AnnotationRow, Finds, Place
from arena.core.errors import EpisodeLimit, UsageError
from arena.core.seeds import derive, drawn
from arena.episode._annotating import Annotator, check_fillable
from arena.episode._exchange import SeatQuestion, SeatSession
from arena.episode._together import BySeat, answer_or_raise, of_seat, unless_out_of_bounds
from arena.episode._tools import known_to_tools, offers_of
from arena.episode.context import EpisodeContext
from arena.forms import Form
from arena.pictures import Picture
from arena.seat.agent import Agent
from arena.seat.response import Response
from arena.seat.transcript import NOTHING, Audience, Event, EventKind, Transcript, View, encode
from arena.spending.episode_budget import EpisodeBudget
from arena.tasks.grading import AnswerMatch, Grader
from arena.tasks.task import PublicTask, Task

__all__ = ["BySeat", "Episode"]

T = TypeVar("T")

_TURNS_BETWEEN_YIELDS = 64


class Episode:
    """One playing of a protocol on a task by the agents in its seats.

    Args:
        agents: the agent of each seat, in the order of the protocol's seats.
        task: the task. If it has a truth, the episode keeps only a `Grader` of it.
        briefs: the system text of each seat.
        number: the episode's number in its run.
        chance: the seed of the episode's own randomness. Episodes with the same seed have the same cards.
        context: the seed, limits, budget, recorder and tape.
    """

    def __init__(
        self,
        agents: Mapping[str, Agent],
        task: PublicTask | None = None,
        *,
        briefs: Mapping[str, str] | None = None,
        number: int = 0,
        chance: int = 0,
        context: EpisodeContext | None = None,
    ) -> None:
        briefs, context = briefs or {}, context or EpisodeContext()
        truth, task = (task.truth, task.public) if isinstance(task, Task) else (None, task)
        self.task = task or PublicTask()
        self.number, self.seats = number, tuple(agents)
        self.everyone: Audience = frozenset((*agents, *context.absent))
        told, tools = {seat: briefs.get(seat, "") for seat in agents}, context.opened
        self.transcript = Transcript(told, offers_of(tools))
        self._budget = EpisodeBudget(context.budget, context.limits)
        shared = number, self.transcript, context, self._budget
        self._sessions = {
            seat: SeatSession(seat, agent, told[seat], *shared, tools=tools.get(seat))
            for seat, agent in agents.items()
        }
        self._chance, self._recorder = chance, context.recorder
        listed = self.task.data.get("answers")
        self._grader = Grader(truth, listed)
        for seat in tools:
            self._sessions[seat].told = known_to_tools(seat, number, self.task, self._grader)
        self._turn_limit, self._turn_steps = context.limits.turns, dict[str, int]()
        self.turns = self._steps = self._draws = 0
        self._annotator = Annotator(number, self._grader, frozenset(agents), listed)
        self._asking = self._ended = False

    @cached_property
    def random(self) -> random.Random:
        """The episode's own generator, for deals and coin tosses. Agents have generators of their own."""
        return random.Random(derive(self._chance, "chance"))

    def draw(self, outcomes: Sequence[tuple[T, float]]) -> T:
        """Return one of `outcomes`, pairs of a value and its probability, drawn by the episode's chance.

        The n-th draw depends only on the seed of chance and on n.
        """
        self._draws += 1
        return drawn(derive(self._chance, "draw", self._draws) / 2**63, outcomes)

    def score(self, answer: str, by: AnswerMatch = AnswerMatch.EXACT) -> bool | None:
        """Return whether `answer` is right, by a named comparison, or None if that is unknown.

        A protocol learns nothing else of the truth. One that reveals it to a seat should have a setting.
        """
        return self._grader(answer, by)

    def view(self, seat: str) -> View:
        """Return what `seat` may see now."""
        return self.transcript.view(seat)

    @contextmanager
    def among(self, seats: Collection[str]) -> Iterator[None]:
        """Restrict the episode to some of the seats in the block, as if there were no others."""
        before = self.seats, self.everyone
        self.everyone = self._audience(seats)
        self.seats = tuple(seat for seat in self.seats if seat in self.everyone)
        try:
            yield
        finally:
            self.seats, self.everyone = before

    def tell(
        self, audience: Collection[str], text: str, *, pictures: Sequence[Picture] = (), **fields: Any
    ) -> None:
        """Announce `text` and then `pictures` to the seats in `audience`. Programs can read `fields`."""
        self._refuse_if_ended()
        if self._asking:
            raise UsageError("Nothing can be announced while a seat is being asked.")
        given = text, encode(fields) if fields else NOTHING, tuple(pictures)
        event = Event(EventKind.TOLD, None, self._audience(audience), *given)
        position = len(self.transcript.events)
        self.transcript.tell(event)
        self._recorder.events(self.number, self._steps, position, (event,))
        self._steps += 1

    def annotate(self, *found: Annotation) -> None:
        """Record annotations.

        Answers are graded. The grades are not returned, because a protocol must not see the truth. No seat
        ever sees an annotation. The default author is ``protocol``.

        Raises:
            UsageError: if one is about a seat that the episode does not have, if it has a number out of its
                range, or if the episode has ended.
        """
        self._refuse_if_ended()
        if found:
            self._recorder.annotations(self.number, self._steps, list(self._annotator.of_protocol(found)))

    async def ask(
        self,
        seat: str,
        form: Form[T],
        question: str = "",
        *,
        audience: Collection[str] | None = None,
        remember: bool = True,
        fields: Mapping[str, Any] | None = None,
        finds: Finds | None = None,
        sample: int | None = None,
        pictures: Sequence[Picture] = (),
    ) -> Response[T]:
        """Ask one seat for an answer. This is `together` with one seat."""
        others = self._others((seat,), audience)
        place = self._place(seat, sample)
        with self._settling((seat,), form, finds):
            if self._begin(1):
                await self._recorder.room()
            ask = SeatQuestion(self._steps, place, form, question, fields, others, remember, pictures)
            return await self._sessions[seat].exchange(ask)

    async def together(
        self,
        seats: Collection[str],
        form: Form[T] | BySeat[Form[T]],
        question: str | BySeat[str] = "",
        *,
        audience: Collection[str] | BySeat[Collection[str]] | None = None,
        remember: bool = True,
        fields: Mapping[str, Any] | BySeat[Mapping[str, Any]] | None = None,
        finds: Finds | BySeat[Finds] | None = None,
        sample: int | None = None,
        pictures: Sequence[Picture] | BySeat[Sequence[Picture]] = (),
    ) -> dict[str, Response[T]]:
        """Ask `seats` at the same time. None sees another's answer before it has given its own.

        Args:
            seats: the seats to ask, in the order in which their answers are committed.
            form: what each reply must be.
            question: the question to each. The form's instructions follow it.
            audience: the other seats that see the published answers, for all or for each; the default is
                everyone.
            remember: whether a seat's later views hold its question and answer. If not, only the audience's
                views hold the answer.
            fields: what agents that are programs can read of the question.
            finds: the annotations to record, for all seats or for each. They are filled in from the response,
                and are recorded even if it cannot be used. The default is those of the form.
            sample: the number of this draft, counted from 0, if a turn has several drafts. All drafts belong
                to the turn of sample 0.
            pictures: the pictures that follow the question, for all seats or for each.

        Raises:
            EpisodeLimit: if the episode has used up its turns, calls, tokens or dollars.
            CapReached: if the run has reached a cap. Seats that were asked before are answered first.
            Drained: if the run is being drained and a seat's request was only waiting, likewise.
        """
        others = self._others(seats, audience)
        with self._settling(seats, form, finds):
            if self._begin(len(seats)):
                await self._recorder.room()
            parts = form, question, fields, others, remember, pictures
            asked: dict[str, SeatQuestion[T]] = {
                seat: SeatQuestion(self._steps, self._place(seat, sample), *[of_seat(seat, p) for p in parts])
                for seat in seats
            }
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(unless_out_of_bounds(self._sessions[seat].exchange(own)))
                    for seat, own in asked.items()
                ]
        return {seat: answer_or_raise(task.result()) for seat, task in zip(seats, tasks, strict=True)}

    def end(self) -> None:
        """Refuse everything from now on, because the record is sealed. The engine calls it."""
        self._ended = True

    def _refuse_if_ended(self) -> None:
        if self._ended:
            raise UsageError(f"Episode {self.number} has ended. Await every task before play returns.")

    def _others(
        self, seats: Collection[str], audience: Collection[str] | BySeat[Collection[str]] | None
    ) -> Any:
        """Check the seats to be asked, and return who sees the answers: one audience, or one per seat."""
        self._refuse_if_ended()
        if self._asking:
            raise UsageError("A seat is being asked already; ask several seats at once with together().")
        if unknown := [seat for seat in seats if seat not in self.seats]:
            raise self._unknown(*unknown)
        if len(seats) > 1 and len(set(seats)) < len(seats):
            raise UsageError(f"{', '.join(seats)} cannot be asked together: a seat is named twice.")
        if isinstance(audience, BySeat):
            return BySeat({seat: self._audience(audience[seat]) for seat in seats})
        return self.everyone if audience is None else self._audience(audience)

    def _begin(self, turns: int) -> bool:
        """Count the turns, and return whether it is time to let other tasks run."""
        if self._turn_limit is not None and self.turns + turns > self._turn_limit:
            raise EpisodeLimit(f"it reached its limit of {self._turn_limit} turns")
        self._asking = True
        self.turns += turns
        return self.turns % _TURNS_BETWEEN_YIELDS < turns

    def _place(self, seat: str, sample: int | None) -> Place:
        """Return the turn, or the sample of a turn, to which the next question to a seat belongs."""
        if not sample:
            self._turn_steps[seat] = self._steps
        return Place(seat, self._turn_steps.get(seat, self._steps), sample)

    @contextmanager
    def _settling(self, seats: Collection[str], form: Any, finds: Any) -> Iterator[None]:
        """Settle what is asked in the block. An interruption is not hidden by a wrong annotation."""
        check_fillable(seats, form, finds)
        try:
            yield
        except BaseException:
            with suppress(UsageError):
                self._settle(seats, form, finds)
            raise
        self._settle(seats, form, finds)

    def _settle(self, seats: Collection[str], form: Any, finds: Any) -> None:
        """Commit the exchanges, including an interrupted one, and record their annotations."""
        self._asking = False
        self._budget.end_step()
        position = len(self.transcript.events)
        self.transcript.commit([(seat, self._sessions[seat].take_exchanged()) for seat in seats])
        step = self._steps
        if events := self.transcript.events[position:]:
            self._recorder.events(self.number, step, position, events)
            self._steps += 1
        found: list[AnnotationRow] = []
        for seat in seats:
            if (response := self._sessions[seat].take_response()) is not None:
                own = of_seat(seat, finds), of_seat(seat, form)
                found += self._annotator.of_response(*own, response, step)
        if found:
            self._recorder.annotations(self.number, step, found)

    def _audience(self, seats: Collection[str]) -> Audience:
        if seats is self.everyone:
            return self.everyone
        audience = frozenset((seats,)) if isinstance(seats, str) else frozenset(seats)
        if not audience <= self.everyone:
            raise self._unknown(*sorted(audience - self.everyone))
        return audience

    def _unknown(self, *seats: str) -> UsageError:
        return UsageError(f"No seat is called {', '.join(seats)}; the seats are {', '.join(self.seats)}.")
