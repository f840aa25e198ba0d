"""A rehearsal plays the run with scripted models in the place of models, and leaves nothing behind."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agents.scripted import ScriptedModel
from arena import Caps, Prices, Scenario, Tournament
from arena.episode.outcome import Ending
from arena.journal import StoredRun
from arena.results.usage import spending
from arena.running import run
from arena.running.rehearsal import rehearse
from protocols import Play


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    monkeypatch.chdir(tmp_path)


def kuhn(*agents: str | ScriptedModel, meetings: int = 5) -> Tournament:
    return Tournament(
        protocol=Play(game="kuhn"), agents=agents, format=f"round-robin?meetings={meetings}", seed=3
    )


def test_it_needs_no_key_and_no_network_and_leaves_no_run(tmp_path: Path) -> None:
    came = asyncio.run(rehearse(kuhn("openai:gpt-5-mini", "anthropic:claude-haiku-4-5", "random")))
    assert came.ended[Ending.COMPLETED] == 30
    assert sorted(came.spending.models) == ["anthropic:claude-haiku-4-5", "openai:gpt-5-mini"]
    assert came.spending.total.cost is not None
    assert list(tmp_path.iterdir()) == []


async def test_every_reply_takes_the_tokens_it_is_said_to(tmp_path: Path) -> None:
    few, many = [
        (await rehearse(kuhn("openai:gpt-5-mini", "random"), reply_tokens=tokens)).spending.total
        for tokens in (10, 1000)
    ]
    assert few.completion_tokens == 10 * few.calls
    assert many.completion_tokens == 1000 * many.calls


async def test_what_is_expected_of_a_model_that_answers_alike_is_what_it_takes(tmp_path: Path) -> None:
    """A scripted model stands in for itself here, so guess and truth differ in nothing but what it writes."""
    prices = Prices({"scripted": {"prompt": 1.0, "completion": 2.0}})
    model = ScriptedModel(lambda request: request.form.sample(request.random()), completion_tokens=256)
    expected = (await rehearse(kuhn(model, "random"), prices=prices, reply_tokens=256)).spending
    await run(kuhn(model, "random"), "real", prices=prices)
    with StoredRun(Path("real")) as stored:
        took = spending(stored)
    for name in ("calls", "prompt_tokens", "completion_tokens", "cost"):
        assert getattr(expected.total, name) == getattr(took.total, name)


async def test_an_unknown_price_stays_unknown() -> None:
    came = await rehearse(kuhn("openai-compatible:x?base_url=http://127.0.0.1:1/v1", "random"))
    assert came.spending.total.cost is None


async def test_it_says_which_cap_would_be_reached() -> None:
    came = await rehearse(
        kuhn("openai:gpt-5-mini", "random", meetings=50), caps=Caps(calls=20), concurrency=1
    )
    assert came.reached is not None
    assert came.reached.quantity == "calls"
    assert came.spending.total.calls == 20


async def test_programs_play_as_they_are() -> None:
    scenario = Scenario(protocol=Play(game="kuhn"), seats={"player_0": "random", "player_1": "kuhn-nash"})
    came = await rehearse(scenario)
    assert came.spending.parts == {}
    assert came.ended[Ending.COMPLETED] == 1


class TestRanges:
    """What is written is a range, which holds what is written then; the bounds are those of its docstring."""

    @pytest.mark.parametrize("tokens", [6, 11, 40, 190])
    async def test_by_what_is_asked_for_the_range_holds_moves_of_any_usual_length(self, tokens: int) -> None:
        """A dry run said 253,440 tokens for 990 moves of which 11,384 were written: 256 for each of 11.5."""
        model = ScriptedModel(lambda request: request.form.sample(request.random()), completion_tokens=tokens)
        expected = await rehearse(kuhn(model, "random"))
        took = await run(kuhn(model, "random"), "elsewhere/real")
        with StoredRun(Path("elsewhere/real")) as stored:
            written = spending(stored).total.completion_tokens
        assert took.ended[Ending.COMPLETED] == 10
        assert expected.learnt_from == ()
        assert expected.written.low <= written <= expected.written.high
        assert expected.written.expected <= 30 * expected.spending.total.calls

    @pytest.mark.parametrize("tokens", [6, 700])
    async def test_earlier_runs_say_it_closely(self, tokens: int) -> None:
        model = ScriptedModel(lambda request: request.form.sample(request.random()), completion_tokens=tokens)
        await run(kuhn(model, "random", meetings=6), "runs/first")
        expected = await rehearse(kuhn(model, "random", meetings=20))
        await run(kuhn(model, "random", meetings=20), "elsewhere/real")
        with StoredRun(Path("elsewhere/real")) as stored:
            written = spending(stored).total.completion_tokens
        assert expected.learnt_from == ("first",)
        assert expected.written.low <= written <= expected.written.high
        assert expected.written.high <= 1.6 * expected.written.low
        assert expected.minutes is not None

    async def test_runs_of_another_protocol_or_model_say_nothing(self) -> None:
        model = ScriptedModel(lambda request: request.form.sample(request.random()), completion_tokens=900)
        await run(kuhn(model, "random"), "runs/first")
        other = await rehearse(kuhn("openai:gpt-5-mini", "random"))
        assert other.learnt_from == ()
        assert other.minutes is None

    def test_a_damaged_run_is_passed_over(self) -> None:
        Path("runs/broken").mkdir(parents=True)
        Path("runs/broken/journal.sqlite").write_bytes(b"no journal")
        came = asyncio.run(rehearse(kuhn("openai:gpt-5-mini", "random")))
        assert came.ended[Ending.COMPLETED] == 10

    async def test_the_limits_of_the_account_bound_the_time_from_below(self) -> None:
        came = await rehearse(kuhn("openai:gpt-5-mini?requests_per_minute=10", "random"))
        assert came.minutes is not None
        assert came.minutes.low == came.spending.total.calls / 10

    async def test_the_cost_is_a_range_too(self) -> None:
        prices = Prices({"openai:gpt-5-mini": {"prompt": 0.0, "completion": 1_000_000.0}})
        came = await rehearse(kuhn("openai:gpt-5-mini", "random"), prices=prices)
        assert came.dollars is not None
        assert came.dollars.low == pytest.approx(came.written.low, abs=came.spending.total.calls)
        assert came.dollars.high == pytest.approx(came.written.high)
