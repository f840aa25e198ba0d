"""A run that is asked for again, as by a notebook's cell: resumed, or played in a folder of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import arena
from arena.core.errors import ConfigurationChanged, UsageError
from arena.journal import StoredRun
from arena.running.again import folder_again
from protocols import Play

AGENTS = dict.fromkeys(Play().seats, "random")


def played(folder: Path | None, **options: Any) -> arena.Run:
    return arena.run(Play(game="kuhn"), folder, agents=AGENTS, episodes=5, quiet=True, **options)


def outcomes(folder: Path) -> list[tuple[int, float]]:
    with StoredRun(folder) as stored:
        return [(one.plan.number, one.seconds) for one in stored.finished()]


def test_without_a_word_a_second_run_is_refused_and_the_first_stays(tmp_path: Path) -> None:
    first = (played(tmp_path / "kuhn").folder / "journal.sqlite").read_bytes()
    with pytest.raises(UsageError, match='already; add again="resume" to continue it, add again="new"'):
        played(tmp_path / "kuhn")
    assert (tmp_path / "kuhn" / "journal.sqlite").read_bytes() == first


def test_new_plays_beside_it(tmp_path: Path) -> None:
    folders = [played(tmp_path / "kuhn", again="new").folder.name for _ in range(3)]
    assert folders == ["kuhn", "kuhn-2", "kuhn-3"]
    assert {len(outcomes(tmp_path / name)) for name in folders} == {5}


def test_resume_returns_a_run_that_has_ended_and_plays_nothing_again(tmp_path: Path) -> None:
    first = played(tmp_path / "kuhn", again="resume")
    seconds = outcomes(first.folder)
    second = played(tmp_path / "kuhn", again="resume")
    assert outcomes(second.folder) == seconds
    assert second.folder == first.folder


def test_resume_refuses_another_configuration_in_a_sentence(tmp_path: Path) -> None:
    played(tmp_path / "kuhn", again="resume")
    with pytest.raises(ConfigurationChanged, match="seed was 0 and is now 1"):
        played(tmp_path / "kuhn", again="resume", seed=1)


def test_another_word_or_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"again='newer' is not known\. Did you mean new\?"):
        played(tmp_path / "kuhn", again="newer")
    with pytest.raises(UsageError, match="needs the folder"):
        played(None, again="resume")
    assert folder_again(None, "new") == (None, False)


CELL = """
import arena
from protocols import Play
agents = dict.fromkeys(Play().seats, "random")
run = arena.run(Play(game="kuhn"), "kuhn", agents=agents, episodes=5, again={!r})
print(run.folder, sum(run.ended.values()))
"""
STEPPED = """
env = arena.Env("kuhn")
env.reset(seed=1)
while not env.done:
    env.step("check")
print(env.returns)
"""


@pytest.mark.slow
def test_a_cell_of_a_notebook_that_is_run_twice_does_as_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = pytest.importorskip("jupyter_client.manager")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    kernel, client = manager.start_new_kernel(startup_timeout=60, cwd=str(tmp_path))
    try:

        def run(cell: str) -> str:
            printed: list[str] = []

            def hook(message: Any) -> None:
                assert message["msg_type"] != "error", message["content"]["evalue"]
                printed.append(message["content"].get("text", ""))

            client.execute_interactive(cell, timeout=60, output_hook=hook)
            return "".join(printed)

        assert run(CELL.format("resume")).endswith("kuhn 5\n")
        assert run(CELL.format("resume")).endswith("kuhn 5\n")
        assert run(CELL.format("new")).endswith("kuhn-2 5\n")
        first = run(STEPPED)
        assert run(STEPPED) == first
        assert "player_0" in first
    finally:
        client.stop_channels()
        kernel.shutdown_kernel(now=True)
