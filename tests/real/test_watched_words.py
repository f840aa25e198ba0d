"""Words as a real model writes them: heard before the reply ends, and seen at a terminal."""

from __future__ import annotations

import asyncio
import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from agents.local import Local
from arena import Progress
from arena.forms import Speech
from arena.journal import StoredRun
from arena.running import run
from arena.seat.writing import consulted
from scenarios.first_debate import scenario
from tests.agents.local.models import still
from tests.agents.providers.asked import a_request
from tests.real.smallest_model import SMALLEST, needs_the_smallest_model
from tests.shared.listening import Ear
from tests.shared.waiting import until

pytestmark = needs_the_smallest_model


@pytest.mark.parametrize("constrained", [True, False])
async def test_words_come_before_the_reply_which_is_that_of_a_model_nobody_hears(
    constrained: bool,
) -> None:
    agent = Local(SMALLEST.name, max_tokens=60, constrained=constrained)
    request = a_request(Speech(words=40))
    ear = Ear()
    asking = asyncio.create_task(consulted(ear, 0, agent, request))
    await until(lambda: len(ear.told) > 3)
    assert not asking.done()
    _, heard, _ = await asking
    _, unheard, _ = await consulted(None, 0, agent, request)
    await agent.close()
    assert heard is not None
    assert unheard is not None
    assert still(heard) == still(unheard)
    assert ear.kinds == ["begin", "more", "end"]
    assert list(ear.texts.values()) == [heard.text]


async def test_a_run_that_is_heard_is_the_run_that_nobody_hears(tmp_path: Path) -> None:
    ear = Ear()
    await run(scenario, tmp_path / "heard", concurrency=1, progress=Progress(listener=ear))
    await run(scenario, tmp_path / "unheard", concurrency=1)
    with StoredRun(tmp_path / "heard") as heard, StoredRun(tmp_path / "unheard") as unheard:
        for number in range(3):
            one, other = heard.episode(number), unheard.episode(number)
            assert one.events == other.events
            for call, twin in zip(one.calls, other.calls, strict=True):
                assert call.reply is not None
                assert twin.reply is not None
                assert still(call.reply) == still(twin.reply)
                assert call.digest == twin.digest
    assert {writer.seat for writer in ear.texts} == {"debater_a", "debater_b"}


def test_a_terminal_shows_them_word_by_word_and_a_pipe_only_finished_turns(tmp_path: Path) -> None:
    typed = ["run", "first-debate", "--watch", "--concurrency", "1", "--out"]
    command = [sys.executable, "-c", "from arena.cli import main; main()", *typed]
    ours, theirs = pty.openpty()
    usual = {**os.environ, "TERM": "xterm", "COLUMNS": "100", "LINES": "30"}
    with subprocess.Popen(
        [*command, "terminal"], cwd=tmp_path, env=usual, stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        seen = b""
        with suppress(OSError):  # which is how a terminal ends
            while read := os.read(ours, 65_536):
                seen += read
        os.close(ours)
    assert process.returncode == 0
    # How often depends on how fast the machine writes; words that grow are shown more than once.
    assert seen.count(b"debater_a is writing in episode 0.") > 1
    done = subprocess.run([*command, "pipe"], cwd=tmp_path, capture_output=True, text=True, check=True)
    piped = done.stdout
    assert "debater_a: " in piped
    assert "is writing" not in piped
    assert "\x1b" not in piped
