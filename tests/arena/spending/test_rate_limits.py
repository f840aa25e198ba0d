"""What one account with a provider can take. Time jumps: no test waits."""

from __future__ import annotations

import asyncio
import gc

import pytest

from arena.core.drain import EPISODE, Drain, drained_by
from arena.core.errors import Drained, StopRun
from arena.spending._outage import SPARED
from arena.spending.rate_limits import (
    CALLS_IN_FLIGHT,
    LONGEST_PAUSE,
    PATIENCE,
    Blame,
    Permit,
    RateLimiter,
    RateLimits,
    shared,
    statuses,
)
from tests.faults.loops import run_jumping


def now() -> float:
    return asyncio.get_running_loop().time()


class Provider:
    """Answers after `seconds`; refuses more than `most` calls at once, or fails while it is down."""

    def __init__(self, limiter: RateLimiter, most: int = 10**6, seconds: float = 1.0) -> None:
        self.limiter = limiter
        self.most = most
        self.seconds = seconds
        self.down_until = -1.0
        self.busy = self.busiest = self.refused = self.failed = 0
        self.admitted: list[float] = []

    async def ask(self, permit: Permit | None = None, tokens: int = 0) -> bool:
        permit = permit or self.limiter.permit(tokens)
        async with permit:
            self.admitted.append(now())
            if self.busy >= self.most:
                self.refused += 1
                permit.refused("too many")
                return False
            if now() < self.down_until:
                self.failed += 1
                permit.failed("it is down")
                return False
            self.busy += 1
            self.busiest = max(self.busy, self.busiest)
            await asyncio.sleep(self.seconds)
            self.busy -= 1
            permit.answered(tokens)
            return True

    async def insist(self) -> None:
        permit = self.limiter.permit()
        for _ in range(10**6):
            if await self.ask(permit):
                return
            await permit.rest(1)


async def fail(permit: Permit) -> Blame:
    """Make an attempt that is not answered."""
    async with permit:
        return permit.failed("it is down")


async def answer(limiter: RateLimiter) -> None:
    """Make a call that is answered."""
    async with limiter.permit() as permit:
        permit.answered(1)


async def in_outage() -> RateLimiter:
    """Return an account of which nothing is answered."""
    limiter = RateLimiter("p")
    for _ in range(5):
        await fail(limiter.permit())
    assert limiter.why_waiting()
    return limiter


class TestConcurrency:
    def test_no_more_calls_are_in_flight_than_are_allowed_and_all_are_made(self) -> None:
        async def main() -> None:
            provider = Provider(RateLimiter("p", RateLimits(concurrency=7)))
            started = now()
            assert all(await asyncio.gather(*(provider.ask() for _ in range(70))))
            assert provider.busiest == 7
            assert now() - started == pytest.approx(10, abs=0.5)

        run_jumping(main())

    def test_calls_are_admitted_in_the_order_in_which_they_were_asked_for(self) -> None:
        async def main() -> None:
            limiter, order = RateLimiter("p", RateLimits(concurrency=1)), []

            async def ask(number: int) -> None:
                async with limiter.permit():
                    order.append(number)
                    await asyncio.sleep(1)

            await asyncio.gather(*map(ask, range(20)))
            assert order == list(range(20))

        run_jumping(main())

    def test_a_call_that_is_cancelled_gives_its_place_back_whether_waiting_or_in_flight(self) -> None:
        async def main() -> None:
            provider = Provider(RateLimiter("p", RateLimits(concurrency=1)))
            tasks = [asyncio.create_task(provider.ask()) for _ in range(3)]
            await asyncio.sleep(0.1)
            tasks[0].cancel()
            tasks[1].cancel()
            assert await tasks[2]

        run_jumping(main())

    def test_it_settles_near_what_the_provider_takes(self) -> None:
        async def main() -> None:
            provider = Provider(limiter := RateLimiter("p", RateLimits(concurrency=64)), most=20)
            await asyncio.gather(*(provider.insist() for _ in range(2000)))
            assert 10 <= limiter.limit <= 22
            assert provider.refused < 300

        run_jumping(main())

    def test_refusals_of_calls_that_were_in_flight_together_cut_it_once(self) -> None:
        async def main() -> None:
            limiter = RateLimiter("p", RateLimits(concurrency=64))

            async def refused() -> None:
                async with limiter.permit() as permit:
                    await asyncio.sleep(1)
                    permit.refused("too many")

            await asyncio.gather(*(refused() for _ in range(64)))
            assert limiter.limit == 32

        run_jumping(main())

    def test_it_never_falls_below_one_nor_rises_above_what_is_allowed(self) -> None:
        async def main() -> None:
            limiter = RateLimiter("p", RateLimits(concurrency=3))
            for _ in range(10):
                async with limiter.permit() as permit:
                    await asyncio.sleep(1)
                    permit.refused("too many")
            assert limiter.limit == 1
            for _ in range(50):
                async with limiter.permit() as permit:
                    permit.answered(1)
            assert limiter.limit == 3

        run_jumping(main())


