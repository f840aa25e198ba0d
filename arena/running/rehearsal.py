"""Rehearsing a run: every episode is played, but scripted stand-ins answer for the models, at no cost.

The requests are the real ones, except that they contain the scripted replies. So the tokens read are close to
those of the run. The tokens written are a range: what the same models wrote in the same seats of earlier
runs, or else what is usual for what is asked for. Speeches are as long as is expected of them.
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
from arena.registry import make_agent
from arena.results.usage import UsageBreakdown, spending
from arena.running._expected import ExpectedTotal
from arena.running._lengths import NOTHING, classes_in, learnt
from arena.running._lengths import Range as Range
from arena.running._speed import measured
from arena.running.running import EPISODES_AT_ONCE, Progress, run
from arena.seat.agent import Agent, Reply, Request
from arena.seat.calls import Calling
from arena.seat.messages import expected_usage
from arena.spending.limits import Caps
from arena.spending.prices import Prices

RUNS = "runs"
"""The folder of earlier runs, if the caller names none."""
_TOKENS_PER_WORD = 1.3


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The expected result of a run: its episodes by ending, its usage, and the cap that it would reach.

    `written` is the range of the completion tokens, and `dollars` that of the cost, which is None if a price
    is unknown. `minutes` is how long it is expected to take, or None if nothing says how fast the models are.
    `learnt_from` are the names of the earlier runs that say how long replies are.
    """

    ended: Mapping[Ending, int]
    spending: UsageBreakdown
    reached: CapReached | None
    written: Range = NOTHING
    dollars: Range | None = NOTHING
    minutes: Range | None = None
    learnt_from: tuple[str, ...] = ()


async def rehearse(
    scenario: AnyScenario,
    *,
    reply_tokens: int | None = None,
    earlier: Path | str = RUNS,
    measure: bool = False,
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
        reply_tokens: the length of each reply in tokens, if it is known. Otherwise, it is a range.
        earlier: the folder of earlier runs, from which the lengths of replies are learnt. No code of theirs
            is run.
        measure: whether a model on this machine whose speed no earlier run says is asked for a few words, to
            find out how fast it writes.
        concurrency: the largest number of episodes played at the same time.
        caps: limits on what the run may spend.
        prices: the prices of models.
        progress: updated during the rehearsal.

    Raises:
        UsageError: in the same cases as `arena.run`.
    """
    models = {priced for agent in map(make_agent, scenario.cast().values()) if (priced := agent.priced_as)}
    known = await asyncio.to_thread(
        learnt, Path(earlier), models, set(classes_in(scenario.config())) if models else ()
    )
    if measure:
        known = await measured(known, scenario.cast().values())
    tally = ExpectedTotal(known, prices or Prices(), reply_tokens)

    def stand_in(agent: Agent) -> Agent:
        if not agent.priced_as:
            return _Absent(agent.name) if agent.desk else agent
        return _StandIn(agent, tally)

    with TemporaryDirectory(prefix="arena-") as place:
        folder = Path(place) / "rehearsal"
        options = {"concurrency": concurrency, "caps": caps, "prices": prices, "progress": progress}
        result = await run(scenario, folder, instead=stand_in, **options)  # type: ignore[arg-type]  # as named
        took = await asyncio.to_thread(_took, folder)
    return Rehearsal(
        result.ended,
        took,
        result.reached,
        tally.written,
        tally.dollars,
        tally.minutes(concurrency),
        tuple(known.runs) if tally.is_learnt else (),
    )


class _StandIn(Agent):
    """Answers at once in a model's place, and reports the number of tokens that is expected of it."""

    def __init__(self, agent: Agent, tally: ExpectedTotal) -> None:
        self.name = agent.name
        self.sees_pictures = agent.sees_pictures
        self._agent = agent
        self._calling = agent.calling
        self._priced_as = agent.priced_as
        self._tally = tally

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
        written = self._tally.add(self._agent, request, prompt)
        usage = {"prompt_tokens": prompt, "completion_tokens": written, "attempts": 1}
        return Reply(_said(request, written), usage=usage, model=self._priced_as)


class _Absent(Agent):
    """Answers at random in the place of a person, who is not asked."""

    calling = Calling.NONE

    def __init__(self, name: str) -> None:
        self.name = name

    async def reply(self, request: Request) -> Reply:
        return Reply(request.form.sample(request.random()))


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
