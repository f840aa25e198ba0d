"""The browser and the runs that the tests in Chromium share."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from benchmarks.finding import store
from tests.arena.results.report.test_writing import evil_debate
from tests.arena.view.runs import debates, kuhn
from tests.real.browser.chromium import chromium, served


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, closed after each module: while it is driven, no other test can run an event loop."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A debate, a game, a hostile debate, one of many seats, a long one, one of long words, and many."""
    root = tmp_path_factory.mktemp("shown")

    async def made() -> list[Path]:
        return [
            await debates(root / "debate", 3),
            await kuhn(root / "kuhn", 3),
            await evil_debate(root / "evil"),
            await debates(root / "many-seats", 1, rounds=1, debaters=26),
            await debates(root / "long", 1, rounds=60),
            await debates(root / "megabyte", 1, rounds=1, words="w" * 1_048_576),
            await store(root / "many", 300),
        ]

    # Playwright's loop is that of this thread.
    with ThreadPoolExecutor(1) as other:
        return other.submit(lambda: asyncio.run(made())).result()


@pytest.fixture(scope="session")
def address(folders: list[Path]) -> Iterator[str]:
    with served(folders) as where:
        yield where
