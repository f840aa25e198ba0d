"""Asking one seat: the request, the reply read by its form, and asking again with the reason."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from arena.annotations import Place
from arena.core.drain import Drain, the_drain
from arena.core.errors import EpisodeLimit
from arena.core.log import log
from arena.core.seeds import derive
from arena.episode.context import EpisodeContext
from arena.episode.record import Call, Returned
from arena.forms import Form, Status, Unusable
from arena.pictures import Picture
from arena.prompts import Prompts
from arena.seat.additions import with_format
from arena.seat.agent import NO_USAGE, Agent, Reply, Request, RequestUsage, Stop
from arena.seat.calls import Calling, ToolCall, ToolResult, ToolStatus
from arena.seat.response import Response, read_drafts_of, read_reply
from arena.seat.transcript import (
    LONG,
    NOBODY,
    Audience,
    Event,
    EventKind,
    Transcript,
    View,
    encode,
    unseen_before,
)
from arena.seat.writing import consulted
from arena.spending.episode_budget import EpisodeBudget
from arena.tools import SeatTools, ToolContext, called_fields, returned_fields

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


_NOBODY_ASKS = ToolContext()


@dataclass(slots=True)
class SeatSession:
    """The questions to one seat of an episode: its agent, its requests, and their recorder.

    `given` is a reply that is taken in place of the agent's next one. `tools` are those that the seat may
    call, and `told` is what they may know of it. `made` is how many calls were made in this turn.
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
    drain: Drain | None = field(init=False)
    exchanged: list[Event] = field(default_factory=list)
    response: Response[Any] | None = None
    given: Reply | None = None
    tools: SeatTools | None = None
    told: ToolContext = _NOBODY_ASKS
    made: int = 0

    def __post_init__(self) -> None:
        self.alone = frozenset((self.seat,))
        self.drain = the_drain()
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
        self.made = 0
        for retries_left in range(form.retries, -1, -1):
            prompt = Event(EventKind.ASKED, self.seat, own, asked, payload, tuple(pictures))
            answer, reply, parsed = await self._attempt(ask, prompt)
            while reply is not None and answer.status is Status.CALLED:
                prompt = await self._use_tools(prompt, reply)
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

    async def _use_tools(self, prompt: Event, reply: Reply) -> Event:
        """Make the calls of a reply, and return the event that tells the seat what came of them.

        The calls are made one after the other, so that each knows what came of those before it.
        """
        if self.tools is None:
            raise ValueError(f"{self.seat} has no tools")
        count, tape = self.count - 1, self.context.tape
        said, calls = self.tools.calls_in(reply, count)
        self._note(prompt)
        text, fields = called_fields(said, calls)
        self._note(Event(EventKind.CALLED, self.seat, prompt.audience, text, encode(fields)))
        results = []
        for number, call in enumerate(calls):
            result = tape.returned(self.seat, count, number, call) if tape else None
            if result is None:
                result = await self._use(call, count, number)
            elif result.status is not ToolStatus.REFUSED:
                self.budget.recall_tool_call(self.seat)
            self.made += 1
            results.append(result)
            self.told = replace(self.told, history=(*self.told.history, result))
        used_up = self.made >= self.tools.limits.calls
        text, fields = returned_fields(results, self.tools.limits, used_up=used_up)
        return Event(EventKind.RETURNED, self.seat, prompt.audience, text, encode(fields))

    async def _use(self, call: ToolCall, count: int, number: int) -> ToolResult:
        """Make one call and record what came of it."""
        assert self.tools is not None
        if self.made >= self.tools.limits.calls:
            result, seconds = self.tools.refuse(call), 0.0
        else:
            self.budget.take_tool_call(self.seat)
            seed = derive(self._root(), count, "tool", number)
            result, seconds = await self.tools.use(call, replace(self.told, seed=seed))
        self.context.recorder.tool(self.episode, Returned(self.seat, count, number, result, seconds))
        return result

    def _root(self) -> int:
        """Return the seat's seed in this episode."""
        if self.root is None:
            self.root = derive(self.context.seed, self.seat)
        return self.root

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
        unseen = unseen_before(self.exchanged, prompt)
        if self.transcript.has_long_news(self.seat):
            await self.transcript.catch_up(self.seat)
        digest = self.transcript.digest(self.seat, *unseen, prompt)
        seen = len(view)
        if unseen:
            view = View([*view, *unseen], seen + len(unseen))
        count, self.count = self.count, self.count + 1
        written, self.given = self.given, None
        request = self._request(view, prompt, form, count)
        tape = self.context.tape
        taped = tape.find(self.seat, count, digest) if tape else None
        if taped is not None:
            self.budget.recall(self.agent, request, taped.spent, answered=taped.reply is not None)
            if taped.reply is None:
                return Response(self.seat, taped.status, taped.reason), None, None
            await self._room_for(taped.reply)
            answer = self._read(form, taped.reply, count)
            return answer, taped.reply, encode(form.fields(answer.value)) if answer.ok else None

        text = tape.given(self.seat, count) if tape is not None else None
        given = written if text is None else Reply(text)
        if given is None:
            answer, reply, spent, seconds = await self._consult(request)
            if reply is not None and (self.tools is not None or reply.calls):
                answer = self._read(form, reply, count)
        else:
            reply, spent, seconds = given, NO_USAGE, 0.0
            answer = self._read(form, reply, count)
        if reply is not None and reply.structured:
            spent = with_format(spent, form, prompt)
        parsed = encode(form.fields(answer.value)) if answer.ok else None
        _, status, reason, *_ = answer
        made = self.seat, count, step, digest, seen, status, reason, parsed, seconds, reply, spent
        call = Call(*made, asked_in.sample)
        if reply is not None:
            await self._room_for(reply)
        self.context.recorder.call(self.episode, call)
        if not answer.ok and status is not Status.CALLED:
            place = {"episode": self.episode, "seat": self.seat, "request": count}
            log.warning("reply not usable", status=answer.status.value, **place)
            log.debug("reply not usable because", reason=answer.reason, **place)
        return answer, reply, parsed

    def _request(self, view: View, prompt: Event, form: Form[Any], count: int) -> Request:
        """Return the request of a prompt. A reply that may call tools in its text is held to no schema."""
        request = Request(self.seat, self.brief, view, prompt, form, count, self._root())
        if self.tools is None:
            return request
        in_text = self.tools.calling is Calling.TEXT
        return request._replace(tools=self.tools.specs, in_pieces=in_text)

    def _read(self, form: Form[T], reply: Reply, count: int) -> Response[T]:
        """Read a reply by its form, unless it calls tools that the seat may still call."""
        if reply.stop is not Stop.COMPLETE or (self.tools is None and not reply.calls):
            return read_reply(self.seat, form, reply)
        try:
            calls = reply.calls if self.tools is None else self.tools.calls_in(reply, count)[1]
        except Unusable as unusable:
            return Response(self.seat, unusable.status, unusable.reason)
        if not calls:
            return read_reply(self.seat, form, reply)
        if self.tools is None:
            return Response(self.seat, Status.ILLEGAL, _PROMPTS.text("no_tools"))
        if self.made >= self.tools.limits.calls:
            return Response(self.seat, Status.ILLEGAL, _PROMPTS.text("no_calls_left"))
        return Response(self.seat, Status.CALLED, "it calls tools")

    async def _room_for(self, reply: Reply) -> None:
        """Wait until there is room to record a long reply twice: as a call and as an event."""
        if len(reply.text) + len(reply.reasoning) > LONG:
            await self.context.recorder.room()

    async def _consult(self, request: Request) -> tuple[Response[Any], Reply | None, RequestUsage, float]:
        """Consult the agent when the budget allows it; return also its cost and its seconds."""
        reservation = None
        if self.metered and (guess := self.budget.guess(self.agent, request)) is not None:
            reservation = await self.budget.reserve(self.agent, self.seat, guess)
        try:
            if self.drain is not None and self.drain.bars:
                await self.drain.gate()
            started = time.perf_counter()
            answer, reply, spent = await consulted(self.context.listener, self.episode, self.agent, request)
        except BaseException:
            if reservation:
                self.budget.release(reservation)
            raise
        seconds = time.perf_counter() - started
        if reservation or spent is not NO_USAGE:
            spent = self.budget.settle(self.agent, self.seat, reservation, spent, answered=reply is not None)
        return answer, reply, spent, seconds
