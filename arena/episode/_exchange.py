"""Asking one seat: the request, the reply read by its form, and asking again with the reason."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from arena.annotations import Place
from arena.core.errors import EpisodeLimit
from arena.core.log import log
from arena.core.seeds import derive
from arena.episode.context import EpisodeContext
from arena.episode.record import Call
from arena.forms import Form, Status
from arena.pictures import Picture
from arena.prompts import Prompts
from arena.seat.additions import Added, added
from arena.seat.agent import NO_USAGE, Agent, Reply, Request, RequestUsage
from arena.seat.response import Response, consult, read_drafts_of, read_reply
from arena.seat.transcript import LONG, NOBODY, Audience, Event, EventKind, Transcript, encode
from arena.spending.episode_budget import EpisodeBudget

T = TypeVar("T")
_PROMPTS = Prompts(Path(__file__).with_name("exchange"))


class SeatQuestion(NamedTuple, Generic[T]):
    """One question to a seat, in the episode's `step`.

    `place` is the turn or sample to which it belongs. `others` are the other seats that see the answer.
    `remember` says whether the seat's own later views hold the exchange. `pictures` follow the question.
    """

    step: int
    place: Place
    form: Form[T]
    question: str
    fields: Mapping[str, Any] | None
    others: Audience
    remember: bool
    pictures: Sequence[Picture] = ()


@dataclass(slots=True)
class SeatSession:
    """The questions to one seat of an episode: its agent, its requests, and their recorder.

    `given` is a reply that is taken in place of the agent's next one.
    """

    seat: str
    agent: Agent
    brief: str
    episode: int
    transcript: Transcript
    context: EpisodeContext
    budget: EpisodeBudget
    count: int = 0
    root: int | None = None
    alone: Audience = field(init=False)
    metered: bool = field(init=False)
    exchanged: list[Event] = field(default_factory=list)
    response: Response[Any] | None = None
    given: Reply | None = None

    def __post_init__(self) -> None:
        self.alone = frozenset((self.seat,))
        asks_a_model = type(self.agent).expects is not Agent.expects
        self.metered = asks_a_model or self.budget.is_timed

    async def exchange(self, ask: SeatQuestion[T]) -> Response[T]:
        """Ask until the reply is usable or the form's retries are used up.

        The seat sees its own exchange at once. The episode later commits it from `exchanged`, so that
        `others` see it.

        Raises:
            EpisodeLimit: if the request is longer than the agent's model can read. All later requests would
                be, too.
        """
        _, place, form, question, fields, others, remember, pictures = ask
        own: Audience = self.alone if remember else NOBODY
        heard_by = own | others if remember else others - self.alone
        instructions = form.instructions()
        asked = f"{question}\n{instructions}" if question else instructions
        again = instructions if remember else asked
        payload = encode(fields)
        for retries_left in range(form.retries, -1, -1):
            prompt = Event(EventKind.ASKED, self.seat, own, asked, payload, tuple(pictures))
            answer, reply, parsed = await self._attempt(ask, prompt)
            answer = answer._replace(place=place)
            if reply is not None and answer.ok and place.sample is None:
                answer = read_drafts_of(self.agent, answer, form, reply)
            self.response = answer
            self._note(prompt)
            if parsed is not None:
                value = answer.value
                all_public = type(form).public_fields is Form.public_fields
                public = parsed if all_public else encode(form.public_fields(value))
                self._note(Event(EventKind.SAID, self.seat, heard_by, form.publish(value), public))
                break
            failure = encode({"status": answer.status, "reason": answer.reason})
            self._note(Event(EventKind.FAILED, self.seat, own, reply.text if reply else "", failure))
            if answer.status is Status.TOO_LONG:
                raise EpisodeLimit(f"{self.seat} cannot be asked any more: {answer.reason}")
            if reply is None:
                break
            if retries_left:
                asked = _PROMPTS.text("retry", reason=answer.reason, again=again)
                pictures = () if remember else pictures
        return answer

    def take_response(self) -> Response[Any] | None:
        """Return the response of the exchange that has ended, and clear it. None if it was interrupted."""
        response, self.response = self.response, None
        return response

    def take_exchanged(self) -> list[Event]:
        """Return the events of the exchange that has ended or was interrupted, and clear them."""
        events, self.exchanged = self.exchanged, []
        return events

    def _note(self, event: Event) -> None:
        self.transcript.show(self.seat, event)
        self.exchanged.append(event)

    async def _attempt(
        self, ask: SeatQuestion[T], prompt: Event
    ) -> tuple[Response[T], Reply | None, str | None]:
        """Make one request, or take its reply from the tape.

        Return answer, reply, and the parsed value as JSON.
        """
        step, asked_in, form, *_ = ask
        view = self.transcript.view(self.seat)
        if self.transcript.has_long_news(self.seat):
            await self.transcript.catch_up(self.seat)
        digest = self.transcript.digest(self.seat, prompt)
        count, self.count = self.count, self.count + 1
        written, self.given = self.given, None
        if self.root is None:
            self.root = derive(self.context.seed, self.seat)
        request = Request(self.seat, self.brief, view, prompt, form, count, self.root)
        tape = self.context.tape
        taped = tape.find(self.seat, count, digest) if tape else None
        if taped is not None:
            self.budget.recall(self.agent, request, taped.spent, answered=taped.reply is not None)
            if taped.reply is None:
                return Response(self.seat, taped.status, taped.reason), None, None
            await self._room_for(taped.reply)
            answer = read_reply(self.seat, form, taped.reply)
            return answer, taped.reply, encode(form.fields(answer.value)) if answer.ok else None

        text = tape.given(self.seat, count) if tape is not None else None
        given = written if text is None else Reply(text)
        if given is None:
            answer, reply, spent, seconds = await self._consult(request)
        else:
            reply, spent, seconds = given, NO_USAGE, 0.0
            answer = read_reply(self.seat, form, reply)
        if reply is not None and reply.structured:
            spent = _with_format(spent, form, prompt)
        parsed = encode(form.fields(answer.value)) if answer.ok else None
        _, status, reason, *_ = answer
        made = self.seat, count, step, digest, len(view), status, reason, parsed, seconds, reply, spent
        call = Call(*made, asked_in.sample)
        if reply is not None:
            await self._room_for(reply)
        self.context.recorder.call(self.episode, call)
        if not answer.ok:
            place = {"episode": self.episode, "seat": self.seat, "request": count}
            log.warning("reply not usable", status=answer.status.value, **place)
            log.debug("reply not usable because", reason=answer.reason, **place)
        return answer, reply, parsed

    async def _room_for(self, reply: Reply) -> None:
        """Wait until there is room to record a long reply twice: as a call and as an event."""
        if len(reply.text) + len(reply.reasoning) > LONG:
            await self.context.recorder.room()

    async def _consult(self, request: Request) -> tuple[Response[Any], Reply | None, RequestUsage, float]:
        """Consult the agent when the budget allows it; return also its cost and its seconds."""
        reservation = None
        if self.metered and (guess := self.budget.guess(self.agent, request)) is not None:
            reservation = await self.budget.reserve(self.agent, self.seat, guess)
        started = time.perf_counter()
        try:
            answer, reply, spent = await consult(self.agent, request)
        except BaseException:
            if reservation:
                self.budget.release(reservation)
            raise
        seconds = time.perf_counter() - started
        if reservation or spent is not NO_USAGE:
            spent = self.budget.settle(self.agent, self.seat, reservation, spent, answered=reply is not None)
        return answer, reply, spent, seconds


def _with_format(spent: RequestUsage, form: Form[Any], prompt: Event) -> RequestUsage:
    """Return the usage with a note of the JSON schema that was sent, unless the prompt holds the schema."""
    schema = json.dumps(form.schema(), separators=(",", ":"))
    if schema in prompt.text:
        return spent
    return spent._replace(notes=(*spent.notes, added(Added.FORMAT, schema)))
