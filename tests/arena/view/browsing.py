"""Reading the pages through the server's application, without a network."""

from __future__ import annotations

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
