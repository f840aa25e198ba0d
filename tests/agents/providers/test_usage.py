"""What a server says a call took counts as far as it can be true, and the rest is said in the log."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.providers.openai import _usage as openai_usage
from agents.providers.usage import MOST_DOLLARS, believed, counts, dollars
from arena.core.log import logging_to
from arena.seat.response import consult
from tests.agents.providers.asked import DIALECTS, a_request, agent_of
from tests.faults import server as faults
from tests.faults.loops import run_paced
from tests.faults.server import FaultServer

ABSURD = [10**12, -1, 2**70, 1.5, math.nan, math.inf, True, "12", [], {}]


def telling(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """Let the server tell another usage, and what else is changed of its reply."""
    usage = changes.pop("usage", {})
    made = faults._reply

    def changed(*given: Any) -> dict[str, Any]:
        reply = made(*given) | changes
        reply["usage"] = reply["usage"] | usage
        return reply

    monkeypatch.setattr(faults, "_reply", changed)


class TestCounts:
    @pytest.mark.parametrize("value", ABSURD[1:])
    def test_of_another_type_are_unknown(self, value: object) -> None:
        assert counts({"prompt_tokens": value, "completion_tokens": 3}) == {"completion_tokens": 3}

    def test_may_be_written_as_decimals(self) -> None:
        assert counts({"prompt_tokens": 12.0, "completion_tokens": None}) == {"prompt_tokens": 12}

    @pytest.mark.parametrize(
        ("prompt", "completion", "reasoning", "total", "made"),
        [
            (32, 9, 94, 135, 103),  # xAI, whose completion leaves the reasoning out
            (13, 1, 386, 400, 387),
            (10, 5, None, 315, 305),  # Gemini, which tells of its thoughts in the total alone
            (20, 119, 110, 139, 119),  # OpenAI, whose completion counts the reasoning
            (20, 119, None, None, 119),
            (20, 119, None, 100, 119),  # a total that cannot be
            (20, 119, None, 10**12, 119),
            (20, 119, None, "151", 119),
        ],
    )
    def test_of_reasoning_are_in_the_completion_and_once(
        self, prompt: int, completion: int, reasoning: int | None, total: object, made: int
    ) -> None:
        usage: dict[str, object] = {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": total,
        }
        usage["completion_tokens_details"] = {"reasoning_tokens": reasoning}
        found = openai_usage(usage)
        assert (found["prompt_tokens"], found["completion_tokens"]) == (prompt, made)
        thought = reasoning or (made - completion) or None
        assert found.get("reasoning_tokens") == thought

    @given(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(0, 10**6), st.integers(1, 10**5))
    def test_are_believed_as_far_as_a_call_of_the_size_can_take_them(
        self, prompt: int, completion: int, size: int, most: int
    ) -> None:
        usage = {"prompt_tokens": prompt, "completion_tokens": completion, "cached_tokens": prompt // 2}
        kept = believed(usage, sent=size, received=size, most=most)
        if prompt <= size and completion <= most:
            assert kept == usage
        assert kept in ({}, usage)
        assert (
            sum(kept.get(name, 0) for name in ("prompt_tokens", "completion_tokens")) < 3 * size + 2 * 10**5
        )

    def test_of_a_cache_beyond_the_prompt_are_left_out(self) -> None:
        usage = {"prompt_tokens": 5, "completion_tokens": 1, "cached_tokens": 6, "cache_write_tokens": 0}
        assert believed(usage, sent=9, received=9, most=9) == {"prompt_tokens": 5, "completion_tokens": 1}


class TestDollars:
    @pytest.mark.parametrize(
        ("usage", "cost"),
        [
            ({"cost": 0.0125}, 0.0125),
            ({"cost": 0}, 0.0),
            ({"cost": {"total_cost": 0.006, "currency": "USD"}}, 0.006),
            ({"cost": 0.001, "is_byok": True, "cost_details": {"upstream_inference_cost": 0.02}}, 0.021),
            ({"cost": 0.02, "is_byok": False, "cost_details": {"upstream_inference_cost": 0.02}}, 0.02),
            ({}, None),
            (None, None),
            ({"cost": MOST_DOLLARS + 1}, None),
            *(({"cost": value}, None) for value in ABSURD if not isinstance(value, float) or value != 1.5),
        ],
    )
    def test_are_what_the_server_says_if_they_can_be(self, usage: object, cost: float | None) -> None:
        assert dollars(usage) == (cost if cost is None else pytest.approx(cost))

    async def test_count_in_place_of_the_price_list(self, monkeypatch: pytest.MonkeyPatch) -> None:
        telling(monkeypatch, usage={"cost": 0.0125})
        monkeypatch.setattr("agents.providers.attempts._FIRST_WAIT", 0.0)
        async with (
            FaultServer(faults.first(faults.Trouble.NO_CHOICES)) as server,
            agent_of("openai-compatible", server) as agent,
        ):
            _, reply, spent = await consult(agent, a_request())
        assert reply is not None
        assert spent.cost == pytest.approx(2 * 0.0125)  # the attempt that came to nothing included


@pytest.mark.parametrize(
    ("usage", "cached"),
    [
        ({"prompt_tokens_details": None, "prompt_cache_hit_tokens": 7, "prompt_cache_miss_tokens": 13}, 7),
        ({"prompt_tokens_details": None, "cached_tokens": 6}, 6),
        ({"prompt_tokens_details": {"cached_tokens": 5}, "cached_tokens": 6}, 5),
        ({"prompt_tokens_details": None}, None),
    ],
    ids=["DeepSeek", "Moonshot", "OpenAI", "none"],
)
async def test_what_came_from_the_servers_cache_is_read_in_its_words(
    monkeypatch: pytest.MonkeyPatch, usage: dict[str, Any], cached: int | None
) -> None:
    telling(monkeypatch, usage=usage)
    async with FaultServer() as server, agent_of("openai-compatible", server) as agent:
        _, _, spent = await consult(agent, a_request())
    assert spent.usage.get("cached_tokens") == cached


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("claim", [10**12, 10**9, 10**7, -5, "many", 0.5, True, math.nan])
def test_an_absurd_usage_makes_no_later_call_wait_and_is_said(
    dialect: str, claim: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    prompt, completion = (
        ("input_tokens", "output_tokens")
        if dialect == "anthropic"
        else (
            "prompt_tokens",
            "completion_tokens",
        )
    )
    telling(monkeypatch, usage={prompt: claim, completion: claim})

    async def main() -> float:
        async with (
            FaultServer() as server,
            agent_of(dialect, server, tokens_per_minute=60_000, structured=False) as agent,
        ):
            for _ in range(4):
                answer, _, spent = await consult(agent, a_request())
                assert answer.ok
                assert "prompt_tokens" not in spent.usage
            return float(spent.usage.get("waited_ms", 0))

    with logging_to(tmp_path / "log.jsonl"):
        assert run_paced(main()) < 3_600_000
    said = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert any(line["event"] == "a server's usage is not believed" for line in said)


def test_where_no_usage_is_told_the_estimate_counts_toward_tokens_per_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    telling(monkeypatch, usage={"prompt_tokens": None, "completion_tokens": None})

    async def main() -> int:
        async with (
            FaultServer() as server,
            agent_of("openai", server, tokens_per_minute=600, structured=False) as agent,
        ):
            spents = [(await consult(agent, a_request()))[2] for _ in range(6)]
            return sum(spent.usage.get("waited_ms", 0) for spent in spents)

    assert run_paced(main()) > 1_000
