"""Limit hold'em plays and pays as OpenSpiel's universal poker, and tells each player what it may know."""

from __future__ import annotations

import pickle
from random import Random

import pytest

from games import State, load
from games.leduc import CALL, FOLD, RAISE
from games.limit_holdem import DECK, LimitHoldem
from tests.games.breaches import breach
from tests.games.spiel import assert_same, pyspiel

DEALS = ["As", "Ad", "7c", "2d", "Kh", "Qh", "Jh", "Ac", "3s"]


def theirs(first_raises: int = 3) -> pyspiel.State:
    return pyspiel.load_game(
        "universal_poker(betting=limit,numPlayers=2,numRounds=4,blind=2 1,firstPlayer=2 1 1 1,numSuits=4,"
        "numRanks=13,numHoleCards=2,numBoardCards=0 3 1 1,raiseSize=2 2 4 4,"
        f"maxRaises={first_raises} 4 4 4)"
    ).new_initial_state()


def assert_playouts_agree(playouts: int, first_raises: int = 3) -> None:
    for seed in range(playouts):
        rng: Random = Random(seed)
        ours: State = LimitHoldem(first_raises=first_raises).new_initial_state()
        spiel = theirs(first_raises)
        folds = rng.random()
        while True:
            assert_same(ours, spiel)
            assert list(ours.history) == spiel.history()
            if ours.is_terminal:
                break
            legal = ours.legal_actions()
            if ours.current_player >= 0 and rng.random() > folds / 3:
                legal = tuple(action for action in legal if action != FOLD)
            action = rng.choice(legal)
            ours = ours.child(action)
            spiel.apply_action(action)


def play(*moves: int, deals: list[str] = DEALS, game: LimitHoldem | None = None) -> State:
    """Deal these cards as they are needed, and make these moves."""
    state: State = (game or LimitHoldem()).new_initial_state()
    cards, actions = iter(deals), iter(moves)
    while not state.is_terminal:
        if state.current_player < 0:
            state = state.child(DECK.index(next(cards)))
        elif (action := next(actions, None)) is None:
            break
        else:
            state = state.child(action)
    return state


class TestAgainstOpenSpiel:
    def test_random_playouts_agree(self) -> None:
        assert_playouts_agree(60)

    @pytest.mark.slow
    @pytest.mark.parametrize("first_raises", [3, 4])
    def test_many_random_playouts_agree(self, first_raises: int) -> None:
        assert_playouts_agree(3_000, first_raises)


class TestChips:
    def test_a_player_can_put_in_48_chips_and_50_by_rlcards_raises(self) -> None:
        most = [CALL, RAISE, RAISE, RAISE, CALL] + [RAISE, RAISE, RAISE, RAISE, CALL] * 3
        assert play(*most).returns() == (48, -48)
        rlcards = LimitHoldem(first_raises=4, fold="always", unit="big-blinds")
        assert play(*[RAISE] * 4, CALL, *([RAISE] * 4 + [CALL]) * 3, game=rlcards).returns() == (25, -25)
        assert (LimitHoldem().min_utility, rlcards.min_utility) == (-48, -25)

    def test_the_small_blind_acts_first_before_the_flop_and_the_big_blind_after_it(self) -> None:
        assert play().current_player == 1
        assert play(CALL, CALL).current_player == 0

    def test_a_fold_loses_what_was_put_in(self) -> None:
        assert play(FOLD).returns() == (1, -1)
        assert play(RAISE, FOLD).returns() == (-2, 2)
        assert play(CALL, CALL, CALL, RAISE, FOLD).returns() == (-2, 2)
        assert play(RAISE, CALL, RAISE, RAISE, FOLD).returns() == (-6, 6)

    def test_equal_hands_share_the_pot(self) -> None:
        board = ["2c", "3d", "2d", "3c", "As", "Ks", "Qs", "Js", "Ts"]
        end = play(*[CALL] * 8, deals=board)
        assert end.returns() == (0, 0)
        assert end.observation(0).endswith("They share the pot.")

    def test_folding_without_a_bet_is_a_setting(self) -> None:
        assert play(CALL).legal_actions() == (CALL, RAISE)
        always = LimitHoldem(fold="always")
        assert play(CALL, game=always).legal_actions() == (FOLD, CALL, RAISE)
        assert play(CALL, FOLD, game=always).returns() == (-2, 2)


class TestObservations:
    def test_private_cards_are_private_and_the_flop_is_told_at_once(self) -> None:
        start = play()
        assert start.observation(1) == "Your cards are the 7 of clubs (7c) and the 2 of diamonds (2d)."
        assert start.observation(0) == ""
        flop = play(CALL, CALL)
        news = "The flop is the King of hearts (Kh), the Queen of hearts (Qh) and the Jack of hearts (Jh)."
        assert flop.observation(0) == flop.observation(1) == news
        turn = play(CALL, CALL, CALL, CALL)
        assert turn.observation(0) == "The turn is the Ace of clubs (Ac). The board is Kh Qh Jh Ac."

    def test_moves_are_told_with_the_pot(self) -> None:
        assert play(RAISE).observation(0) == "player_1 raises."
        state = play(CALL, CALL, RAISE)
        assert state.observation(1) == "player_0 bets."
        called = LimitHoldem().new_initial_state()
        for action in (*map(DECK.index, DEALS[:4]), CALL, RAISE, CALL):
            called = called.child(action)
        assert called.observation(0) == "player_1 calls. The pot is 8 chips."

    def test_a_showdown_names_the_hands(self) -> None:
        end = play(*[CALL] * 8)
        assert end.observation(1) == (
            "player_1 checks. The pot is 4 chips. Showdown: player_0 has the Ace of diamonds (Ad) and the "
            "Ace of spades (As): three of a kind, Aces; player_1 has the 7 of clubs (7c) and the 2 of "
            "diamonds (2d): Ace high. player_0 wins 2 chips."
        )

    def test_a_fold_shows_no_card(self) -> None:
        end = play(FOLD)
        assert end.observation(0) == "player_1 folds. player_0 wins 1 chip."
        assert "7c" not in end.information_state(0)

    def test_moves_are_named_by_what_there_is_to_call(self) -> None:
        def words(*moves: int) -> list[str]:
            state = play(*moves)
            return [state.action_to_string(state.current_player, action) for action in state.legal_actions()]

        assert words() == ["fold", "call", "raise"]
        assert words(CALL) == ["check", "raise"]
        assert words(CALL, CALL) == ["check", "bet"]
        assert words(CALL, CALL, RAISE) == ["fold", "call", "raise"]


@pytest.mark.parametrize("name", ["limit-holdem", "limit-holdem?first_raises=4&fold=always&unit=big-blinds"])
def test_it_keeps_the_contract(name: str) -> None:
    assert load(name).name == name
    assert breach(load(name), playouts=10) is None
    state = play(CALL, CALL)
    assert pickle.loads(pickle.dumps(state)) == state


def test_the_rules_say_the_settings() -> None:
    assert "from 1 to 48 chips" in LimitHoldem().rules
    theirs = LimitHoldem(first_raises=4, fold="always", unit="big-blinds").rules
    assert "from 1 to 50 chips" in theirs
    assert "may fold at any time" in theirs
    assert "big blinds of 2 chips" in theirs


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("raises=0", "In limit hold'em, raises must be a whole number from 1 to 20, not 0"),
        ("fold=never", "fold must be 'facing' or 'always', not 'never'"),
        ("unit=euros", "unit must be 'chips' or 'big-blinds', not 'euros'"),
    ],
)
def test_settings_that_make_no_sense_are_refused(query: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        load(f"limit-holdem?{query}")
