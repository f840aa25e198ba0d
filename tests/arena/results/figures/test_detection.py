"""Figures of errors found, of runs made by hand whose values are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from arena.episode.outcome import Ending, Outcome
from arena.results.columns import Columns
from protocols import FirstError, SneakyCritic
from tests.arena.results.columns.stored import Ended, columns_of
from tests.arena.results.figures.reading import line, lines_of, shown

GAME, ITEMS = "sneaky-critic: dee", "first-error: dee"


def played(said: str | None, wrong: bool | None, valid: bool | None = None, **more: Any) -> Ended:
    record = {
        "told": "leave" if wrong is False else "alter",
        "error_type": "calculation" if wrong is not False else None,
        "valid": True if wrong else valid,
        "shown_wrong": wrong,
        "said": said,
        "confidence": 0.8 if said else None,
        **more,
    }
    ending = Ending.COMPLETED if said or wrong is None else Ending.FAILED
    return Ended(Outcome(ending, {}, details={"detection": record}))


async def game(folder: Path) -> Columns:
    """Return three wrong steps, two of them judged; two right ones; three never shown; and one that broke."""
    return await columns_of(
        folder,
        played("incorrect", True),
        played("correct", True, error_type="operator"),
        played(None, True),
        played("correct", False),
        played("incorrect", False),
        played(None, None, valid=False),
        played(None, None, valid=None),
        played(None, None, valid=None, error_type=None),
        Ended(Outcome.failed("it broke")),
        protocol=SneakyCritic(),
    )


class TestGame:
    async def test_recall_and_accuracy_are_apart(self, tmp_path: Path) -> None:
        columns = await game(tmp_path)
        assert shown(columns, "Detection recall", GAME) == (0.5, 2, 3)
        assert shown(columns, "Correct-step accuracy", GAME) == (0.5, 2, 2)
        assert shown(columns, "Detection, harmonic mean", GAME) == (0.5, 4, 5)

    async def test_recall_by_type_and_by_opponent(self, tmp_path: Path) -> None:
        columns = await game(tmp_path)
        name = "Detection recall by type of error"
        assert shown(columns, name, f"{GAME}, calculation") == (1.0, 1, 2)
        assert shown(columns, name, f"{GAME}, operator") == (0.0, 1, 1)
        name = "Detection recall of one against another"
        assert shown(columns, name, f"{GAME} against dee") == (0.5, 2, 3)

    async def test_confidence_is_in_what_was_said(self, tmp_path: Path) -> None:
        found = shown(await game(tmp_path), "Brier score of critics", GAME)
        assert found == (round((2 * 0.04 + 2 * 0.64) / 4, 9), 4, 5)

    async def test_what_nothing_could_tell_is_not_valid_nor_invalid(self, tmp_path: Path) -> None:
        assert shown(await game(tmp_path), "Alterations that are wrong", GAME) == (0.75, 4, 6)


def solved(label: int | None, *said: str | None, steps: int = 3, found: int | None = None) -> Ended:
    record = {
        "steps": steps,
        "said": list(said),
        "confidences": [None] * len(said),
        "first_error": found,
    }
    return Ended(Outcome.completed({}, detection=record), f"item of {label}", truth=label)


C, W = "correct", "incorrect"


async def items(folder: Path) -> Columns:
    return await columns_of(
        folder,
        solved(1, C, W, found=1),
        solved(2, W, found=0),
        solved(1, None, W),
        solved(-1, C, C, C, found=-1),
        solved(None, C, W, found=1),
        protocol=FirstError(),
    )


class TestProcessBench:
    async def test_both_ways_to_count_what_was_not_answered(self, tmp_path: Path) -> None:
        columns = await items(tmp_path)
        assert shown(columns, "First error found", ITEMS) == (0.5, 2, 3)
        assert shown(columns, "No error claimed", ITEMS) == (1.0, 1, 1)
        assert shown(columns, "ProcessBench F1", ITEMS) == (0.666666667, 3, 4)
        assert shown(columns, "First error found, unanswered wrong", ITEMS) == (0.333333333, 3, 3)
        assert shown(columns, "ProcessBench F1, unanswered wrong", ITEMS) == (0.5, 4, 4)

    async def test_single_steps_go_up_to_the_first_error(self, tmp_path: Path) -> None:
        """1 + 2 + 1 + 3 steps are right: one was called wrong, one got no answer, one was not reached."""
        columns = await items(tmp_path)
        assert shown(columns, "Single steps: Detection recall", ITEMS) == (1.0, 2, 3)
        assert shown(columns, "Single steps: Correct-step accuracy", ITEMS) == (0.8, 5, 7)

    async def test_every_figure_says_how(self, tmp_path: Path) -> None:
        columns = await items(tmp_path)
        assert "exact index" in line(columns, "First error found", ITEMS).convention
        assert all(found.unit and found.convention for found in lines_of(columns))


async def test_without_such_episodes_there_is_nothing(tmp_path: Path) -> None:
    broke = await columns_of(tmp_path, Ended(Outcome.failed("it broke")), protocol=SneakyCritic())
    assert lines_of(broke) == []
