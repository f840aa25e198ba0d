"""What a notebook shows of a run: the numbers of `arena show`, and nothing alive."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from arena.designs.tournament import Tournament
from arena.episode.outcome import Outcome
from arena.journal import StoredRun
from arena.results.report import summary_html
from arena.running.running import run
from protocols import Play
from tests.arena.results.report.pages import Page
from tests.arena.results.report.test_writing import EVIL, SHOWN, evil_debate
from tests.arena.results.stored import RIGHT, Ended, debated, store
from tests.golden.noting import Noting


def shown(folder: Path) -> Page:
    with StoredRun(folder) as stored:
        return Page(summary_html(stored))


async def test_a_tournament_has_its_table(tmp_path: Path) -> None:
    game = Tournament(protocol=Play(game="kuhn"), agents=("kuhn-nash", "random"))
    page = shown((await run(game, tmp_path / "kuhn")).folder)
    assert page.text.lstrip().startswith("kuhn. Episodes: 2 completed.")
    assert page.elements["table"] == 2
    assert "kuhn-nash" in page.text
    assert "mean return" in page.text
    assert page.opened == []


async def test_a_run_without_returns_has_its_episodes(tmp_path: Path) -> None:
    page = shown(await store(tmp_path / "run", [debated(RIGHT), Ended(Outcome.failed("it broke"), "two")]))
    assert "1 completed, 1 failed" in page.text


async def test_what_others_wrote_is_inert(tmp_path: Path) -> None:
    page = shown(await evil_debate(tmp_path / "run"))
    assert page.elements["script"] == page.elements["img"] == page.elements["style"] == 0
    assert not any(name.startswith("on") for name, _ in page.attributes)
    assert not set("\u202e\x1b\x00") & set(page.source)


async def test_hostile_names_are_inert(tmp_path: Path) -> None:
    game = Tournament(protocol=Play(game="kuhn"), agents=(Noting(f"one {EVIL}", []), "kuhn-nash"))
    page = shown((await run(game, tmp_path / "run")).folder)
    assert page.text.count(f"one {SHOWN}") >= 2
    assert page.elements["script"] == page.elements["img"] == 0


async def test_needs_no_matplotlib(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert "1 completed" in shown(await store(tmp_path / "run", [debated(RIGHT)])).text