class TestPerMinute:
    def test_requests_per_minute_are_kept_to(self) -> None:
        async def main() -> None:
            provider = Provider(RateLimiter("p", RateLimits(requests_per_minute=60)), seconds=0.01)
            await asyncio.gather(*(provider.ask() for _ in range(120)))
            for start in provider.admitted:
                assert sum(start <= at < start + 60 for at in provider.admitted) <= 71

        run_jumping(main())

    def test_tokens_per_minute_are_kept_to_by_what_calls_took_and_not_by_what_was_expected(self) -> None:
        async def main() -> None:
            limiter, started = RateLimiter("p", RateLimits(tokens_per_minute=6000)), now()
            for _ in range(60):
                async with limiter.permit(10) as permit:
                    permit.answered(tokens=200)
            assert 100 < now() - started < 125

        run_jumping(main())

    def test_a_call_larger_than_the_whole_budget_still_goes(self) -> None:
        async def main() -> None:
            provider = Provider(RateLimiter("p", RateLimits(tokens_per_minute=60)))
            assert await provider.ask(tokens=10**6)
            assert len(provider.admitted) == 1

        run_jumping(main())


class TestWhatIsUsed:
    def test_is_counted_over_the_last_minute(self) -> None:
        async def main() -> None:
            limiter = RateLimiter("p", RateLimits(2, requests_per_minute=600))
            for tokens in (100, 50):
                async with limiter.permit(tokens=80) as permit:
                    assert limiter.in_use().flying == 1
                    permit.answered(tokens)
            used = limiter.in_use()
            assert (used.requests, used.tokens, used.flying, used.may_fly) == (2, 150, 0, 2)
            assert used.limits.requests_per_minute == 600
            await asyncio.sleep(30)
            async with limiter.permit() as permit:
                permit.answered(7)
            assert limiter.in_use()[4:6] == (3, 157)
            await asyncio.sleep(31)
            assert limiter.in_use()[4:6] == (1, 7)
            await asyncio.sleep(90)
            assert limiter.in_use()[4:6] == (0, 0)

        run_jumping(main())


class TestPauses:
    def test_new_calls_wait_as_long_as_the_provider_asked_but_not_for_ever(self) -> None:
        async def main() -> None:
            limiter = RateLimiter("p")
            for asked, waited in ((5.0, 5.0), (86_400.0, LONGEST_PAUSE)):
                async with limiter.permit() as permit:
                    permit.refused("too many", retry_after=asked)
                assert "as the provider asked" in limiter.in_use().line()
                started = now()
                async with limiter.permit() as permit:
                    permit.answered(1)
                assert now() - started == pytest.approx(waited, abs=0.5)

        run_jumping(main())


