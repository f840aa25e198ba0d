"""What agents share that make several drafts of a reply: asking for all at once, and paying for all."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import PositiveInt

from agents.wrapper import Wrapper
from arena.agent import Agent, Reply, Request, Spent
from arena.answer import Answer, consult
from arena.errors import AgentFailed
from arena.forms import Status
from arena.seeds import derive


class Draft(NamedTuple):
    """What came of asking for a draft, or about the drafts."""

    answer: Answer[Any]
    reply: Reply | None
    spent: Spent

    def record(self) -> dict[str, Any]:
        """Return the draft, JSON-able."""
        status, reason = self.answer.status.value, self.answer.reason
        reply = self.reply or Reply("")
        return {"text": reply.text, "reasoning": reply.reasoning, "status": status, "reason": reason}


class NoDraft(AgentFailed):
    """No draft can be used, and the first one never came."""


class NoDraftInTime(NoDraft, TimeoutError):
    """No draft can be used, and the first one did not come in time."""


@dataclass
class Drafting(Wrapper):
    """An agent that has the wrapped one make `n` drafts of every reply, each with randomness of its own."""

    n: PositiveInt = 4

    async def drafts(self, request: Request) -> list[Draft]:
        """Return the drafts, all asked for at the same time."""
        requests = [request._replace(root=derive(request.root, "draft", number)) for number in range(self.n)]
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(consult(self._wrapped, one)) for one in requests]
        except ExceptionGroup as several:
            raise several.exceptions[0] from None  # such as StopRun, which is to be seen as what it is
        return [Draft(*task.result()) for task in tasks]


def settled(chosen: Draft, record: str, parts: Collection[tuple[Agent, Spent]]) -> Reply:
    """Return the chosen draft as the reply, with the record as its reasoning, and what all `parts` took.

    Raises:
        NoDraft: if there is no reply to return.
    """
    answer, reply, _ = chosen
    spent = together(parts)
    if reply is None:
        failure = NoDraftInTime if answer.status is Status.TIMED_OUT else NoDraft
        raise failure(answer.reason, usage=spent.usage, model=spent.model, faults=spent.faults)
    return reply._replace(reasoning=record, usage=spent.usage, model=spent.model, faults=spent.faults)


def together(parts: Collection[tuple[Agent, Spent]]) -> Spent:
    """Return what the parts took, together; what came from the response cache took nothing."""
    usage: Counter[str] = Counter()
    for _, spent in parts:
        if spent.usage and not spent.is_cached:
            usage.update({"attempts": 1} | dict(spent.usage))
    model = in_one_name(spent.model or agent.priced_as for agent, spent in parts if spent.usage)
    return Spent(dict(usage), model, [fault for _, spent in parts for fault in spent.faults])


def in_one_name(models: Iterable[str]) -> str:
    """Return what models that answered together are priced as: the one that they are.

    Several have a name that no price list knows, so that what they took is counted, and what it cost is
    unknown rather than wrong.

    >>> in_one_name(["local:qwen", "", "local:qwen"]), in_one_name(["openai:gpt-5", "local:qwen"])
    ('local:qwen', 'best-of:local:qwen + openai:gpt-5')
    """
    different = sorted(set(models) - {""})
    return f"best-of:{' + '.join(different)}" if len(different) > 1 else "".join(different)
