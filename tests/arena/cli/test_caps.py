"""Caps and prices as they are typed, and what is said when a cap is reached."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest

from arena.journal import StoredRun
from tests.arena.cli.typing_in import SHORT, Typist

AGENT = """
from dataclasses import dataclass

from arena import Agent, Reply


@dataclass
class Paid(Agent):
    priced_as = "mine:large"

    def expects(self, request):
        return {"prompt_tokens": 100, "completion_tokens": 10}

    async def reply(self, request):
        usage = {"prompt_tokens": 100, "completion_tokens": 10, "attempts": 1}
        text = request.form.sample(request.random())
        return Reply(text, usage=usage, model=self.priced_as)
"""
PRICES = '["mine:large"]\nprompt = 1000\ncompletion = 10000\n'


@pytest.fixture
def typed(arena: Typist) -> tuple[str, ...]:
    agent = f"{arena.write('mine.py', AGENT)}:Paid"
    arena.write("prices.toml", PRICES)
    return ("tournament", "kuhn", "--agents", agent, "random", *SHORT, "--out", "runs/one")


class TestCaps:
    def test_end_the_run_with_a_code_of_its_own_and_say_how_to_go_on(
        self, arena: Typist, typed: tuple[str, ...]
    ) -> None:
        result = arena(*typed, "--max-tokens", "300", "--concurrency", "1")
        assert result.code == 3
        last = result.err.splitlines()[-1]
        assert last == (
            "The cap of 300 tokens is reached: 220 tokens spent, and the next request is estimated at "
            "110 tokens. Continue with: arena resume runs/one --max-tokens 600"
        )
        assert "220 tokens, cost unknown" in result.err
        assert arena("resume", "one").code == 3
        again = arena("resume", "one", "--max-tokens", "10000")
        assert again.code == 0
        assert "Episodes: 4 completed" in again.out

    def test_in_dollars(self, arena: Typist, typed: tuple[str, ...]) -> None:
        prices = ("--prices", "prices.toml")
        result = arena(*typed, *prices, "--max-dollars", "0.5", "--concurrency", "1")
        assert result.code == 3
        assert "The cap of $0.50 is reached: $0.40 spent" in result.err
        assert "220 tokens, $0.40" in result.err
        assert result.err.rstrip().endswith("arena resume runs/one --max-dollars 1")
        assert arena("resume", "one", "--max-dollars", "100").code == 0
        with StoredRun(arena.folder / "runs" / "one") as stored:
            assert stored.header()["caps"] == {"dollars": 100.0}

    def test_in_minutes_go_on_with_the_same_cap(self, arena: Typist, typed: tuple[str, ...]) -> None:
        result = arena(*typed, "--max-minutes", "0.0000001")
        assert result.code == 3
        assert result.err.rstrip().endswith("Continue with: arena resume runs/one")

    def test_in_dollars_are_refused_where_a_price_is_not_known(
        self, arena: Typist, typed: tuple[str, ...]
    ) -> None:
        result = arena(*typed, "--max-dollars", "1")
        assert result.code == 2
        assert '--prices that holds ["mine:large"]' in " ".join(result.err.split())
        assert not (arena.folder / "runs").exists()

    @pytest.mark.parametrize(("option", "value"), [("dollars", "0"), ("tokens", "-5"), ("minutes", "nan")])
    def test_that_make_no_sense_are_refused(
        self, arena: Typist, typed: tuple[str, ...], option: str, value: str
    ) -> None:
        result = arena(*typed, f"--max-{option}", value)
        assert result.code == 2
        assert f"--max-{option}: it must be" in result.err

    def test_of_an_episode_are_settings(self, arena: Typist, typed: tuple[str, ...]) -> None:
        result = arena(*typed, "--set", "limits.tokens=50")
        assert result.code == 0
        assert "4 truncated" in result.out


class TestPrices:
    def test_that_are_none_are_refused(self, arena: Typist, typed: tuple[str, ...]) -> None:
        arena.write("prices.toml", "[mine]\nprompt = 1\n")
        result = arena(*typed, "--prices", "prices.toml")
        assert result.code == 2
        assert re.search(r"prices\.toml: A price cannot be used: mine\.completion", result.err)

    def test_are_in_the_journal(self, arena: Typist, typed: tuple[str, ...]) -> None:
        assert arena(*typed, "--prices", "prices.toml").code == 0
        with StoredRun(arena.folder / "runs" / "one") as stored:
            kept = stored.header()["prices"]
            total = stored.total()
        assert kept["overrides"] == {"mine:large": {"prompt": 1000.0, "completion": 10000.0}}
        assert total.dollars == pytest.approx(0.2 * total.calls)


class TestProgress:
    def test_shows_what_is_spent_once_something_is(self, arena: Typist, typed: tuple[str, ...]) -> None:
        assert " tokens, cost unknown" in arena(*typed).err
        free = arena("tournament", "kuhn", "--agents", "random", "random?", *SHORT)
        assert "tokens" not in free.err

    def test_as_json(self, arena: Typist, typed: tuple[str, ...]) -> None:
        async def numbers() -> dict[str, Any]:
            return Meter(progress).numbers()

        from arena.running.meter import Meter
        from arena.running.running import Progress
        from arena.spending.limits import TotalUsage

        progress = Progress()
        assert "tokens" not in asyncio.run(numbers())
        progress.spent = TotalUsage(2, 300, 0.5)
        assert {"tokens": 300, "dollars": 0.5}.items() <= asyncio.run(numbers()).items()
        progress.spent = TotalUsage(2, 300, 0.5, unpriced=1)
        assert json.loads(json.dumps(asyncio.run(numbers())))["dollars"] is None


class TestDryRun:
    def test_it_prints_what_to_expect_and_keeps_nothing(
        self, arena: Typist, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("OPENAI_API_KEY", raising=False)
        said = arena("tournament", "kuhn", "--agents", "openai:gpt-5-mini", "random", *SHORT, "--dry-run")
        assert said.code == 0
        assert said.out.startswith("Dry run of 4 episodes: no model was asked.")
        assert re.search(r"openai:gpt-5-mini +\d+ +\d", said.out)
        assert "$" in said.out
        assert not (arena.folder / "runs").exists()

    def test_as_json(self, arena: Typist, typed: tuple[str, ...]) -> None:
        said = arena(*typed[:-2], "--prices", "prices.toml", "--max-calls", "1", "--dry-run", "--json")
        (line,) = map(json.loads, said.out.splitlines())
        assert line["event"] == "dry run"
        assert line["usage"]["total"]["cost"] > 0
        assert "The cap of 1 call is reached" in line["reached"]

    def test_a_run_without_models_costs_nothing(self, arena: Typist) -> None:
        said = arena("tournament", "kuhn", "--agents", "random", "kuhn-nash", *SHORT, "--dry-run")
        assert "costs nothing" in said.out
