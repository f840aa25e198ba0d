"""The wrapper that gives any agent a private strategist, which advises it before each of its turns."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from agents.shared.drafts import Draft, aside, settled
from agents.shared.wrapper import Helped, specification
from arena.core.ranges import Words
from arena.forms import Speech
from arena.prompts import Prompts
from arena.registry import AgentLike
from arena.seat.additions import Added, added
from arena.seat.agent import Reply, Request
from arena.seat.messages import BETWEEN, fenced
from arena.seat.response import consult

_PROMPTS = Prompts(__file__)


@dataclass
class Strategist(Helped):
    """Answers as the wrapped agent does when a private `strategist` has advised it on its strategy.

    The idea is from "EPO: Explicit Policy Optimization for Strategic Reasoning in LLMs via Reinforcement
    Learning" (Liu et al. 2025), where a model for strategic reasoning gives any agent an open-ended strategy
    in each turn. The strategist may be any agent. The default is the wrapped agent. It reads what the seat
    was sent and is asked for advice of at most `words` words. The agent then reads the advice, as a
    quotation, above its question. In a specification: ``strategist:local?strategist=openai:gpt-5-mini``.

    The advice is not part of the transcript. Nobody else reads it, and the agent does not read it again
    in later turns, because it gets new advice there. It is kept in the reply's reasoning, which the
    journal holds. This is JSON with the ``advice`` (text, reasoning, status, reason, what was asked, any
    notes) and the agent's own ``reasoning``. If the advice is refused, cut off or missing, the strategist
    is not asked again, and the agent answers without advice.

    A reply's usage is the total of both.

    Args:
        strategist: The agent that advises. The default is the wrapped agent.
        words: The most words of the advice.
    """

    strategist: AgentLike | None = None
    words: Words = 100

    helper = "strategist"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.name = specification("strategist", self._wrapped, words=self.words, **self._named)

    def expects(self, request: Request) -> Mapping[str, int]:
        """Return the usage to expect of the strategist, and of the agent, which reads the advice."""
        advice, reply = Counter(self._helper.expects(request)), Counter(self._wrapped.expects(request))
        if reply:
            reply["prompt_tokens"] += advice["completion_tokens"]
        return advice + reply

    async def reply(self, request: Request) -> Reply:
        """Return what the agent answers when it has read the advice.

        Raises:
            NoDraft: if the agent does not answer.
        """
        form = Speech(words=self.words, retries=0)
        asked = _PROMPTS.text("ask", instructions=form.instructions())
        wanted = aside(request, "strategist", asked, form)
        advice = Draft(*await consult(self._helper, wanted))
        advised = _advised(request, advice.answer.value) if advice.answer.ok else request
        own = Draft(*await consult(self._wrapped, advised))
        reasoning = own.reply.reasoning if own.reply else ""
        said: dict[str, object] = {**advice.record(), "asked": wanted.prompt.text}
        if advice.reply and advice.reply.notes:
            said["notes"] = advice.reply.notes
        record = json.dumps({"advice": said, "reasoning": reasoning}, ensure_ascii=False, indent=1)
        reply = settled(own, record, [(self._helper, advice.spent), (self._wrapped, own.spent)])
        if not advice.answer.ok:
            return reply
        return reply._replace(notes=(added(Added.QUESTION, _above(advice.answer.value)), *reply.notes))


def _advised(request: Request, advice: str) -> Request:
    """Return the request with the advice above the question. All that was sent before stays the same."""
    text = f"{_above(advice)}{BETWEEN}{request.prompt.text}"
    return request._replace(prompt=request.prompt._replace(text=text))


def _above(advice: str) -> str:
    return _PROMPTS.text("advised", advice=fenced(advice))
