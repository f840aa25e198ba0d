"""Votes: the size is the denominator, the order does not matter, and a refusal agrees with nobody."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.judging import (
    COMBINATIONS,
    TIE,
    Ballot,
    RulingStatus,
    majority,
    mean_probability,
    net,
    tie_on_disagreement,
    two_game,
)
from tests.shared.examples import some

votes = st.lists(st.sampled_from(["pro", "con", "third", TIE, None]), min_size=1, max_size=9)
chances = st.integers(0, 100).map(lambda n: {"pro": n / 100, "con": 1 - n / 100})
ballots = st.lists(
    st.builds(Ballot, st.sampled_from(["pro", "con", TIE, None]), chances | st.just({})),
    min_size=1,
    max_size=4,
)


def of(*given: str | None) -> list[Ballot]:
    return [Ballot(vote) for vote in given]


class TestMajority:
    @some
    @given(votes, st.randoms())
    def test_the_order_of_the_votes_does_not_matter(self, given: list[str | None], rng: object) -> None:
        shuffled = list(given)
        rng.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis's random.Random
        assert majority(shuffled) == majority(given)

    @some
    @given(votes)
    def test_the_size_is_the_denominator(self, given: list[str | None]) -> None:
        ruling = majority(given)
        assert ruling.size == len(given)
        assert ruling.usable == len(given) - given.count(None)
        assert all(share == given.count(label) / len(given) for label, share in ruling.shares.items())
        if ruling.choice is not None:
            assert Fraction(given.count(ruling.choice), len(given)) > Fraction(1, 2)

    @some
    @given(votes)
    def test_another_refusal_never_makes_a_winner_or_a_tie(self, given: list[str | None]) -> None:
        before, after = majority(given), majority([*given, None])
        if after.how in (RulingStatus.DECIDED, RulingStatus.TIED):
            assert (after.how, after.choice) == (before.how, before.choice)

    def test_three_refusals_are_not_a_consensus(self) -> None:
        """Elsewhere three refusals were scored as a correct consensus."""
        assert majority([None, None, None]).how is RulingStatus.MISSING

    def test_one_of_three_is_no_majority_although_the_others_refused(self) -> None:
        assert majority(["pro", None, None]).vote is None
        assert majority(["pro", None, None], quorum=1).how is RulingStatus.UNDECIDED

    def test_a_tie_is_one_only_if_all_votes_came(self) -> None:
        assert majority(["pro", "con"]).how is RulingStatus.TIED
        assert majority(["con", "pro"]).vote == TIE
        assert majority(["pro", "con", None]).how is RulingStatus.UNDECIDED

    def test_votes_for_a_tie_are_votes(self) -> None:
        assert majority([TIE, TIE, "pro"]).how is RulingStatus.TIED
        assert majority([TIE, "pro", "pro"]).choice == "pro"

    def test_a_quorum_may_be_asked_for(self) -> None:
        assert majority(["pro", "pro", None]).choice == "pro"
        assert majority(["pro", "pro", None], quorum=3).how is RulingStatus.MISSING

    def test_a_quorum_beyond_the_panel_is_never_reached(self) -> None:
        assert majority(["pro", "pro"], quorum=3).how is RulingStatus.MISSING

    def test_a_quorum_of_none_is_refused(self) -> None:
        with pytest.raises(UsageError, match="quorum of 0"):
            majority(["pro", "con"], quorum=0)


class TestOrders:
    @some
    @given(ballots, st.sampled_from(sorted(COMBINATIONS)))
    def test_which_order_came_first_does_not_matter(self, given: list[Ballot], name: str) -> None:
        one, other = COMBINATIONS[name](given), COMBINATIONS[name](given[::-1])
        assert (one.choice, one.how, one.usable, one.size) == (
            other.choice,
            other.how,
            other.usable,
            other.size,
        )

    @pytest.mark.parametrize("combine", [two_game, tie_on_disagreement])
    def test_both_orders_for_one_side_decide(self, combine: object) -> None:
        assert combine(of("pro", "pro")).choice == "pro"  # type: ignore[operator]  # one of the two

    def test_a_judge_that_contradicts_itself(self) -> None:
        """No winner by two games, and no tie either; MT-Bench calls it a tie."""
        assert two_game(of("pro", "con")).how is RulingStatus.UNDECIDED
        assert tie_on_disagreement(of("pro", "con")).how is RulingStatus.TIED

    def test_a_win_and_a_tie(self) -> None:
        assert two_game(of("pro", TIE)).choice == "pro"
        assert tie_on_disagreement(of("pro", TIE)).how is RulingStatus.TIED
        assert two_game(of(TIE, TIE)).how is RulingStatus.TIED

    @pytest.mark.parametrize(
        ("votes", "won"),
        [
            (("A", "A"), "A"),
            (("A", TIE), "A"),
            (("A", None), "A"),
            (("A", "B"), None),
            ((TIE, TIE), None),
            (("B", TIE), "B"),
        ],
    )
    def test_the_net_rule_counts_ties_and_missing_votes_as_nothing(
        self, votes: tuple[str | None, ...], won: str | None
    ) -> None:
        """The pairs of JudgeBench that are computed by hand; three of six are right if A is."""
        assert net(of(*votes)).choice == won

    def test_by_the_net_rule_a_ruling_is_missing_without_any_vote(self) -> None:
        assert net(of(None, None)).how is RulingStatus.MISSING
        assert net([]).how is RulingStatus.MISSING
        assert net(of(TIE, None)).how is RulingStatus.UNDECIDED

    @pytest.mark.parametrize("name", sorted(set(COMBINATIONS) - {"net"}))
    def test_an_order_without_a_verdict_is_missing_and_nobody_wins(self, name: str) -> None:
        """Elsewhere an unparseable verdict was credited to one side."""
        ballots = [Ballot("pro", {"pro": 1.0}), Ballot(None)]
        ruling = COMBINATIONS[name](ballots)
        assert (ruling.how, ruling.vote, ruling.usable, ruling.size) == (RulingStatus.MISSING, None, 1, 2)
        assert COMBINATIONS[name]([]).how is RulingStatus.MISSING

    def test_the_mean_probability_decides_where_words_do_not(self) -> None:
        sure = [Ballot("pro", {"pro": 0.9, "con": 0.1}), Ballot("con", {"pro": 0.4, "con": 0.6})]
        assert two_game(sure).choice is None
        ruling = mean_probability(sure)
        assert ruling.choice == "pro"
        assert ruling.shares == pytest.approx({"pro": 0.65, "con": 0.35})

    def test_equal_means_are_tied_however_they_are_rounded(self) -> None:
        even = [Ballot("pro", {"pro": 0.7, "con": 0.3}), Ballot("con", {"pro": 0.3, "con": 0.7})]
        assert mean_probability(even).how is RulingStatus.TIED
