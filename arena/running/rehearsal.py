"""Rehearsing a run: every episode is played, but scripted stand-ins answer for the models, at no cost.

The requests are the real ones, except that they contain the scripted replies. So the tokens read are close to
those of the run. The tokens written are an assumption: a fixed number for each reply, and speeches of the
greatest allowed length.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from arena.core.errors import CapReached
from arena.designs.scenario import AnyScenario
from arena.episode.outcome import Ending
from arena.forms import Speech
from arena.journal import StoredRun
from arena.results.usage import UsageBreakdown, spending
from arena.running.running import EPISODES_AT_ONCE, Progress, run
from arena.seat.agent import Agent, Reply, Request
from arena.seat.calls import Calling
from arena.seat.messages import expected_usage
from arena.spending.limits import Caps
from arena.spending.prices import Prices

REPLY_TOKENS = 256
"""The assumed length of each reply in tokens, if the caller gives none."""
_TOKENS_PER_WORD = 1.3


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The expected result of a run: its episodes by ending, its usage, and the cap that it would reach."""

    ended: Mapping[Ending, int]
    spending: UsageBreakdown
    reached: CapReached | None


async def rehearse(
    scenario: AnyScenario,
    *,
    reply_tokens: int = REPLY_TOKENS,
    concurrency: int = EPISODES_AT_ONCE,
    caps: Caps | None = None,
    prices: Prices | None = None,
    progress: Progress | None = None,
) -> Rehearsal:
    """Play a scenario with scripted stand-ins for models, and return the expected usage and cost.

    It needs no key, sends nothing, and leaves no run behind. It assumes that no provider's cache serves any
    tokens, so the real cost may be lower. The stand-ins call no tools, and each call of a tool makes one
    request more.

    Args:
        scenario: the scenario.
        reply_tokens: the assumed length of each reply in tokens.
        concurrency: the largest number of episodes played at the same time.
        caps: limits on what the run may spend.
        prices: the prices of models.
        progress: updated during the rehearsal.

    Raises:
        UsageError: in the same cases as `arena.run`.
    """

    def stand_in(agent: Agent) -> Agent:
        if not agent.priced_as:
            return agent
        return _StandIn(agent, reply_tokens)

    with TemporaryDirectory(prefix="arena-") as place:
        folder = Path(place) / "rehearsal"
        options = {"concurrency": concurrency, "caps": caps, "prices": prices, "progress": progress}
        result = await run(scenario, folder, instead=stand_in, **options)  # type: ignore[arg-type]  # as named
        return Rehearsal(result.ended, await asyncio.to_thread(_took, folder), result.reached)


class _StandIn(Agent):
    """Answers at once in a model's place, and reports a fixed number of tokens for each reply."""

    def __init__(self, agent: Agent, reply_tokens: int) -> None:
        self.name = agent.name
        self.sees_pictures = agent.sees_pictures
        self._calling = agent.calling
        self._priced_as = agent.priced_as
        self._reply_tokens = reply_tokens

    @property
    def calling(self) -> Calling:
        return self._calling

    @property
    def priced_as(self) -> str:
        return self._priced_as

    def expects(self, request: Request) -> Mapping[str, int]:
        return expected_usage(request)

    async def reply(self, request: Request) -> Reply:
        prompt = self.expects(request)["prompt_tokens"]
        usage = {"prompt_tokens": prompt, "completion_tokens": self._reply_tokens, "attempts": 1}
        return Reply(_said(request, self._reply_tokens), usage=usage, model=self._priced_as)


def _took(folder: Path) -> UsageBreakdown:
    with StoredRun(folder) as stored:
        return spending(stored)


def _said(request: Request, reply_tokens: int) -> str:
    """Return a usable reply. A speech is as long as the tokens and its form allow."""
    form = request.form
    if not isinstance(form, Speech):
        return form.sample(request.random())
    words = int(reply_tokens / _TOKENS_PER_WORD)
    return "word " * max(1, min(words, form.words or words))
