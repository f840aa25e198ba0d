"""The HTTP client under the official clients."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import Any

import aiohttp
import anthropic
import httpx2
import openai
import pytest

from agents.providers import wire
from agents.providers.wire import Posts, Wire, http_client
from arena.core.errors import ArenaError
from tests.agents.providers.asked import DIALECTS, a_request, agent_of
from tests.faults.loops import run_paced
from tests.faults.server import FaultServer, Trouble, first

KEY = "planted-key-0004"
BODY = {"messages": [{"role": "user", "content": "bet or check?"}]}


async def serve(raw: bytes) -> asyncio.Server:
    """Serve one answer to every connection."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(raw)
        writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", 0)


async def answered(raw: bytes) -> httpx2.Response:
    """Return what the client makes of an answer."""
    async with await serve(raw) as server, Wire(1) as client:
        port = server.sockets[0].getsockname()[1]
        return await client.send(client.build_request("GET", f"http://127.0.0.1:{port}/"))


async def test_a_compressed_answer_is_read() -> None:
    body = gzip.compress(b'{"a": 1}')
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    assert (await answered(head.encode() + body)).json() == {"a": 1}


async def test_a_redirect_is_not_followed_so_the_key_goes_nowhere_else() -> None:
    response = await answered(
        b"HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    )
    assert response.status_code == 307


class TestMakingAConnection:
    async def test_looking_up_a_name_takes_of_its_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Hanging(aiohttp.abc.AbstractResolver):
            def __init__(self, *_: Any, **__: Any) -> None:
                pass

            async def resolve(self, *_: Any, **__: Any) -> Any:
                await asyncio.Event().wait()

            async def close(self) -> None:
                pass

        monkeypatch.setattr("aiohttp.connector.DefaultResolver", Hanging)
        monkeypatch.setattr(wire, "CONNECT_SECONDS", 0.1)
        async with Wire(1) as client:
            for _ in range(2):  # the slot of the one is the other's
                with pytest.raises(httpx2.NetworkError, match="ConnectionTimeoutError"):
                    await client.send(client.build_request("GET", "http://no-such-host.test/"))

    async def test_waiting_for_one_that_is_in_use_does_not(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nor does waiting for the answer."""

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while await reader.readuntil(b"\r\n\r\n"):
                await asyncio.sleep(0.4)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

        monkeypatch.setattr(wire, "CONNECT_SECONDS", 0.2)
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server, Wire(1) as client:
            request = client.build_request("GET", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
            answers = await asyncio.gather(*(client.send(request) for _ in range(3)))
        assert [one.status_code for one in answers] == [200, 200, 200]


class TestProxy:
    @pytest.mark.parametrize("dialect", DIALECTS)
    async def test_calls_go_through_the_one_that_the_environment_names(
        self, dialect: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with FaultServer() as proxy:
            monkeypatch.setenv("HTTP_PROXY", proxy.root)
            # The proxy answers itself, so that nothing else is needed to see that it was asked.
            async with FaultServer() as server, agent_of(dialect, server) as agent:
                reply = await agent.reply(a_request())
        assert (reply.text, server.calls, proxy.calls) == ('{"answer": "bet"}', 0, 1)

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_a_redirect_is_not_followed_there_either(
        self, dialect: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def main() -> None:
            async with FaultServer() as elsewhere:
                head = f"HTTP/1.1 307 Go\r\nLocation: {elsewhere.url}\r\nContent-Length: 0\r\n\r\n"
                async with await serve(head.encode()) as proxy, FaultServer() as server:
                    port = proxy.sockets[0].getsockname()[1]
                    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
                    async with agent_of(dialect, server) as agent:
                        with pytest.raises(ArenaError, match="HTTP 307"):
                            await agent.reply(a_request())
            assert (elsewhere.calls, server.calls) == (0, 0)

        run_paced(main())

    async def test_the_wire_knows_of_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert isinstance(http_client(1), Wire)
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
        async with http_client(1) as client:
            assert not isinstance(client, Wire)


def client_of(sdk: Any, server: FaultServer, http: httpx2.AsyncClient | None = None) -> Any:
    """Return the official client, on a wire or `http`, with the address of `server`."""
    kind, base_url = (
        (sdk.AsyncOpenAI, server.url) if sdk is openai else (sdk.AsyncAnthropic, server.root + "/v1")
    )
    return kind(api_key=KEY, base_url=base_url, max_retries=0, http_client=http or Wire(4))


@pytest.mark.parametrize("sdk", [openai, anthropic])
class TestPosts:
    async def test_each_request_is_the_first_one_with_another_body(self, sdk: Any) -> None:
        async with FaultServer() as server, client_of(sdk, server) as client:
            posts = Posts(client, f"{server.url}/messages")
            for text in ("bet", "é \u2028"):
                body = {"messages": [{"role": "user", "content": text}]}
                assert json.loads(await posts.post(body))["model"] == "m"
                assert server.bodies[-1] == body
        first, second = ({**headers, "content-length": ""} for headers in server.headers)
        assert first == second
        assert KEY in first.get("authorization", "") + first.get("x-api-key", "")
        assert server.paths == ["/v1/messages"] * 2

    async def test_a_failure_is_the_clients_own_error_and_the_request_is_not_made_again(
        self, sdk: Any
    ) -> None:
        troubles = first(None, Trouble.LIMITED_FOR, None, Trouble.BAD_KEY, None, Trouble.RESET)
        async with FaultServer(troubles) as server, client_of(sdk, server) as client:
            posts = Posts(client, f"{server.url}/messages")
            await posts.post(BODY)
            with pytest.raises(sdk.RateLimitError) as limited:
                await posts.post(BODY)
            assert limited.value.response.headers["retry-after"] == "3"
            assert limited.value.response.request.url.path == "/v1/messages"
            await posts.post(BODY)
            with pytest.raises(sdk.AuthenticationError):
                await posts.post(BODY)
            await posts.post(BODY)
            with pytest.raises(sdk.APIConnectionError):
                await posts.post(BODY)
            assert server.calls == 6

    async def test_after_a_failure_the_client_writes_the_request_anew(self, sdk: Any) -> None:
        async with FaultServer(first(None, Trouble.BROKEN)) as server, client_of(sdk, server) as client:
            posts = Posts(client, f"{server.url}/messages")
            await posts.post(BODY)
            client.api_key = "another-key"
            with pytest.raises(sdk.InternalServerError):
                await posts.post(BODY)
            await posts.post(BODY)
        keys = [
            headers.get("x-api-key") or headers["authorization"].removeprefix("Bearer ")
            for headers in server.headers
        ]
        assert keys == [KEY, KEY, "another-key"]

    async def test_through_another_transport_the_client_writes_every_request(self, sdk: Any) -> None:
        async with (
            FaultServer() as server,
            httpx2.AsyncClient() as http,
            client_of(sdk, server, http) as client,
        ):
            posts = Posts(client, f"{server.url}/messages")
            await posts.post(BODY)
            client.api_key = "another-key"
            await posts.post(BODY)
        sent = [headers.get("authorization", "") + headers.get("x-api-key", "") for headers in server.headers]
        assert KEY in sent[0]
        assert "another-key" in sent[1]

    async def test_what_it_keeps_does_not_show_the_key(self, sdk: Any) -> None:
        async with FaultServer() as server, client_of(sdk, server) as client:
            posts = Posts(client, f"{server.url}/messages")
            await posts.post(BODY)
            assert KEY not in repr(vars(posts))
