"""Trade: who may offer, accept and deny what, when it ends, and who wins."""

from __future__ import annotations

import json

import pytest

from games import TERMINAL, IllegalAction, check_game, load
from games.trade import ACCEPT, BASE_VALUES, DENY, GOODS_KINDS, PASS, Trade, TradeState, offers
from tests.games.haggling import BASE, PLENTY, dealt_trade, write, written

FOR_ORE = "offer 5 Wheat for 1 Ore"


class TestContract:
    @pytest.mark.parametrize("name", ["trade", "trade?turns=3&most=2", "trade?turns=1"])
    def test_it_keeps_the_contract_of_games(self, name: str) -> None:
        assert load(name).name == name
        check_game(load(name), playouts=3)

    @pytest.mark.parametrize("parameters", [{"turns": 0}, {"most": 0}, {"turns": 2.5}])
    def test_parameters_are_whole_numbers_from_one(self, parameters: dict[str, int]) -> None:
        with pytest.raises(ValueError, match="must be a whole number from 1 to"):
            Trade(**parameters)


class TestDeal:
    def test_every_player_is_dealt_five_to_twenty_five_of_each_kind(self) -> None:
        state = Trade().new_initial_state()
        for _ in range(2 * len(GOODS_KINDS)):
            assert [number for number, _ in state.chance_outcomes()] == list(range(5, 26))
            state = state.child(5)

    def test_values_are_whole_numbers_within_a_fifth_of_the_base_values(self) -> None:
        state = Trade().new_initial_state()
        for _ in range(2 * len(GOODS_KINDS)):
            state = state.child(9)
        for base in BASE_VALUES * 2:
            possible = [value for value, _ in state.chance_outcomes()]
            assert possible == [v for v in range(2 * base) if 0.8 * base <= v <= 1.2 * base]
            state = state.child(base)
        assert state.current_player == 0

    def test_goods_are_shown_to_both_and_values_to_their_owner_alone(self) -> None:
        values = ((4, 9, 14, 24, 33), (6, 11, 16, 26, 44))
        state = dealt_trade((21, 20, 19, 18, 17), PLENTY, values)
        for player in (0, 1):
            known = json.loads(state.information_state(player))
            assert known["holdings"] == [[21, 20, 19, 18, 17], list(PLENTY)]
            assert known["values"] == list(values[player])
        same = dealt_trade((21, 20, 19, 18, 17), PLENTY, (values[0], BASE))
        assert state.information_state(0) == same.information_state(0)
        assert state.information_state(1) != same.information_state(1)

    def test_they_are_told_in_words_when_all_of_them_are_dealt(self) -> None:
        state: TradeState = Trade().new_initial_state()
        told: list[tuple[str, str]] = []
        for number in (*PLENTY, *PLENTY, *BASE, *BASE):
            state = state.child(number)
            told.append((state.observation(0), state.observation(1)))
        news = [each for each in told if any(each)]
        held = "10 Wheat, 10 Wood, 10 Sheep, 10 Brick, 10 Ore"
        assert news[0] == (f"player_0 holds {held}.\nplayer_1 holds {held}.",) * 2
        mine = "What one of each kind is worth to you: Wheat 5, Wood 10, Sheep 15, Brick 25, Ore 40."
        assert news[1:] == [(mine, ""), ("", mine)]


class TestOffers:
    def test_an_offer_is_of_one_kind_for_another_up_to_five_of_each(self) -> None:
        moves = written(dealt_trade())
        assert len(moves) == 1 + 5 * 4 * 5 * 5
        assert "offer 5 Wheat for 5 Ore" in moves
        assert not {"offer 6 Wheat for 1 Ore", "offer 1 Ore for 1 Ore"} & set(moves)

    def test_nobody_offers_what_they_lack(self) -> None:
        state = write(dealt_trade((5, 5, 5, 5, 5)), "offer 5 Ore for 1 Wheat", "accept", "pass", "pass")
        assert not [move for move in written(state) if " Ore for" in move]

    def test_nobody_asks_for_what_the_other_lacks(self) -> None:
        start = dealt_trade(PLENTY, (5, 5, 5, 5, 5))
        state = write(start, "offer 1 Wheat for 5 Ore", "accept")
        assert [move for move in written(start) if move.endswith("Ore")]
        assert not [move for move in written(state) if move.endswith("Ore")]

    def test_an_offer_of_what_is_not_there_is_refused(self) -> None:
        state = write(dealt_trade((5, 5, 5, 5, 5)), "offer 5 Ore for 1 Wheat", "accept")
        numbers = {str(offer): number for number, offer in offers(5).items()}
        for lacking in ("1 Ore for 1 Wheat", "5 Ore for 1 Brick"):
            with pytest.raises(IllegalAction, match="is not legal for player_0"):
                state.child(numbers[lacking])

    def test_what_is_legal_is_said_in_words_as_there_is_too_much_to_list(self) -> None:
        state = write(dealt_trade(), FOR_ORE)
        assert state.legal_in_words(1) == (
            'Write "accept" (you would give 1 Ore and get 5 Wheat), "deny", or an offer: 1 to 5 of one kind '
            "that you hold for 1 to 5 of one other kind that player_0 holds, such as "
            '"offer 2 Wood for 1 Ore".\n'
            "You hold 10 Wheat, 10 Wood, 10 Sheep, 10 Brick, 10 Ore.\n"
            "player_0 holds 10 Wheat, 10 Wood, 10 Sheep, 10 Brick, 10 Ore."
        )
        assert dealt_trade().legal_in_words(0).startswith('Write "pass" or an offer: ')
        assert state.legal_in_words(0) == ""


