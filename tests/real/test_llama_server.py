"""llama.cpp's own server, over HTTP: run with ``pytest -m model`` after ``arena model pull``."""

from __future__ import annotations

import importlib.util
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from agents.local.llama import _settings
from arena.agent import Stop
from arena.answer import consult
from arena.forms import Choice, Speech, Status
from arena.models import DEFAULT, MODELS, Store, locate
from arena.registry import make_agent
from tests.agents.providers.asked import a_request

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(
        importlib.util.find_spec("xllamacpp") is None, reason="the extra 'local' is not installed"
    ),
    pytest.mark.skipif(
        not Store().has(MODELS[DEFAULT]), reason=f"no model is here (arena model pull {DEFAULT})"
    ),
]
CONTEXT = 1024


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address of a server with a small context, which wants no key."""
    import xllamacpp

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = _settings(xllamacpp.CommonParams(), locate(DEFAULT), 2, CONTEXT)
    settings.hostnames = ["127.0.0.1"]
    settings.port = port
    settings.api_keys = []
    server: Any = xllamacpp.Server(settings)
    yield f"http://127.0.0.1:{port}/v1"
    del server


async def asked(address: str, text: str, **given: object) -> Any:
    more = "".join(f"&{name}={value}" for name, value in given.items())
    agent = make_agent(f"openai-compatible:qwen?base_url={address}{more}")
    try:
        return await consult(agent, a_request(Choice(("red", "blue")))._replace(brief=text))
    finally:
        await agent.close()


async def test_a_choice_is_made_and_what_it_took_is_known(address: str) -> None:
    answer, reply, spent = await asked(address, "You like blue.", max_tokens=60)
    assert answer.value in ("red", "blue")
    assert reply.structured
    assert reply.stop is Stop.COMPLETE
    assert spent.usage["prompt_tokens"] > 10
    assert spent.usage["attempts"] == 1
    assert not spent.notes


async def test_a_prompt_that_is_too_long_is_said_to_be(address: str) -> None:
    answer, reply, spent = await asked(address, "You like blue and red. " * CONTEXT)
    assert (answer.status, reply) == (Status.TOO_LONG, None)
    assert "exceed" in answer.reason
    assert spent.usage["attempts"] == 1


async def test_a_reply_that_is_cut_off_is_truncated(address: str) -> None:
    agent = make_agent(f"openai-compatible:qwen?base_url={address}&max_tokens=5")
    try:
        request = a_request(Speech())._replace(brief="Tell a long story.")
        answer, *_ = await consult(agent, request)
    finally:
        await agent.close()
    assert answer.status is Status.TRUNCATED
