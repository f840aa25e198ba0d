"""Tools of real MCP servers, over stdio and HTTP, that behave and that do not."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agents.scripted import ScriptedModel
from arena.core.errors import ConfigurationChanged, StopRun, UsageError
from arena.journal import StoredRun
from arena.running.running import run
from arena.seat.agent import Request
from arena.seat.calls import Calling, ToolStatus, results_in
from arena.seat.transcript import EventKind
from arena.tools import McpServer, ToolContext
from tests.arena.tools.playing import calls_natively, played, scenario, told

pytest.importorskip("mcp", reason="the extra mcp is not installed")

HOSTILE = Path(__file__).with_name("hostile.py")
STDIO = f"mcp:{sys.executable} {HOSTILE}"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Start the server on HTTP, and return its address."""
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, str(HOSTILE), "http", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            with closing(socket.socket()) as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"mcp:http://127.0.0.1:{port}/mcp"
    finally:
        process.kill()
        process.wait()


def children_of_this_process() -> list[str]:
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return children.read_text().split() if children.exists() else []


async def came_of(
    folder: Path, server: str, *calls: tuple[str, str], **limits: object
) -> list[tuple[str, str]]:
    """Return the status and text of each call that a judge makes."""
    names = ",".join(dict.fromkeys(name for name, _ in calls))
    study = scenario(
        calls_natively(*calls), f"{server}#{names}", calling=Calling.NATIVE, limits={"seconds": 20, **limits}
    )
    episode = await played(study, folder)
    assert episode.played is not None
    assert episode.played.outcome.returns == {"judge": 1.0}
    found = [event for event in episode.events if event.kind is EventKind.RETURNED]
    return [(one.status.value, one.text) for event in found for one in results_in(event.payload)]


@pytest.mark.slow
async def test_a_server_on_stdio_is_started_called_and_ended(tmp_path: Path) -> None:
    came = await came_of(
        tmp_path / "run", STDIO, ("add", '{"one": 2, "two": 3}'), ("count", "{}"), ("count", "{}")
    )
    assert came == [("ok", "5"), ("ok", "1"), ("ok", "2")]
    assert not children_of_this_process()


@pytest.mark.slow
async def test_a_server_on_http_is_called(tmp_path: Path, address: str) -> None:
    assert await came_of(tmp_path / "run", address, ("add", '{"one": 2, "two": 3}')) == [("ok", "5")]


@pytest.mark.slow
async def test_each_seat_of_each_episode_has_a_session_of_its_own(tmp_path: Path) -> None:
    study = scenario(
        calls_natively(("count", "{}"), ("count", "{}")), f"{STDIO}#count", calling=Calling.NATIVE, episodes=2
    )
    await played(study, tmp_path / "run")
    with StoredRun(tmp_path / "run") as stored:
        for episode in stored.episodes():
            assert told(episode) == "count returned:\n> 1\n\ncount returned:\n> 2"


@pytest.mark.slow
async def test_a_server_that_dies_is_not_the_agents_doing_and_is_started_again(tmp_path: Path) -> None:
    came = await came_of(tmp_path / "run", STDIO, ("die", "{}"), ("add", '{"one": 2, "two": 3}'))
    assert [status for status, _ in came] == [ToolStatus.BROKEN.value, ToolStatus.OK.value]
    assert not ToolStatus.BROKEN.is_the_agents_doing


@pytest.mark.slow
async def test_a_server_that_hangs_is_given_up_and_ended(tmp_path: Path) -> None:
    began = time.monotonic()
    (came,) = await came_of(tmp_path / "run", STDIO, ("hang", "{}"), seconds=5)
    assert came == (ToolStatus.TIMED_OUT.value, "it took longer than 5 seconds")
    assert time.monotonic() - began < 40


@pytest.mark.slow
async def test_a_server_that_hangs_as_it_starts_is_ended_at_once() -> None:
    session = McpServer(f"{sys.executable} -c 'import time; time.sleep(60)'").session()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await session.call("add", {}, ToolContext())
    began = time.monotonic()
    await session.close()
    assert time.monotonic() - began < 8


