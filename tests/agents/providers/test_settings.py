"""What a user sets of a model is sent in the words of its provider, or refused in a sentence."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from arena.core.errors import UsageError
from arena.registry import make_agent
from arena.seat.response import consult
from tests.agents.providers.asked import DIALECTS, a_request, agent_of
from tests.faults.server import FaultServer


async def sent(dialect: str, **settings: object) -> dict[str, Any]:
    async with FaultServer() as server, agent_of(dialect, server, **settings) as agent:
        await consult(agent, a_request())
        return dict(server.bodies[-1])


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_are_sent_in_the_words_of_the_provider(dialect: str) -> None:
    extra = quote('{"metadata":{"user_id":"a+b&c"},"output_config":{"x":1}}')
    body = await sent(dialect, effort="high", top_k=5, extra=extra)
    assert body["top_k"] == 5
    assert body["metadata"] == {"user_id": "a+b&c"}
    if dialect == "anthropic":
        assert body["output_config"]["effort"] == "high"
        assert set(body["output_config"]) == {
            "effort",
            "format",
            "x",
        }  # of an object in both, each part holds
    else:
        assert body["reasoning_effort"] == "high"


async def test_a_thinking_budget_is_anthropics() -> None:
    assert (await sent("anthropic", thinking=2048))["thinking"] == {"type": "enabled", "budget_tokens": 2048}
    assert (await sent("anthropic", thinking=0))["thinking"] == {"type": "disabled"}
    assert "thinking" not in await sent("anthropic")


@pytest.mark.parametrize(
    ("specification", "why"),
    [
        ("anthropic:m?effort=none", "must be one of low, medium"),
        ("openai:m?effort=hihg", "effort: it must be one of"),
        ("anthropic:m?thinking=100", "from 1,024 to below max_tokens"),
        ("anthropic:m?thinking=9000", "from 1,024 to below max_tokens"),
        ("anthropic:m?thinking=2048&temperature=0.5", "takes no temperature"),
        ("openai:m?thinking=2048", "has no parameter 'thinking'"),
        ("openai:m?extra=[]", "it is not a JSON object"),
        ("openai:m?extra={", "it is not JSON"),
        ('openai:m?extra={"messages":[]}', "it may not hold 'messages'"),
        ('openai:m?extra={"api_key":"x"}', "it may hold no key"),
        ('openai:m?extra={"a":NaN}', "is not a number in JSON"),
        ("openai:m?top_k=0", "top_k: it must be at least 1"),
    ],
)
def test_what_cannot_be_sent_is_refused(specification: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        make_agent(specification)
