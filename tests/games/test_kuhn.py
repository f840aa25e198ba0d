"""Kuhn poker plays and pays as OpenSpiel's, and tells each player what it may know."""

from __future__ import annotations

import pytest

from games import CHANCE, TERMINAL, IllegalAction, State
from games.kuhn import BET, PASS, KuhnPoker, KuhnState
from tests.games.spiel import all_pairs, assert_information_states_match, assert_same, pyspiel


def play(*actions: int) -> State:
    state: State = KuhnPoker().new_initial_state()
    for action in actions:
        state = state.child(action)
    return state


class TestAgainstOpenSpiel:
    def pairs(self) -> list[tuple[State, pyspiel.State]]:
        theirs = pyspiel.load_game("kuhn_poker").new_initial_state()
        return list(all_pairs(KuhnPoker().new_initial_state(), theirs))

    def test_every_history_agrees(self) -> None:
        pairs = self.pairs()
        assert len(pairs) == 58
        for ours, theirs in pairs:
            assert_same(ours, theirs)

    @pytest.mark.parametrize("player", [0, 1])
    def test_information_states_are_distinct_where_openspiels_are(self, player: int) -> None:
        assert_information_states_match(self.pairs(), player)


class TestPayoffs:
    @pytest.mark.parametrize(
        ("line", "returns"),
        [
            ((PASS, PASS), (1, -1)),
            ((BET, BET), (2, -2)),
            ((BET, PASS), (1, -1)),
            ((PASS, BET, PASS), (-1, 1)),
            ((PASS, BET, BET), (2, -2)),
        ],
    )
    def test_a_king_against_a_jack_is_paid_by_how_the_betting_went(
        self, line: tuple[int, ...], returns: tuple[int, int]
    ) -> None:
        assert play(2, 0, *line).returns() == returns

    def test_nothing_is_paid_before_the_end(self) -> None:
        assert play(2, 0, BET).returns() == (0, 0)


class TestObservations:
    def test_a_card_is_told_to_its_owner_only(self) -> None:
        assert play(2).observation(0) == "Your card is the King (K)."
        assert play(2).observation(1) == ""
        assert play(2, 0).observation(1) == "Your card is the Jack (J)."
        assert play(2, 0).observation(0) == ""

    def test_betting_is_told_to_both(self) -> None:
        assert [play(2, 0, BET).observation(player) for player in (0, 1)] == ["player_0 bets."] * 2

    def test_a_fold_shows_no_card(self) -> None:
        for player in (0, 1):
            assert play(2, 0, BET, PASS).observation(player) == "player_1 folds. player_0 wins 1 chip."

    def test_a_showdown_shows_both_cards_and_the_result(self) -> None:
        assert play(1, 2, BET, BET).observation(0) == (
            "player_1 calls. Showdown: player_0 has the Queen (Q), player_1 has the King (K). "
            "player_1 wins 2 chips."
        )


class TestWords:
    def test_an_action_is_named_by_what_it_does_here(self) -> None:
        def words(state: State) -> list[str]:
            return [state.action_to_string(state.current_player, action) for action in (PASS, BET)]

        assert words(play(0, 1)) == ["check", "bet"]
        assert words(play(0, 1, BET)) == ["fold", "call"]
        assert words(play(0, 1, PASS, BET)) == ["fold", "call"]


class TestRefusals:
    def test_an_illegal_action_is_refused_with_what_is_legal(self) -> None:
        with pytest.raises(
            IllegalAction, match=r"Action 2 is not legal for player_0 here; legal: 0 \(check\)"
        ):
            play(0, 1, 2)

    def test_the_same_card_is_not_dealt_twice(self) -> None:
        with pytest.raises(IllegalAction, match="Chance cannot do 1 here; it can do: 0, 2"):
            play(1, 1)

    def test_nothing_follows_the_end(self) -> None:
        with pytest.raises(IllegalAction, match="The game is over"):
            play(0, 1, BET, BET, PASS)


def test_states_with_one_history_are_equal_and_hash_alike() -> None:
    assert KuhnState((0, 1), "pb") == play(0, 1, PASS, BET)
    assert len({KuhnState((0, 1), "pb"), play(0, 1, PASS, BET), play(0, 1)}) == 2
    assert (play().current_player, play(0, 1, BET, BET).current_player) == (CHANCE, TERMINAL)