@pytest.mark.slow
async def test_what_a_server_says_is_bounded_fenced_and_only_text(tmp_path: Path) -> None:
    came = await came_of(
        tmp_path / "run", STDIO, ("huge", "{}"), ("inject", "{}"), ("picture", "{}"), ("fail", "{}"),
        ("environment", "{}"), result_bytes=500,
    )  # fmt: skip
    huge, injected, picture, failed, environment = came
    assert huge == ("ok", "x" * 500)
    assert injected[0] == "ok"
    assert not {"\x1b", "\x00", "\u2028"} & set(injected[1])
    assert picture == ("ok", "[image/png, which is not text, is left out]\na word")
    assert failed[0] == "error"
    assert "KEY" not in environment[1]
    with StoredRun(tmp_path / "run") as stored:
        lines = told(stored.episode(0)).splitlines()
    engine = ("returned:", "(The rest is left out", "was not answered (error):", "")
    assert all(line.startswith("> ") or line == "" or any(e in line for e in engine if e) for line in lines)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("server", "says"),
    [
        ("mcp:no-such-command-at-all", "no-such-command-at-all cannot be used"),
        (f"mcp:{sys.executable} -c pass", "cannot be used"),
        (f"{STDIO}#nothing", "has no tool called 'nothing'; it has:"),
        ("mcp:http://127.0.0.1:9/mcp", "cannot be used"),
    ],
)
async def test_a_server_that_cannot_be_used_ends_the_run_before_anything_is_spent(
    tmp_path: Path, server: str, says: str
) -> None:
    asked: list[Request] = []

    def answer(request: Request) -> str:
        asked.append(request)
        return "Answer: 4"

    study = scenario(answer, server)
    with pytest.raises(StopRun, match="The run is not begun") as caught:
        await run(study, tmp_path / "run")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not asked


@pytest.mark.slow
async def test_a_server_that_renames_its_tools_fails_the_call_and_no_run_is_resumed_with_it(
    tmp_path: Path,
) -> None:
    server = f"{STDIO} renamed {tmp_path / 'seen'}"
    (came,) = await came_of(tmp_path / "run", server, ("add", '{"one": 2, "two": 3}'))
    assert came[0] == ToolStatus.ERROR.value
    assert "add" in came[1]
    (tmp_path / "seen").unlink()
    study = scenario(calls_natively(("add", "{}")), server, calling=Calling.NATIVE, episodes=2)
    await run(study, tmp_path / "all")
    with StoredRun(tmp_path / "all") as stored:
        recorded = stored.header()["tools"]
    from arena.tools import ToolLimits
    from arena.workers.tools import OpenTools

    with pytest.raises(ConfigurationChanged, match="has other tools than when it began"):
        await OpenTools(ToolLimits(), recorded).boxes({"judge": (server,)}, {"judge": ScriptedModel()})


def test_an_address_with_a_password_and_an_empty_command_are_refused() -> None:
    with pytest.raises(UsageError, match="no user and no password"):
        McpServer("http://ann:secret@localhost/mcp")
    with pytest.raises(UsageError, match="Say how the MCP server is started"):
        McpServer(" ")
    with pytest.raises(UsageError, match="cannot be read: No closing quotation"):
        McpServer("python 'server.py")


@pytest.mark.parametrize(
    "server", ["http://localhost/mcp?api_key=abc", "python server.py --token abc", "env PASSWORD=abc server"]
)
def test_a_server_that_is_named_with_a_key_is_refused(server: str) -> None:
    with pytest.raises(UsageError, match="must be named without a key") as caught:
        McpServer(server)
    assert "abc" not in str(caught.value)
    assert McpServer("python server.py --monkey abc --max-tokens 5").server


@pytest.mark.slow
async def test_a_session_outlives_a_turn_and_not_its_episode(tmp_path: Path) -> None:
    study = scenario(calls_natively(("count", "{}")), f"{STDIO}#count", calling=Calling.NATIVE, turns=2)
    episode = await played(study, tmp_path / "run")
    assert told(episode) == "count returned:\n> 1\ncount returned:\n> 2"
    assert not [task for task in asyncio.all_tasks() if "_hold" in repr(task)]
