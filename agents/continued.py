"""The wrapper that has an agent go on with its own reply: at growing budgets of tokens, or when it ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from agents.shared.wrapper import Wrapper, specification
from agents.shared.writing import Writing, check_continues
from arena.core.ranges import TokenCount
from arena.prompts import Prompts
from arena.seat.agent import Reply, Request, Stop

_PROMPTS = Prompts(__file__)
CHECK = "check"
"""The author of the words that are put into the agent's mouth."""


@dataclass
class Continued(Wrapper):
    """Has the wrapped agent go on with its reply `times` times, each time after a request to check it.

    The request is a sentence in the agent's own mouth (the prompt ``again``). Without `first`, it comes when
    the agent has ended. So a judge gets more time (J1, arXiv 2505.11875: scaling at test time). With `first`,
    it comes after that many tokens, and then after `growth` times as many and so on, each counted from the
    beginning of the reply, in tokens of the agent alone: iterative deepening (arXiv 2502.05449). There a
    reply that ends before its budget is used up is left as it is. Neither paper's sentence and budgets are
    in the texts that we could read; these are ours.

    The agent must be able to go on with a reply (`Agent.continues`). The reply's parts say who wrote what,
    and nobody learns from the sentence. In a specification: ``continued:local?times=3&first=256&growth=2``.

    Args:
        times: How often the agent goes on.
        first: The tokens after which it is first asked to check. Without it, each time when it has ended.
        growth: How many times as many tokens each budget has as the one before.

    Raises:
        UsageError: if the agent cannot go on with a reply.
    """

    times: Annotated[int, Field(ge=0, le=100)] = 1
    first: TokenCount | None = None
    growth: Annotated[float, Field(gt=1, le=100)] = 2.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_continues(self._wrapped)
        budgets = {} if self.first is None else {"first": self.first, "growth": self.growth}
        self.name = specification("continued", self._wrapped, times=self.times, **budgets)

    def expects(self, request: Request) -> Mapping[str, int]:
        """Return the usage to expect of all pieces. Each reads what was written before it."""
        piece = self._wrapped.expects(request)
        return Counter({name: (self.times + 1) * count for name, count in piece.items()})

    async def reply(self, request: Request) -> Reply:
        """Return the reply with all its pieces.

        Raises:
            NoDraft: if the agent does not answer.
        """
        writing = Writing(request)
        written = 0
        for number in range(self.times):
            budget = None if self.first is None else round(self.first * self.growth**number)
            said = await writing.go_on(self._wrapped, None if budget is None else budget - written)
            awaited = Stop.COMPLETE if budget is None else Stop.TRUNCATED
            if said.stop is not awaited:
                return writing.reply()
            written = budget or 0
            writing.put(f"\n{_PROMPTS.text('again')}\n", CHECK)
        await writing.go_on(self._wrapped)
        return writing.reply()
