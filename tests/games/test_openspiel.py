"""Any OpenSpiel game plays as one of ours, and what cannot be played is refused in a sentence."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

from games import SIMULTANEOUS, IllegalAction, State, UnknownGame, load
from games.kuhn import KuhnPoker
from games.openspiel import OpenSpielGame
from games.theory import exploitability, minimax, nash_conv, uniform
from tests.games.breaches import breach
from tests.games.spiel import pyspiel


def play(short_string: str, *actions: int) -> State:
    state: State = OpenSpielGame(short_string).new_initial_state()
    for action in actions:
        state = state.child(action)
    return state


class TestConformance:
    @pytest.mark.parametrize(
        "short_string",
        [
            "kuhn_poker",
            "kuhn_poker(players=3)",
            "tic_tac_toe",
            "leduc_poker",
            "liars_dice(numdice=1)",
            "connect_four",
            "goofspiel(num_cards=4)",
            "goofspiel(num_cards=4,imp_info=true)",
            "goofspiel(num_cards=3,players=3)",
            "matrix_pd",
            "oshi_zumo(coins=6)",
            "phantom_ttt",
            "repeated_game(stage_game=matrix_rps(),num_repetitions=3)",
            "turn_based_simultaneous_game(game=goofspiel(num_cards=3))",
        ],
    )
    def test_openspiels_games_keep_our_contract(self, short_string: str) -> None:
        assert breach(OpenSpielGame(short_string), playouts=5) is None

    @pytest.mark.parametrize("short_string", ["hanabi(players=2)", "dark_chess(board_size=4)", "coin_game"])
    def test_games_without_information_state_strings_do_too(self, short_string: str) -> None:
        assert not pyspiel.load_game(short_string).get_type().provides_information_state_string
        assert breach(OpenSpielGame(short_string), playouts=1) is None

    @pytest.mark.slow
    def test_chess_does_too(self) -> None:
        assert breach(OpenSpielGame("chess"), playouts=1) is None

    def test_a_wrapped_game_can_be_repeated(self) -> None:
        assert breach(load("repeated:openspiel:liars_dice(numdice=1)?n=2"), playouts=5) is None


class TestObservations:
    def test_a_public_move_is_told_with_the_new_board(self) -> None:
        news = play("connect_four", 3).observation(1)
        assert news.startswith("player_0 plays x3.\n.......\n")
        assert news.endswith("\n...x...")

    def test_chess_moves_are_told_in_algebraic_notation(self) -> None:
        start = OpenSpielGame("chess").new_initial_state()
        moves = {start.action_to_string(1, action): action for action in start.legal_actions()}
        news = start.child(moves["e4"]).observation(0)
        assert news == "player_1 plays e4.\nrnbqkbnr/pppppppp/8/8/4P3/8/PPPP1PPP/RNBQKBNR b KQkq - 0 1"

    def test_a_rolled_die_is_told_to_its_owner_only(self) -> None:
        assert play("liars_dice(numdice=1)", 2).observation(0) == "3"
        assert play("liars_dice(numdice=1)", 2).observation(1) == ""

    def test_simultaneous_moves_are_told_afterwards(self) -> None:
        state = play("goofspiel(num_cards=4)", 1)
        assert state.current_player == SIMULTANEOUS
        news = state.joint_child((0, 2)).observation(0)
        assert news.startswith("player_0 plays [P0]Bid: 1, player_1 plays [P1]Bid: 3.\n")

    def test_the_end_tells_the_result(self) -> None:
        for player in (0, 1):
            news = play("kuhn_poker", 2, 0, 1, 1).observation(player)
            assert news.endswith("The game is over: player_0 +2, player_1 -2.")


class TestStates:
    def test_a_step_leaves_the_state_as_it_was(self) -> None:
        state = play("connect_four", 3)
        state.child(3)
        assert str(state).count("x") == 1
        with pytest.raises(AttributeError, match="cannot be changed"):
            state.game = None  # type: ignore[attr-defined]

    def test_a_state_is_rebuilt_from_its_history_with_its_last_observation(self) -> None:
        state = play("goofspiel(num_cards=4)", 1).joint_child((0, 2))
        copy = pickle.loads(pickle.dumps(state))
        assert copy == state
        assert copy.observation(0) == state.observation(0)

    def test_nothing_is_paid_before_the_end_even_if_openspiel_counts_on_the_way(self) -> None:
        state = OpenSpielGame("repeated_game(stage_game=matrix_rps(),num_repetitions=2)").new_initial_state()
        once = state.joint_child((0, 2))
        assert once.returns() == (0, 0)
        assert once.joint_child((0, 2)).returns() == (2, -2)

    def test_illegal_actions_never_reach_openspiel(self) -> None:
        with pytest.raises(IllegalAction, match="Action 9 is not legal for player_0"):
            play("tic_tac_toe", 9)
        with pytest.raises(IllegalAction, match="use joint_child"):
            play("matrix_rps", 0)


class TestTheory:
    def test_a_wrapped_game_has_the_game_theory_of_ours(self) -> None:
        wrapped, ours = OpenSpielGame("kuhn_poker"), KuhnPoker()
        assert nash_conv(wrapped, uniform(wrapped)) == pytest.approx(nash_conv(ours, uniform(ours)))

    def test_simultaneous_moves_are_hidden_from_a_best_response(self) -> None:
        game = OpenSpielGame("matrix_rps")
        assert exploitability(game, uniform(game)) == pytest.approx(0)

    def test_a_small_board_is_solved(self) -> None:
        assert minimax(OpenSpielGame("nim(pile_sizes=1;2)")).value == 1


class TestRefusals:
    def test_an_unknown_game_is_named(self) -> None:
        with pytest.raises(UnknownGame, match="OpenSpiel has no game 'kuhn_pokr'"):
            OpenSpielGame("kuhn_pokr")

    def test_sampled_chance_is_refused(self) -> None:
        with pytest.raises(ValueError, match="only samples its chance events"):
            OpenSpielGame("negotiation")

    def test_mean_fields_are_refused(self) -> None:
        with pytest.raises(ValueError, match="mean-field game"):
            OpenSpielGame("mfg_garnet")

    def test_without_openspiel_the_sentence_says_what_to_install(self) -> None:
        code = "import sys; sys.modules['pyspiel'] = None; import games; games.load('openspiel:chess')"
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert (
            "This game needs OpenSpiel; in the clone of Arena, run: pip install '.[openspiel]'" in run.stderr
        )


class TestRules:
    @pytest.mark.parametrize("short_string", ["chess", "connect_four", "goofspiel", "liars_dice"])
    def test_common_games_explain_themselves(self, short_string: str) -> None:
        assert "usual rules." not in OpenSpielGame(short_string).rules

    def test_any_other_game_says_what_openspiel_knows(self) -> None:
        assert "Endings pay each player from -1 to 1." in OpenSpielGame("hex").rules
