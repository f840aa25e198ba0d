"""Figures of errors found, of runs made by hand whose values are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from arena.annotations import Annotation, AnnotationStatus, Answer, Label, Place, Verdict
from arena.episode.outcome import Ending, Outcome
from protocols import FirstError, SneakyCritic
from tests.arena.results.figures.lines import Found, found_in
from tests.arena.results.stored import Ended, by_protocol

GAME, ITEMS = "sneaky-critic: dee", "first-error: dee"
REFUSED, UNKNOWN = AnnotationStatus.REFUSED, AnnotationStatus.UNKNOWN
STEPS = {"correct": "Correct", "incorrect": "Incorrect"}


def status(text: str | None, missing: AnnotationStatus = REFUSED) -> dict[str, Any]:
    return {"status": AnnotationStatus.OK if text else missing}


def played(
    said: str | None, wrong: bool | None, valid: bool | None = None, error_type: str | None = "calculation"
) -> Ended:
    """Return a game in which a wrong step, a right one or none (None) was shown."""
    valid = True if wrong else valid
    found: list[Annotation] = []
    if wrong is not False:
        found.append(Label("error_type", error_type, author="generator", **status(error_type)))
        text = {True: "yes", False: "no", None: None}[valid]
        if error_type:
            found.append(by_protocol(Label("valid", text, **status(text, UNKNOWN))))
    if wrong is not None:
        choice, truth = STEPS.get(said or ""), "Incorrect" if wrong else "Correct"
        correct = None if choice is None else float(choice == truth)
        told: dict[str, Any] = {"truth": truth, "correct": correct, "confidence": 0.8 if said else None}
        found.append(Verdict("step", choice, author="critic", about=Place(unit=0), **told, **status(choice)))
    ending = Ending.COMPLETED if said or wrong is None else Ending.FAILED
    return Ended(Outcome(ending, {}), found=found)


async def game(folder: Path) -> Found:
    """Return three wrong steps, two of them judged; two right ones; three never shown; and one that broke."""
    return await found_in(
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
        found = await game(tmp_path)
        assert found.shown("Detection recall", GAME) == (0.5, 2, 4)
        assert found.shown("Correct-step accuracy", GAME) == (0.5, 2, 3)
        assert found.shown("Detection, harmonic mean", GAME) == (0.5, 4, 6)

    async def test_recall_by_type_and_by_opponent(self, tmp_path: Path) -> None:
        found = await game(tmp_path)
        name = "Detection recall by type of error"
        assert found.shown(name, f"{GAME}, calculation") == (1.0, 1, 2)
        assert found.shown(name, f"{GAME}, operator") == (0.0, 1, 1)
        name = "Detection recall of one against another"
        assert found.shown(name, f"{GAME} against dee") == (0.5, 2, 3)

    async def test_confidence_is_in_what_was_said(self, tmp_path: Path) -> None:
        found = (await game(tmp_path)).shown("Brier score of critics", GAME)
        assert found == (round((2 * 0.04 + 2 * 0.64) / 4, 9), 4, 6)

    async def test_what_nothing_could_tell_is_not_valid_nor_invalid(self, tmp_path: Path) -> None:
        assert (await game(tmp_path)).shown("Alterations that are wrong", GAME) == (0.75, 4, 7)


def solved(label: int | None, *said: str | None, steps: int = 3, found: int | None = None) -> Ended:
    """Return a checked solution of which the critic said that of its first steps."""
    verdicts: list[Annotation] = []
    for place in range(steps):
        choice = STEPS.get(said[place] or "") if place < len(said) else None
        missing = REFUSED if place < len(said) else AnnotationStatus.NOT_ASKED
        about = Place(unit=place)
        verdicts.append(Verdict("step", choice, author="critic", about=about, **status(choice, missing)))
    text = None if found is None else str(found)
    verdicts.append(by_protocol(Answer("first_error", text, **status(text, UNKNOWN))))
    return Ended(task=f"item of {label}", truth=label, found=verdicts)


C, W = "correct", "incorrect"


async def items(folder: Path) -> Found:
    return await found_in(
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
        found = await items(tmp_path)
        assert found.shown("First error found", ITEMS) == (0.5, 2, 3)
        assert found.shown("No error claimed", ITEMS) == (1.0, 1, 1)
        assert found.shown("ProcessBench F1", ITEMS) == (0.666666667, 3, 4)
        assert found.shown("First error found, unanswered wrong", ITEMS) == (0.333333333, 3, 3)
        assert found.shown("ProcessBench F1, unanswered wrong", ITEMS) == (0.5, 4, 4)

    async def test_what_was_not_answered_is_drawn_for_the_interval(self, tmp_path: Path) -> None:
        """Half of 40 wrong solutions, and half of 40 right ones, are answered, all rightly: F1 is a half."""
        ended = [
            solved(truth, C, W if truth == 1 else C, found=truth if answered else None)
            for truth in (1, -1)
            for answered in (True, False)
            for _ in range(20)
        ]
        tasks = [one._replace(task=f"task {number}") for number, one in enumerate(ended)]
        found = await found_in(tmp_path, *tasks, protocol=FirstError())
        figure = found.line("ProcessBench F1, unanswered wrong", ITEMS).figure
        assert figure.value == 0.5
        assert figure.interval is not None
        assert 0.3 < figure.interval.low < 0.5 < figure.interval.high < 0.7

    async def test_single_steps_go_up_to_the_first_error(self, tmp_path: Path) -> None:
        """1 + 2 + 1 + 3 steps are right: one was called wrong, one got no answer, one was not reached."""
        found = await items(tmp_path)
        assert found.shown("Single steps: Detection recall", ITEMS) == (1.0, 2, 3)
        assert found.shown("Single steps: Correct-step accuracy", ITEMS) == (0.8, 5, 7)

    async def test_every_figure_says_how(self, tmp_path: Path) -> None:
        found = await items(tmp_path)
        assert "exact index" in found.line("First error found", ITEMS).convention
        assert all(line.unit and line.convention for line in found.lines)


async def test_without_such_episodes_there_is_nothing(tmp_path: Path) -> None:
    broke = await found_in(tmp_path, Ended(Outcome.failed("it broke")), protocol=SneakyCritic())
    assert broke.lines == []
