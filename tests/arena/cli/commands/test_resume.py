from __future__ import annotations

import pytest

from arena.journal import StoredRun
from arena.steering import acts
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

    def test_new_limits_and_agents_hold_for_what_has_not_begun(self, arena: Typist) -> None:
        text = """
from arena import Scenario
from protocols import Play
scenario = Scenario(protocol=Play(), seats={"player_0": "scripted", "player_1": "random"}, episodes=6)
"""
        name = arena.write("mine.py", text)
        assert arena("run", name, "--max-calls", "2", "--out", "runs/one").code == 3
        again = ("--set", "limits.turns=1", "--replace", "scripted=new=random", "--max-calls", "100")
        result = arena("resume", "one", *again, "--by", "ann")
        assert result.code == 0
        assert "truncated" in result.out
        with StoredRun(arena.folder / "runs" / "one") as stored:
            (act,) = acts(stored)
            late = [one for one in stored.finished() if one.plan.act == act.number]
        assert (act.by, act.act.replace, act.act.limits.turns) == ("ann", {"scripted": "new=random"}, 1)
        assert late
        assert {one.plan.seats["player_0"] for one in late} == {"new"}

    def test_a_replacement_that_is_none_is_said(self, arena: Typist) -> None:
        arena(*KUHN, "--out", "runs/one")
        assert "written OLD=NEW" in arena("resume", "one", "--replace", "random").err
        assert "No agent is called 'nobody' here" in arena("resume", "one", "--replace", "nobody=local").err
        assert "Limits: " in arena("resume", "one", "--set", "limits.turns=-1").err
