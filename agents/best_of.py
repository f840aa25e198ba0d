"""The wrapper that makes several drafts of every reply and lets a judge pick one of them."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from agents.shared.drafts import Draft, Drafting, aside, settled
from agents.shared.wrapper import Helped, specification
from arena.core.seeds import derive
from arena.forms import Choice
from arena.prompts import Prompts
from arena.registry import AgentLike
from arena.seat.agent import Reply, Request
from arena.seat.messages import fenced
from arena.seat.response import consult

_PROMPTS = Prompts(__file__)

NO_PICK = "the judge of the drafts picked none, so the first usable draft is the reply"
"""The note on a reply whose judge failed."""


class SelectionRule(StrEnum):
    """The rule by which a draft became the reply."""

    JUDGE = "judge"
    """The judge picked it."""
    NO_CHOICE = "no-choice"
    """All usable drafts say the same, or there is only one. So the judge was not asked."""
    FIRST_USABLE = "first-usable"
    """The judge's pick could not be used, so the first usable draft is the reply."""
    NONE_USABLE = "none-usable"
    """No draft can be used, so the first failure is the reply."""


class Pick(NamedTuple):
    """The place of the draft that was picked, and the rule.

    `shown` holds the places of the drafts in the order in which the judge read them. It is empty if the judge
    was not asked.
    """

    place: int
    rule: SelectionRule
    shown: Sequence[int] = ()
    judge: Draft | None = None


@dataclass
class BestOf(Drafting, Helped):
    """Makes `n` drafts of every reply, each with its own randomness, and lets `judge` pick the best.

    Best-of-n debaters are in "Debating with more persuasive LLMs leads to more truthful answers" (Khan et al.
    2024). The judge may be any agent. The default is the agent that makes the drafts. The judge reads what
    the seat was sent, and then the usable drafts as they would be published. They are numbered in an order
    that is shuffled by the request's seed. The judge is asked once. In a specification:
    ``best-of:local?n=4&judge=openai:gpt-5-mini``.

    All drafts are kept in the reply's reasoning, which the journal holds and no seat reads. It is JSON with
    the ``drafts`` in order (text, reasoning, status, reason), the number of the draft that was ``picked``,
    the ``rule``, what the ``judge`` said, and the drafts that it was ``shown``, in the order in which it read
    them.

    A reply's usage is the total of all drafts and of the judge.

    Args:
        judge: The agent that picks the best draft. The default is the agent that makes the drafts.
    """

    judge: AgentLike | None = None

    helper = "judge"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.name = specification("best-of", self._wrapped, n=self.n, **self._named)

    def expects(self, request: Request) -> Mapping[str, int]:
        """Return the usage to expect of all drafts, and of the judge, who reads them."""
        draft, pick = Counter(self._wrapped.expects(request)), Counter(self._helper.expects(request))
        if pick:
            pick["prompt_tokens"] += self.n * draft["completion_tokens"]
        return Counter({name: self.n * count for name, count in draft.items()}) + pick

    async def reply(self, request: Request) -> Reply:
        """Return the draft that the judge picks.

        Raises:
            NoDraft: if no draft can be used and the first request failed.
        """
        drafts = await self.drafts(request)
        pick = await self._pick(request, drafts)
        parts = [(self._wrapped, draft.spent) for draft in drafts]
        parts += [(self._helper, pick.judge.spent)] if pick.judge else []
        reply = settled(drafts[pick.place], _record(drafts, pick), parts)
        return (
            reply._replace(notes=(*reply.notes, NO_PICK))
            if pick.rule is SelectionRule.FIRST_USABLE
            else reply
        )

    async def _pick(self, request: Request, drafts: Sequence[Draft]) -> Pick:
        texts = {
            place: request.form.publish(draft.answer.value)
            for place, draft in enumerate(drafts)
            if draft.answer.ok
        }
        if not texts:
            return Pick(0, SelectionRule.NONE_USABLE)
        first = next(iter(texts))
        if len(set(texts.values())) == 1:
            return Pick(first, SelectionRule.NO_CHOICE)
        shown = list(texts)
        random.Random(derive(request.seed, "order")).shuffle(shown)
        judge = Draft(*await consult(self._helper, _to_judge(request, [texts[place] for place in shown])))
        if judge.answer.ok:
            return Pick(shown[int(judge.answer.value) - 1], SelectionRule.JUDGE, shown, judge)
        return Pick(first, SelectionRule.FIRST_USABLE, shown, judge)


def _to_judge(request: Request, texts: Sequence[str]) -> Request:
    """Return the request to the judge: the seat's own request, and then the texts to choose from."""
    form = Choice(tuple(str(number) for number in range(1, len(texts) + 1)), retries=0)
    drafts = [fenced(text) for text in texts]
    asked = _PROMPTS.text("pick", drafts=drafts, instructions=form.instructions())
    return aside(request, "pick", asked, form)


def _record(drafts: Sequence[Draft], pick: Pick) -> str:
    """Return all drafts and the pick, for the journal."""
    record = {
        "picked": None if pick.rule is SelectionRule.NONE_USABLE else pick.place + 1,
        "rule": pick.rule.value,
        "shown": [place + 1 for place in pick.shown],
        "judge": pick.judge.record() if pick.judge else None,
        "drafts": [draft.record() for draft in drafts],
    }
    return json.dumps(record, ensure_ascii=False, indent=1)
