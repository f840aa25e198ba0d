"""llama.cpp's own server, over HTTP, in both dialects that it speaks.

Run with ``pytest -m model`` after ``arena model pull``.
"""

from __future__ import annotations

import importlib.util
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from agents.local.llama import _settings
from arena.forms import Choice, Form, Speech, Status
from arena.models import DEFAULT, MODELS, Store, locate
from arena.registry import make_agent
from arena.seat.agent import Stop
from arena.seat.response import consult
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
COLOURS = Choice(("red", "blue"))


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address of a server with a small context, which wants no key, without a path."""
    import xllamacpp

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = _settings(xllamacpp.CommonParams(), locate(DEFAULT), 2, CONTEXT)
    settings.hostnames = ["127.0.0.1"]
    settings.port = port
    settings.api_keys = []
    server: Any = xllamacpp.Server(settings)
    yield f"http://127.0.0.1:{port}"
    del server


@pytest.fixture(params=["openai-compatible", "anthropic"])
def agent(request: pytest.FixtureRequest, address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The beginning of the specification of an agent that asks the server in one of the dialects."""
    if request.param == "openai-compatible":
        return f"openai-compatible:qwen?base_url={address}/v1"
    if not speaks_anthropic(address):
        pytest.skip("this build of llama.cpp's server has no /v1/messages")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "none-is-wanted")
    return f"anthropic:qwen?base_url={address}"


def speaks_anthropic(address: str) -> bool:
    """Whether the server knows where Anthropic's messages go."""
    try:
        urllib.request.urlopen(f"{address}/v1/messages", data=b"{}", timeout=60).close()
    except urllib.error.HTTPError as error:
        with error:
            return error.code != 404
    return True


async def asked(agent: str, form: Form[Any], text: str) -> Any:
    made = make_agent(agent)
    try:
        return await consult(made, a_request(form)._replace(brief=text))
    finally:
        await made.close()


async def test_a_choice_is_made_and_what_it_took_is_known(agent: str) -> None:
    """Only OpenAI's dialect holds the reply to the schema; in Anthropic's the server passes it over."""
    brief = "You like blue. You write your answer in one line, such as this: Answer: blue"
    answer, reply, spent = await asked(f"{agent}&max_tokens=60&temperature=0", COLOURS, brief)
    assert answer.value in ("red", "blue")
    assert reply.structured is ("openai" in agent)
    assert reply.stop is Stop.COMPLETE
    assert reply.answered_by.model
    assert spent.usage["prompt_tokens"] > 10
    assert 0 < spent.usage["completion_tokens"] <= 60
    assert spent.usage["attempts"] == 1
    assert not spent.notes


async def test_a_prompt_that_is_too_long_is_said_to_be(agent: str) -> None:
    answer, reply, spent = await asked(f"{agent}&max_tokens=60", COLOURS, "You like blue and red. " * CONTEXT)
    assert (answer.status, reply) == (Status.TOO_LONG, None)
    assert "exceed" in answer.reason
    assert spent.usage["attempts"] == 1


async def test_a_reply_that_is_cut_off_is_truncated(agent: str) -> None:
    answer, _, spent = await asked(f"{agent}&max_tokens=5", Speech(), "Tell a long story.")
    assert answer.status is Status.TRUNCATED
    assert spent.usage["completion_tokens"] == 5
