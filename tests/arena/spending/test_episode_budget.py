"""An episode's limits hold alike at any pace, and cut nobody short who was asked already."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from arena.core.errors import CapReached, StopRun
from arena.episode.context import EpisodeContext
from arena.episode.episode import Episode
from arena.episode.outcome import Ending, Outcome
from arena.episode.plan import Played
from arena.episode.playing import play_episode
from arena.episode.record import Call, Tape
from arena.forms import Choice
from arena.seat.agent import Agent, Reply, Request
from arena.spending.budget import Budget
from arena.spending.limits import Caps, Limits
from arena.spending.prices import Prices
from tests.shared.agents import Paid, Watched
from tests.shared.protocols import OneShot
from tests.shared.recording import Memory, plan_of

YES_NO = Choice(("yes", "no"))
PRICES = Prices({"test:paid": {"prompt": 1000, "completion": 1000}})


class Plain(Paid):
    """Takes as much as it is thought to, or `times` that, after a wait by its name."""

    def __init__(self, text: str = "Answer: yes", wait: float = 0.0, times: int = 1) -> None:
        super().__init__()
        self.text, self.wait, self.times = text, wait, times

    async def reply(self, request: Request) -> Reply:
        self.asked[(request.seat, request.count, request.seed)] += 1
        await asyncio.sleep(self.wait)
        usage = {"prompt_tokens": 100 * self.times, "completion_tokens": 100 * self.times, "attempts": 1}
        return Reply(self.text, usage=usage, model=self.priced_as)


class Silent(Plain):
    """Does not tell what it took."""

    async def reply(self, request: Request) -> Reply:
        return (await super().reply(request))._replace(usage={"attempts": 1})


async def conduct(
    method: Callable[[Episode], Awaitable[Outcome]],
    limits: Limits,
    ann: Agent,
    bob: Agent | None = None,
    tape: Tape | None = None,
    budget: Budget | None = None,
) -> tuple[Played, list[Call]]:
    memory = Memory()
    played = await play_episode(
        OneShot(method=method),
        plan_of(),
        {"ann": ann, "bob": bob or Watched("Answer: yes")},
        context=EpisodeContext(
            limits=limits, recorder=memory, tape=tape, budget=budget or Budget(prices=PRICES)
        ),
    )
    return played, memory.calls.get(0, [])


async def ask_ann(episode: Episode) -> Outcome:
    for _ in range(10):
        await episode.ask("ann", YES_NO)
    return Outcome.completed({})


async def ask_both(episode: Episode) -> Outcome:
    for _ in range(3):
        await episode.together(("ann", "bob"), YES_NO)
    return Outcome.completed({})


class TestLimits:
    @pytest.mark.parametrize(
        ("limits", "calls", "reason"),
        [
            (Limits(tokens=1000), 5, "it reached its limit of 1,000 tokens"),
            (Limits(tokens=1001), 5, "it reached its limit of 1,001 tokens"),
            (Limits(calls=3), 3, "it reached its limit of 3 calls"),
            (Limits(dollars=0.8), 4, "it reached its limit of $0.80"),
            (Limits(tokens=100), 0, "it reached its limit of 100 tokens"),
        ],
    )
    @pytest.mark.parametrize("model", [Plain, Silent])
    async def test_cut_the_episode_off(
        self, limits: Limits, calls: int, reason: str, model: type[Plain]
    ) -> None:
        """Also where the server does not tell what a request took."""
        played, made = await conduct(ask_ann, limits, model())
        assert (played.outcome.ending, played.outcome.reason) == (Ending.TRUNCATED, reason)
        assert len(made) == calls

    async def test_that_are_not_reached_change_nothing(self) -> None:
        played, made = await conduct(ask_ann, Limits(tokens=2000, calls=10, dollars=2), Plain())
        assert played.outcome.ending is Ending.COMPLETED
        assert [call.spent.cost for call in made] == [pytest.approx(0.2)] * 10

    async def test_do_not_hold_for_agents_without_a_model(self) -> None:
        played, _ = await conduct(ask_ann, Limits(calls=1, tokens=1), Watched("Answer: yes"))
        assert played.outcome.ending is Ending.COMPLETED

    async def test_guesses_are_corrected_within_the_episode(self) -> None:
        """After 600 tokens for what was thought to take 200, the next is thought to take 600 as well."""
        _, made = await conduct(ask_ann, Limits(tokens=1199), Plain(times=3))
        assert len(made) == 1

    async def test_asking_again_counts(self) -> None:
        again = Choice(("yes", "no"), retries=5)

        async def method(episode: Episode) -> Outcome:
            await episode.ask("ann", again)
            return Outcome.completed({})

        played, made = await conduct(method, Limits(calls=3), Plain(text="neither"))
        assert played.outcome.ending is Ending.TRUNCATED
        assert len(made) == 3

    @pytest.mark.parametrize("waits", [(0.02, 0.0), (0.0, 0.02)])
    async def test_whoever_was_asked_before_is_answered(self, waits: tuple[float, float]) -> None:
        ann, bob = (Plain(wait=wait) for wait in waits)
        played, made = await conduct(ask_both, Limits(tokens=700), ann, bob)
        assert played.outcome.ending is Ending.TRUNCATED
        assert [call.seat for call in made if call.step == 1] == ["ann"]
        assert all(call.reply is not None for call in made)

    @pytest.mark.parametrize(("model", "tokens"), [(Plain, 3000), (Silent, 1000)])
    @pytest.mark.parametrize("kept", range(6))
    async def test_hold_alike_for_what_is_on_the_tape(
        self, kept: int, model: type[Plain], tokens: int
    ) -> None:
        """And so the same requests are made, whichever of them were answered in an earlier execution."""
        limits = Limits(tokens=tokens)
        whole, made = await conduct(ask_both, limits, model(times=2), model(times=3, wait=0.01))
        ann, bob = model(times=2, wait=0.01), model(times=3)
        again, rest = await conduct(ask_both, limits, ann, bob, tape=Tape(made[:kept]))
        assert again.outcome == whole.outcome
        assert len(rest) == len(made) - kept

    async def test_a_price_that_nobody_knows_stops_the_run(self) -> None:
        with pytest.raises(StopRun, match="the price of test:paid is not known"):
            await conduct(ask_ann, Limits(dollars=1), Plain(), budget=Budget())


class TestCaps:
    async def test_leave_the_episode_without_an_outcome(self) -> None:
        with pytest.raises(CapReached):
            await conduct(ask_both, Limits(), Plain(), Plain(wait=0.01), budget=Budget(Caps(tokens=700)))

    async def test_that_are_in_minutes_hold_for_agents_without_a_model_too(self) -> None:
        async def answer(_: Request) -> str:
            await asyncio.sleep(0.01)
            return "Answer: yes"

        with pytest.raises(CapReached, match=r"0\.0005 minutes"):
            await conduct(ask_ann, Limits(), Watched(answer), budget=Budget(Caps(minutes=0.0005)))
