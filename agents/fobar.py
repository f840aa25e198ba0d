"""The wrapper that verifies sampled answers backwards: from each it asks for a number of the question."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from agents.shared.drafts import Draft, Drafting, aside, settled, side_by_side
from agents.shared.wrapper import specification
from arena.core.ranges import Samples
from arena.core.seeds import derive
from arena.forms import Number
from arena.prompts import Prompts
from arena.seat.agent import Reply, Request
from arena.seat.messages import fenced
from arena.seat.transcript import View
from arena.votes.voting import forward_backward, leading

_PROMPTS = Prompts(__file__)
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w])")
MASK = "x"


class Masked(NamedTuple):
    """A question in which one number is called x, and that number."""

    question: str
    number: float


@dataclass
class Fobar(Drafting):
    """Samples `n` answers, verifies each of them backwards, and replies with the likeliest.

    Jiang et al. 2023, "Forward-backward reasoning in large language models for mathematical verification".
    The share of the samples with an answer is its forward probability. Then each number of the question is
    called x in turn, and the agent is asked `m` times what x is if the answer is the one in question. The
    share of those that find the number is its backward probability. Both are multiplied, raised to the
    powers `alpha` and ``1 - alpha`` (`arena.votes.voting.forward_backward`). In a specification:
    ``fobar:local?n=10&m=4``.

    The question is the first paragraph of the seat's brief, where protocols put the task. A question without
    a number in digits cannot be verified, and the vote decides. So it does if all samples agree. If several
    answers are as likely, the one with more votes is the reply, or else the one that was sampled first.

    All samples are kept in the reply's reasoning, as those of ``aggregate`` are, with the shares by answer:
    ``forward``, ``recovered`` (how often the number was found, of ``chains``) and ``combined``.

    Args:
        n: How many answers are sampled.
        m: How often the agent is asked for each number, from each answer.
        alpha: The weight of the forward share: 1 is the vote alone, and 0 the verification alone.
    """

    n: Samples = 10
    m: Samples = 4
    alpha: Annotated[float, Field(ge=0, le=1)] = 0.5

    def __post_init__(self) -> None:
        super().__post_init__()
        self.name = specification("fobar", self._wrapped, n=self.n, m=self.m, alpha=self.alpha)

    def expects(self, request: Request) -> Mapping[str, int]:
        """Return the usage to expect if every sample is another answer: the most that it may come to."""
        chains = len(list(masked(_question(request)))) * self.m
        return {name: self.n * (1 + chains) * count for name, count in self._wrapped.expects(request).items()}

    async def reply(self, request: Request) -> Reply:
        """Return the sample with the likeliest answer.

        Raises:
            NoDraft: if no sample can be used and the first request failed.
        """
        drafts = await self.drafts(request)
        said = [request.form.vote(one.answer.value) if one.answer.ok else None for one in drafts]
        votes = Counter(answer for answer in said if answer is not None)
        masks = list(masked(_question(request))) if len(votes) > 1 else []
        chains = await self._chains(request, masks, list(votes))
        recovered = {answer: sum(map(_is_found, chains[answer])) for answer in votes}
        combined = forward_backward(votes, recovered, members=self.n, alpha=self.alpha)
        best = max(leading(combined), key=lambda answer: votes[answer], default=None)
        place = said.index(best) if best is not None else None
        record: dict[str, Any] = {
            "picked": None if place is None else place + 1,
            "forward": {answer: count / self.n for answer, count in votes.items()},
            "recovered": recovered,
            "chains": len(masks) * self.m,
            "combined": combined,
            "drafts": [draft.record() for draft in drafts],
        }
        asked = [chain.draft for own in chains.values() for chain in own]
        parts = [(self._wrapped, draft.spent) for draft in (*drafts, *asked)]
        return settled(drafts[place or 0], json.dumps(record, ensure_ascii=False, indent=1), parts)

    async def _chains(
        self, request: Request, masks: Sequence[Masked], answers: Sequence[str]
    ) -> Mapping[str, Sequence[Chain]]:
        """Ask for every masked number from every answer, `m` times, all at the same time."""
        places = [(answer, mask, time) for answer in answers for mask in masks for time in range(self.m)]
        asked = [
            (self._wrapped, _backward(request, mask, answer, place))
            for place, (answer, mask, _) in enumerate(places)
        ]
        found: dict[str, list[Chain]] = {answer: [] for answer in answers}
        for (answer, mask, _), draft in zip(places, await side_by_side(asked), strict=True):
            found[answer].append(Chain(mask.number, draft))
        return found


class Chain(NamedTuple):
    """A number that was asked for, and what was said."""

    number: float
    draft: Draft


def masked(question: str) -> Iterator[Masked]:
    """Yield the question once for each of its numbers in digits, in which that number is called x.

    >>> [one.question for one in masked("Ann has 3 of 10.5 pears.")]
    ['Ann has x of 10.5 pears.', 'Ann has 3 of x pears.']
    """
    for found in _NUMBER.finditer(question):
        yield Masked(f"{question[: found.start()]}{MASK}{question[found.end() :]}", float(found.group()))


def _question(request: Request) -> str:
    return request.brief.partition("\n\n")[0]


def _backward(request: Request, mask: Masked, answer: str, place: int) -> Request:
    """Return the question for a number. The seat's own view is not sent with it."""
    form = Number(retries=0)
    text = _PROMPTS.text("backward", answer=fenced(answer), instructions=form.instructions())
    follow_up = aside(request, "backward", text, form)
    brief = request.brief.replace(_question(request), mask.question, 1)
    return follow_up._replace(brief=brief, view=View([], 0), root=derive(follow_up.root, place))


def _is_found(chain: Chain) -> bool:
    answer = chain.draft.answer
    return answer.ok and math.isclose(answer.value, chain.number, rel_tol=1e-9, abs_tol=1e-9)
