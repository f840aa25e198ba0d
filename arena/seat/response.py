"""The outcome of one request: a value read from the agent's reply, or the reason why there is none."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, TypeVar

from arena.annotations import WHOLE_EPISODE, Place
from arena.core.errors import AgentFailed, Drained, NoAnswer, PromptTooLong, StopRun, UsageError
from arena.core.text import storable
from arena.forms import Choice, Form, Status, Unusable
from arena.forms.reading import thought_apart
from arena.seat._likelihood import likely_answers
from arena.seat.agent import NO_USAGE, REPAIRED, Agent, Reply, Request, RequestUsage, Stop, Tokens
from arena.seat.calls import ToolCall
from arena.seat.drafts import own_reasoning
from arena.seat.parts import ReplyPart, joined

T = TypeVar("T")

NO_PROBABILITIES: Mapping[str, float] = MappingProxyType({})


class Response(NamedTuple, Generic[T]):
    """The outcome of asking a seat: a value, or the status and reason of the last failed attempt.

    `probabilities` are the probabilities of the answers that the form allows, if the agent reported them or
    its tokens show them. `place` is the turn, or the sample of a turn, in which the seat was asked: what
    annotations about the answer are about. `is_policy` says that the agent reported the probabilities itself,
    as those from which it drew its answer. Otherwise they were read off its tokens. `drafts` are the drafts
    of which the agent made its reply, each read as a reply is, and `picked` is the place of the one that
    became the reply.
    """

    seat: str
    status: Status
    reason: str = ""
    parsed: T | None = None
    probabilities: Mapping[str, float] = NO_PROBABILITIES
    place: Place = WHOLE_EPISODE
    is_policy: bool = False
    drafts: tuple[Response[Any], ...] = ()
    picked: int | None = None

    @property
    def ok(self) -> bool:
        """Whether there is a value."""
        return self.status is Status.OK

    @property
    def value(self) -> T:
        """The parsed value.

        Raises:
            NoAnswer: if the seat gave none. If a protocol does not catch it, the episode ends as failed.
        """
        if self.status is not Status.OK:
            raise NoAnswer(
                self.seat, f"{self.seat} gave no usable answer ({self.status.value}): {self.reason}"
            )
        return self.parsed  # type: ignore[return-value]


async def consult(agent: Agent, request: Request) -> tuple[Response[Any], Reply | None, RequestUsage]:
    """Send one request to an agent, and return the answer, the reply that it was read from, and its usage.

    An agent's errors become answers without a value. The reply is None if the agent raised an error. Only
    `StopRun`, `Drained` and cancellation are raised.

    Raises:
        UsageError: if the request shows pictures, and the agent sees none. That is no answer of the agent.
    """
    if not agent.sees_pictures and any(event.pictures for event in (*request.view, request.prompt)):
        raise UsageError(
            f"{request.seat} is shown pictures, and its agent sees none; let one that sees them sit there."
        )
    try:
        reply = checked(await agent.reply(request))
    except (StopRun, Drained):
        raise
    except (Exception, asyncio.CancelledError) as error:
        if isinstance(error, asyncio.CancelledError) and _is_cancelled():
            raise
        return Response(request.seat, *_breakage(error)), None, _lost(error)
    return read_reply(request.seat, request.form, reply), reply, reply.spent


def read_reply(seat: str, form: Form[T], reply: Reply) -> Response[T]:
    """Read a reply by its form. A refused or cut-off reply is never parsed.

    If a reply of several parts cannot be used as a whole, for example because it first gives one answer and
    then another, what it says is the last part by the author of its end that can be used alone.
    """
    if reply.stop is Stop.REFUSED:
        return Response(seat, Status.REFUSED, "it is a refusal")
    if reply.stop is Stop.TRUNCATED:
        return Response(seat, Status.TRUNCATED, "it was cut off before its end")
    try:
        value = _value(form, reply)
        if reply.tokens is None:
            return Response(seat, Status.OK, "", value)
        if reply.tokens.answers:
            return Response(seat, Status.OK, "", value, reply.tokens.answers, is_policy=True)
        if not isinstance(form, Choice):
            return Response(seat, Status.OK, "", value)
        return Response(seat, Status.OK, "", value, likely_answers(reply, str(value), form.options))
    except Unusable as unusable:
        return Response(seat, unusable.status, unusable.reason)


def _value(form: Form[T], reply: Reply) -> T:
    if reply.structured:
        return form.parse_structured(reply.text)
    try:
        return form.parse(whole_output(reply) if form.reads_thoughts else reply.text)
    except Unusable as unusable:
        for part in reversed(reply.parts):
            if part.author == reply.parts[-1].author:
                with suppress(Unusable):
                    return form.parse(part.text)
        raise unusable


def whole_output(reply: Reply) -> str:
    """Return all that a model wrote: its thoughts between ``<think>`` and ``</think>``, and its text.

    Thoughts that stand in the text stay where they are. A server that sends reasoning in a field of its own
    counts as having sent it in tags before the text. Of a reply made of drafts, this is the reasoning of the
    picked one.

    >>> whole_output(Reply("I call.", reasoning="He bluffs."))
    '<think>\\nHe bluffs.\\n</think>\\nI call.'
    >>> whole_output(Reply("<think>He bluffs.</think> I call.", reasoning="He bluffs."))
    '<think>He bluffs.</think> I call.'
    """
    thought = own_reasoning(reply.reasoning)
    sought, found = (" ".join(one.split()) for one in (thought, thought_apart(reply.text)[0]))
    if not sought or f" {sought} " in f" {found} ":
        return reply.text
    return f"<think>\n{thought}\n</think>\n{reply.text}"


def read_drafts_of(agent: Agent, response: Response[T], form: Form[T], reply: Reply) -> Response[T]:
    """Return the response with the drafts of which the agent made the reply, if it made any."""
    drafts, picked = agent.drafts_of(reply)
    if not drafts:
        return response
    read = tuple(
        read_reply(
            response.seat,
            form,
            Reply(draft.text, draft.reasoning, structured=draft.structured, parts=draft.parts),
        )
        if draft.ok
        else Response(response.seat, Status.ERROR, "the draft could not be used")
        for draft in drafts
    )
    return response._replace(drafts=read, picked=picked)


def checked(reply: object) -> Reply:
    """Return the agent's reply in a form that can be stored.

    Raises:
        TypeError: if it is not a `Reply`, one of its fields has another type, or its parts do not make up
            its text.
    """
    if not isinstance(reply, Reply):
        raise TypeError(f"the agent returned {type(reply).__name__}, not a Reply")
    text, reasoning, usage = reply.text, reply.reasoning, reply.usage
    if not (isinstance(text, str) and isinstance(reasoning, str) and isinstance(reply.stop, Stop)):
        raise TypeError("the agent returned a Reply whose text, reasoning or stop is of another type")
    if usage and not all(isinstance(name, str) and isinstance(usage[name], int) for name in usage):
        raise TypeError("the agent returned a Reply whose usage is not a mapping of names to counts")
    if not (isinstance(reply.model, str) and isinstance(reply.tokens, Tokens | None)):
        raise TypeError("the agent returned a Reply whose model or tokens are of another type")
    if reply.parts:
        reply = reply._replace(parts=_checked_parts(reply))
    if reply.calls:
        reply = reply._replace(calls=_checked_calls(reply))
    if reply.faults:
        reply = reply._replace(faults=tuple(map(storable, reply.faults)))
    if text.isascii() and reasoning.isascii():
        return reply
    stored = joined(reply.parts) if reply.parts else storable(text)
    whole = reply._replace(text=stored, reasoning=storable(reasoning))
    if (whole.text, whole.reasoning) == (text, reasoning) or REPAIRED in reply.notes:
        return whole
    return whole._replace(notes=(*reply.notes, REPAIRED))


def _checked_calls(reply: Reply) -> tuple[ToolCall, ...]:
    """Return the calls of a reply in a form that can be stored."""
    for call in reply.calls:
        if not (isinstance(call, ToolCall) and all(isinstance(text, str) for text in call)):
            raise TypeError("the agent returned a Reply one of whose calls is no ToolCall of texts")
    return tuple([ToolCall(*map(storable, call)) for call in reply.calls])


def _checked_parts(reply: Reply) -> tuple[ReplyPart, ...]:
    """Return the parts of a reply in a form that can be stored."""
    for part in reply.parts:
        if not (isinstance(part, ReplyPart) and all(isinstance(text, str) for text in part[:3])):
            raise TypeError("the agent returned a Reply one of whose parts is no ReplyPart with texts")
    if joined(reply.parts) != reply.text:
        raise TypeError("the agent returned a Reply whose parts do not make up its text")
    return tuple(
        [
            ReplyPart(storable(text), storable(author), storable(version), bool(trains))
            for text, author, version, trains in reply.parts
        ]
    )


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _breakage(error: BaseException) -> tuple[Status, str]:
    if isinstance(error, PromptTooLong):
        return Status.TOO_LONG, storable(str(error))
    status = Status.TIMED_OUT if isinstance(error, TimeoutError) else Status.ERROR
    return status, storable(f"{type(error).__name__}: {error}")


def _lost(error: BaseException) -> RequestUsage:
    if isinstance(error, AgentFailed):
        return RequestUsage(
            error.usage, error.model, tuple(map(storable, error.faults)), notes=tuple(error.notes)
        )
    return NO_USAGE
