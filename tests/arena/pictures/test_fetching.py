"""Reading a picture from an address, when a user's own code says so."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from arena.core.errors import UsageError
from arena.pictures import MOST_BYTES, fetch
from tests.arena.pictures.made import picture, png


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        moved = {"/moved": "/a.png", "/round": "/round", "/file": "file:///etc/hostname"}
        if self.path in moved:
            self.send_response(302)
            self.send_header("Location", moved[self.path])
            self.end_headers()
            return
        self.send_response(404 if self.path == "/nothing" else 200)
        self.end_headers()
        contents = {"/a.png": png(shade=1), "/page": b"<html></html>", "/large": bytes(MOST_BYTES + 2)}
        try:
            self.wfile.write(contents.get(self.path, b""))
        except OSError:
            return

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with HTTPServer(("127.0.0.1", 0), Pages) as listening:
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()
        thread.join()


def test_the_bytes_are_kept(server: str) -> None:
    assert fetch(f"{server}/a.png") == picture(1)
    assert fetch(f"{server}/moved").content == png(shade=1)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/nothing", "cannot be read: .*404"),
        ("/round", "cannot be read: .*redirects"),
        ("/file", "cannot be read: "),
        ("/page", "is HTML, and a picture must be a PNG or a JPEG"),
        ("/large", "and a picture has at most 10,485,760"),
    ],
)
def test_what_is_no_picture_is_refused_in_a_sentence(server: str, path: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as refused:
        fetch(f"{server}{path}")
    assert "\n" not in str(refused.value)


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(UsageError, match=r"What is at http://127\.0\.0\.1:1/a\.png cannot be read"):
        fetch("http://127.0.0.1:1/a.png", seconds=2)
    with pytest.raises(UsageError, match="is no address of a picture"):
        fetch("file:///etc/hostname")
