"""What one account with a provider can take. Time jumps: no test waits."""

from __future__ import annotations

import asyncio
import gc

import pytest

from arena.account import CONCURRENCY, LONGEST_PAUSE, PATIENCE, Account, Allowance, shared, statuses
from arena.errors import StopRun
from tests.faults.loops import run_jumping


def now() -> float:
    return asyncio.get_running_loop().time()


class Provider:
    """Answers after `seconds`; refuses more than `most` calls at once, or fails while it is down."""

    def __init__(self, account: Account, most: int = 10**6, seconds: float = 1.0) -> None:
        self.account = account
        self.most = most
        self.seconds = seconds
        self.down_until = -1.0
        self.busy = self.busiest = self.refused = self.failed = 0
        self.admitted: list[float] = []

    async def ask(self, request: int = 0, tokens: int = 0) -> bool:
        async with self.account.call(request, tokens) as ticket:
            self.admitted.append(now())
            if self.busy >= self.most:
                self.refused += 1
                ticket.refused("too many")
                return False
            if now() < self.down_until:
                self.failed += 1
                ticket.failed("it is down")
                return False
            self.busy += 1
            self.busiest = max(self.busy, self.busiest)
            await asyncio.sleep(self.seconds)
            self.busy -= 1
            ticket.answered(tokens)
            return True

    async def insist(self, request: int) -> None:
        for _ in range(10**6):
            if await self.ask(request):
                return
            await asyncio.sleep(1)


class TestConcurrency:
    def test_no_more_calls_are_in_flight_than_are_allowed_and_all_are_made(self) -> None:
        async def main() -> None:
            provider = Provider(Account("p", Allowance(concurrency=7)))
            started = now()
            assert all(await asyncio.gather(*(provider.ask(n) for n in range(70))))
            assert provider.busiest == 7
            assert now() - started == pytest.approx(10, abs=0.5)

        run_jumping(main())

    def test_calls_are_admitted_in_the_order_in_which_they_were_asked_for(self) -> None:
        async def main() -> None:
            account, order = Account("p", Allowance(concurrency=1)), []

            async def ask(number: int) -> None:
                async with account.call(number):
                    order.append(number)
                    await asyncio.sleep(1)

            await asyncio.gather(*map(ask, range(20)))
            assert order == list(range(20))

        run_jumping(main())

    def test_a_call_that_is_cancelled_gives_its_place_back_whether_waiting_or_in_flight(self) -> None:
        async def main() -> None:
            provider = Provider(Account("p", Allowance(concurrency=1)))
            tasks = [asyncio.create_task(provider.ask(n)) for n in range(3)]
            await asyncio.sleep(0.1)
            tasks[0].cancel()
            tasks[1].cancel()
            assert await tasks[2]

        run_jumping(main())

    def test_it_settles_near_what_the_provider_takes(self) -> None:
        async def main() -> None:
            provider = Provider(account := Account("p", Allowance(concurrency=64)), most=20)
            await asyncio.gather(*(provider.insist(n) for n in range(2000)))
            assert 10 <= account.limit <= 22
            assert provider.refused < 300

        run_jumping(main())

    def test_refusals_of_calls_that_were_in_flight_together_cut_it_once(self) -> None:
        async def main() -> None:
            account = Account("p", Allowance(concurrency=64))

            async def refused() -> None:
                async with account.call(1) as ticket:
                    await asyncio.sleep(1)
                    ticket.refused("too many")

            await asyncio.gather(*(refused() for _ in range(64)))
            assert account.limit == 32

        run_jumping(main())

    def test_it_never_falls_below_one_nor_rises_above_what_is_allowed(self) -> None:
        async def main() -> None:
            account = Account("p", Allowance(concurrency=3))
            for _ in range(10):
                async with account.call(1) as ticket:
                    await asyncio.sleep(1)
                    ticket.refused("too many")
            assert account.limit == 1
            for _ in range(50):
                async with account.call(1) as ticket:
                    ticket.answered(1)
            assert account.limit == 3

        run_jumping(main())


class TestPerMinute:
    def test_requests_per_minute_are_kept_to(self) -> None:
        async def main() -> None:
            provider = Provider(Account("p", Allowance(requests_per_minute=60)), seconds=0.01)
            await asyncio.gather(*(provider.ask(n) for n in range(120)))
            for start in provider.admitted:
                assert sum(start <= at < start + 60 for at in provider.admitted) <= 71

        run_jumping(main())

    def test_tokens_per_minute_are_kept_to_by_what_calls_took_and_not_by_what_was_expected(self) -> None:
        async def main() -> None:
            account, started = Account("p", Allowance(tokens_per_minute=6000)), now()
            for _ in range(60):
                async with account.call(1, tokens=10) as ticket:
                    ticket.answered(tokens=200)
            assert 100 < now() - started < 125

        run_jumping(main())

    def test_a_call_larger_than_the_whole_budget_still_goes(self) -> None:
        async def main() -> None:
            async with Account("p", Allowance(tokens_per_minute=60)).call(1, tokens=10**6):
                pass

        run_jumping(main())


