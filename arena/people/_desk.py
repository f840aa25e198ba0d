"""The desk of a person in a browser: what the person's page shows now, and the answer that comes from it.

A desk holds nothing but what its seat may see. The page is made from its state, and from nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from arena.core.drain import EPISODE, Drain, the_drain
from arena.core.errors import Drained, StopRun
from arena.people._asked import being_asked
from arena.people._composing import composed, is_one_text
from arena.people._fields import AnswerField, NotFitting, answer_fields
from arena.people._giving_up import unless_drained
from arena.people._reading_forms import WORDS, value_of
from arena.people._sitting import AskedTurn, Sitting
from arena.seat.agent import Reply, Request, Stop
from arena.seat.sight import SeatSight
from arena.seat.transcript import Event, View

_TIME_IS_UP = "Time was up: that counts as no answer."
_STOPPED = (
    "The run is being stopped. What was said is kept. When it goes on, you get a new link, and are asked "
    "again."
)
_IS_OVER = "Thank you! What you wrote is kept with the run; its owner can blank it. You may close this page."
_NOTHING_KEPT = "Nothing was asked of you, and nothing is kept of you. You may close this page."
_HAS_ENDED = "The episode has ended."
_WAIT = "The others go on. This page changes when it is your turn."
_BEGINS_SOON = "Nothing has begun yet. This page changes when you are asked."


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    """A question to the person.

    `number` counts the person's questions from 1. `fields` are those to fill in. `until` is the time of the
    event loop at which the time is up, or None. `problem` says why an answer was not accepted, and `written`
    is what it was.
    """

    number: int
    turn: AskedTurn
    fields: tuple[AnswerField, ...]
    until: float | None = None
    problem: str = ""
    written: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def is_one_text(self) -> bool:
        """Whether the reply is the text of one field."""
        return is_one_text(self.turn.request.form, self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskState:
    """What a person's page shows.

    `version` counts the changes of this page alone. `consent` is a text that the person has not agreed to
    yet. `fresh` is the place of the first event that the person had not seen at the last answer. `draw`
    returns what the seat can see of a game, as SVG, or nothing. `said` is what happened last.
    """

    version: int = 0
    name: str = ""
    consent: str = ""
    seat: str = ""
    brief: str = ""
    events: Sequence[Event] = ()
    fresh: int = 0
    draw: Callable[[], str] = str
    question: OpenQuestion | None = None
    said: str = _BEGINS_SOON
    is_over: bool = False


class Desk:
    """Where one person sits in a browser, and is asked one thing at a time.

    Attributes:
        state: what the page shows now.
        was_opened: whether the person's browser was ever sent the page.

    Args:
        name: the person's name in the run.
        consent: a text that the person must agree to before anything of an episode is shown; or nothing.
        agreed: called when the person agrees.
    """

    def __init__(self, name: str, consent: str = "", agreed: Callable[[], None] = lambda: None) -> None:
        self.state = DeskState(name=name, consent=consent, said="" if consent else _BEGINS_SOON)
        self.name = name
        self._tell_of_consent = agreed
        self._asking = asyncio.Lock()
        self._agreed = asyncio.Event()
        self._sitting = Sitting()
        self._answer: asyncio.Future[Reply] | None = None
        self._asked = 0
        self._drain: Drain | None = None
        self.was_opened = False
        self._shown_over = asyncio.Event()

    async def ask(self, request: Request, seconds: float | None = None) -> Reply:
        """Put a request to the person, and return the answer.

        Args:
            request: what is asked.
            seconds: how long the person has, or None. The time of consent does not count.

        Raises:
            TimeoutError: if the person gave no answer in time.
            Drained: if the run is drained. It can be resumed and asks again.
            StopRun: if the person does not agree to the text of consent.
        """
        async with self._asking:
            self._drain = the_drain()
            await self._consent()
            turn = self._sitting.turn(request, self.name, EPISODE.get())
            loop = asyncio.get_running_loop()
            self._asked += 1
            self._answer = loop.create_future()
            self._show(
                seat=request.seat,
                brief=request.brief,
                events=request.view,
                fresh=len(request.view) - len(turn.news),
                question=OpenQuestion(
                    number=self._asked,
                    turn=turn,
                    fields=answer_fields(request.form),
                    until=None if seconds is None else loop.time() + seconds,
                ),
                said="",
            )
            said = _WAIT
            try:
                with being_asked(self.name, request.seat, turn.episode, seconds):
                    async with asyncio.timeout(seconds):
                        reply = await unless_drained(self._answer)
            except TimeoutError:
                said = _TIME_IS_UP
                raise TimeoutError(f"the person gave no answer within {seconds:g} seconds") from None
            except (Drained, asyncio.CancelledError):
                said = _STOPPED
                raise
            finally:
                self._answer = None
                self._show(question=None, said=said, fresh=len(request.view))
            self._sitting.answered(reply)
            return reply

    async def _consent(self) -> None:
        if not self.state.consent:
            return
        await unless_drained(asyncio.ensure_future(self._agreed.wait()))
        if self.state.consent:
            raise StopRun(f"{self.name} did not agree, so the run stops here.")

    def agree(self, agrees: bool) -> bool:
        """Note whether the person agrees to the text of consent; return whether it was asked at all."""
        if not self.state.consent or self._agreed.is_set():
            return False
        self._agreed.set()
        if agrees:
            self._tell_of_consent()
            self._show(consent="", said=_BEGINS_SOON)
        else:
            self._show(said="You did not agree, so nothing is shown to you and nothing is kept of you.")
        return True

    def answer(self, number: int, written: Mapping[str, Sequence[str]], *, declines: bool = False) -> bool:
        """Take an answer to a question; return False if that question is not open any more.

        What does not fit its field changes nothing but the page, which then says why.

        Args:
            number: the number of the question that the page showed.
            written: what was filled in, by the names of `arena.people._reading_forms`.
            declines: whether the person gives no answer, which is recorded as a refusal.
        """
        question = self.state.question
        if question is None or question.number != number or self._answer is None or self._answer.done():
            return False
        if declines:
            self._answer.set_result(Reply("", stop=Stop.REFUSED))
            return True
        try:
            reply = self._read(question, written)
        except NotFitting as misfit:
            self._show(question=replace(question, problem=str(misfit), written=written))
            return True
        self._answer.set_result(reply)
        return True

    @staticmethod
    def _read(question: OpenQuestion, written: Mapping[str, Sequence[str]]) -> Reply:
        if words := "".join(written.get(WORDS, ())).strip():
            return Reply(words)
        values = [value_of(at, field, written) for at, field in enumerate(question.fields)]
        if question.is_one_text and not str(values[0] or "").strip():
            raise NotFitting("it is empty")
        return composed(question.turn.request.form, question.fields, values)

    def heard(self, sight: SeatSight) -> None:
        """Show what a seat where the person sits has come to see."""
        self._drain = the_drain()
        if self._is_here(sight.seat):
            begins = self.state.said == _BEGINS_SOON or self.state.said.endswith(_HAS_ENDED)
            said = _WAIT if begins else self.state.said
            self._show(seat=sight.seat, brief=sight.brief, events=sight.view, draw=sight.draw, said=said)

    async def ended(self, seat: str, view: View) -> None:
        """Show the end of an episode, as far as the seat may see it."""
        if self._is_here(seat):
            self._show(events=view, said=self._after_time(_HAS_ENDED))

    def was_shown(self, version: int) -> None:
        """Note that the person's browser was sent the page at a version."""
        self.was_opened = True
        if self.state.is_over and version == self.state.version:
            self._shown_over.set()

    async def shown_to_its_end(self) -> None:
        """Wait until the person's browser was sent the end; not at all if no page was ever opened."""
        if self.was_opened:
            await self._shown_over.wait()

    def close(self) -> None:
        """Say on the page that nothing more is asked."""
        if self.state.is_over:
            return
        if self.state.consent and self._agreed.is_set():
            said = self.state.said
        elif self._drain is not None and self._drain.is_set:
            said = _STOPPED
        else:
            said = _NOTHING_KEPT if self.state.consent else self._after_time(_IS_OVER)
        self._show(said=said, is_over=True)

    def _after_time(self, said: str) -> str:
        """Return what is said last, after a sentence on the person's time if it was up just before."""
        return f"{_TIME_IS_UP} {said}" if self.state.said.startswith(_TIME_IS_UP) else said

    def _is_here(self, seat: str) -> bool:
        """Whether the page shows this seat. It shows nothing before consent, and one seat at a time."""
        is_asked = self.state.question is not None and self.state.seat != seat
        return not self.state.consent and not is_asked

    def _show(self, **changes: Any) -> None:
        self.state = replace(self.state, version=self.state.version + 1, **changes)
