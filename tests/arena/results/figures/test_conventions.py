"""The hand examples of the figures, and that none reads what a protocol notes for itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from arena.annotations import Answer, Label
from arena.episode.outcome import Ending, Outcome
from arena.results.report import report_record
from protocols import Consultancy, Debate
from tests.arena.results.figures.lines import Found, found_in, sections_in
from tests.arena.results.stored import Ended, store


def answered(right: bool, task: int) -> Ended:
    answer = Answer("answer", "7", correct=float(right), author="judge")
    return Ended(task=f"task {task}", found=[answer])


async def test_flips_are_told_with_their_difference(tmp_path: Path) -> None:
    """Of 100 tasks 50 stay right, 4 turn wrong, 3 turn right and 43 stay wrong."""
    kinds = [(True, True)] * 50 + [(True, False)] * 4 + [(False, True)] * 3 + [(False, False)] * 43
    one = [answered(first, task) for task, (first, _) in enumerate(kinds)]
    other = [answered(second, task) for task, (_, second) in enumerate(kinds)]
    folders = [
        await store(tmp_path / "one", one, Debate()),
        await store(tmp_path / "two", other, Consultancy()),
    ]
    found = Found(sections_in(*folders))
    group = "judge, answer, undecided left out: consultancy less debate"
    assert found.shown("Accuracy, paired difference", group) == (-0.01, 100, 100)
    assert found.shown("Right to wrong", group) == (0.04, 100, 100)
    assert found.shown("Wrong to right", group) == (0.03, 100, 100)
    test = found.line("Accuracy, paired difference", group).test
    assert test is not None
    assert test.p > 0.5


async def test_what_was_not_counted_is_not_zero(tmp_path: Path) -> None:
    """Counts of 2, 0, none and 3."""
    found = [Label("habit", count=count, author="judge", turn=1) for count in (2, 0, None, 3)]
    line = (await found_in(tmp_path, Ended(found=found))).shown("Mean count", "debate: judge, habit, turn 1")
    assert line == (round(5 / 3, 9), 3, 4)


@pytest.mark.parametrize("key", ["verdicts", "beliefs", "verdict", "revision", "negotiation", "detection"])
@pytest.mark.parametrize("value", ["a text", 7, ["x"], {"choice": 3}, [{"a": 1}], None])
async def test_nothing_reads_what_a_users_protocol_put_into_details(
    tmp_path: Path, key: str, value: Any
) -> None:
    ended = Ended(Outcome(Ending.COMPLETED, {}, details={key: value}))
    assert report_record([await store(tmp_path / "run", [ended])], samples=2)["sections"] == []
