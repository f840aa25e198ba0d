"""Figures of verdicts, of runs made by hand whose values are known."""

from __future__ import annotations

from pathlib import Path

from arena.episode.outcome import Outcome
from arena.results.columns import Columns
from tests.arena.results.columns.stored import ANSWERS, RIGHT, WRONG, Ended, ask, columns_of, debated
from tests.arena.results.figures.reading import line, lines_of, shown


async def four(folder: Path) -> Columns:
    """Return two right verdicts, a wrong one, one undecided, and an episode that broke; on two tasks."""
    return await columns_of(
        folder,
        debated(RIGHT, 0.9, task="one"),
        debated(RIGHT, 0.6, task="two"),
        debated(WRONG, 0.8, task="two"),
        debated(None, asks=[ask(RIGHT), ask(WRONG, ANSWERS[::-1])], task="one"),
        Ended(Outcome.failed("it broke"), "two"),
    )


class TestAccuracy:
    async def test_rests_on_what_was_decided_of_all_episodes(self, tmp_path: Path) -> None:
        assert shown(await four(tmp_path), "Accuracy") == (0.666666667, 3, 5)

    async def test_single_verdicts_are_counted_apart(self, tmp_path: Path) -> None:
        """Two verdicts for the right answer twice, one for the wrong one twice, and one of each."""
        assert shown(await four(tmp_path), "Accuracy of single verdicts") == (0.625, 8, 8)

    async def test_intervals_draw_tasks(self, tmp_path: Path) -> None:
        found = line(await four(tmp_path), "Accuracy").figure.interval
        assert found is not None
        assert (found.low, found.high) == (0.5, 1.0)

    async def test_one_task_makes_no_interval(self, tmp_path: Path) -> None:
        columns = await columns_of(tmp_path, debated(RIGHT), debated(WRONG))
        assert line(columns, "Accuracy").figure.interval is None

    async def test_tasks_whose_truth_is_unknown_do_not_belong(self, tmp_path: Path) -> None:
        columns = await columns_of(tmp_path, debated(RIGHT), debated(RIGHT, task="two")._replace(truth=None))
        assert shown(columns, "Accuracy") == (1.0, 1, 1)


class TestCalibration:
    async def test_is_of_the_confidence_in_the_choice(self, tmp_path: Path) -> None:
        columns = await four(tmp_path)
        assert shown(columns, "Brier score") == (round((0.01 + 0.16 + 0.64) / 3, 9), 3, 5)
        assert shown(columns, "Expected calibration error") == (round((0.1 + 0.4 + 0.8) / 3, 9), 3, 5)
        assert shown(columns, "Overconfidence") == (0.1, 3, 5)

    async def test_log_score_is_finite_and_says_how_it_is_clipped(self, tmp_path: Path) -> None:
        columns = await columns_of(tmp_path, debated(WRONG, 1.0))
        assert shown(columns, "Log score") == (4.605170186, 1, 1)
        assert "clipped to [0.01, 0.99]" in line(columns, "Log score").convention

    async def test_selective_figures(self, tmp_path: Path) -> None:
        columns = await four(tmp_path)
        assert shown(columns, "AURC") == (round((0 + 1 / 2 + 1 / 3) / 3, 9), 3, 5)
        assert shown(columns, "AUROC") == (0.5, 3, 5)
        assert shown(columns, "Wrong@0.8") == (0.5, 2, 4)
        assert shown(columns, "Wrong@0.9") == (0.0, 1, 3)

    async def test_is_left_out_where_no_judge_told_any(self, tmp_path: Path) -> None:
        columns = await columns_of(tmp_path, debated(RIGHT))
        names = {found.name for found in lines_of(columns)}
        assert "Brier score" not in names
        assert "Accuracy" in names


async def test_every_figure_says_what_it_counts_and_how(tmp_path: Path) -> None:
    for found in lines_of(await four(tmp_path)):
        assert found.unit
        assert found.convention
        assert found.record().keys() >= {"n", "of", "coverage", "low", "high", "convention", "unit"}


def test_without_rows_there_are_no_figures() -> None:
    assert lines_of(Columns()) == []
