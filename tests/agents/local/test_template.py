"""What llama.cpp's server says of a model's chat template, and servers that say something else or nothing."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from agents.local.template import takes_system

KEY = "planted-key-0009"


@contextmanager
def serving(place: Path | None, body: bytes) -> Iterator[str]:
    """Serve the body as a model's properties to who shows the key: in a socket there, or on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.path == "/props" and self.headers["Authorization"] == f"Bearer {KEY}"
            self.send_response(200 if known else 401)
            self.end_headers()
            self.wfile.write(body if known else b"{}")

        def log_message(self, *_: object) -> None:
            pass

    kind = socketserver.TCPServer if place is None else socketserver.UnixStreamServer
    with kind(("127.0.0.1", 0) if place is None else str(place), Handler) as server:  # type: ignore[arg-type]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        port = server.server_address[1]
        yield f"http://127.0.0.1:{port}" if place is None else f"unix://{place}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("is_socket", [True, False])
@pytest.mark.parametrize("takes", [True, False])
def test_it_says_whether_there_is_a_role_for_the_system(tmp_path: Path, is_socket: bool, takes: bool) -> None:
    said = json.dumps({"chat_template_caps": {"supports_system_role": takes}}).encode()
    with serving(tmp_path / "s" if is_socket else None, said) as address:
        assert takes_system(address, KEY) is takes
        assert takes_system(address, "another")


SILENT = [b"", b"<html>", b"[]", b"{}", b'{"chat_template_caps": 1}', b'{"chat_template_caps": {}}', b"\xff"]


@pytest.mark.parametrize("said", SILENT)
def test_where_it_does_not_say_there_is_one(said: bytes) -> None:
    with serving(None, said) as address:
        assert takes_system(address, KEY)


@pytest.mark.parametrize("address", ["unix:///nowhere/model.sock", "http://127.0.0.1:1", ""])
def test_where_it_cannot_be_asked_there_is_one(address: str) -> None:
    assert takes_system(address, KEY)
