"""Agents made worse: noisy, illegal, slow, failing; and otherwise just what they were."""

from __future__ import annotations

import asyncio

import pytest

from agents.random import Random
from agents.troubled import Failing, Illegal, Noisy, Slow, Troubled
from arena.core.errors import UsageError
from arena.episode.outcome import Ending
from arena.registry import make_agent
from arena.seat.agent import Reply
from protocols import Play
from tests.agents.asking import requests_in, reseeded
from tests.faults.loops import run_jumping
from tests.shared.playing import play
from tests.shared.waiting import HANG

SAMPLES = 4000


async def replies(specification: str, state: tuple[int, str] = (0, "J")) -> list[str | None]:
    """Return the agent's replies at a state of Kuhn poker; None where it broke."""
    agent = make_agent(specification)
    request = (await requests_in("kuhn"))[state]
    given: list[str | None] = []
    for n in range(SAMPLES):
        try:
            given.append((await agent.reply(reseeded(request, n))).text)
        except RuntimeError:
            given.append(None)
    return given


class TestRates:
    @pytest.mark.parametrize("rate", [0.0, 0.3, 1.0])
    async def test_failing_as_often_as_it_is_told(self, rate: float) -> None:
        given = await replies(f"failing:random?rate={rate}")
        assert given.count(None) / SAMPLES == pytest.approx(rate, abs=0.03)

    @pytest.mark.parametrize("rate", [0.0, 0.3, 1.0])
    async def test_illegal_as_often_as_it_is_told(self, rate: float) -> None:
        given = await replies(f"illegal:random?rate={rate}")
        legal = sum(text in ("check", "bet") for text in given)
        assert 1 - legal / SAMPLES == pytest.approx(rate, abs=0.03)

    async def test_noise_is_uniform_over_what_is_legal(self) -> None:
        """With a King the equilibrium at alpha 1/3 always bets; noise at 0.4 makes one in five a check."""
        given = await replies("noisy:kuhn-nash?rate=0.4", (0, "K"))
        assert given.count("check") / SAMPLES == pytest.approx(0.2, abs=0.03)

    @pytest.mark.parametrize("rate", ["-0.1", "1.1", "often"])
    def test_a_rate_is_between_0_and_1(self, rate: str) -> None:
        with pytest.raises(UsageError, match="rate"):
            make_agent(f"failing:random?rate={rate}")


class TestOtherwiseUnchanged:
    @pytest.mark.parametrize("wrapper", ["failing", "illegal"])
    @pytest.mark.parametrize("wrapped", ["kuhn-nash%3Falpha%3D0.2", "random"])
    async def test_when_there_is_no_trouble_the_wrapped_agent_plays_as_ever(
        self, wrapper: str, wrapped: str
    ) -> None:
        """The dice that decide on trouble are not those that the agent then rolls."""
        given = [text for text in await replies(f"{wrapper}:{wrapped}?rate=0.5") if text in ("check", "bet")]
        expected = 0.5 if wrapped == "random" else 0.2
        assert given.count("bet") / len(given) == pytest.approx(expected, abs=0.05)

    async def test_noise_and_the_wrapped_agent_do_not_share_their_dice(self) -> None:
        given = await replies("noisy:kuhn-nash%3Falpha%3D0.2?rate=0.5")
        assert given.count("bet") / SAMPLES == pytest.approx(0.5 * 0.5 + 0.5 * 0.2, abs=0.04)

    async def test_without_trouble_it_answers_just_as_the_wrapped_agent(self) -> None:
        request = (await requests_in("kuhn"))[0, "J"]
        agent = make_agent("failing:random?rate=0")
        for n in range(20):
            again = reseeded(request, n)
            assert await agent.reply(again) == await Random().reply(again)

    async def test_wrappers_wrap_wrappers(self) -> None:
        agent = make_agent("slow:noisy%3Arandom%3Frate%3D0.5?seconds=0")
        request = (await requests_in("kuhn"))[0, "J"]
        assert isinstance(await agent.reply(request), Reply)


class TestInPlay:
    async def test_illegal_moves_forfeit_and_breaking_does_not(self) -> None:
        illegal = await play(Play(), {"player_0": make_agent("illegal:random"), "player_1": Random()})
        assert illegal.outcome.ending is Ending.FORFEITED
        assert illegal.outcome.offenders == ("player_0",)

    @pytest.mark.parametrize("seconds", [5, 3600])
    def test_slow_is_as_slow_as_it_is_told(self, seconds: int) -> None:
        async def main() -> float:
            agent = make_agent(f"slow:random?seconds={seconds}")
            request = (await requests_in("kuhn"))[0, "J"]
            began = asyncio.get_running_loop().time()
            await agent.reply(request)
            return asyncio.get_running_loop().time() - began

        assert seconds <= run_jumping(main()) < seconds + HANG


class TestOfAModel:
    @pytest.mark.parametrize("make", [Noisy, Illegal, Slow, Failing])
    async def test_are_priced_and_expected_like_it(self, make: type[Troubled]) -> None:
        request = next(iter((await requests_in("kuhn")).values()))
        wrapped, model = make("scripted"), make_agent("scripted")
        assert wrapped.priced_as == model.priced_as != ""
        assert wrapped.expects(request) == model.expects(request) != {}
        scripted = make("random")
        assert (scripted.priced_as, scripted.expects(request)) == ("", {})
