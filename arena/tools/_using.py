"""The tools of one seat in one episode: calling them within bounds, and telling the agent what came of it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from arena.core.log import log
from arena.core.text import printable, storable
from arena.forms import Status, Unusable
from arena.seat.agent import Reply
from arena.seat.calls import Calling, ToolCall, ToolResult, ToolSpec, ToolStatus
from arena.seat.messages import BETWEEN, fenced
from arena.tools._functions import BadArguments
from arena.tools._limits import ToolLimits
from arena.tools._offered import ToolOffer
from arena.tools._source import ToolBroken, ToolContext, ToolFailed, ToolSession
from arena.tools._text_calls import MOST_CALLS, PROMPTS, read_calls, written


class SeatTools:
    """The tools of one seat in one episode.

    Args:
        tools: the tools by their names, each with the session in which it is called.
        limits: what bounds the calls in a turn.
        offer: what the seat is offered, and how its agent calls tools.
    """

    def __init__(
        self, tools: Mapping[str, tuple[ToolSpec, ToolSession]], limits: ToolLimits, offer: ToolOffer
    ) -> None:
        self.limits = limits
        self.offer = offer
        self._tools = tools

    @property
    def calling(self) -> Calling:
        """How the seat's agent calls tools."""
        return self.offer.calling

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """The tools that are offered beside the messages. There are none if the agent calls in text."""
        return self.offer.specs if self.calling is Calling.NATIVE else ()

    def calls_in(self, reply: Reply, number: int) -> tuple[str, tuple[ToolCall, ...]]:
        """Return what a reply says beside its calls, and the calls. There are none if it is an answer.

        Args:
            reply: the reply.
            number: the number of the seat's request.

        Raises:
            Unusable: if it could be read both as a call and as an answer.
        """
        if len(reply.calls) > MOST_CALLS:
            raise Unusable(Status.ILLEGAL, f"it calls tools more than {MOST_CALLS} times")
        if reply.calls or self.calling is Calling.NATIVE:
            return reply.text, reply.calls
        found = read_calls(reply.text, self._tools.keys(), number)
        return (reply.text, ()) if found is None else found

    async def use(self, call: ToolCall, context: ToolContext) -> tuple[ToolResult, float]:
        """Make a call, and return what came of it, with the seconds that it took."""
        began = time.perf_counter()
        status, text = await self._use(call, context)
        result = self._kept(ToolResult(call, status, text))
        seconds = time.perf_counter() - began
        if status is not ToolStatus.OK:
            place = {"episode": context.episode, "seat": context.seat, "tool": call.name}
            log.warning("a tool returned nothing", status=status.value, **place)
        return result, seconds

    def refuse(self, call: ToolCall) -> ToolResult:
        """Return what comes of a call beyond those that the turn has."""
        return ToolResult(call, ToolStatus.REFUSED, PROMPTS.text("refused", calls=self.limits.calls))

    async def _use(self, call: ToolCall, context: ToolContext) -> tuple[ToolStatus, str]:
        found = self._tools.get(call.name)
        if found is None:
            return ToolStatus.UNKNOWN, PROMPTS.text("unknown", name=call.name, tools=", ".join(self._tools))
        size = len(call.arguments.encode(errors="replace"))
        if size > (most := self.limits.argument_bytes):
            return ToolStatus.BAD_ARGUMENTS, PROMPTS.text("too_long", bytes=size, kept=most)
        arguments = _object(call.arguments)
        if arguments is None:
            return ToolStatus.BAD_ARGUMENTS, PROMPTS.text("not_an_object")
        try:
            async with asyncio.timeout(self.limits.seconds) as bound:
                said = await found[1].call(call.name, arguments, context)
        except BadArguments as error:
            return ToolStatus.BAD_ARGUMENTS, str(error)
        except ToolFailed as error:
            return ToolStatus.ERROR, _reason(error) or _failed(error)
        except ToolBroken:
            return ToolStatus.BROKEN, PROMPTS.text("died")
        except asyncio.CancelledError as error:
            if (task := asyncio.current_task()) is None or task.cancelling():
                raise
            return ToolStatus.ERROR, _failed(error)  # The tool raised it, and nobody stops the run.
        except (Exception, SystemExit) as error:
            if isinstance(error, TimeoutError) and bound.expired():
                return ToolStatus.TIMED_OUT, PROMPTS.text("too_slow", seconds=f"{self.limits.seconds:g}")
            return ToolStatus.ERROR, _failed(error)
        return ToolStatus.OK, said

    def _kept(self, result: ToolResult) -> ToolResult:
        """Return a result as it is stored: without hidden characters, and no longer than it may be."""
        text, most = result.text, self.limits.result_bytes
        size = len(text) if text.isascii() else len(text.encode(errors="replace"))
        if size <= most:
            return result._replace(text=_visible(text))
        cut = text[:most].encode(errors="replace")[:most].decode(errors="ignore")
        return result._replace(text=_visible(cut), bytes=size)


def _reason(error: ToolFailed) -> str:
    """Return what a tool says of its failure, or nothing if that cannot be read."""
    try:
        return str(error)
    except Exception:
        return ""


def _failed(error: BaseException) -> str:
    return PROMPTS.text("failed", error=type(error).__name__)


def told(result: ToolResult) -> str:
    """Return what the agent is told of a call."""
    call, status, text, size = result
    if status is ToolStatus.OK:
        shown = PROMPTS.text("returned", name=call.name, text=fenced(text))
    else:
        shown = PROMPTS.text("unanswered", name=call.name, status=status.value, text=fenced(text))
    kept = len(text.encode())
    return f"{shown}\n{PROMPTS.text('left_out', bytes=size, kept=kept)}" if size else shown


def _visible(text: str) -> str:
    return printable(storable(text).replace("\r\n", "\n"))


def called_fields(said: str, calls: Sequence[ToolCall]) -> tuple[str, dict[str, Any]]:
    """Return the text and the fields of the event in which a seat calls tools."""
    return written(said, calls), {"said": said, "calls": [list(call) for call in calls]}


def returned_fields(
    results: Sequence[ToolResult], limits: ToolLimits, *, used_up: bool
) -> tuple[str, dict[str, Any]]:
    """Return the text and the fields of the event in which tools return."""
    shown = [told(result) for result in results]
    if used_up:
        shown[-1] += BETWEEN + PROMPTS.text("used_up", calls=limits.calls)
    records = [{**result.record(), "shown": text} for result, text in zip(results, shown, strict=True)]
    return BETWEEN.join(shown), {"results": records}


def _object(text: str) -> dict[str, Any] | None:
    """Return the JSON object in a call's arguments, or None if a careful reader would not take it for one."""
    try:
        found = json.loads(text or "{}", object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands there twice")
    return found


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no number of JSON")
