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
    expected = (await rehearse(kuhn(model, "random"), prices=prices)).spending
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
