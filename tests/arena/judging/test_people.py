"""A person judges a stored run: blinded, and with the orders far apart."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

import arena
from agents.human import Human
from arena.journal import StoredRun, people_of
from arena.people import Terminal
from arena.tasks.questions import question_task
from protocols import Debate
from tests.shared.terminals import Typed, on_screen

TASKS = [question_task(str(n), f"Question {n}?", ["yes", "no"], "yes") for n in range(3)]
AGENTS = {"debater_a": "secret-fox=random", "debater_b": "secret-owl=random"}


@pytest.fixture
def debates(tmp_path: Path) -> Path:
    protocol = Debate(rounds=1, judged=False)
    return arena.run(protocol, tmp_path / "run", tasks=TASKS, agents=AGENTS, quiet=True).folder


def judged(folder: Path, monkeypatch: pytest.MonkeyPatch, **how: Any) -> str:
    """Let a person and a model of chance judge a run, and return what the person was shown."""

    async def judge() -> str:
        terminal = Terminal(Typed(*("Because.", ".", "1", "80") * 100))
        monkeypatch.setattr("agents.human.the_terminal", lambda name: terminal)
        person = Human()
        person.name = "heron"
        options = arena.judging.JudgingOptions(quiet=True, **how)
        criterion = arena.judging.Criterion(asks="speaker")
        with on_screen() as shown:
            await arena.judging.judge_run(folder, [person, "chance=random"], criterion, options)
        return shown.getvalue()

    return asyncio.run(judge())


def test_the_person_sees_no_names_truth_beliefs_or_other_verdicts(
    debates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = judged(debates, monkeypatch)
    assert "Speaker 1" in shown
    for hidden in ("secret", "debater_", "robability", "chance", "right answer", "True answer"):
        assert hidden not in shown, hidden


def test_all_episodes_come_in_one_order_before_any_comes_in_the_other(
    debates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = judged(debates, monkeypatch)
    asked = [int(part.split("?")[0]) for part in shown.split("Question ")[1:]]
    assert asked == [0, 1, 2, 0, 1, 2]


def test_a_persons_verdicts_stand_beside_the_models_and_are_marked(
    debates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged(debates, monkeypatch)
    with StoredRun(debates) as stored:
        assert people_of(stored.header()) == {"heron": "terminal"}
        keys = stored.verdict_keys(finished=True)
    assert {key.judge for key in keys} == {"heron", "chance"}
    assert len([key for key in keys if key.judge == "heron"]) == 6


def test_the_report_says_how_far_people_and_models_agree(
    debates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged(debates, monkeypatch)
    page = arena.report(debates, debates / "report.html").read_text(encoding="utf-8")
    assert "heron" in page
    assert "Krippendorff's alpha <small>nominal, 2 judges" in page.replace("&#39;", "'")
