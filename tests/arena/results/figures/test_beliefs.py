"""What seats believed, of runs made by hand whose values are known."""

from __future__ import annotations

from pathlib import Path

from arena.episode.outcome import Ending, Outcome
from arena.results.columns import Columns
from tests.arena.results.columns.stored import RIGHT, WRONG, Ended, belief, bets, columns_of, debated, details
from tests.arena.results.figures.reading import line, lines_of, shown


async def two(folder: Path) -> Columns:
    """Return two debates over two rounds, with a refusal, and one that broke after the first round."""
    broken = details(None, beliefs=bets((0.5, 0.5), (0.5, 0.5))) | {"verdict": None, "verdicts": []}
    return await columns_of(
        folder,
        debated(RIGHT, beliefs=bets((0.5, 0.6), (0.6, 0.7), (0.75, 0.75)), task="one"),
        debated(WRONG, beliefs=bets((0.5, 0.5), (0.5, None), (0.8, None)), task="two"),
        Ended(Outcome(Ending.FAILED, {}, ("judge",), "gone", broken), "two"),
    )


class TestDebaters:
    async def test_confidence_is_told_at_every_place(self, tmp_path: Path) -> None:
        columns = await two(tmp_path)
        assert shown(columns, "Confidence before the first turn") == (round(3.1 / 6, 9), 6, 6)
        assert shown(columns, "Confidence after round 1") == (round(2.8 / 5, 9), 5, 6)
        assert shown(columns, "Confidence after round 2") == (round(2.3 / 3, 9), 3, 6)

    async def test_escalation_is_of_those_who_bet_first_and_last(self, tmp_path: Path) -> None:
        columns = await two(tmp_path)
        assert shown(columns, "Escalation of confidence") == (round((0.25 + 0.15 + 0.3) / 3, 9), 3, 6)
        assert (
            "before the first turn to after round 2" in line(columns, "Escalation of confidence").convention
        )

    async def test_both_sides_sure_is_told_with_75_and_above_75(self, tmp_path: Path) -> None:
        columns = await two(tmp_path)
        assert shown(columns, "Both at least 0.75") == (1.0, 1, 3)
        assert shown(columns, "Both above 0.75") == (0.0, 1, 3)
        assert shown(columns, "Sum above 1") == (1.0, 1, 3)

    async def test_sides_that_defend_the_same_are_not_opposed(self, tmp_path: Path) -> None:
        """Both may well win, so that two sure bets contradict nothing."""
        same = {"debater_a": RIGHT, "debater_b": RIGHT}
        columns = await columns_of(tmp_path, debated(RIGHT, beliefs=bets((0.9, 0.9)), defended=same))
        assert not any(found.name.startswith(("Both", "Sum")) for found in lines_of(columns))

    async def test_the_last_bets_are_held_against_the_verdict(self, tmp_path: Path) -> None:
        columns = await two(tmp_path)
        expected = ((0.75 - 1) ** 2 + 0.75**2 + 0.8**2) / 3
        assert shown(columns, "Brier score of debaters") == (round(expected, 9), 3, 4)

    async def test_ways_of_asking_are_never_mixed(self, tmp_path: Path) -> None:
        said = belief("debater_a", "before", 0, 0.9)
        columns = await columns_of(
            tmp_path,
            debated(RIGHT, beliefs=[said, belief("debater_b", "before", 0, 0.1, method="vote-share")]),
        )
        found = [one for one in lines_of(columns) if one.name == "Confidence before the first turn"]
        assert [(one.figure.value, one.figure.of) for one in found] == [(0.9, 1), (0.1, 1)]
        assert ["verbalised-100" in found[0].convention, "vote-share" in found[1].convention] == [True, True]


class TestJudges:
    async def test_change_their_belief_towards_the_truth(self, tmp_path: Path) -> None:
        held = [
            belief("judge", moment, number, probability, kind="right", about=WRONG)
            for moment, number, probability in (("before", 0, 0.5), ("round", 1, 0.9), ("after", 1, 0.25))
        ]
        columns = await columns_of(tmp_path, debated(RIGHT, beliefs=held))
        assert shown(columns, "Belief change of judges") == (0.25, 1, 1)
        assert shown(columns, "Absolute belief change of judges") == (0.25, 1, 1)
        told = line(columns, "Belief change of judges").convention
        assert "before the first turn to after the verdict" in told
