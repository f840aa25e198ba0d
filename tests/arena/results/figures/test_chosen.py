"""Whether one of the samples is right, whether the score chooses it, and what is kept, by examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from arena.annotations import Answer, Label, Place, Score
from tests.arena.results.figures.lines import found_in
from tests.arena.results.figures.worlds import sampled
from tests.arena.results.stored import Ended

GROUP = "debate: judge, answer, by judge, score"


async def test_what_is_right_and_what_the_reward_puts_first(tmp_path: Path) -> None:
    """MSTaR's example: a hit, a miss by the reward, and none right: Pass@4 2/3, Reward-Pass@2 1/3."""
    found = await found_in(
        tmp_path,
        sampled((0.9, False), (0.8, True), (0.1, True), (0.0, False), task="one"),
        sampled((0.9, False), (0.8, False), (0.7, True), (0.1, False), task="two"),
        sampled((0.9, False), (0.8, False), (0.7, False), (0.1, False), task="three"),
    )
    third = round(1 / 3, 9)
    assert found.shown("Any sample right (Pass@K)", GROUP) == (round(2 / 3, 9), 3, 3)
    assert found.shown("One of the best two right", GROUP) == (third, 3, 3)
    assert found.shown("Best sample right", GROUP) == (0.0, 3, 3)
    assert found.shown("Best two both right", GROUP) == (0.0, 3, 3)


async def test_of_equal_scores_the_first_sample_is_taken(tmp_path: Path) -> None:
    found = await found_in(
        tmp_path,
        sampled((0.5, True), (0.5, False), task="one"),
        sampled((0.5, False), (0.5, True), task="two"),
    )
    assert found.shown("Best sample right", GROUP) == (0.5, 2, 2)


async def test_the_balance_score_is_of_turns_that_keep_one(tmp_path: Path) -> None:
    """B-STaR's example: 10 kept and 8 right, 4 and 4, 4 and 2, none: (0.8 + 0.5 + 0.125) / 3."""
    right, wrong, bad = (0.9, True), (0.8, False), (0.1, False)
    found = await found_in(
        tmp_path,
        sampled(*[right] * 8, *[wrong] * 2, task="one"),
        sampled(*[right] * 4, bad, task="two"),
        sampled(*[right] * 2, *[wrong] * 2, task="three"),
        sampled(bad, bad, task="four"),
    )
    assert found.shown("Balance score", "debate: judge, answer") == (0.475, 3, 4)


async def test_scores_of_whole_turns_choose_no_sample(tmp_path: Path) -> None:
    """An answer with a score and a label of its turn, which has no samples, has no balance score."""
    told: dict[str, Any] = {"about": Place("judge", 0), "author": "judge"}
    found = [
        Answer("answer", "7", correct=1.0, **told),
        Score("score", 0.5, **told),
        Label("kept", "yes", **told),
    ]
    shown = await found_in(tmp_path, Ended(task="one", found=found))
    assert "Mean score" in shown.names
    assert not {"Balance score", "Best sample right"} & shown.names
