"""Figures of verdicts, of runs made by hand whose values are known."""

from __future__ import annotations

from pathlib import Path

from arena.episode.outcome import Outcome
from tests.arena.results.figures.lines import Found, found_in
from tests.arena.results.stored import ANSWERS, RIGHT, WRONG, Ended, ask, debated

DECISION, JUDGE = "debate: decision", "debate: judge, verdict"


async def four(folder: Path) -> Found:
    """Return two right verdicts, a wrong one, one undecided, and an episode that broke; on two tasks."""
    return await found_in(
        folder,
        debated(RIGHT, 0.9, task="one"),
        debated(RIGHT, 0.6, task="two"),
        debated(WRONG, 0.8, task="two"),
        debated(None, asks=[ask(RIGHT), ask(WRONG, ANSWERS[::-1])], task="one"),
        Ended(Outcome.failed("it broke"), "two"),
    )


class TestAccuracy:
    async def test_undecided_is_missing_in_one_line_and_wrong_in_the_other(self, tmp_path: Path) -> None:
        found = await four(tmp_path)
        assert found.shown("Accuracy", DECISION) == (0.666666667, 3, 5)
        assert found.shown("Accuracy, undecided as wrong", DECISION) == (0.5, 4, 5)

    async def test_single_verdicts_are_counted_apart(self, tmp_path: Path) -> None:
        """Two for the right answer twice, one for the wrong one twice, one of each, and none in the last."""
        assert (await four(tmp_path)).shown("Accuracy", JUDGE) == (0.625, 8, 10)

    async def test_of_few_tasks_there_is_no_interval_and_the_reason(self, tmp_path: Path) -> None:
        line = (await four(tmp_path)).line("Accuracy", DECISION)
        assert line.figure.interval is None
        assert line.no_interval == "2 tasks, fewer than 8"
        assert line.record()["no_interval"] == line.no_interval

    async def test_intervals_draw_tasks(self, tmp_path: Path) -> None:
        ended = [debated(RIGHT if task % 2 else WRONG, task=f"task {task}") for task in range(8)]
        interval = (await found_in(tmp_path, *ended)).line("Accuracy", DECISION).figure.interval
        assert interval is not None
        assert 0 < interval.low < 0.5 < interval.high < 1

    async def test_tasks_whose_truth_is_unknown_do_not_belong(self, tmp_path: Path) -> None:
        unknown = debated(None, asks=[], task="two")._replace(truth=None)
        assert (await found_in(tmp_path, debated(RIGHT), unknown)).shown("Accuracy", DECISION) == (1.0, 1, 1)

    async def test_is_told_by_category(self, tmp_path: Path) -> None:
        law, art = {"category": "law"}, {"category": "art"}
        ended = [debated(RIGHT)._replace(data=law), debated(WRONG, task="two")._replace(data=art)]
        found = await found_in(tmp_path, *ended)
        assert found.shown("Accuracy by category", f"{DECISION}, law") == (1.0, 1, 1)
        assert found.shown("Accuracy by category", f"{DECISION}, art") == (0.0, 1, 1)


class TestCalibration:
    async def test_is_of_the_confidence_in_the_choice(self, tmp_path: Path) -> None:
        found = await four(tmp_path)
        assert found.shown("Brier score", DECISION) == (round((0.01 + 0.16 + 0.64) / 3, 9), 3, 5)
        expected = round((0.1 + 0.4 + 0.8) / 3, 9)
        assert found.shown("Expected calibration error", DECISION) == (expected, 3, 5)
        assert found.shown("Overconfidence", DECISION) == (0.1, 3, 5)

    async def test_log_score_is_finite_and_says_how_it_is_clipped(self, tmp_path: Path) -> None:
        found = await found_in(tmp_path, debated(WRONG, 1.0))
        assert found.shown("Log score", DECISION) == (4.605170186, 1, 1)
        assert "clipped to [0.01, 0.99]" in found.line("Log score", DECISION).convention

    async def test_selective_figures(self, tmp_path: Path) -> None:
        found = await four(tmp_path)
        assert found.shown("AURC", DECISION) == (round((0 + 1 / 2 + 1 / 3) / 3, 9), 3, 5)
        trapezoid = (0 + 1 / 2 + 1 / 3) / 3 - (0 + 1 / 3) / 6
        assert found.shown("AURC, trapezoid", DECISION) == (round(trapezoid, 9), 3, 5)
        assert found.shown("AUROC", DECISION) == (0.5, 3, 5)
        assert found.shown("Wrong@0.8", DECISION) == (0.5, 2, 4)
        assert found.shown("Wrong@0.9", DECISION) == (0.0, 1, 3)

    async def test_is_left_out_where_no_judge_told_any(self, tmp_path: Path) -> None:
        found = await found_in(tmp_path, debated(RIGHT))
        assert "Brier score" not in found.names
        assert "Accuracy" in found.names


async def test_every_figure_says_what_it_counts_and_how(tmp_path: Path) -> None:
    for line in (await four(tmp_path)).lines:
        assert line.unit
        assert line.convention
        assert line.record().keys() >= {"n", "of", "coverage", "low", "high", "convention", "unit"}


async def test_without_annotations_there_are_no_figures(tmp_path: Path) -> None:
    assert (await found_in(tmp_path, Ended())).lines == []
