"""Brackets: everyone out after one loss or two, in the fewest matches, and nothing decided in silence."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.pairing import BracketDecision, DoubleElimination, Pairing, SingleElimination
from arena.ratings import Result
from tests.arena.pairing.play import Referee, any_outcome, decisive, entrants, never, play, stronger_first

SINGLE, DOUBLE = SingleElimination(), DoubleElimination()
EITHER = pytest.mark.parametrize("rules", [SINGLE, DOUBLE])
either = st.sampled_from([SINGLE, DOUBLE])


def losses(rounds: list[list[Result]]) -> Counter[str]:
    """How often each player lost, in matches that somebody won."""
    return Counter(result.finish[1][0] for results in rounds for result in results if len(result.finish) == 2)


class TestProperties:
    @given(entrants, decisive)
    def test_single_is_n_minus_1_matches(self, players: list[str], decide: Referee) -> None:
        """All but the champion lose exactly once."""
        _, rounds = play(SINGLE, players, decide)
        champion = SINGLE.champion(players, rounds)
        assert sum(map(len, rounds)) == len(players) - 1
        assert losses(rounds) == {player: 1 for player in players if player != champion}

    @given(entrants, decisive)
    def test_double_is_2n_minus_2_matches_or_one_more(self, players: list[str], decide: Referee) -> None:
        """All but the champion lose exactly twice; the champion's one loss is the match more."""
        _, rounds = play(DOUBLE, players, decide)
        champion = DOUBLE.champion(players, rounds)
        lost = losses(rounds)
        assert champion is not None
        assert lost[champion] <= 1
        assert {player: 2 for player in players if player != champion} == {
            player: times for player, times in lost.items() if player != champion
        }
        assert sum(map(len, rounds)) == 2 * len(players) - 2 + lost[champion]

    @given(either, entrants, any_outcome, st.integers(0, 2))
    def test_every_match_is_accounted_for(
        self, rules: SingleElimination, players: list[str], decide: Referee, replays: int
    ) -> None:
        """Ties and failures included: each decision cost one match and its replays."""
        rules = type(rules)(replays)
        _, rounds = play(rules, players, decide)
        decisions = rules.decisions(players, rounds)
        assert sum(1 + decision.replays for decision in decisions) == sum(map(len, rounds))
        assert all(decision.replays == replays for decision in decisions if decision.by_seed)
        assert rules.champion(players, rounds) == decisions[-1].winner

    @given(either, entrants, any_outcome)
    def test_placings_name_everyone_once_at_every_moment(
        self, rules: SingleElimination, players: list[str], decide: Referee
    ) -> None:
        schedule, rounds = play(rules, players, decide)
        for at in range(len(rounds) + 1):
            placings = rules.placings(players, rounds[:at])
            assert sorted(player for group in placings for player in group) == players
            waiting = {
                player
                for pairing in (schedule[at] if at < len(schedule) else [])
                for player in pairing.players
            }
            assert waiting <= set(placings[0])
            assert (rules.champion(players, rounds[:at]) is None) == (at < len(rounds))

    @given(either, entrants)
    def test_nobody_plays_twice_in_a_round(self, rules: SingleElimination, players: list[str]) -> None:
        schedule, _ = play(rules, players, stronger_first)
        for pairings in schedule:
            seated = [player for pairing in pairings for player in pairing.players]
            assert len(set(seated)) == len(seated)

    @settings(max_examples=30)
    @given(entrants)
    def test_the_best_seeds_meet_last(self, players: list[str]) -> None:
        """When the better seed always wins, single elimination places the first two first and second."""
        schedule, rounds = play(SINGLE, players, stronger_first)
        assert SINGLE.placings(players, rounds)[:2] == [(players[0],), (players[1],)]
        first = {
            p
            for pairing in schedule[0]
            if pairing.label == "round 1"
            for p in pairing.players
            if not pairing.bye
        }
        byes = (1 << (len(players) - 1).bit_length()) - len(players)
        assert first <= set(players[byes:])


class TestByHand:
    def test_single_with_six(self) -> None:
        schedule, rounds = play(SINGLE, list("abcdef"), stronger_first)
        assert schedule == [
            [
                Pairing(("d", "e"), "round 1"),
                Pairing(("c", "f"), "round 1"),
                Pairing(("a",), "round 1"),
                Pairing(("b",), "round 1"),
            ],
            [Pairing(("a", "d"), "round 2"), Pairing(("b", "c"), "round 2")],
            [Pairing(("a", "b"), "final")],
        ]
        assert SINGLE.placings("abcdef", rounds) == [("a",), ("b",), ("c", "d"), ("e", "f")]

    def test_double_with_four(self) -> None:
        """The losers' first round does not wait for the winners' final."""
        schedule, rounds = play(DOUBLE, list("abcd"), stronger_first)
        assert [[(p.label, "".join(p.players)) for p in pairings] for pairings in schedule] == [
            [("winners round 1", "ad"), ("winners round 1", "bc")],
            [("winners final", "ab"), ("losers round 1", "dc")],
            [("losers round 2", "cb")],
            [("grand final", "ab")],
        ]
        assert DOUBLE.placings("abcd", rounds) == [("a",), ("b",), ("c",), ("d",)]

    def test_the_final_is_reset_when_the_unbeaten_loses_it(self) -> None:
        """The grand final is the first loss of a and the second match that b might have gone out in."""
        outcomes = iter([(1.0, 0.0), (0.0, 1.0), (1.0, 0.0)])
        schedule, rounds = play(DOUBLE, list("ab"), lambda players, before: next(outcomes))
        assert [pairing.label for (pairing,) in schedule] == [
            "winners final",
            "grand final",
            "grand final reset",
        ]
        assert DOUBLE.champion("ab", rounds) == "b"

    @EITHER
    def test_without_results_the_higher_seed_advances_on_the_record(self, rules: SingleElimination) -> None:
        """After one replay, and the decision says so."""
        schedule, rounds = play(rules, list("ab"), never)
        first = BracketDecision(schedule[0][0].label, winner="a", loser="b", replays=1, by_seed=True)
        assert rules.decisions("ab", rounds)[0] == first
        assert schedule[0] == schedule[1]
        assert rules.champion("ab", rounds) == "a"

    def test_a_replay_does_not_hold_up_the_others(self) -> None:
        """a-d tied is played again while nothing else waits for it."""
        first = [Result(("a", "d"), (1, 1)), Result(("b", "c"), (1, 0))]
        again = DOUBLE.pairings("abcd", [first])
        assert again == [Pairing(("a", "d"), "winners round 1")]


class TestRefuses:
    @EITHER
    def test_rounds_of_other_entrants(self, rules: SingleElimination) -> None:
        _, rounds = play(rules, list("abcd"), stronger_first)
        with pytest.raises(UsageError, match="Round 1"):
            rules.pairings("abce", rounds)
        with pytest.raises(UsageError, match="does not hold"):
            rules.pairings("abcd", [*rounds, rounds[0]])

    @EITHER
    def test_one_entrant(self, rules: SingleElimination) -> None:
        with pytest.raises(UsageError, match="at least 2"):
            rules.pairings(["ann"], [])

    def test_negative_replays(self) -> None:
        with pytest.raises(UsageError, match="replays"):
            SingleElimination(-1)