class TestPauses:
    def test_new_calls_wait_as_long_as_the_provider_asked_but_not_for_ever(self) -> None:
        async def main() -> None:
            account = Account("p")
            for asked, waited in ((5.0, 5.0), (86_400.0, LONGEST_PAUSE)):
                async with account.call(1) as ticket:
                    ticket.refused("too many", retry_after=asked)
                assert "as the provider asked" in account.status()
                started = now()
                async with account.call(2) as ticket:
                    ticket.answered(1)
                assert now() - started == pytest.approx(waited, abs=0.5)

        run_jumping(main())


class TestOutage:
    def test_an_outage_holds_calls_back_probes_now_and_then_and_ends_with_an_answer(self) -> None:
        async def main() -> None:
            provider = Provider(account := Account("p"), seconds=0.1)
            provider.down_until = now() + 300
            tasks = [asyncio.create_task(provider.insist(n)) for n in range(100)]
            await asyncio.sleep(200)
            assert "no answer for" in account.status()
            assert "it is down" in account.status()
            await asyncio.gather(*tasks)
            assert provider.failed < 100 + 15
            assert now() < provider.down_until + LONGEST_PAUSE + 10
            assert "no answer" not in account.status()

        run_jumping(main())

    def test_a_request_that_always_fails_is_no_outage_while_it_is_alone_in_failing(self) -> None:
        async def main() -> None:
            account = Account("p")
            for _ in range(20):
                async with account.call(request=1) as ticket:
                    assert not ticket.failed("500")

        run_jumping(main())

    def test_refusals_are_no_outage_while_earlier_calls_may_still_be_answered(self) -> None:
        async def main() -> None:
            provider = Provider(account := Account("p"), most=10, seconds=30)
            tasks = [asyncio.create_task(provider.ask(n)) for n in range(60)]
            await asyncio.sleep(1)
            assert "no answer" not in account.status()
            await asyncio.gather(*tasks)
            assert provider.refused < 10

        run_jumping(main())

    def test_a_probe_that_is_cancelled_lets_another_probe(self) -> None:
        async def main() -> None:
            account = Account("p")
            for number in range(5):
                async with account.call(number) as ticket:
                    ticket.failed("down")
            probe = account.call(7)
            await probe.__aenter__()
            waiting = asyncio.create_task(Provider(account).ask(8))
            await asyncio.sleep(5)
            assert not waiting.done()
            await probe.__aexit__(None, None, None)
            assert await waiting

        run_jumping(main())

    def test_the_run_is_stopped_with_a_sentence_when_patience_ends(self) -> None:
        async def main() -> None:
            provider = Provider(Account("p"))
            provider.down_until = now() + 10**9
            started = now()
            results = await asyncio.gather(*(provider.insist(n) for n in range(8)), return_exceptions=True)
            stop = next(result for result in results if isinstance(result, StopRun))
            assert str(stop) == (
                "p has answered nothing for 15 minutes; the last attempt ended with: it is down. The run is "
                "stopped; resume it when the provider answers again."
            )
            assert now() - started >= PATIENCE

        run_jumping(main())


class TestShared:
    async def test_one_provider_address_and_key_are_one_account(self) -> None:
        first = shared("p", "http://a", "key", Allowance())
        assert shared("p", "http://a", "key", Allowance()) is first
        others = [shared(*at, Allowance()) for at in (("q", "http://a", "key"), ("p", "http://b", "key"))]
        others.append(shared("p", "http://a", "other", Allowance()))
        assert first not in others

    async def test_it_is_held_to_the_least_that_any_agent_allows(self) -> None:
        account = shared("p", "u", "k", Allowance(10, None, 500))
        shared("p", "u", "k", Allowance(20, 60, 900))
        assert account.limit == 10
        assert account.allowance == Allowance(10, 60, 500)

    async def test_statuses_tell_of_the_accounts_in_use_and_of_no_others(self) -> None:
        gc.collect()
        account = shared("p", "u", "k", Allowance())
        assert statuses() == [f"p: 0 of {CONCURRENCY} calls in flight, 0 waiting"]
        del account
        assert statuses() == []

    async def test_the_key_is_nowhere_in_it(self) -> None:
        assert "planted" not in repr(vars(shared("p", "u", "planted", Allowance())))
