"""Helpers of agents that make several requests for one reply, and their total usage."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic_core import to_json

from agents.shared.wrapper import Wrapper, in_one_name
from arena.core.errors import AgentFailed, PromptTooLong
from arena.core.ranges import Samples
from arena.core.seeds import derive
from arena.forms import Form, Status
from arena.seat.agent import Agent, Reply, Request, RequestUsage
from arena.seat.drafts import Drafted, read_drafts
from arena.seat.parts import parts_record
from arena.seat.response import Response, consult
from arena.seat.transcript import NOTHING, Event, EventKind, View


class Draft(NamedTuple):
    """The outcome of asking for a draft, or of a question about the drafts."""

    answer: Response[Any]
    reply: Reply | None
    spent: RequestUsage

    def record(self) -> dict[str, Any]:
        """Return the draft, JSON-able."""
        status, reason = self.answer.status.value, self.answer.reason
        reply = self.reply or Reply("")
        made: dict[str, Any] = {
            "text": reply.text,
            "reasoning": reply.reasoning,
            "status": status,
            "reason": reason,
        }
        made |= {"structured": True} if reply.structured else {}
        return made | {"parts": parts_record(reply.parts)} if reply.parts else made


class NoDraft(AgentFailed):
    """No draft can be used, and the first request failed."""


class NoDraftInTime(NoDraft, TimeoutError):
    """No draft can be used, and the first request timed out."""


_FAILURES: Mapping[Status, type[AgentFailed]] = {
    Status.TIMED_OUT: NoDraftInTime,
    Status.TOO_LONG: PromptTooLong,
}


@dataclass
class Drafting(Wrapper):
    """An agent that has the wrapped one make `n` drafts of every reply, each with randomness of its own.

    Args:
        n: How many drafts of every reply are made.
    """

    n: Samples = 4

    def drafts_of(self, reply: Reply) -> Drafted:
        """Return the drafts in the record that is the reply's reasoning."""
        return read_drafts(reply.reasoning)

    async def drafts(self, request: Request) -> list[Draft]:
        """Return the drafts. They are all requested at the same time."""
        roots = (derive(request.root, "draft", number) for number in range(self.n))
        return await side_by_side([(self._wrapped, request._replace(root=root)) for root in roots])


async def side_by_side(asked: Iterable[tuple[Agent, Request]]) -> list[Draft]:
    """Return what each agent answers to its request. They are all asked at the same time."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(consult(agent, request)) for agent, request in asked]
    except ExceptionGroup as several:
        raise several.exceptions[
            0
        ] from None  # so that a StopRun, for example, is raised itself and not inside of a group
    return [Draft(*task.result()) for task in tasks]


def aside(
    request: Request,
    purpose: str,
    text: str,
    form: Form[Any] | None = None,
    fields: Mapping[str, Any] | None = None,
) -> Request:
    """Return a follow-up to a seat's own request, which the episode does not see.

    Args:
        request: the seat's own request, all of which stays in view.
        purpose: what the follow-up is for. Its randomness is derived from this.
        text: the question.
        form: what the reply must be; the default is the form of the seat's own request.
        fields: the fields of the question for programs, JSON-able.
    """
    seen = [*request.view, request.prompt]
    payload = NOTHING if fields is None else to_json(fields).decode()
    return request._replace(
        view=View(seen, len(seen)),
        prompt=Event(EventKind.ASKED, request.seat, frozenset({request.seat}), text, payload),
        form=form or request.form,
        root=derive(request.root, purpose),
    )


def settled(chosen: Draft, record: str, parts: Collection[tuple[Agent, RequestUsage]]) -> Reply:
    """Return the chosen draft as the reply, with the record as its reasoning and the usage of all `parts`.

    Raises:
        NoDraft: if there is no reply to return.
    """
    answer, reply, _ = chosen
    spent = together(parts)
    if reply is None:
        failure = _FAILURES.get(answer.status, NoDraft)
        raise failure(answer.reason, usage=spent.usage, model=spent.model, faults=spent.faults)
    return reply._replace(
        reasoning=record, usage=spent.usage, model=spent.model, faults=spent.faults, cost=spent.cost
    )


def together(parts: Collection[tuple[Agent, RequestUsage]]) -> RequestUsage:
    """Return the usage of all parts together. Replies from the response cache count as no usage.

    The cost is known if the servers reported it for every part.
    """
    usage: Counter[str] = Counter()
    paid = [spent for _, spent in parts if spent.usage and not spent.is_cached]
    for spent in paid:
        usage.update({"attempts": 1} | dict(spent.usage))
    costs = [spent.cost for spent in paid if spent.cost is not None]
    cost = sum(costs) if paid and len(costs) == len(paid) else None
    model = in_one_name(spent.model or agent.priced_as for agent, spent in parts if spent.usage)
    return RequestUsage(dict(usage), model, [fault for _, spent in parts for fault in spent.faults], cost)
