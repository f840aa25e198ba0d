"""What answering again does, of runs made by hand: the turns, what stands after them, and the coverage."""

from __future__ import annotations

from pathlib import Path

from arena.annotations import AnnotationStatus, Answer, Place
from arena.episode.outcome import Outcome
from protocols import Revise
from tests.arena.results.figures.lines import Found, found_in
from tests.arena.results.stored import Ended

GROUP = "revise: dee"


def revised(*correct: bool | None) -> Ended:
    """Return an episode whose turns' answers were right, wrong, or none."""
    found = [
        Answer(
            "answer",
            None if right is None else "7",
            correct=None if right is None else float(right),
            status=AnnotationStatus.REFUSED if right is None else AnnotationStatus.OK,
            author="answerer",
            about=Place("answerer", step=turn),
            turn=turn,
        )
        for turn, right in enumerate(correct, start=1)
    ]
    return Ended(found=found)


async def revisions(folder: Path, *ended: Ended) -> Found:
    return await found_in(folder, *ended, protocol=Revise())


async def test_an_answer_stands_on_where_an_episode_ended_earlier(tmp_path: Path) -> None:
    found = await revisions(
        tmp_path, revised(True), revised(False, True), revised(False, False, True), revised(False, None, None)
    )
    assert found.shown("Accuracy after turn 1", GROUP) == (0.25, 4, 4)
    assert found.shown("Accuracy after turn 2", GROUP) == (round(2 / 3, 9), 3, 4)
    assert found.shown("Accuracy after turn 3", GROUP) == (1.0, 3, 4)
    assert "Accuracy after turn 4" not in found.names


async def test_what_was_kept_and_mended(tmp_path: Path) -> None:
    found = await revisions(
        tmp_path,
        *[revised(True, True)] * 3,
        revised(True, False),
        *[revised(False, True)] * 2,
        *[revised(False, False)] * 2,
        revised(None, True),
        revised(True, None),
    )
    assert found.shown("Confidence level (CL)", GROUP) == (0.75, 4, 6)
    assert found.shown("Critique score (CS)", GROUP) == (0.5, 4, 5)
    assert found.shown("Correct to wrong", GROUP) == (0.125, 8, 10)
    assert found.shown("Wrong to correct", GROUP) == (0.25, 8, 10)
    assert found.shown("Relative self-correction (RSS)", GROUP) == (0.75, 8, 10)


async def test_an_episode_that_broke_lowers_the_coverage(tmp_path: Path) -> None:
    found = await revisions(tmp_path, revised(True, True), Ended(Outcome.failed("it broke")))
    assert found.shown("Accuracy after turn 2", GROUP) == (1.0, 1, 2)
    assert found.shown("Accuracy after turn 2, undecided as wrong", GROUP) == (1.0, 1, 2)


async def test_answers_that_could_not_be_used_may_be_wrong(tmp_path: Path) -> None:
    """Of four, two are right after turn 2; one is mended, and one spoilt."""
    courses = (True, True), (False, None), (None, True), (True, None)
    found = await revisions(tmp_path, *(revised(*course) for course in courses))
    assert found.shown("Accuracy after turn 2", GROUP) == (1.0, 2, 4)
    assert found.shown("Accuracy after turn 1, undecided as wrong", GROUP) == (0.5, 4, 4)
    assert found.shown("Accuracy after turn 2, undecided as wrong", GROUP) == (0.5, 4, 4)
    assert found.shown("Wrong to correct, undecided as wrong", GROUP) == (0.25, 4, 4)
    assert found.shown("Correct to wrong, undecided as wrong", GROUP) == (0.25, 4, 4)


async def test_of_one_turn_nothing_becomes(tmp_path: Path) -> None:
    found = await revisions(tmp_path, revised(True), revised(False))
    turns = {line.name.partition(", ")[0] for line in found.lines if "turn" in line.name}
    assert turns == {"Accuracy after turn 1"}
