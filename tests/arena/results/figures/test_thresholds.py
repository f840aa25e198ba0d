"""A threshold is fitted on every second task by the hash of its name, and frozen on the others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from arena.annotations import AnnotationStatus, Answer, Score
from arena.episode.outcome import Outcome
from arena.results.figures._thresholds import fitted_on
from arena.results.metrics import f1_at, fit_threshold
from tests.arena.results.figures.lines import Found, found_in
from tests.arena.results.stored import Ended

TASKS = [f"task {number}" for number in range(16)]
GROUP = "debate: judge, answer"


def answered(task: str, confidence: float, right: bool) -> Ended:
    answer = Answer("answer", "7", correct=float(right), confidence=confidence, author="judge")
    return Ended(task=task, found=[answer])


async def sixteen(folder: Path, *more: Ended) -> Found:
    """Return answers that are right from .5 in the fitted tasks, and from .8 in the others but for one."""
    fitted = fitted_on(TASKS)
    ended = []
    for half, right_from in ((sorted(fitted), 0.5), (sorted(set(TASKS) - fitted), 0.8)):
        for task, confidence in zip(half, (0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.8, 0.9), strict=True):
            ended.append(answered(task, confidence, confidence >= right_from))
    return await found_in(folder, *ended, *more)


def test_half_of_the_tasks_are_fitted_on_whatever_their_order() -> None:
    assert len(fitted_on(TASKS)) == 8
    assert fitted_on(TASKS) == fitted_on(TASKS[::-1] * 2)


def test_f1_is_that_of_the_counts() -> None:
    """Of four at .5 or above three are right, and one below is right: 2 x 3 / (6 + 1 + 1)."""
    values = np.array([0.5, 0.6, 0.7, 0.8, 0.4, 0.1, np.nan])
    found = f1_at(values, np.array([1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0]), 0.5)
    assert (found.value, found.n, found.of) == (0.75, 6, 7)


def test_the_fit_is_the_best_of_all_thresholds() -> None:
    """The oracle tries each value itself as a threshold, as F1 changes nowhere else."""
    rng = np.random.default_rng(5)
    values = rng.integers(101, size=60) / 100
    true = (rng.random(60) < values).astype(np.float64)
    scores = []
    for threshold in values:
        hits = float(((values >= threshold) & (true == 1)).sum())
        precision, recall = hits / (values >= threshold).sum(), hits / true.sum()
        scores.append(2 * precision * recall / (precision + recall) if hits else 0.0)
    fitted = fit_threshold(values, true)
    assert fitted is not None
    assert fitted.f1 == pytest.approx(max(scores))


def test_the_hand_example_of_objexmt() -> None:
    """At .31 of the five at or above it three are right of three, with one more: F1 = 6 / 7."""
    fitted = fit_threshold([0.9, 0.7, 0.65, 0.5, 0.3], [1, 1, 0, 1, 0])
    assert fitted is not None
    assert (fitted.lowest, fitted.highest, fitted.ties) == (0.31, 0.5, 20)
    assert fitted.f1 == pytest.approx(6 / 7)


def test_there_is_none_where_everything_is_right() -> None:
    assert fit_threshold(np.array([0.1, 0.9]), np.ones(2)) is None


async def test_is_frozen_on_the_other_half(tmp_path: Path) -> None:
    """It is right from .41 to .5 on the fitted half; on the others .5 and .7 are wrong, .8 and .9 right."""
    found = await sixteen(tmp_path)
    assert found.shown("Threshold", GROUP) == (0.41, 8, 8)
    assert "10 tie, up to 0.5" in found.line("Threshold", GROUP).convention
    assert found.shown("F1 at the frozen threshold", GROUP) == (round(4 / 6, 9), 8, 8)
    assert found.shown("Accuracy at the frozen threshold", GROUP) == (0.75, 8, 8)


async def test_broken_episodes_lower_the_coverage(tmp_path: Path) -> None:
    broke = [Ended(Outcome.failed("it broke"), task) for task in TASKS]
    found = await sixteen(tmp_path, *broke)
    assert found.shown("Threshold", GROUP) == (0.41, 8, 16)
    assert found.shown("F1 at the frozen threshold", GROUP) == (round(4 / 6, 9), 8, 16)


async def test_few_tasks_have_no_threshold(tmp_path: Path) -> None:
    found = await found_in(tmp_path, answered("one", 0.9, True), answered("two", 0.1, False))
    assert "Threshold" not in found.names


SCORED = [(0.9, 1), (0.7, 1), (0.65, 0), (0.5, 1), (0.3, 0)]
"""The scores and gold labels of the hand example."""


def scored(task: str, value: float | None, gold: int | None = None, scale: float = 1.0) -> Ended:
    status = AnnotationStatus.REFUSED if value is None else AnnotationStatus.OK
    number = None if value is None else scale * value
    score = Score("similarity", number, truth=gold, author="judge", status=status, low=0, high=scale)
    return Ended(task=task, found=[score])


class TestScores:
    async def test_of_tasks_with_gold_labels_fit_the_others(self, tmp_path: Path) -> None:
        """At .31 of the tasks without labels two of three are at or above it, and one is missing."""
        labelled = [scored(f"{copy}, {place}", *one) for copy in (1, 2) for place, one in enumerate(SCORED)]
        others = [scored(name, value) for name, value in zip("abcd", (0.31, 0.9, 0.3, None), strict=True)]
        found = await found_in(tmp_path, *labelled, *others)
        group = "debate: judge, similarity"
        assert found.shown("Threshold", group) == (0.31, 10, 10)
        convention = found.line("Threshold", group).convention
        assert convention == (
            "lowest of the grid 0, 0.01 .. 1 with the best F1, 0.857, on the tasks with gold labels; "
            "20 tie, up to 0.5"
        )
        assert found.shown("At or above the frozen threshold", group) == (round(2 / 3, 9), 3, 4)
        assert found.shown("At or above the frozen threshold, missing as below", group) == (0.5, 4, 4)

    async def test_that_all_have_gold_labels_are_fitted_on_half_and_on_their_own_scale(
        self, tmp_path: Path
    ) -> None:
        numbers = {task: number % 10 for number, task in enumerate(TASKS)}
        ended = [scored(task, number / 10, int(number > 4), 100) for task, number in numbers.items()]
        found = await found_in(tmp_path, *ended)
        wrong = [numbers[task] for task in fitted_on(TASKS) if numbers[task] <= 4]
        (line,) = [line for line in found.lines if line.name == "Threshold"]
        assert line.figure.value == 10 * max(wrong) + 1
        assert "of the grid 0, 1 .. 100 " in line.convention
        assert "F1 at the frozen threshold" in found.names
