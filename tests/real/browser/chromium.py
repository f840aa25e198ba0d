"""Headless Chromium for tests, the pages served to it, and axe-core, which looks for what hinders people.

Chromium is Debian's, or the program that the variable ``CHROMIUM`` names. axe-core comes from the npm
registry and is not part of this repository: `make test-browser` installs it below ``build/axe``.
"""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from arena.view._app import application
from arena.view._runs import ShownRuns
from arena.web.access import Access, hosts_of

ROOT = Path(__file__).parents[3]
AXE = ROOT / "build" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
WIDE, NARROW = 1280, 420
SCHEMES = ("light", "dark")


def program() -> str:
    """Return where Chromium is, or skip the test."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not found:
        pytest.skip("Chromium is not installed; on Debian: apt-get install chromium.")
    return found


def axe_source() -> str:
    """Return the script of axe-core, or skip the test."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed; make test-browser installs it below build/axe with npm.")
    return AXE.read_text(encoding="utf-8")


@contextmanager
def chromium() -> Iterator[Any]:
    """Start Chromium, and end it."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed.")
    with playwright.sync_playwright() as driven:
        browser = driven.chromium.launch(executable_path=program(), args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def served(folders: Sequence[Path], port: int = 0) -> Iterator[str]:
    """Serve these runs from a thread, and yield the address."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen(64)
        own = listening.getsockname()[1]
        access = Access(hosts_of("127.0.0.1", own), "secret")
        config = uvicorn.Config(
            application(ShownRuns(folders), access),
            log_level="critical",
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{own}/secret/"
        finally:
            server.should_exit = True
            thread.join(10)


def opened(browser: Any, address: str, *, width: int = WIDE, scheme: str = "light") -> Any:
    """Return a page at an address. Its `troubles` are errors of scripts, and what breaks the policy."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.troubles = []
    page.on("console", lambda said: page.troubles.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: page.troubles.append(str(error)))
    page.on("dialog", lambda dialog: (page.troubles.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.goto(address)
    return page


def hindrances(page: Any) -> list[str]:
    """Return what axe-core finds on a page that is serious or critical, with the place of each."""
    page.evaluate(axe_source())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']} ({one['impact']}): {node['target']} {node['html'][:150]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def overflow(page: Any) -> int:
    """Return by how many pixels a page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def followed(page: Any, selector: str) -> None:
    """Click a link or a button that opens another page, and wait until that page is whole."""
    with page.expect_navigation():
        page.click(selector)
