"""What verdicts come to: samples vote within an order, orders are combined, judges make a panel."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from arena.forms import Status
from arena.journal import PanelRule, StoredVerdict, VerdictKey, VerdictValue
from arena.judging import TIE, Ballot, RulingStatus, tally
from arena.judging.tally import ballot

SIDES = ("pro", "con")


def verdict(
    choice: str | None,
    order: int = 0,
    sample: int = 0,
    judge: str = "ann",
    episode: int = 0,
    pro: float | None = None,
) -> StoredVerdict:
    likely = {} if pro is None else {"pro": pro, "con": 1 - pro}
    speakers = SIDES if order == 0 else SIDES[::-1]
    key = VerdictKey(judge, "choice", episode, "", order, sample)
    if choice is None:
        return StoredVerdict(key, speakers, Status.REFUSED, "it is a refusal")
    return StoredVerdict(key, speakers, Status.OK, found=VerdictValue(choice, probabilities=likely))


def sampled(*choices: str | None, order: int = 0) -> list[StoredVerdict]:
    return [verdict(choice, order, sample) for sample, choice in enumerate(choices)]


def votes(*choices: str | None) -> list[Ballot]:
    return [Ballot(choice) for choice in choices]


class TestBallot:
    def test_samples_vote_by_majority_over_their_number(self) -> None:
        assert ballot(votes("pro", "pro", "con")).vote == "pro"
        assert ballot(votes("pro", "con")).vote == TIE

    def test_shares_of_the_votes_stand_in_for_probabilities_that_were_not_told(self) -> None:
        assert ballot(votes("pro", "pro", "con", "pro")).probabilities == {"pro": 0.75, "con": 0.25}

    def test_told_probabilities_are_averaged(self) -> None:
        told = ballot([Ballot("pro", {"pro": 0.9, "con": 0.1}), Ballot("con", {"pro": 0.3, "con": 0.7})])
        assert told.probabilities == pytest.approx({"pro": 0.6, "con": 0.4})

    def test_without_a_quorum_there_is_neither_vote_nor_probability(self) -> None:
        """One answer among refusals does not speak for them."""
        assert ballot(votes("pro", None, None)) == (None, {})

    @pytest.mark.parametrize("combine", ["two-game", "tie-on-disagreement", "mean-probability"])
    def test_an_order_without_a_quorum_leaves_no_ruling(self, combine: str) -> None:
        given = sampled("pro", "pro", "pro") + sampled("pro", None, None, order=1)
        assert tally(given, SIDES, PanelRule(combine)).judges["ann"].rulings[0].how is RulingStatus.MISSING


class TestTally:
    def test_places_are_counted_as_they_were_shown(self) -> None:
        found = tally([verdict("pro"), verdict("con", order=1), verdict(None, sample=1)], SIDES)
        assert found.judges["ann"].places == {"Speaker 1": 2}

    def test_a_judge_without_verdicts_on_an_episode_counts_in_the_panel(self) -> None:
        given = [verdict("pro", judge=judge) for judge in ("ann", "bob")]
        given += [verdict("pro", judge="ann", episode=1), verdict("pro", judge="cid", episode=0)]
        found = tally(given, SIDES)
        assert found.panel[0].choice == "pro"
        assert (found.panel[1].choice, found.panel[1].usable, found.panel[1].size) == (None, 1, 3)
        assert (found.agreed, found.compared) == (1, 1)

    def test_the_order_in_which_verdicts_are_read_does_not_matter(self) -> None:
        rng = random.Random(5)

        def shuffled(given: Sequence[StoredVerdict]) -> list[StoredVerdict]:
            return rng.sample(given, len(given))

        given = [
            verdict(rng.choice(["pro", "con", TIE, None]), order, sample, judge, episode)
            for order in (0, 1)
            for sample in range(3)
            for judge in ("ann", "bob", "cid")
            for episode in range(10)
        ]
        one, other = tally(given, SIDES), tally(shuffled(given), SIDES)
        assert one.judges == other.judges
        assert one.panel == other.panel
        assert (one.agreed, one.compared) == (other.agreed, other.compared)

    def test_coverage_stands_beside_every_figure(self) -> None:
        record = tally([verdict("pro"), verdict(None, sample=1)], SIDES).record()
        assert (record["judges"]["ann"]["usable"], record["judges"]["ann"]["verdicts"]) == (1, 2)
        assert record["judges"]["ann"]["parsed"] == {"ok": 1, "refused": 1}
        assert (record["panel"]["0"]["usable"], record["panel"]["0"]["size"]) == (0, 1)
