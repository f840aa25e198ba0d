from __future__ import annotations

import pytest

from tests.arena.cli.typing_in import SHORT, Typist

KUHN = ("tournament", "kuhn", "--agents", "kuhn-nash", "random", *SHORT)


class TestResume:
    def test_of_a_finished_run_shows_it_again(self, arena: Typist) -> None:
        shown = arena(*KUHN, "--out", "runs/one").out
        result = arena("resume", "one")
        assert (result.code, result.out) == (0, shown)

    def test_of_a_file_works_from_elsewhere(self, arena: Typist, monkeypatch: pytest.MonkeyPatch) -> None:
        text = """
from arena import Tournament
from protocols import Play
scenario = Tournament(protocol=Play(game="kuhn"), agents=["kuhn-nash", "random"])
"""
        assert arena("run", arena.write("mine.py", text), "--out", "runs/one").code == 0
        (arena.folder / "elsewhere").mkdir()
        monkeypatch.chdir(arena.folder / "elsewhere")
        assert arena("resume", "../runs/one").code == 0

    def test_retry_failed_plays_the_failed_episodes_again(self, arena: Typist) -> None:
        text = """
import os

def sometimes(request):
    if os.environ.get("BROKEN"):
        raise RuntimeError("broken")
    return request.form.legal[0]
"""
        name = arena.write("mine.py", text)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("BROKEN", "1")
            words = ("tournament", "kuhn", "--agents", f"{name}:sometimes", "random", *SHORT)
            assert arena(*words, "--out", "runs/one").code == 1
        assert arena("resume", "one").code == 1
        result = arena("resume", "one", "--retry-failed")
        assert result.code == 0
        assert "Episodes: 4 completed" in result.out
