"""The ultimatum game pays what was offered, or nothing, and has the equilibria that game theory says."""

from __future__ import annotations

import json

import pytest

from games import IllegalAction, State, check_game, load
from games.theory import Profile, best_response, expected_returns, nash_conv
from games.ultimatum import ACCEPT, REJECT, Ultimatum
from tests.games.haggling import write, written


def profile(coins: int, offer: int, least: int) -> Profile:
    """The proposer offers so much; the responder accepts if it is at least so much."""
    game = Ultimatum(coins)
    start = game.new_initial_state()
    answers = {
        start.child(offered).information_state(1): {
            ACCEPT: float(offered >= least),
            REJECT: float(offered < least),
        }
        for offered in range(coins + 1)
    }
    proposals = {offered: float(offered == offer) for offered in range(coins + 1)}
    return [{start.information_state(0): proposals}, answers]


def solved(state: State) -> float:
    """What the proposer gets by backward induction, if whoever does not mind accepts."""
    if state.is_terminal:
        return state.returns()[0]
    player = state.current_player
    ends = {action: state.child(action) for action in state.legal_actions()}
    if player == 1:
        return max(ends.values(), key=lambda end: (end.returns()[1], end.returns()[0])).returns()[0]
    return max(map(solved, ends.values()))


class TestRules:
    @pytest.mark.parametrize("name", ["ultimatum", "ultimatum?coins=3", "ultimatum?coins=1"])
    def test_it_keeps_the_contract_of_games(self, name: str) -> None:
        assert load(name).name == name
        check_game(load(name), playouts=5)

    def test_any_whole_number_of_coins_can_be_offered(self) -> None:
        assert written(Ultimatum(3).new_initial_state()) == ["offer 0", "offer 1", "offer 2", "offer 3"]

    def test_an_accepted_offer_pays_both(self) -> None:
        state = write(Ultimatum().new_initial_state(), "offer 3", "accept")
        assert state.returns() == (7, 3)
        assert state.observation(1) == "player_1 accepts: player_0 gets 7 and player_1 gets 3."

    def test_a_rejected_offer_pays_nobody(self) -> None:
        state = write(Ultimatum().new_initial_state(), "offer 3", "reject")
        assert state.returns() == (0, 0)
        assert state.observation(0) == "player_1 rejects: player_0 gets 0 and player_1 gets 0."

    def test_the_responder_is_told_the_offer(self) -> None:
        state = write(Ultimatum().new_initial_state(), "offer 3")
        assert state.observation(1) == "player_0 offers player_1 3 of 10 coins and would keep 7."
        assert json.loads(state.information_state(1)) == {"coins": 10, "offered": 3, "answer": None}

    def test_more_than_there_is_cannot_be_offered(self) -> None:
        with pytest.raises(IllegalAction):
            Ultimatum(3).new_initial_state().child(4)

    @pytest.mark.parametrize("coins", [0, -1, 2.5])
    def test_coins_are_a_whole_number_from_one(self, coins: int) -> None:
        with pytest.raises(ValueError, match="must be a whole number from 1 to"):
            Ultimatum(coins)


class TestEquilibria:
    @pytest.mark.parametrize("coins", [1, 4, 10])
    def test_backward_induction_gives_the_proposer_all(self, coins: int) -> None:
        assert solved(Ultimatum(coins).new_initial_state()) == coins

    @pytest.mark.parametrize(("offer", "least", "paid"), [(0, 0, (10, 0)), (1, 1, (9, 1)), (5, 5, (5, 5))])
    def test_offering_just_what_is_accepted_is_an_equilibrium(
        self, offer: int, least: int, paid: tuple[float, float]
    ) -> None:
        both = profile(10, offer, least)
        assert nash_conv(Ultimatum(), both) == pytest.approx(0)
        assert expected_returns(Ultimatum(), both) == pytest.approx(paid)

    def test_offering_more_or_less_is_not(self) -> None:
        assert nash_conv(Ultimatum(), profile(10, 6, 5)) == pytest.approx(1)
        assert nash_conv(Ultimatum(), profile(10, 4, 5)) == pytest.approx(5 + 4)

    def test_the_best_answer_to_a_fair_offer_is_to_accept(self) -> None:
        assert best_response(Ultimatum(), profile(10, 5, 11), 1).value == pytest.approx(5)
