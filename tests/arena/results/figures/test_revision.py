"""What answering again does, of runs made by hand: the turns, what stands after them, and the coverage."""

from __future__ import annotations

from pathlib import Path

from arena.episode.outcome import Outcome
from arena.results.columns import Columns
from protocols import Revise
from tests.arena.results.columns.stored import Ended, columns_of
from tests.arena.results.figures.reading import lines_of, shown

GROUP = "revise: dee"


def revised(*correct: bool | None) -> Ended:
    """Return an episode whose turns' answers were right, wrong, or none."""
    turns = [{"answer": None if right is None else "7", "correct": right} for right in correct]
    return Ended(Outcome.completed({}, revision={"stopped": "turns", "turns": turns}))


async def columns(folder: Path, *ended: Ended) -> Columns:
    return await columns_of(folder, *ended, protocol=Revise())


async def test_an_answer_stands_on_where_an_episode_ended_earlier(tmp_path: Path) -> None:
    found = await columns(
        tmp_path, revised(True), revised(False, True), revised(False, False, True), revised(False, None, None)
    )
    assert shown(found, "Accuracy after turn 1", GROUP) == (0.25, 4, 4)
    assert shown(found, "Accuracy after turn 2", GROUP) == (round(2 / 3, 9), 3, 4)
    assert shown(found, "Accuracy after turn 3", GROUP) == (1.0, 3, 4)
    assert "Accuracy after turn 4" not in {line.name for line in lines_of(found)}


async def test_what_was_kept_and_mended(tmp_path: Path) -> None:
    found = await columns(
        tmp_path,
        *[revised(True, True)] * 3,
        revised(True, False),
        *[revised(False, True)] * 2,
        *[revised(False, False)] * 2,
        revised(None, True),
        revised(True, None),
    )
    assert shown(found, "Confidence level (CL)", GROUP) == (0.75, 4, 6)
    assert shown(found, "Critique score (CS)", GROUP) == (0.5, 4, 5)
    assert shown(found, "Correct to wrong", GROUP) == (0.125, 8, 10)
    assert shown(found, "Wrong to correct", GROUP) == (0.25, 8, 10)
    assert shown(found, "Relative self-correction (RSS)", GROUP) == (0.75, 8, 10)


async def test_an_episode_that_broke_lowers_the_coverage(tmp_path: Path) -> None:
    found = await columns(tmp_path, revised(True, True), Ended(Outcome.failed("it broke")))
    assert shown(found, "Accuracy after turn 2", GROUP) == (1.0, 1, 2)


async def test_of_one_turn_nothing_becomes(tmp_path: Path) -> None:
    found = await columns(tmp_path, revised(True), revised(False))
    assert [line.name for line in lines_of(found)] == ["Accuracy after turn 1"]
