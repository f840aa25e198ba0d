"""The wrapper that samples several answers and makes one of them, by a vote or by asking the agent again."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from agents.shared.drafts import Draft, Drafting, aside, settled, together
from agents.shared.wrapper import Helped, specification
from arena.core.errors import AgentFailed
from arena.core.ranges import Iterations, Samples
from arena.prompts import Prompts
from arena.registry import AgentLike
from arena.seat.agent import Reply, Request
from arena.seat.messages import fenced
from arena.seat.response import consult
from arena.votes.voting import Certainty, borda, leading, self_certainty

_PROMPTS = Prompts(__file__)


class By(StrEnum):
    """The rule that makes one answer of several samples."""

    MAJORITY = "majority"
    """The most frequent answer: self-consistency (Wang et al. 2023)."""
    BORDA = "borda"
    """Borda's vote over samples ranked by self-certainty (Kang et al. 2025). It needs the model's
    `logprobs`."""
    AGREEMENT = "agreement"
    """The agent reads all samples and gives the one that most agree on (self-agreement, Lin et al.
    2024)."""
    SYNTHESIS = "synthesis"
    """The agent reads all samples and is asked to write a better one (GSA, Li et al. 2025)."""


_ASKING = (By.AGREEMENT, By.SYNTHESIS)
"""The rules by which the agent is asked about its samples."""


class VotingRule(StrEnum):
    """The rule by which the reply was found."""

    VOTED = "voted"
    TIED = "tied"
    """Several answers had the most votes. The one that was sampled first is the reply."""
    ASKED = "asked"
    """The agent was asked about its samples, and its answer is the reply, even if it cannot be used."""
    NO_CHOICE = "no-choice"
    """Only one sample can be used, or all are the same, so there was nothing to ask or to vote on."""
    NOT_RANKED = "not-ranked"
    """No sample came with log-probabilities. Samples are ranked by these, so there is no reply."""
    NONE_USABLE = "none-usable"
    """No sample can be used, so the first failure is the reply."""


class VoteCounts(NamedTuple):
    """The votes for each answer, and the certainties of the samples if these were ranked."""

    votes: Mapping[str, float]
    certainties: Sequence[Certainty | None] = ()


class Consensus(NamedTuple):
    """The result of the samples: the place of one of them or a new answer, and the rule that gave it."""

    rule: VotingRule
    place: int | None = None
    asked: Draft | None = None
    vote: VoteCounts | None = None


@dataclass
class Aggregate(Drafting, Helped):
    """Samples `n` answers to every request and makes one reply of them, `by` one of four rules.

    Sources: Wang et al. 2023, "Self-consistency improves chain of thought reasoning in language models"; Kang
    et al. 2025, "Scalable best-of-N selection for large language models via self-certainty"; Lin et al. 2024,
    "Just ask one more time! Self-agreement improves reasoning of language models in (almost) all scenarios";
    Li et al. 2025, "LLMs can generate a better answer by aggregating their own responses". In a
    specification: ``aggregate:local?n=8&by=majority``.

    Two samples are the same answer if the form says so (`arena.forms.Form.vote`). A sample that was refused,
    was cut off or cannot be read has no vote, and nobody reads it. In Borda's vote, a sample without
    log-probabilities has no vote either. ``local?certainty=true`` reports the certainty of the whole
    distribution. Other models report only their likeliest tokens. For them, `vocabulary` makes the estimate
    of the certainty better.

    All samples are kept in the reply's reasoning, which the journal holds and no seat reads. It is JSON with
    the ``drafts`` in order (text, reasoning, status, reason), the number of the draft that was ``picked``,
    the ``rule``, the ``votes``, the ``certainties``, whether these are ``approximate``, and what was
    ``asked``. A reply's usage is the total of all samples and of the question about them.

    Args:
        n: The number of answers that are sampled.
        by: The rule that makes one reply of the samples.
        power: The exponent of Borda's vote; 0 is the plain vote.
        vocabulary: The number of tokens that the model knows, for models that report only the likeliest.
        reader: The agent that is asked about the samples, by agreement and synthesis. The default is the
            agent that makes them. With ``local%3Ftemperature%3D0`` it is the same model at another
            temperature.
    """

    n: Samples = 5
    by: By = By.MAJORITY
    power: Annotated[float, Field(ge=0, le=1_000)] = 1.0
    vocabulary: Iterations | None = None
    reader: AgentLike | None = None

    helper = "reader"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.by = By(self.by)
        self.name = specification("aggregate", self._wrapped, n=self.n, by=self.by.value, **self._named)

    def expects(self, request: Request) -> Mapping[str, int]:
        """Return the usage to expect of all samples, and of the question that shows them, if one is asked."""
        one = Counter(self._wrapped.expects(request))
        usage = Counter({name: self.n * count for name, count in one.items()})
        asked = Counter(self._helper.expects(request)) if self.by in _ASKING else Counter()
        if asked:
            usage += asked
            usage["prompt_tokens"] += self.n * one["completion_tokens"]
        return usage

    async def reply(self, request: Request) -> Reply:
        """Return the reply that the samples give.

        Raises:
            AgentFailed: if the first request failed and no sample can be used, if the question about the
                samples failed, or if samples that must be ranked come without log-probabilities.
        """
        drafts = await self.drafts(request)
        found = await self._find(request, drafts)
        parts = [(self._wrapped, draft.spent) for draft in drafts]
        parts += [(self._helper, found.asked.spent)] if found.asked else []
        if found.rule is VotingRule.NOT_RANKED:
            took = together(parts)
            reason = "no sample came with the log-probabilities to rank it by"
            raise AgentFailed(reason, usage=took.usage, model=took.model, faults=took.faults)
        return settled(found.asked or drafts[found.place or 0], self._record(drafts, found), parts)

    async def _find(self, request: Request, drafts: Sequence[Draft]) -> Consensus:
        said = [request.form.vote(one.answer.value) if one.answer.ok else None for one in drafts]
        usable = [place for place, answer in enumerate(said) if answer is not None]
        if not usable:
            return Consensus(VotingRule.NONE_USABLE)
        differ = len(set(said) - {None}) > 1
        if not differ and (self.by is not By.SYNTHESIS or len(usable) == 1):
            return Consensus(VotingRule.NO_CHOICE, usable[0])
        if self.by in _ASKING:
            texts = [request.form.publish(drafts[place].answer.value) for place in usable]
            asked = Draft(*await consult(self._helper, _again(request, texts, self.by)))
            return Consensus(VotingRule.ASKED, asked=asked)
        vote = self._vote(drafts, said)
        if not vote.votes:
            return Consensus(VotingRule.NOT_RANKED, vote=vote)
        first, *others = leading(vote.votes)
        return Consensus(VotingRule.TIED if others else VotingRule.VOTED, said.index(first), vote=vote)

    def _vote(self, drafts: Sequence[Draft], said: Sequence[str | None]) -> VoteCounts:
        if self.by is By.MAJORITY:
            return VoteCounts(dict(Counter(answer for answer in said if answer is not None)))
        certainties = [self._certainty(draft.reply) for draft in drafts]
        return VoteCounts(
            borda(said, [one.value if one else None for one in certainties], self.power), certainties
        )

    def _certainty(self, reply: Reply | None) -> Certainty | None:
        if reply is None or reply.tokens is None:
            return None
        if told := reply.tokens.certainties:
            return Certainty(math.fsum(told) / len(told), is_approximate=False)
        return self_certainty(reply.tokens.likely, self.vocabulary)

    def _record(self, drafts: Sequence[Draft], found: Consensus) -> str:
        """Return all samples and their result, for the journal."""
        certainties = found.vote.certainties if found.vote else ()
        record: dict[str, Any] = {
            "by": self.by.value,
            "rule": found.rule.value,
            "picked": None if found.place is None else found.place + 1,
            "votes": dict(found.vote.votes) if found.vote else None,
            "certainties": [one.value if one else None for one in certainties],
            "approximate": any(one.is_approximate for one in certainties if one) if certainties else None,
            "asked": found.asked.record() if found.asked else None,
            "drafts": [draft.record() for draft in drafts],
        }
        return json.dumps(record, ensure_ascii=False, indent=1)


def _again(request: Request, texts: Sequence[str], by: By) -> Request:
    """Return the question to the agent about its samples: the seat's own request, and then their texts."""
    answers = [fenced(text) for text in texts]
    text = _PROMPTS.text(by.value, answers=answers, instructions=request.form.instructions())
    return aside(request, "aggregate", text)
