"""The address of a server is read before anything is sent there, and requests go where it says."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.providers import faults, wire
from agents.providers.address import read_address
from arena.core.errors import UsageError
from arena.forms import Status
from arena.registry import make_agent
from arena.seat.response import consult
from tests.agents.providers.asked import DIALECTS, SERVER_KEY, a_request, agent_of
from tests.faults.server import FaultServer, Trouble, always

SECRET = "sk-planted-in-an-address-0123456789abcdef"
PATH = "/chat/completions"

REFUSED = {
    "localhost:8000/v1": "must begin with http:// or https://",
    "//localhost:8000/v1": "must begin with http:// or https://",
    "http:localhost:8000": "must begin with http:// or https://",
    "ftp://localhost/v1": "must begin with http:// or https://",
    "file:///etc/passwd": "must begin with http:// or https://",
    "http://localhost:99999/v1": "a port that is not a number from 1 to 65535",
    "http://localhost:0/v1": "a port that is not a number from 1 to 65535",
    "http://localhost:-1/v1": "a port that is not a number from 1 to 65535",
    "http://localhost:port/v1": "a port that is not a number from 1 to 65535",
    "http://localhost:/v1": "a port that is not a number from 1 to 65535",
    "http:///v1": "names no host",
    "http://:8000/v1": "names no host",
    "http://a..b/v1": "names a host that cannot exist",
    "http://-a-/v1": "names a host that cannot exist",
    "http://[::1/v1": "is not a web address",
    "http://local host/v1": "holds a space",
    " http://localhost/v1": "holds a space",
    "http://localhost/v1\n": "holds a space",
    "http://<your-server>/v1": "holds a space or another character",
    "http://localhost/v1#models": "holds a fragment",
    "http://localhost/v1#": "holds a fragment",
    f"http://localhost/{'a' * 2000}": "is longer than 2,000 characters",
    "http://localhost/v1/chat/completions": "is given without /chat/completions",
    "http://localhost/v1/chat/completions/": "is given without /chat/completions",
    "http://localhost/v1/completions?api-version=1": "is given without /completions",
    "http://localhost/v1/v1": "holds /v1 twice; give http://localhost/v1",
    f"http://user:{SECRET}@localhost/v1": "must hold no user or password",
    f"http://{SECRET}@localhost/v1": "must hold no user or password",
    f"http://localhost/v1?api-key={SECRET}": "must hold no key",
    f"http://localhost/v1?api_version=1&subscription-key={SECRET}": "must hold no key",
    f"http://localhost/v1?code={SECRET}": "must hold no key",
    f"http://localhost/v1?anything={SECRET}": "must hold no key",
    "http://localhost/v1?x=0123456789abcdef0123456789abcdef": "must hold no key",
}


class TestReading:
    @pytest.mark.parametrize(("text", "why"), REFUSED.items())
    def test_what_is_no_address_is_refused_in_a_sentence_without_a_secret(self, text: str, why: str) -> None:
        with pytest.raises(UsageError) as refused:
            read_address(text, PATH)
        assert why in str(refused.value)
        assert SECRET not in str(refused.value)
        assert "\n" not in str(refused.value)

    @pytest.mark.parametrize(
        ("text", "asked"),
        [
            ("http://localhost:8000/v1", "http://localhost:8000/v1/chat/completions"),
            ("http://localhost:8000/v1/", "http://localhost:8000/v1/chat/completions"),
            ("http://localhost:8000/v1//", "http://localhost:8000/v1/chat/completions"),
            ("HTTP://localhost", "HTTP://localhost/chat/completions"),
            ("http://[::1]:8000/v1", "http://[::1]:8000/v1/chat/completions"),
            ("http://vllm_server:8000/v1", "http://vllm_server:8000/v1/chat/completions"),
            (
                "https://x.openai.azure.com/openai/deployments/gpt-4o-mini?api-version=2024-10-21",
                "https://x.openai.azure.com/openai/deployments/gpt-4o-mini/chat/completions"
                "?api-version=2024-10-21",
            ),
            (
                "https://h/v1/?api-version=preview&deployment=gpt-4o-mini-2024-07-18-production",
                "https://h/v1/chat/completions?api-version=preview"
                "&deployment=gpt-4o-mini-2024-07-18-production",
            ),
        ],
    )
    def test_a_request_goes_below_it_and_its_query_to_the_end(self, text: str, asked: str) -> None:
        assert read_address(text, PATH).to(PATH) == asked

    def test_the_version_is_left_to_who_adds_it(self) -> None:
        with pytest.raises(UsageError, match=r"is given without /v1, .*: https://api\.anthropic\.com$"):
            read_address("https://api.anthropic.com/v1/", "/v1/messages")

    @given(st.text(max_size=60) | st.text(alphabet="htp:/.@?#[]0189a&= -", max_size=40))
    def test_anything_is_read_or_refused(self, text: str) -> None:
        with suppress(UsageError):
            assert read_address(f"http://{text}", PATH).to(PATH).startswith("http://")


class TestAgents:
    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_with_a_wrong_address_are_not_made(self, dialect: str) -> None:
        with pytest.raises(UsageError, match="must begin with http"):
            make_agent(f"{dialect}:m?base_url=localhost:8000/v1")

    @pytest.mark.parametrize("parameter", ["key", "api-key", "token"])
    def test_no_error_shows_a_key_that_an_address_holds(self, parameter: str) -> None:
        """Also where a second parameter of the query is read as one of the agent's."""
        with pytest.raises(UsageError) as refused:
            make_agent(f"openai-compatible:m?base_url=http://h/v1?a=1&{parameter}={SECRET}")
        assert SECRET not in str(refused.value)

    def test_an_address_in_the_environment_is_read_as_strictly(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OPENAI_BASE_URL", "localhost:8000")
        with pytest.raises(UsageError, match="base_url in OPENAI_BASE_URL must begin with http"):
            make_agent("openai:m")

    @pytest.mark.parametrize("dialect", DIALECTS)
    async def test_send_the_query_with_each_request(self, dialect: str) -> None:
        async with FaultServer() as server:
            base = server.root if dialect == "anthropic" else server.url
            async with agent_of(dialect, server, base_url=f"{base}/?api-version=2024-10-21") as agent:
                for _ in range(2):
                    answer, _, _ = await consult(agent, a_request())
                    assert answer.ok
            posted = [path for path in server.paths if "models" not in path]
            end = "/v1/messages" if dialect == "anthropic" else "/v1/chat/completions"
            assert posted == [f"{end}?api-version=2024-10-21"] * 2
            if dialect == "openai-compatible":
                assert server.headers[-1]["api-key"] == SERVER_KEY

    @pytest.mark.parametrize("dialect", DIALECTS)
    async def test_name_the_address_that_is_not_found(self, dialect: str) -> None:
        async with FaultServer(always(Trouble.NO_MODEL)) as server, agent_of(dialect, server) as agent:
            with pytest.raises(Exception, match=f"HTTP 404 from {server.root}/v1/[a-z/]+: There is no such"):
                await consult(agent, a_request())

    @pytest.mark.parametrize("dialect", DIALECTS)
    async def test_say_that_no_connection_was_made(
        self, dialect: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(faults, "CONNECT_SECONDS", 0.1)
        monkeypatch.setattr(wire, "CONNECT_SECONDS", 0.1)
        with socket.socket() as full:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            address = full.getsockname()
            waiting = [socket.socket() for _ in range(3)]  # what fills the queue of connections
            for one in waiting:
                one.setblocking(False)
                one.connect_ex(address)
            await asyncio.sleep(0.05)
            agent = make_agent(f"{dialect}:m?base_url=http://127.0.0.1:{address[1]}&timeout=100")
            monkeypatch.setattr("agents.providers.attempts._MOST", {faults.FaultKind.FAILED: 1})
            answer, _, _ = await consult(agent, a_request())
            await agent.close()
            for one in waiting:
                one.close()
        assert answer.status is Status.ERROR
        assert f"no connection to http://127.0.0.1:{address[1]} within 0.1 seconds" in answer.reason
