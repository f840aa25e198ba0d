"""What of a provider's model shapes its replies, by which the response cache tells models apart."""

from __future__ import annotations

import pytest

from arena.cache.cache import agent_digest
from arena.registry import make_agent


def digest(specification: str) -> bytes | None:
    return agent_digest(make_agent(specification))


class TestShapedBy:
    def test_it_is_not_how_fast_calls_are_made(self) -> None:
        pace = "concurrency=3&requests_per_minute=9&tokens_per_minute=9&timeout=5"
        assert digest(f"openai:m?{pace}") == digest("openai:m") is not None

    @pytest.mark.parametrize(
        "other",
        [
            "openai:n",
            "anthropic:m",
            "openai:m?temperature=0",
            "openai:m?structured=false",
            "openai:m?base_url=http://x",
        ],
    )
    def test_it_is_all_else(self, other: str) -> None:
        assert digest(other) not in (digest("openai:m"), None)

    def test_it_is_the_address_wherever_it_was_given(self, monkeypatch: pytest.MonkeyPatch) -> None:
        before = digest("openai:m")
        monkeypatch.setenv("OPENAI_BASE_URL", "http://x")
        assert digest("openai:m") == digest("openai:m?base_url=http://x") != before
