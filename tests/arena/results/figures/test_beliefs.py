"""What seats believed, of runs made by hand whose values are known."""

from __future__ import annotations

from pathlib import Path

from arena.episode.outcome import Outcome
from tests.arena.results.figures.lines import Found, found_in
from tests.arena.results.stored import RIGHT, WRONG, Ended, belief, bets, debated, defends


async def two(folder: Path) -> Found:
    """Return two debates over two rounds, with a refusal, and one that broke after the first round."""
    broken = [*defends(), *bets((0.5, 0.5), (0.5, 0.5))]
    return await found_in(
        folder,
        debated(RIGHT, beliefs=bets((0.5, 0.6), (0.6, 0.7), (0.75, 0.75)), task="one"),
        debated(WRONG, beliefs=bets((0.5, 0.5), (0.5, None), (0.8, None)), task="two"),
        Ended(Outcome.failed("gone"), "two", found=broken),
    )


class TestDebaters:
    async def test_confidence_is_told_at_every_place(self, tmp_path: Path) -> None:
        found = await two(tmp_path)
        assert found.shown("Confidence before the first turn") == (round(3.1 / 6, 9), 6, 6)
        assert found.shown("Confidence after round 1") == (round(2.8 / 5, 9), 5, 6)
        assert found.shown("Confidence after round 2") == (round(2.3 / 3, 9), 3, 6)

    async def test_escalation_is_of_those_who_bet_first_and_last(self, tmp_path: Path) -> None:
        found = await two(tmp_path)
        assert found.shown("Escalation of confidence") == (round((0.25 + 0.15 + 0.3) / 3, 9), 3, 6)

    async def test_debates_of_unequal_length_use_each_ones_own_last_belief(self, tmp_path: Path) -> None:
        """The first ends after a round, as its debaters agree; the second goes on."""
        found = await found_in(
            tmp_path,
            debated(RIGHT, beliefs=bets((0.5, 0.5), (0.9, 0.7)), task="one"),
            debated(RIGHT, beliefs=bets((0.5, 0.5), (0.6, 0.6), (0.8, 0.4)), task="two"),
        )
        assert found.shown("Last confidence") == (0.7, 4, 4)
        assert found.shown("Escalation of confidence") == (0.2, 4, 4)
        assert found.shown("Brier score of debaters")[1:] == (4, 4)

    async def test_both_sides_sure_is_told_with_75_and_above_75(self, tmp_path: Path) -> None:
        found = await two(tmp_path)
        assert found.shown("Both at least 0.75") == (1.0, 1, 3)
        assert found.shown("Both above 0.75") == (0.0, 1, 3)
        assert found.shown("Sum above 1") == (1.0, 1, 3)

    async def test_sides_that_defend_the_same_are_not_opposed(self, tmp_path: Path) -> None:
        """Both may well win, so that two sure bets contradict nothing."""
        same = {"debater_a": RIGHT, "debater_b": RIGHT}
        found = await found_in(tmp_path, debated(RIGHT, beliefs=bets((0.9, 0.9)), defended=same))
        assert not any(line.name.startswith(("Both", "Sum")) for line in found.lines)

    async def test_the_last_bets_are_held_against_the_verdict(self, tmp_path: Path) -> None:
        found = await two(tmp_path)
        expected = ((0.75 - 1) ** 2 + 0.75**2 + 0.8**2) / 3
        assert found.shown("Brier score of debaters") == (round(expected, 9), 3, 6)

    async def test_ways_of_asking_are_never_mixed(self, tmp_path: Path) -> None:
        said = belief("debater_a", "before", None, 0.9)
        found = await found_in(
            tmp_path,
            debated(RIGHT, beliefs=[said, belief("debater_b", "before", None, 0.1, method="vote-share")]),
        )
        told = [one for one in found.lines if one.name == "Confidence before the first turn"]
        assert [(one.figure.value, one.figure.of) for one in told] == [(0.9, 1), (0.1, 1)]
        assert ["verbalised-100" in told[0].convention, "vote-share" in told[1].convention] == [True, True]


class TestJudges:
    async def test_change_their_belief_towards_the_truth(self, tmp_path: Path) -> None:
        held = [
            belief("judge", moment, number, probability, name="right", of=WRONG)
            for moment, number, probability in (
                ("before", None, 0.5),
                ("round", 1, 0.9),
                ("after", None, 0.25),
            )
        ]
        found = await found_in(tmp_path, debated(RIGHT, beliefs=held))
        assert found.shown("Belief change of judges") == (0.25, 1, 1)
        assert found.shown("Absolute belief change of judges") == (0.25, 1, 1)
        told = found.line("Belief change of judges").convention
        assert "from the first to the last that the seat was asked for" in told
