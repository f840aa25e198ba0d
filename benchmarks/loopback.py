"""A model server on loopback that is no bottleneck: every chat completion is the same bytes, 50 ms later.

    python -m benchmarks.loopback

It reads no more of a request than where it ends, prints its port, and answers until it is terminated.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LATENCY = 0.05
MESSAGE = {"role": "assistant", "content": '{"move": "check"}', "refusal": None}
COMPLETION = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [{"index": 0, "finish_reason": "stop", "message": MESSAGE}],
    "usage": {"prompt_tokens": 300, "completion_tokens": 6, "total_tokens": 306},
}
_BODY = json.dumps(COMPLETION).encode()
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
_ANSWER = _HEAD % len(_BODY) + _BODY
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@contextmanager
def serving() -> Iterator[str]:
    """Run the server in a process of its own; yield the base URL that OpenAI's client takes."""
    command = [sys.executable, "-m", "benchmarks.loopback"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1]) as server:
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}/v1"
        finally:
            server.terminate()


class _Connection(asyncio.Protocol):
    """One client, which asks again only when it has been answered."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._received = b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        head = self._received.find(b"\r\n\r\n")
        if head < 0:
            return
        length = _LENGTH.search(self._received, 0, head)
        if len(self._received) >= head + 4 + (int(length[1]) if length else 0):
            self._received = b""
            self._loop.call_later(LATENCY, self._transport.write, _ANSWER)


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Connection, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