class TestAnswers:
    def test_accepting_moves_the_goods(self) -> None:
        state = write(dealt_trade(), FOR_ORE, "accept")
        assert isinstance(state, TradeState)
        assert state.holdings == ((5, 10, 10, 10, 11), (15, 10, 10, 10, 9))
        assert state.observation(0).startswith(
            "player_1 accepts the offer: it gives 1 Ore and gets 5 Wheat. "
        )

    def test_only_a_standing_offer_can_be_accepted_or_denied(self) -> None:
        assert written(dealt_trade())[0] == "pass"
        assert not {"accept", "deny"} & set(written(dealt_trade()))
        assert {"accept", "deny"} <= set(written(write(dealt_trade(), FOR_ORE)))
        assert "pass" not in written(write(dealt_trade(), FOR_ORE))

    def test_deny_clears_the_offer(self) -> None:
        state = write(dealt_trade(), FOR_ORE, "deny")
        assert isinstance(state, TradeState)
        assert state.offer is None
        assert not {"accept", "deny"} & set(written(state))
        assert not {"accept", "deny"} & set(written(write(state, "pass")))

    def test_nobody_can_accept_their_own_offer(self) -> None:
        for answer in ("deny", "accept"):
            state = write(dealt_trade(), FOR_ORE, answer)
            assert state.current_player == 0
            with pytest.raises(IllegalAction):
                state.child(ACCEPT)

    def test_a_counter_offer_takes_the_place_of_the_offer(self) -> None:
        state = write(dealt_trade(), FOR_ORE, "offer 1 Ore for 4 Wood")
        assert state.observation(0) == (
            "player_1 does not take the offer and offers instead 1 Ore for 4 Wood. "
            "Turn 3 of 10 is player_0's."
        )
        after = write(state, "accept")
        assert isinstance(after, TradeState)
        assert after.holdings == ((10, 6, 10, 10, 11), (10, 14, 10, 10, 9))

    def test_an_offer_is_accepted_only_while_both_sides_hold_what_it_takes(self) -> None:
        standing = write(dealt_trade(), FOR_ORE)
        assert isinstance(standing, TradeState)
        for bare in (((4, 9, 9, 9, 9), PLENTY), (PLENTY, (9, 9, 9, 9, 0))):
            robbed = TradeState(standing.game, standing.dealt, standing.moves, bare)
            assert ACCEPT not in robbed.legal_actions()
            assert DENY in robbed.legal_actions()


class TestEnd:
    def test_ten_turns_are_ten(self) -> None:
        state = dealt_trade()
        for turn in range(10):
            assert state.current_player == turn % 2
            state = state.child(PASS)
        assert state.current_player == TERMINAL
        with pytest.raises(IllegalAction, match="The game is over"):
            state.child(PASS)

    def test_an_offer_of_the_last_turn_changes_nothing(self) -> None:
        state = write(dealt_trade(game=Trade(turns=1)), FOR_ORE)
        assert state.returns() == (0, 0)
        assert state.is_terminal

    def test_the_larger_gain_wins_and_both_gains_are_told(self) -> None:
        values = ((4, 10, 15, 25, 48), (6, 10, 15, 25, 32))
        state = write(dealt_trade(values=values, game=Trade(turns=2)), FOR_ORE, "accept")
        assert isinstance(state, TradeState)
        assert state.gains == (48 - 20, 30 - 32)
        assert state.returns() == (1, -1)
        for player in (0, 1):
            news = state.observation(player)
            assert news.endswith("The last turn is over. Gains: player_0 +28, player_1 -2. player_0 wins.")
            assert json.loads(state.information_state(player))["gains"] == [28, -2]

    def test_equal_gains_are_a_tie_whatever_the_goods_are_worth(self) -> None:
        state = write(dealt_trade(PLENTY, (25,) * 5, game=Trade(turns=2)), "pass", "pass")
        assert state.returns() == (0, 0)
        assert state.observation(0).endswith("Nobody wins.")


def test_the_rules_say_what_the_parameters_are() -> None:
    rules = Trade(turns=6, most=3).rules
    assert "there are 6 turns in all" in rules
    assert "gives 1 to 3 of one kind" in rules
