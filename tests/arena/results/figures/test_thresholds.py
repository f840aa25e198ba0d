"""A threshold is fitted on every second task by the hash of its name, and frozen on the others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from arena.annotations import Answer
from arena.episode.outcome import Outcome
from arena.results.figures._thresholds import f1_at, fit_threshold, fitted_on
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
