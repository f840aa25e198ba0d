"""The HTTP client under the official clients."""

from __future__ import annotations

import asyncio
import gzip

import anthropic
import httpx2
import openai
import pytest

from agents.providers.wire import Wire, http_client


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


@pytest.mark.parametrize("sdk", [openai, anthropic])
async def test_where_the_environment_names_a_proxy_the_official_transport_is_used(
    sdk: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(http_client(sdk, 1), Wire)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    client = http_client(sdk, 1)
    assert not isinstance(client, Wire)
    assert type(client).__module__.startswith(("openai", "anthropic"))
    await client.aclose()