class TestOutage:
    def test_an_outage_holds_calls_back_probes_now_and_then_and_ends_with_an_answer(self) -> None:
        async def main() -> None:
            provider = Provider(limiter := RateLimiter("p"), seconds=0.1)
            provider.down_until = now() + 300
            tasks = [asyncio.create_task(provider.insist()) for _ in range(100)]
            await asyncio.sleep(200)
            assert "no answer for" in limiter.in_use().line()
            assert "it is down" in limiter.in_use().line()
            await asyncio.gather(*tasks)
            assert provider.failed < 100 + 15
            assert now() < provider.down_until + LONGEST_PAUSE + 10
            assert "no answer" not in limiter.in_use().line()

        run_jumping(main())

    def test_a_request_that_always_fails_is_no_outage_while_it_is_alone_in_failing(self) -> None:
        async def main() -> None:
            permit = RateLimiter("p").permit()
            for _ in range(20):
                assert await fail(permit) is Blame.REQUEST

        run_jumping(main())

    def test_nor_are_several_that_fail_again_although_others_are_answered_in_between(self) -> None:
        async def main() -> None:
            limiter = RateLimiter("p")
            permits = [limiter.permit() for _ in range(4)]
            for _ in range(20):
                for permit in permits:
                    assert await fail(permit) is Blame.REQUEST
                await answer(limiter)

        run_jumping(main())

    def test_it_takes_five_that_had_not_failed_before_once_a_request_was_seen_to_fail_alone(self) -> None:
        async def main() -> None:
            limiter = RateLimiter("p")
            alone = limiter.permit()
            await fail(alone)
            await answer(limiter)
            await fail(alone)
            for _ in range(4):
                fresh = limiter.permit()
                assert [await fail(fresh) for _ in range(3)] == 3 * [Blame.REQUEST]
            assert not limiter.why_waiting()
            assert await fail(limiter.permit()) is Blame.PROVIDER
            assert "no answer" in limiter.why_waiting()

        run_jumping(main())

    def test_in_an_outage_a_call_that_has_not_failed_is_tried_first_and_then_each_in_turn(self) -> None:
        async def main() -> None:
            limiter = await in_outage()
            tried: list[str] = []

            async def insist(name: str, failures: int) -> None:
                permit = limiter.permit()
                permit.failures = failures
                while True:
                    async with permit:
                        tried.append(name)
                        permit.failed("down")

            tasks = [asyncio.create_task(insist(*one)) for one in (("a", 1), ("b", 1), ("new", 0))]
            await asyncio.sleep(20)
            assert tried == ["new", "a", "b", "new"]
            for task in tasks:
                task.cancel()

        run_jumping(main())

    def test_one_that_lasts_ends_a_call_that_fails_for_the_third_time_and_no_other(self) -> None:
        async def main() -> None:
            limiter = await in_outage()
            started = now()
            first, second = limiter.permit(), limiter.permit()
            blames = [(await fail(first), now() - started > SPARED) for _ in range(7)]
            assert blames == [*6 * [(Blame.PROVIDER, False)], (Blame.ENOUGH, True)]
            assert [await fail(second) for _ in range(3)] == [Blame.PROVIDER, Blame.PROVIDER, Blame.ENOUGH]

        run_jumping(main())

    def test_a_request_that_goes_on_being_refused_slows_no_others(self) -> None:
        async def main() -> None:
            limiter = RateLimiter("p", RateLimits(concurrency=64))
            alone = limiter.permit()
            for _ in range(10):
                async with alone:
                    alone.refused("too many", retry_after=30.0)
                await answer(limiter)
            assert limiter.limit > 64 / 2**4
            assert not limiter.why_waiting()

        run_jumping(main())

    def test_refusals_are_no_outage_while_earlier_calls_may_still_be_answered(self) -> None:
        async def main() -> None:
            provider = Provider(limiter := RateLimiter("p"), most=10, seconds=30)
            tasks = [asyncio.create_task(provider.ask()) for _ in range(60)]
            await asyncio.sleep(1)
            assert "no answer" not in limiter.in_use().line()
            await asyncio.gather(*tasks)
            assert provider.refused < 10

        run_jumping(main())

    def test_a_probe_that_is_cancelled_lets_another_probe(self) -> None:
        async def main() -> None:
            limiter = await in_outage()
            probe = limiter.permit()
            await probe.__aenter__()
            waiting = asyncio.create_task(Provider(limiter).ask())
            await asyncio.sleep(5)
            assert not waiting.done()
            await probe.__aexit__(None, None, None)
            assert await waiting

        run_jumping(main())

    def test_the_run_is_stopped_with_a_sentence_when_patience_ends(self) -> None:
        async def main() -> None:
            provider = Provider(RateLimiter("p"))
            provider.down_until = now() + 10**9
            started = now()
            results = await asyncio.gather(*(provider.insist() for _ in range(8)), return_exceptions=True)
            stop = next(result for result in results if isinstance(result, StopRun))
            assert str(stop) == (
                "p has answered nothing for 15 minutes; the last attempt ended with: it is down. The run is "
                "stopped; resume it when the provider answers again."
            )
            assert now() - started >= PATIENCE

        run_jumping(main())


