"""Rehearsing a run: everything is played, but where a model would answer a scripted one does, at no cost.

What the models would read then follows from what the others, and the scripted replies, put into their views.
What they would write is a guess: so many tokens a reply, and speeches as long as they may be.
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
from arena.running.running import CONCURRENCY, Progress, run
from arena.seat.agent import Agent, Reply, Request
from arena.seat.messages import expected_usage
from arena.spending.limits import Caps
from arena.spending.prices import Prices

REPLY_TOKENS = 256
"""How many tokens each reply is thought to take unless the caller knows better."""
_TOKENS_PER_WORD = 1.3


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a run would come to: episodes by ending, what models would take, the cap it would reach."""

    ended: Mapping[Ending, int]
    spending: UsageBreakdown
    reached: CapReached | None


async def rehearse(
    scenario: AnyScenario,
    *,
    reply_tokens: int = REPLY_TOKENS,
    concurrency: int = CONCURRENCY,
    caps: Caps | None = None,
    prices: Prices | None = None,
    progress: Progress | None = None,
) -> Rehearsal:
    """Play a scenario with scripted models in the place of models, and return what it would take.

    No key is needed, nothing is sent anywhere, and no run is left behind. Nothing counts as served from a
    provider's cache, so the cost is that without one.

    Args:
        scenario: what would be run.
        reply_tokens: how many tokens each reply takes.
        concurrency: how many episodes are played at once.
        caps: what the run may spend.
        prices: what calls to models cost.
        progress: kept up to date meanwhile.

    Raises:
        UsageError: as `arena.run` does.
    """

    def stand_in(agent: Agent) -> Agent:
        if not agent.priced_as:
            return agent
        return _StandIn(agent.name, agent.priced_as, reply_tokens)

    with TemporaryDirectory(prefix="arena-") as place:
        folder = Path(place) / "rehearsal"
        options = {"concurrency": concurrency, "caps": caps, "prices": prices, "progress": progress}
        result = await run(scenario, folder, instead=stand_in, **options)  # type: ignore[arg-type]  # as named
        return Rehearsal(result.ended, await asyncio.to_thread(_took, folder), result.reached)


class _StandIn(Agent):
    """Answers at once in a model's place, and says that each reply took so many tokens."""

    def __init__(self, name: str, priced_as: str, reply_tokens: int) -> None:
        self.name = name
        self._priced_as = priced_as
        self._reply_tokens = reply_tokens

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
    """Return a usable reply; a speech as long as the tokens and its form allow."""
    form = request.form
    if not isinstance(form, Speech):
        return form.sample(request.random())
    words = int(reply_tokens / _TOKENS_PER_WORD)
    return "word " * max(1, min(words, form.words or words))
