"""Leduc poker plays and pays as OpenSpiel's, and tells each player what it may know."""

from __future__ import annotations

import re
from functools import cache

import pytest

from games import State
from games.leduc import CALL, FOLD, RAISE, LeducPoker
from tests.games.spiel import all_pairs, assert_information_states_match, assert_same, pyspiel


def play(*actions: int) -> State:
    state: State = LeducPoker().new_initial_state()
    for action in actions:
        state = state.child(action)
    return state


@cache
def all_histories() -> list[tuple[State, pyspiel.State]]:
    theirs = pyspiel.load_game("leduc_poker").new_initial_state()
    return list(all_pairs(LeducPoker().new_initial_state(), theirs))


class TestAgainstOpenSpiel:
    def test_every_history_agrees(self) -> None:
        assert len(all_histories()) == 9457
        for ours, theirs in all_histories():
            assert_same(ours, theirs)

    @pytest.mark.parametrize("player", [0, 1])
    def test_information_states_are_distinct_where_openspiels_are(self, player: int) -> None:
        decisions = [(ours, theirs) for ours, theirs in all_histories() if ours.current_player >= 0]
        assert_information_states_match(decisions, player)

    @pytest.mark.parametrize("player", [0, 1])
    def test_they_are_where_cards_are_dealt_too_but_for_the_word_whose_turn_it_is(self, player: int) -> None:
        def known(theirs: pyspiel.State) -> str:
            return re.sub(r"\[Player: -?\d\]", "", theirs.information_state_string(player))

        going_on = [(ours, theirs) for ours, theirs in all_histories() if not ours.is_terminal]
        pairs = {(ours.information_state(player), known(theirs)) for ours, theirs in going_on}
        assert len({ours for ours, _ in pairs}) == len({theirs for _, theirs in pairs}) == len(pairs)


class TestObservations:
    def test_private_cards_are_private_and_the_public_one_public(self) -> None:
        assert play(0).observation(0) == "Your card is the Jack of spades (Js)."
        assert play(0).observation(1) == ""
        for player in (0, 1):
            news = play(0, 3, CALL, CALL, 4).observation(player)
            assert news == "The public card is the King of spades (Ks)."

    def test_the_last_call_of_a_round_is_told_before_the_public_card(self) -> None:
        assert play(0, 3, RAISE, CALL).observation(0) == "player_1 calls."

    def test_a_pair_beats_a_higher_card(self) -> None:
        end = play(0, 4, CALL, CALL, 1, RAISE, RAISE, CALL)
        assert end.returns() == (9, -9)
        assert end.observation(1) == (
            "player_0 calls. Showdown: player_0 has the Jack of spades (Js), "
            "player_1 has the King of spades (Ks). player_0 wins 9 chips."
        )

    def test_a_fold_shows_no_card(self) -> None:
        assert play(0, 4, RAISE, FOLD).observation(0) == "player_1 folds. player_0 wins 1 chip."

    def test_equal_cards_share_the_pot(self) -> None:
        end = play(0, 1, RAISE, CALL, 4, CALL, CALL)
        assert end.returns() == (0, 0)
        assert end.observation(0).endswith("They share the pot.")


def test_actions_are_named_by_whether_there_is_a_bet() -> None:
    assert [play(0, 1).action_to_string(0, action) for action in (CALL, RAISE)] == ["check", "bet"]
    facing = play(0, 1, RAISE)
    assert [facing.action_to_string(1, action) for action in (FOLD, CALL, RAISE)] == ["fold", "call", "raise"]


def test_the_rules_name_the_most_that_can_be_lost() -> None:
    endings = [ours.returns() for ours, _ in all_histories() if ours.is_terminal]
    assert max(max(returns) for returns in endings) == 13
    assert "from 1 to 13 chips" in LeducPoker.rules