class TestDraining:
    """What only waits is given up; what waits for its turn is not."""

    def test_gives_up_all_that_wait_for_the_end_of_an_outage(self) -> None:
        async def main() -> None:
            limiter, drain = await in_outage(), Drain()
            with drained_by(drain):
                waiting = [asyncio.create_task(fail(limiter.permit())) for _ in range(9)]
            other = asyncio.create_task(fail(limiter.permit()))
            await asyncio.sleep(0.1)
            drain.set()
            came = await asyncio.gather(*waiting, return_exceptions=True)
            assert all(isinstance(error, Drained) for error in came)
            assert not other.done()
            with drained_by(drain), pytest.raises(Drained):
                await fail(limiter.permit())
            assert await other is Blame.PROVIDER

        run_jumping(main())

    def test_gives_up_what_rests_before_it_is_tried_again_at_once(self) -> None:
        async def main() -> None:
            drain, started = Drain(), now()
            with drained_by(drain):
                resting = asyncio.create_task(RateLimiter("p").permit().rest(10**6))
                await asyncio.sleep(1)
                drain.set()
                with pytest.raises(Drained):
                    await resting
                with pytest.raises(Drained):
                    await RateLimiter("p").permit().rest(1)
            assert now() - started == pytest.approx(1, abs=0.5)

        run_jumping(main())

    def test_lets_what_is_in_flight_or_waits_for_a_place_come_to_its_end(self) -> None:
        async def main() -> None:
            provider, drain = Provider(RateLimiter("p", RateLimits(concurrency=2))), Drain()
            with drained_by(drain):
                calls = [asyncio.create_task(provider.ask()) for _ in range(6)]
                await asyncio.sleep(0.1)
                drain.set()
                assert all(await asyncio.gather(*calls))

        run_jumping(main())

    def test_gives_up_what_waits_for_a_place_when_an_outage_begins_afterwards(self) -> None:
        async def main() -> None:
            provider, drain = Provider(RateLimiter("p", RateLimits(concurrency=5))), Drain()
            with drained_by(drain):
                drain.set()
                provider.down_until = now() + 10**6
                calls = [asyncio.create_task(provider.insist()) for _ in range(50)]
                came = await asyncio.gather(*calls, return_exceptions=True)
            assert all(isinstance(error, Drained) for error in came)
            assert now() < provider.down_until

        run_jumping(main())


class TestTelling:
    def test_who_waits_for_what_since_when_and_until_when(self) -> None:
        async def main() -> None:
            limiter = await in_outage()
            waiting = []
            for episode in (3, 4, 4):
                EPISODE.set(episode)
                waiting.append(asyncio.create_task(fail(limiter.permit())))
            await asyncio.sleep(0.1)
            assert limiter.why_waiting() == "no answer for 0 s (it is down), next try in 1 s; 2 episodes wait"
            for task in waiting:
                task.cancel()
            await asyncio.wait(waiting)
            assert limiter.why_waiting().endswith("; 0 calls wait")

        run_jumping(main())

    def test_what_a_provider_said_cannot_write_to_the_terminal(self) -> None:
        async def main() -> None:
            limiter = RateLimiter("p")
            for _ in range(5):
                async with limiter.permit() as permit:
                    permit.failed("\x1b[2Jgone")
            assert "\x1b" not in limiter.in_use().line()

        run_jumping(main())


class TestShared:
    async def test_one_provider_address_and_key_are_one_account(self) -> None:
        first = shared("p", "http://a", "key", RateLimits())
        assert shared("p", "http://a", "key", RateLimits()) is first
        others = [shared(*at, RateLimits()) for at in (("q", "http://a", "key"), ("p", "http://b", "key"))]
        others.append(shared("p", "http://a", "other", RateLimits()))
        assert first not in others

    async def test_it_is_held_to_the_least_that_any_agent_allows(self) -> None:
        limiter = shared("p", "u", "k", RateLimits(10, None, 500))
        shared("p", "u", "k", RateLimits(20, 60, 900))
        assert limiter.limit == 10
        assert limiter.limits == RateLimits(10, 60, 500)

    async def test_statuses_tell_of_the_accounts_in_use_and_of_no_others(self) -> None:
        gc.collect()
        limiter = shared("p", "u", "k", RateLimits())
        assert statuses() == [f"p: 0 of {CALLS_IN_FLIGHT} calls in flight, 0 waiting"]
        del limiter
        assert statuses() == []

    async def test_the_key_is_nowhere_in_it(self) -> None:
        assert "planted" not in repr(vars(shared("p", "u", "planted", RateLimits())))
