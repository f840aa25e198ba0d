"""A run whose provider is down says so on its page and in the terminal, and stops when it is asked to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from arena.steering import StateKind, state
from tests.arena.cli.typing_in import finish, start
from tests.arena.view.browsing import HOST, access, client, page
from tests.faults.server import FaultServer, Trouble
from tests.real.killable import has_begun

GOOD = 24


async def until(condition: Callable[[], object], seconds: float = 40) -> float:
    """Wait until a condition holds, and return for how many seconds."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "it did not come true"
        await asyncio.sleep(0.02)
    return time.monotonic() - began


@pytest.mark.slow
@pytest.mark.parametrize(
    ("trouble", "why"),
    [(Trouble.LIMITED_FOR, "429"), (Trouble.UNAVAILABLE, "503"), (Trouble.RESET, "onnection")],
    ids=str,
)
async def test_a_run_whose_provider_is_down_says_so_and_stops(
    trouble: Trouble, why: str, tmp_path: Path
) -> None:
    folder = tmp_path / "runs" / "down"
    async with FaultServer(lambda call: trouble if call >= GOOD else None, retry_after="60") as server:
        agent = f"openai-compatible:m?base_url={server.url}"
        words = ("--agents", agent, "random", "--episodes", "200", "--concurrency", "4", "--out", str(folder))
        playing = start("run", "kuhn", *words, cwd=tmp_path)
        await until(lambda: has_begun(folder))
        following = start("show", str(folder), "--follow", cwd=tmp_path)
        await until(lambda: server.troubles[trouble] >= 1)
        took = await until(lambda: state(folder).kind is StateKind.HELD_UP)
        (wait,) = state(folder).waits
        assert took < 2.5  # It is said within a second of the last refusal; this machine may be slow.
        assert wait.since <= time.time()
        assert 1 <= wait.waiting <= 4
        browser = client([folder])
        shown = await asyncio.to_thread(page, browser, "run/0/")
        assert "live, held up" in shown
        assert "does not answer since" in shown
        assert f"{wait.waiting} episode" in shown
        assert "The next try is at" in shown
        assert why in shown
        listed = await asyncio.to_thread(finish, start("runs", cwd=tmp_path))
        assert "held up" in listed.out
        fields = {"act": "stop", "csrf": access().form_field}
        origin = {"Origin": f"http://{HOST}"}
        began = time.monotonic()
        answer = await asyncio.to_thread(
            browser.post, "/secret/run/0/act/", data=fields, headers=origin, follow_redirects=True
        )
        assert answer.status_code == 200
        assert (await asyncio.to_thread(finish, playing)).code == 130
        assert time.monotonic() - began < 12
        followed = await asyncio.to_thread(finish, following)
    assert "The run is held up." in followed.err
    assert why in followed.err
    assert "the next try is at" in followed.err
    assert "The run is stopped" in followed.err
    assert state(folder).kind is StateKind.STOPPED


@pytest.mark.slow
async def test_a_run_whose_provider_is_silent_stops_within_seconds(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "silent"
    async with FaultServer(lambda call: Trouble.HANG if call >= GOOD else None) as server:
        agent = f"openai-compatible:m?base_url={server.url}"
        words = ("--agents", agent, "random", "--episodes", "200", "--concurrency", "4", "--out", str(folder))
        playing = start("run", "kuhn", *words, cwd=tmp_path)
        await until(lambda: server.troubles[Trouble.HANG] >= 4)
        began = time.monotonic()
        stopped = await asyncio.to_thread(finish, start("stop", str(folder), "--within", "1", cwd=tmp_path))
        assert stopped.code == 0
        assert (await asyncio.to_thread(finish, playing)).code == 130
        assert time.monotonic() - began < 12
    assert state(folder).kind is StateKind.STOPPED
