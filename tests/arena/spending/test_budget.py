"""Nothing is asked that does not fit, nothing in flight is lost, and all that was spent is counted."""

from __future__ import annotations

import asyncio
import math
import random
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import CapReached, StopRun, UsageError
from arena.seat.agent import NO_USAGE, RequestUsage
from arena.spending.budget import Budget, Reservation, amount_of, check_prices
from arena.spending.limits import Amount, Caps, TotalUsage, in_words
from arena.spending.prices import Prices
from tests.shared.agents import Paid, Watched
from tests.shared.examples import some
from tests.shared.waiting import HANG

PRICES = Prices({"test:paid": {"prompt": 1, "completion": 1}})
AGENT = Paid()


def guess(tokens: int) -> Amount:
    return Amount(1, tokens, tokens / 1e6)


def took(tokens: int, attempts: int = 1) -> RequestUsage:
    return RequestUsage({"prompt_tokens": tokens, "attempts": attempts}, "test:paid")


def budget(**caps: float) -> Budget:
    return Budget(Caps.model_validate(caps), PRICES)


class Job(NamedTuple):
    """A request: what it is thought to take, what it takes, and after how many turns of the loop."""

    guess: int
    takes: int
    turns: int


jobs = st.builds(Job, st.integers(1, 50), st.integers(0, 80), st.integers(0, 5))


class TestCaps:
    @pytest.mark.parametrize("caps", [{"dollars": 0}, {"tokens": -1}, {"minutes": math.inf}, {"cents": 5}])
    def test_are_positive_and_finite(self, caps: dict[str, float]) -> None:
        with pytest.raises(UsageError):
            Caps(**caps)

    def test_what_is_given_anew_takes_the_place_of_what_was(self) -> None:
        caps = Caps(dollars=1, tokens=5)
        assert caps.changed_by(None) == caps
        assert caps.changed_by(Caps(dollars=2)) == Caps(dollars=2, tokens=5)
        assert caps.changed_by(Caps(tokens=None, calls=3)) == Caps(dollars=1, calls=3)

    def test_in_words(self) -> None:
        assert [in_words("dollars", 1), in_words("tokens", 5000), in_words("calls", 1)] == [
            "$1.00",
            "5,000 tokens",
            "1 call",
        ]
        assert in_words("minutes", 0.5) == "0.5 minutes"


class TestTotal:
    def test_counts_what_is_estimated_toward_the_caps(self) -> None:
        total = TotalUsage(2, 10, 0.5)
        total.add(Amount(1, 0, None), 90, 0.25)
        assert [total.counted(measure) for measure in ("calls", "tokens", "dollars")] == [3, 100, 0.75]
        assert (total.tokens, total.dollars, total.unpriced) == (10, 0.5, 1)

    def test_in_words(self) -> None:
        total = TotalUsage()
        total.add(Amount(1, 12_345, None))
        assert total.shown() == "12,345 tokens, cost unknown"
        total.add(Amount(2, 0, 0.0123))
        assert total.shown() == "12,345 tokens, more than $0.012"
        assert TotalUsage(1, 10, 2.5).shown() == "10 tokens, $2.50"


