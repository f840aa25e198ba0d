"""What judging may spend: caps end it without losing a verdict, and prices are looked up before it begins."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest

from arena.core.errors import UsageError
from arena.journal import StoredRun, StoredVerdict
from arena.judging import Criterion, JudgingOptions, JudgingProgress, judge_run
from arena.seat.agent import Reply, Request
from arena.spending import budget
from arena.spending.limits import Caps
from arena.spending.prices import Prices
from tests.arena.judging.debating import stored_debate
from tests.shared.agents import Answering, Watched
from tests.shared.waiting import until

PRICES = Prices({"mine:large": {"prompt": 1000, "completion": 10_000}})


class Paid(Watched):
    """A judge whose every request takes 110 tokens, or 20 cents."""

    @property
    def priced_as(self) -> str:
        return "mine:large"

    def expects(self, request: Request) -> Mapping[str, int]:
        return {"prompt_tokens": 100, "completion_tokens": 10}


def paid(answer: str | Answering = "Verdict: 1") -> Paid:
    usage = {"prompt_tokens": 100, "completion_tokens": 10}

    async def reply(request: Request) -> Reply:
        await asyncio.sleep(0.001)
        text = answer if isinstance(answer, str) else answer(request)
        assert isinstance(text, str)
        return Reply(text, usage=usage, model="mine:large")

    return Paid(reply, "a judge")


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    return await stored_debate(tmp_path / "run", episodes=4)


def stored(folder: Path) -> list[StoredVerdict]:
    with StoredRun(folder) as run:
        return list(run.verdicts())


class TestCaps:
    @pytest.mark.parametrize("caps", [Caps(tokens=330), Caps(calls=3), Caps(dollars=0.6)])
    @pytest.mark.parametrize("concurrency", [1, 5])
    async def test_end_the_judging_and_keep_every_verdict_that_was_paid_for(
        self, folder: Path, caps: Caps, concurrency: int
    ) -> None:
        judge, progress = paid(), JudgingProgress()
        judged = await judge_run(
            folder,
            [judge],
            progress=progress,
            options=JudgingOptions(caps=caps, prices=PRICES, concurrency=concurrency),
        )
        assert judged.reached is progress.reached is not None
        assert len(stored(folder)) == len(judge.sent) == progress.done == progress.spent.calls == 3
        assert judged.tally.judges["a judge"].verdicts == 3

    async def test_are_of_all_that_the_run_took_and_a_larger_one_goes_on(self, folder: Path) -> None:
        await judge_run(folder, [paid()], options=JudgingOptions(caps=Caps(calls=3), prices=PRICES))
        again = paid()
        judged = await judge_run(
            folder, [again], options=JudgingOptions(caps=Caps(calls=5), prices=PRICES, append=True)
        )
        assert judged.reached is not None
        assert len(again.sent) == 2
        rest = await judge_run(
            folder, [again], options=JudgingOptions(caps=Caps(calls=8), prices=PRICES, append=True)
        )
        assert rest.reached is None
        assert len(stored(folder)) == len(again.sent) + 3 == 8

    async def test_in_the_middle_of_a_verdict_keep_what_was_answered(self, folder: Path) -> None:
        """The first attempt counts, and is not made again."""
        judge = paid(lambda request: "well" if request.count == 0 else "Verdict: 1")
        await judge_run(folder, [judge], options=JudgingOptions(caps=Caps(calls=3), concurrency=1))
        assert len(stored(folder)) == 1
        judged = await judge_run(folder, [judge], options=JudgingOptions(append=True))
        assert len(judge.sent) == 16
        assert judged.tally.judges["a judge"].parsed == {"re-asked": 8}

    @pytest.mark.parametrize("kind", [Paid, Watched])
    async def test_of_minutes_let_those_who_are_being_asked_answer(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Watched]
    ) -> None:
        """Models and others."""
        clock = SimpleNamespace(now=0.0)
        monkeypatch.setattr(budget, "time", SimpleNamespace(monotonic=lambda: clock.now))

        async def slow(request: Request) -> str:
            await until(lambda: len(judge.sent) == 2)
            clock.now = 61
            return "Verdict: 1"

        judge = kind(slow, "a judge")
        judged = await judge_run(folder, [judge], options=JudgingOptions(caps=Caps(minutes=1), concurrency=2))
        assert judged.reached is not None
        assert judged.reached.quantity == "minutes"
        assert len(judge.sent) == len(stored(folder)) == 2


class TestPrices:
    async def test_price_what_judges_take(self, folder: Path) -> None:
        judged = await judge_run(folder, [paid()], options=JudgingOptions(prices=PRICES))
        assert judged.tally.judges["a judge"].cost == pytest.approx(8 * 0.2)

    async def test_that_are_unknown_are_no_cost_and_no_cap(self, folder: Path) -> None:
        judge = paid()
        with pytest.raises(UsageError, match="price of mine:large is not known"):
            await judge_run(folder, [judge], options=JudgingOptions(caps=Caps(dollars=1)))
        assert not judge.sent
        judged = await judge_run(folder, [judge], Criterion())
        assert judged.tally.judges["a judge"].cost is None
