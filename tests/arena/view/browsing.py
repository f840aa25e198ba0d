"""Reading the pages through the server's application, without a network."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from starlette.testclient import TestClient

from arena.view._app import application
from arena.view._runs import ShownRuns
from arena.web.access import Access

HOST = "127.0.0.1:8123"


def access() -> Access:
    return Access(frozenset((HOST,)), "secret")


def client(folders: Sequence[Path]) -> TestClient:
    """Return a browser of these runs. Addresses begin with ``/secret/``."""
    return TestClient(application(ShownRuns(folders), access()), base_url=f"http://{HOST}")


def page(browser: TestClient, path: str) -> str:
    """Return the source of a page that is there. The path follows the token."""
    answer = browser.get(f"/secret/{path}")
    assert answer.status_code == 200, answer.text
    return answer.text


def page_with(browser: TestClient, path: str, words: str) -> str:
    """Return the source of a page when it holds these words. Figures are counted after the first look."""
    for _ in range(200):
        if words in (text := page(browser, path)):
            return text
        time.sleep(0.05)
    raise AssertionError(f"{path} never held {words!r}")