class TestHolding:
    @some
    @given(
        st.lists(jobs, min_size=1, max_size=30),
        st.integers(20, 400),
        st.sampled_from(["tokens", "calls", "dollars"]),
        st.integers(1, 8),
    )
    def test_spends_more_than_a_cap_only_by_what_is_in_flight(
        self, jobs: list[Job], cap: int, measure: str, concurrency: int
    ) -> None:
        caps = {"tokens": cap, "calls": cap // 20, "dollars": cap / 1e6}
        held_to = budget(**{measure: caps[measure]})
        bound = getattr(held_to.caps, measure)
        flying: dict[int, RequestUsage] = {}
        finished: list[int] = []
        crossing: list[float] = []  # what was in flight when the cap was passed, and after that

        async def work(waiting: list[tuple[int, Job]]) -> None:
            while waiting:
                number, job = waiting.pop()
                try:
                    held = await held_to.reserve(AGENT, guess(job.guess))
                except CapReached:
                    return
                flying[number] = took(job.takes)
                for _ in range(job.turns):
                    await asyncio.sleep(0)
                in_flight = sum((amount_of(spent) for spent in flying.values()), Amount())
                untold = held_to._in_flight - len(flying)  # whose turn has come, but who have not been told
                tokens = in_flight.tokens + untold * 80
                amount = Amount(in_flight.calls + untold, tokens, tokens / 1e6)
                held_to.settle(AGENT, held, flying.pop(number), answered=True)
                finished.append(number)
                over = getattr(held_to.spent, measure) - bound
                if over > 0:
                    crossing.append(getattr(amount, measure))
                    assert over <= crossing[0] * (1 + 1e-6) + 1e-12

        async def main() -> None:
            waiting = list(enumerate(jobs))
            async with asyncio.timeout(HANG), asyncio.TaskGroup() as group:
                for _ in range(concurrency):
                    group.create_task(work(waiting))

        asyncio.run(main())
        assert not flying
        assert held_to.spent.tokens == sum(jobs[number].takes for number in finished)
        assert held_to.spent.calls == len(finished)
        assert (held_to.reached is None) == (len(finished) == len(jobs))
        assert held_to._reserved == Amount()

    async def test_what_does_not_fit_waits_for_what_is_in_flight(self) -> None:
        held_to = budget(tokens=100)
        first = await held_to.reserve(AGENT, guess(80))
        second = asyncio.create_task(held_to.reserve(AGENT, guess(50)))
        await asyncio.sleep(0.01)
        assert not second.done()
        held_to.settle(AGENT, first, took(40), answered=True)
        assert (await second).amount.tokens == 25  # half of what the agent thinks, like the first one

    async def test_whoever_waits_is_served_in_order(self) -> None:
        held_to = budget(tokens=100)
        first = await held_to.reserve(AGENT, guess(90))
        large = asyncio.create_task(held_to.reserve(AGENT, guess(60)))
        small = asyncio.create_task(held_to.reserve(AGENT, guess(10)))
        await asyncio.sleep(0.01)
        assert not small.done()
        held_to.settle(AGENT, first, NO_USAGE, answered=False)
        await large
        await small

    async def test_when_nothing_is_in_flight_what_does_not_fit_reaches_the_cap(self) -> None:
        held_to = budget(tokens=100)
        held = await held_to.reserve(AGENT, guess(80))
        held_to.settle(AGENT, held, took(80), answered=True)
        with pytest.raises(CapReached) as reached:
            await held_to.reserve(AGENT, guess(30))
        assert str(reached.value) == (
            "The cap of 100 tokens is reached: 80 tokens spent, and the next request is estimated at "
            "30 tokens."
        )
        with pytest.raises(CapReached):
            await held_to.reserve(AGENT, guess(1))

    async def test_the_cap_is_reached_for_all_who_wait(self) -> None:
        held_to = budget(tokens=100)
        held = await held_to.reserve(AGENT, guess(80))
        waiting = [asyncio.create_task(held_to.reserve(AGENT, guess(50))) for _ in range(3)]
        await asyncio.sleep(0.01)
        held_to.settle(AGENT, held, took(90), answered=True)
        ends = await asyncio.gather(*waiting, return_exceptions=True)
        assert all(isinstance(end, CapReached) for end in ends)

    async def test_what_is_let_go_is_free_again(self) -> None:
        held_to = budget(tokens=100)
        for _ in range(5):
            held_to.release(await held_to.reserve(AGENT, guess(90)))
        assert held_to.spent == TotalUsage()

    async def test_whoever_stops_waiting_holds_nothing(self) -> None:
        held_to = budget(tokens=100)
        rng = random.Random(3)
        for _ in range(200):
            first = await held_to.reserve(AGENT, guess(90))
            waiting = [asyncio.create_task(held_to.reserve(AGENT, guess(60))) for _ in range(3)]
            await asyncio.sleep(0)
            if early := rng.random() < 0.5:
                waiting[0].cancel()
            held_to.release(first)
            if not early:
                waiting[0].cancel()  # its turn has come, but it has not been told
            waiting[1].cancel()
            done = await asyncio.gather(*waiting, return_exceptions=True)
            for held in done:
                if isinstance(held, Reservation):
                    held_to.release(held)
            assert held_to._reserved == Amount()
            assert not held_to._waiting

    async def test_guesses_are_corrected_by_what_the_same_agent_took(self) -> None:
        held_to, other = budget(tokens=10**6), Paid()
        for _ in range(3):
            held = await held_to.reserve(AGENT, guess(100))
            held_to.settle(AGENT, held, took(500), answered=True)
        assert (await held_to.reserve(AGENT, guess(10))).amount.tokens == pytest.approx(50)
        assert (await held_to.reserve(other, guess(10))).amount.tokens == 10

    async def test_a_reply_whose_tokens_are_not_told_counts_against_the_caps_with_the_guess(self) -> None:
        held_to = budget(tokens=100)
        held = await held_to.reserve(AGENT, guess(60))
        held_to.settle(AGENT, held, RequestUsage({"attempts": 1}, "test:paid"), answered=True)
        assert (held_to.spent.calls, held_to.spent.tokens, held_to.spent.unpriced) == (1, 0, 1)
        with pytest.raises(CapReached):
            await held_to.reserve(AGENT, guess(60))

    async def test_minutes(self) -> None:
        held_to = budget(minutes=0.0005)
        held_to.check_time()
        await asyncio.sleep(0.05)
        with pytest.raises(CapReached, match=r"^The cap of 0\.0005 minutes is reached\.$"):
            held_to.check_time()
        with pytest.raises(CapReached):
            await held_to.reserve(AGENT, guess(1))


class TestSettling:
    def test_prices_what_a_request_took_and_names_its_model(self) -> None:
        held_to = budget()
        spent = held_to.settle(
            AGENT, None, RequestUsage({"prompt_tokens": 1_000_000, "attempts": 3}), answered=True
        )
        assert (spent.model, spent.cost) == ("test:paid", 1.0)
        assert held_to.spent == TotalUsage(3, 1_000_000, 1.0)

    def test_what_has_no_model_is_neither_priced_nor_counted(self) -> None:
        held_to = budget()
        scripted = RequestUsage({"tokens": 3})
        assert held_to.settle(Watched("yes"), None, scripted, answered=True) == scripted
        assert held_to.settle(Watched("yes"), None, NO_USAGE, answered=True) is NO_USAGE
        assert held_to.spent == TotalUsage()

    def test_what_came_from_the_response_cache_is_no_call_and_costs_nothing(self) -> None:
        held_to = budget()
        spent = held_to.settle(AGENT, None, RequestUsage({"cache_hits": 1}, "test:paid"), answered=True)
        assert spent.cost == 0
        assert held_to.spent == TotalUsage()

    async def test_a_cap_that_is_met_exactly_is_reached_when_something_more_is_to_begin(self) -> None:
        held_to = budget(calls=1)
        held = await held_to.reserve(AGENT, guess(10**9))
        held_to.settle(AGENT, held, took(5), answered=True)
        with pytest.raises(CapReached, match="The cap of 1 call is reached: 1 call spent"):
            held_to.check()


class TestPrices:
    def test_must_be_known_for_a_cap_in_dollars(self) -> None:
        unknown = Paid(priced_as="openai-compatible:qwen3")
        check_prices([unknown, Watched("yes")], PRICES, needed=False)
        check_prices([AGENT, Watched("yes")], PRICES, needed=True)
        with pytest.raises(UsageError, match=r'--prices that holds \["openai-compatible:qwen3"\]'):
            check_prices([unknown], PRICES, needed=True)

    async def test_an_agent_that_names_no_model_stops_the_run(self) -> None:
        with pytest.raises(StopRun, match="'paid' does not say what its model is priced as"):
            await budget(dollars=1).reserve(Paid(priced_as=""), Amount(1, 5, None))


class TestCostsThatServersTell:
    """A cap in dollars needs no price where replies say what they cost."""

    @pytest.fixture
    def telling(self) -> Paid:
        agent = Paid(priced_as="openai-compatible:qwen3")
        agent.reports_cost = True
        return agent

    @staticmethod
    def told(dollars: float | None, tokens: int = 100) -> RequestUsage:
        return RequestUsage({"prompt_tokens": tokens, "attempts": 1}, "openai-compatible:qwen3", cost=dollars)

    async def test_one_request_is_asked_by_itself_and_the_next_are_guessed_by_its_dollars_a_token(
        self, telling: Paid
    ) -> None:
        check_prices([telling], PRICES, needed=True)
        held_to, unpriced = budget(dollars=1), Amount(1, 100, None)
        first = await held_to.reserve(telling, unpriced)
        waiting = [asyncio.create_task(held_to.reserve(telling, unpriced)) for _ in range(6)]
        await asyncio.sleep(0.01)
        assert not any(task.done() for task in waiting)
        held_to.settle(telling, first, self.told(0.2), answered=True)
        await asyncio.sleep(0.01)
        assert sum(task.done() for task in waiting) == 4  # at $0.20 each, beside the $0.20 that is spent
        for task in waiting:
            if task.done():
                held_to.settle(telling, task.result(), self.told(0.2), answered=True)
        for task in waiting[4:]:
            with pytest.raises(CapReached, match=r"The cap of \$1.00 is reached: \$1.00 spent"):
                await task

    async def test_what_costs_nothing_is_not_asked_one_by_one(self, telling: Paid) -> None:
        held_to, unpriced = budget(dollars=1), Amount(1, 100, None)
        held_to.settle(telling, await held_to.reserve(telling, unpriced), self.told(0.0), answered=True)
        for _ in range(3):
            assert (await held_to.reserve(telling, unpriced)).amount.dollars == 0

    async def test_a_reply_without_a_cost_stops_the_run_at_the_next_request(self, telling: Paid) -> None:
        held_to, unpriced = budget(dollars=1), Amount(1, 100, None)
        held_to.settle(telling, await held_to.reserve(telling, unpriced), self.told(None), answered=True)
        with pytest.raises(
            StopRun, match="is not known, and its server does not tell what replies cost; give"
        ):
            await held_to.reserve(telling, unpriced)

    async def test_nothing_is_estimated_of_a_server_that_tells_no_cost_where_dollars_have_no_cap(
        self, telling: Paid
    ) -> None:
        held_to, unpriced = budget(calls=9), Amount(1, 100, None)
        held_to.settle(telling, await held_to.reserve(telling, unpriced), self.told(None), answered=True)
        assert (await held_to.reserve(telling, unpriced)).amount.dollars is None
