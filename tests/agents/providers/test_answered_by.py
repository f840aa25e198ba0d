"""What the server says answered is kept with each reply, and a change within a run is said."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from arena.designs.scenario import Scenario
from arena.journal import StoredRun
from arena.results._summary import changes
from arena.results.report import write_report
from arena.results.showing import show_run
from arena.running.running import run
from arena.seat.agent import AnsweredBy
from protocols import Play
from tests.agents.providers.asked import DIALECTS, spec
from tests.faults import server as faults
from tests.faults.server import FaultServer


def answering(monkeypatch: pytest.MonkeyPatch, *models: object) -> None:
    """Let the server say that these answered in turn, the last of them from then on."""
    made, turns = faults._reply, itertools.chain(models, itertools.repeat(models[-1]))

    def changed(*given: Any) -> dict[str, Any]:
        return made(*given) | {"model": next(turns), "system_fingerprint": "fp_1"}

    monkeypatch.setattr(faults, "_reply", changed)


async def played(dialect: str, folder: Path) -> None:
    async with FaultServer() as server:
        seats = {"player_0": spec(dialect, server), "player_1": "random"}
        await run(Scenario(protocol=Play(hands=4), seats=seats, episodes=3), folder)


@pytest.mark.parametrize("dialect", DIALECTS)
class TestAnsweredBy:
    async def test_is_kept_with_each_reply(
        self, dialect: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        answering(monkeypatch, "m-2026-01")
        await played(dialect, tmp_path / "run")
        said = AnsweredBy("m-2026-01", "" if dialect == "anthropic" else "fp_1")
        with StoredRun(tmp_path / "run") as stored:
            replies = [call.reply for episode in stored.episodes() for call in episode.calls]
            assert {reply.answered_by for reply in replies if reply and reply.model} == {said}
            assert set(stored.answered_by()) == {f"{dialect}:m"}
            assert not list(changes(stored))

    async def test_is_said_where_it_changes(
        self,
        dialect: str,
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """On stderr and in the log, then in the summary and the report; never as control characters."""
        answering(monkeypatch, "m-2026-01", "m-2026-01", "m-2026-02\x1b[2J")
        await played(dialect, tmp_path / "run")
        (said,) = capsys.readouterr().err.splitlines()
        print_ = "" if dialect == "anthropic" else " (fp_1)"
        assert said == (
            f"{dialect}:m: another model answers: m-2026-02\\x1b[2J{print_}, and before m-2026-01{print_}."
        )
        assert (tmp_path / "run" / "log.jsonl").read_text().count("another model answers") == 1
        show_run(str(tmp_path / "run"), as_json=False)
        shown = " ".join(capsys.readouterr().out.split())
        assert f"{dialect}:m was not the same throughout: it was answered by m-2026-02\\x1b[2J" in shown
        assert "m-2026-01" in shown
        assert "(2 calls)" in shown
        write_report([tmp_path / "run"], tmp_path / "report.html", samples=10)
        assert "was not the same throughout" in (tmp_path / "report.html").read_text()

    async def test_is_said_once_for_each_that_answers(
        self,
        dialect: str,
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """However often two servers behind one address take turns, and however many there are."""
        answering(monkeypatch, *["a", "b"] * 3)
        await played(dialect, tmp_path / "two")
        assert len(capsys.readouterr().err.splitlines()) == 1
        answering(monkeypatch, *map(str, range(100)))
        await played(dialect, tmp_path / "many")
        assert len(capsys.readouterr().err.splitlines()) < 10

    @pytest.mark.parametrize("said", [None, 5, ["m"], "x" * 10_000, "\ud800"])
    async def test_is_no_trouble_whatever_it_is(
        self, dialect: str, said: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        answering(monkeypatch, said)
        await played(dialect, tmp_path / "run")
        with StoredRun(tmp_path / "run") as stored:
            assert all(len(one.model) <= 200 for found in stored.answered_by().values() for one in found)
