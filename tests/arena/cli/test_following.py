"""Following a run, episode by episode."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena.cli.following import _Following
from arena.journal import StoredRun, recording
from arena.running.running import run
from tests.arena.steering.test_playing_again import Broken
from tests.arena.steering.test_steering import games


async def test_an_episode_that_is_played_again_is_shown_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, agent = tmp_path / "run", Broken()
    following = _Following(folder, None, False)
    await run(games(agent, 2), folder)
    with StoredRun(folder) as stored:
        following._show_new(stored)
        assert capsys.readouterr().out.count("Episode 0") >= 1
        following._show_new(stored)
        assert not capsys.readouterr().out
    agent.breaks = False
    async with recording(folder, retry_failed=True):
        with StoredRun(folder) as stored:
            following._show_new(stored)
    await run(games(agent, 2), folder, resume=True)
    capsys.readouterr()
    with StoredRun(folder) as stored:
        following._show_new(stored)
    assert capsys.readouterr().out.count("Completed. Returns") == 1
