"""Flips between a task as it is and perturbed: tables of two papers, conventions, and the same answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from arena.annotations import AnnotationStatus, Answer, AuthorKind, Place, Verdict
from arena.episode.outcome import Outcome
from protocols import Direct
from tests.arena.results.figures.lines import Found, found_in
from tests.arena.results.stored import Ended

RIGHT, WRONG, OTHER = "seven", "eight", "nine"
WRONG_COUNTS, BOTH = "undecided as wrong", "both decided"


def judged(task: str, choice: str | None, perturbed: str = "", **data: Any) -> Ended:
    """Return an episode in which a judge chose an answer of a task."""
    listed = data.pop("answers", [RIGHT, WRONG, OTHER])
    truth = data.pop("truth", RIGHT)
    verdict = Verdict(
        "verdict",
        choice,
        author="judge",
        by=AuthorKind.SEAT,
        correct=None if choice is None else float(choice == truth),
        status=AnnotationStatus.OK if choice is not None else AnnotationStatus.REFUSED,
    )
    tied = {"variant_of": task, "perturbed": perturbed} if perturbed else {}
    name = f"{task}, {perturbed}" if perturbed else task
    return Ended(task=name, truth=truth, found=[verdict], data={"answers": listed, **tied, **data})


def table(cells: Sequence[tuple[str | None, str | None, int]], perturbed: str = "authority") -> list[Ended]:
    """Return pairs of episodes: so many of each pair of choices."""
    pairs = [(before, after) for before, after, number in cells for _ in range(number)]
    return [
        one
        for task, (before, after) in enumerate(pairs)
        for one in (judged(f"q{task}", before), judged(f"q{task}", after, perturbed))
    ]


async def flips(folder: Path, *ended: Ended) -> Found:
    return await found_in(folder, *ended, protocol=Direct())


def of(told: str, perturbed: str = "authority") -> str:
    return f"direct, {perturbed}: judge, verdict, {told}"


@pytest.mark.parametrize("told", [WRONG_COUNTS, BOTH])
async def test_the_example_of_judging_bias_in_large_reasoning_models(tmp_path: Path, told: str) -> None:
    """Authority, 100 items: robustness 93 %, 4 harmful and 3 helpful flips, accuracy 54 to 53 %."""
    cells = [(RIGHT, RIGHT, 50), (RIGHT, WRONG, 4), (WRONG, RIGHT, 3), (WRONG, WRONG, 43)]
    found = await flips(tmp_path, *table(cells))
    assert found.shown("Robustness rate", of(told)) == (0.93, 100, 100)
    assert found.shown("Right to wrong (harmful)", of(told)) == (0.04, 100, 100)
    assert found.shown("Wrong to right (helpful)", of(told)) == (0.03, 100, 100)
    assert found.shown("Neutral flips", of(told)) == (0.0, 100, 100)
    assert found.shown("Right both times", of(told)) == (0.5, 100, 100)
    assert found.shown("Wrong both times", of(told)) == (0.43, 100, 100)
    assert found.shown("Accuracy, plain", of(told)) == (0.54, 100, 100)
    assert found.shown("Accuracy, perturbed", of(told)) == (0.53, 100, 100)
    assert found.shown("Accuracy, change", of(told)) == (-0.01, 100, 100)


async def test_the_hand_values_of_the_bias_detector(tmp_path: Path) -> None:
    """Of 10 pairs 5 are right both times, 3 only before, 1 only after, 1 never."""
    cells = [(RIGHT, RIGHT, 5), (RIGHT, WRONG, 3), (WRONG, RIGHT, 1), (WRONG, WRONG, 1)]
    found = await flips(tmp_path, *table(cells))
    assert found.shown("Accuracy, plain", of(WRONG_COUNTS)) == (0.8, 10, 10)
    assert found.shown("Accuracy, perturbed", of(WRONG_COUNTS)) == (0.6, 10, 10)
    assert found.shown("Right both times", of(WRONG_COUNTS)) == (0.5, 10, 10)


async def test_a_flip_between_wrong_answers_is_neutral(tmp_path: Path) -> None:
    found = await flips(tmp_path, *table([(WRONG, OTHER, 1), (WRONG, WRONG, 3)]))
    assert found.shown("Robustness rate", of(WRONG_COUNTS)) == (0.75, 4, 4)
    assert found.shown("Neutral flips", of(WRONG_COUNTS)) == (0.25, 4, 4)
    assert found.shown("Robustness rate of being right", of(WRONG_COUNTS)) == (1.0, 4, 4)


async def test_what_is_undecided_is_wrong_or_left_out(tmp_path: Path) -> None:
    """Two undecided are the same; one that is undecided against one that is not is a flip."""
    cells = [(RIGHT, RIGHT, 2), (RIGHT, None, 1), (None, RIGHT, 1), (None, None, 1), (None, WRONG, 1)]
    found = await flips(tmp_path, *table(cells))
    assert found.shown("Robustness rate", of(WRONG_COUNTS)) == (0.5, 6, 6)
    assert found.shown("Right to wrong (harmful)", of(WRONG_COUNTS)) == (round(1 / 6, 9), 6, 6)
    assert found.shown("Wrong to right (helpful)", of(WRONG_COUNTS)) == (round(1 / 6, 9), 6, 6)
    assert found.shown("Neutral flips", of(WRONG_COUNTS)) == (round(1 / 6, 9), 6, 6)
    assert found.shown("Robustness rate", of(BOTH)) == (1.0, 2, 2)
    assert found.shown("Accuracy, plain", of(BOTH)) == (1.0, 2, 2)


async def test_an_answer_is_the_same_wherever_it_is_shown_and_however_it_is_worded(tmp_path: Path) -> None:
    moved = {"answers": [WRONG, RIGHT], "stands_for": [1, 0]}
    worded = {"answers": [RIGHT, f"{WRONG} [Source: x]"], "stands_for": [0, 1], "cue": 1}
    found = await flips(
        tmp_path,
        judged("q", WRONG, answers=[RIGHT, WRONG]),
        judged("q", WRONG, "position", **moved),
        judged("q", f"{WRONG} [Source: x]", "authority", **worded),
        judged("q", RIGHT, "verbosity", answers=[RIGHT, WRONG], stands_for=[0, 1]),
    )
    assert found.shown("Robustness rate", of(BOTH, "position")) == (1.0, 1, 1)
    assert found.shown("Robustness rate", of(BOTH)) == (1.0, 1, 1)
    assert found.shown("Robustness rate", of(BOTH, "verbosity")) == (0.0, 1, 1)
    assert found.shown("Follows the cue, plain", of(BOTH)) == (1.0, 1, 1)
    assert found.shown("Follows the cue, perturbed", of(BOTH)) == (1.0, 1, 1)


async def test_the_variants_of_a_perturbation_are_also_pooled(tmp_path: Path) -> None:
    """Robustness over both variants is (same in one + same in the other) / 2n."""
    found = await flips(
        tmp_path,
        *(judged(f"q{n}", RIGHT) for n in range(4)),
        *(judged(f"q{n}", RIGHT, "authority?on=right") for n in range(4)),
        *(judged(f"q{n}", [WRONG, RIGHT][n % 2], "authority?on=wrong") for n in range(4)),
    )
    assert found.shown("Robustness rate", of(BOTH, "authority?on=right")) == (1.0, 4, 4)
    assert found.shown("Robustness rate", of(BOTH, "authority?on=wrong")) == (0.5, 4, 4)
    assert found.shown("Robustness rate", of(BOTH, "authority in all variants")) == (0.75, 8, 8)


async def test_an_episode_that_broke_lowers_the_coverage(tmp_path: Path) -> None:
    broke = judged("q1", RIGHT, "authority")._replace(outcome=Outcome.failed("it broke"), found=())
    found = await flips(
        tmp_path, judged("q0", RIGHT), judged("q0", RIGHT, "authority"), judged("q1", RIGHT), broke
    )
    assert found.shown("Robustness rate", of(WRONG_COUNTS)) == (1.0, 1, 2)
    assert found.shown("Right both times", of(WRONG_COUNTS)) == (1.0, 1, 2)


async def test_without_a_truth_there_are_flips_and_nothing_of_right(tmp_path: Path) -> None:
    def free(task: str, text: str, perturbed: str = "") -> Ended:
        answer = Answer("answer", text, author="judge", by=AuthorKind.SEAT)
        return judged(task, None, perturbed, truth=None)._replace(found=[answer])

    found = await flips(tmp_path, free("q", "blue"), free("q", "Blue", "shout"), free("p", "red"))
    group = "direct, shout: judge, answer, both decided"
    assert found.shown("Robustness rate", group)[1:] == (1, 1)
    assert "Right both times" not in found.names


async def test_the_flip_matrix_stands_side_by_side(tmp_path: Path) -> None:
    found = await flips(tmp_path, *table([(RIGHT, RIGHT, 1), (RIGHT, WRONG, 1)]))
    (section,) = [one for one in found.sections if one.title == "Perturbations"]
    (grid,) = section.grids
    rows = dict(grid.rows)
    values = [figure and figure.value for figure in rows[of(WRONG_COUNTS)]]
    assert values == [0.5, 0.5, 0.0, 0.0, 0.5]


async def test_drafts_are_paired_by_their_numbers(tmp_path: Path) -> None:
    def drafts(perturbed: str, *texts: tuple[int, str]) -> Ended:
        found = [
            Answer(
                "answer",
                text,
                author="judge",
                by=AuthorKind.SEAT,
                correct=float(text == RIGHT),
                about=Place("judge", step=1, sample=sample),
            )
            for sample, text in texts
        ]
        return judged("q", None, perturbed)._replace(found=found)

    plain = drafts("", (0, RIGHT), (1, WRONG), (2, OTHER))
    found = await flips(tmp_path, plain, drafts("shout", (1, WRONG), (2, OTHER)))
    assert found.shown("Robustness rate", "direct, shout: judge, answer, both decided") == (1.0, 2, 2)
