"""Any OpenSpiel game plays as one of ours, and what cannot be played is refused in a sentence."""

from __future__ import annotations

import pickle
import re
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
            "blackjack",
            "leduc_poker(players=3)",
            "liars_dice(numdice=2)",
            pytest.param("negotiation", marks=pytest.mark.slow),
            "negotiation(enable_utterances=false,num_items=2)",
            "universal_poker",
            "universal_poker(betting=limit,numPlayers=2,numRounds=4,blind=2 1,firstPlayer=2 1 1 1,numSuits=4,"
            "numRanks=13,numHoleCards=2,numBoardCards=0 3 1 1,raiseSize=2 2 4 4,maxRaises=3 4 4 4)",
            pytest.param("2048", marks=pytest.mark.slow),
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
        assert play("liars_dice(numdice=1)", 2).observation(0) == "You roll a 3."
        assert play("liars_dice(numdice=1)", 2).observation(1) == ""

    def test_simultaneous_moves_are_told_afterwards(self) -> None:
        state = play("goofspiel(num_cards=4)", 1)
        assert state.current_player == SIMULTANEOUS
        news = state.joint_child((0, 2)).observation(0)
        assert news.startswith("player_0 plays bid 1, player_1 plays bid 3.\n")

    def test_the_end_tells_the_result(self) -> None:
        for player in (0, 1):
            news = play("kuhn_poker", 2, 0, 1, 1).observation(player)
            assert news.endswith("The game is over: player_0 +2, player_1 -2.")


class TestWords:
    """The games whose cards and moves OpenSpiel writes as codes are told in words."""

    def test_a_card_of_kuhn_poker_is_told_to_its_owner(self) -> None:
        assert play("kuhn_poker", 2).observation(0) == "Your card is the King."
        assert play("kuhn_poker", 2).observation(1) == ""
        assert play("kuhn_poker", 2, 0, 1).observation(1) == "player_0 plays bet."

    def test_cards_of_leduc_poker_are_named_and_the_board_is_told_to_all(self) -> None:
        assert play("leduc_poker", 1).observation(0) == "You are dealt the Jack of hearts (Jh)."
        news = play("leduc_poker", 1, 4, 1, 1, 2).observation(0)
        assert news == "The Queen of spades (Qs) comes to the board."
        assert play("leduc_poker", 1, 4, 2).observation(1) == "player_0 plays raise. The pot has 4 chips."

    def test_moves_of_universal_poker_can_be_typed(self) -> None:
        state = play("universal_poker", 7, 19)
        legal = [state.action_to_string(0, action) for action in state.legal_actions()]
        assert legal == ["call", "bet", "all in"]
        assert state.observation(1) == "You are dealt the 6 of spades (6s)."
        assert state.child(3).observation(1) == "player_0 plays all in. The pot has 2400 chips."

    def test_the_dealers_first_card_of_blackjack_is_hidden_until_the_player_stands(self) -> None:
        state = play("blackjack", 15, 38, 35, 8)
        assert state.observation(0) == "The dealer has a hidden card and the 9 of clubs (9c)."
        assert play("blackjack", 15).observation(0) == "You are dealt the 3 of diamonds (3d)."
        assert (
            state.child(1)
            .observation(0)
            .startswith("player_0 plays stand. The dealer has the 10 of hearts (Th) and the 9 of clubs (9c).")
        )

    def test_no_card_is_told_to_the_wrong_player(self) -> None:
        start = play("universal_poker", 7, 19)
        assert "3s" not in start.information_state(1)
        assert "6s" not in start.information_state(0)


class TestNegotiation:
    def test_the_deal_is_drawn_from_our_seed_and_is_the_same_each_time(self) -> None:
        first, second = play("negotiation", 41), play("negotiation", 41)
        assert first.observation(0) == second.observation(0)
        assert first.observation(0) != play("negotiation", 42).observation(0)
        assert pickle.loads(pickle.dumps(first)).observation(1) == first.observation(1)

    def test_each_player_reads_its_own_values(self) -> None:
        state = play("negotiation", 4)
        assert re.fullmatch(
            r"The pool has \d+, \d+ and \d+ of the items in order\. One of each is worth \d+, \d+ and \d+ to "
            r"you\. There are at most \d+ turns\.",
            state.observation(0),
        )
        assert state.observation(0) != state.observation(1)

    def test_an_offer_that_is_accepted_pays_what_each_keeps(self) -> None:
        state = play("negotiation", 4)
        told = [list(map(int, re.findall(r"\d+", state.observation(player)))) for player in (0, 1)]
        pool, (mine, theirs) = told[0][:3], (numbers[3:6] for numbers in told)
        keep = [pool[0], 0, pool[2]]
        state = say(state, f"keep {' '.join(map(str, keep))}")
        state = say(state, "say 3 1 4")
        assert state.observation(1).startswith("player_0 plays say 3 1 4.")
        end = say(state, "accept")
        rest = [has - kept for has, kept in zip(pool, keep, strict=True)]
        assert end.returns() == (
            sum(a * b for a, b in zip(mine, keep, strict=True)),
            sum(a * b for a, b in zip(theirs, rest, strict=True)),
        )


def say(state: State, move: str) -> State:
    """Play the move of this name."""
    player = state.current_player
    return state.child(next(a for a in state.legal_actions() if state.action_to_string(player, a) == move))


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
            OpenSpielGame("tarok")

    def test_mean_fields_are_refused(self) -> None:
        with pytest.raises(ValueError, match="mean-field game"):
            OpenSpielGame("mfg_garnet")

    def test_a_game_without_numbered_moves_is_refused(self) -> None:
        with pytest.raises(ValueError, match="crossword does not number its moves"):
            OpenSpielGame("crossword")

    def test_a_game_that_may_end_the_program_is_refused(self) -> None:
        with pytest.raises(ValueError, match="morpion_solitaire ends the program sometimes"):
            OpenSpielGame("morpion_solitaire")

    def test_a_game_that_needs_parameters_is_refused_in_one_sentence(self) -> None:
        for name in ("nfg_game", "efg_game", "add_noise", "repeated_game"):
            with pytest.raises(ValueError, match=f"OpenSpiel cannot load '{name}': it needs parameters"):
                OpenSpielGame(name)

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

    def test_any_other_game_says_that_it_has_codes(self) -> None:
        assert "in OpenSpiel's codes" in OpenSpielGame("hex").rules
        assert "codes" not in OpenSpielGame("kuhn_poker").rules

    def test_any_other_game_says_what_openspiel_knows(self) -> None:
        assert "Endings pay each player from -1 to 1." in OpenSpielGame("hex").rules
