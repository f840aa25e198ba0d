"""A repeated game deals exactly n hands, adds up their chips, and forgets nothing."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from games import CHANCE, SIMULTANEOUS, Game, Repeated, State
from games.history import step
from games.kuhn import BET, KuhnPoker
from games.leduc import LeducPoker
from games.repeated import RepeatedState
from games.rock_paper_scissors import RockPaperScissors
from games.tictactoe import TicTacToe

HANDS: Sequence[Game] = (KuhnPoker(), LeducPoker(), TicTacToe(), RockPaperScissors())


def random_states(game: Game, seed: int) -> list[State]:
    rng = Random(seed)
    states = [game.new_initial_state()]
    while not (state := states[-1]).is_terminal:
        movers = (0, 1) if state.current_player == SIMULTANEOUS else (None,)
        states.append(step(state, [rng.choice(state.legal_actions(player)) for player in movers]))
    return states


def end_of(game: Game, seed: int) -> RepeatedState:
    end = random_states(game, seed)[-1]
    assert isinstance(end, RepeatedState)
    return end


@given(hand=st.sampled_from(HANDS), n=st.integers(1, 6), seed=st.integers())
def test_totals_are_the_sum_of_the_hands(hand: Game, n: int, seed: int) -> None:
    end = end_of(Repeated(hand, n), seed)
    assert len(end.hand_returns) == n
    assert end.returns() == end.totals == tuple(sum(paid) for paid in zip(*end.hand_returns, strict=True))
    assert sum(end.returns()) == 0


@given(n=st.integers(1, 6), seed=st.integers())
def test_there_are_exactly_n_deals_and_no_phantom_hand(n: int, seed: int) -> None:
    states = random_states(Repeated(KuhnPoker(), n), seed)
    assert sum(state.current_player == CHANCE for state in states) == 2 * n
    told = "\n".join(state.observation(0) for state in states)
    assert told.count("Hand ") == n


@given(hand=st.sampled_from(HANDS), seed=st.integers())
def test_the_winner_is_who_has_most_chips_not_who_won_last(hand: Game, seed: int) -> None:
    end = end_of(Repeated(hand, 3), seed)
    first, second = end.totals
    assert end.winner == (None if first == second else int(second > first))


def kuhn(n: int, *actions: int) -> RepeatedState:
    state = Repeated(KuhnPoker(), n).new_initial_state()
    for action in actions:
        state = state.child(action)
    return state


class TestObservations:
    def test_the_end_of_a_hand_tells_its_result_and_the_next_hand_at_once(self) -> None:
        assert kuhn(2, 2, 0, BET, 0).observation(1) == (
            "player_1 folds. player_0 wins 1 chip.\nHand 2 of 2. Totals so far: player_0 +1, player_1 -1."
        )

    def test_a_card_of_a_later_hand_is_private_too(self) -> None:
        assert kuhn(2, 2, 0, BET, 0, 1).observation(0) == "Your card is the Queen (Q)."
        assert kuhn(2, 2, 0, BET, 0, 1).observation(1) == ""

    def test_the_last_hand_tells_the_totals(self) -> None:
        end = kuhn(2, 2, 0, BET, 0, 0, 2, BET, BET)
        assert (
            end.observation(0).splitlines()[-1] == "All 2 hands are played. Totals: player_0 -1, player_1 +1."
        )
        assert (end.returns(), end.winner) == ((-1, 1), 1)


def test_nothing_is_paid_and_nobody_has_won_before_the_last_hand_ends() -> None:
    state = kuhn(2, 2, 0, BET, 0)
    assert (state.returns(), state.totals, state.winner) == ((0, 0), (1, -1), None)


def test_the_stage_is_the_hand_and_the_history_is_that_of_all_hands() -> None:
    state = kuhn(2, 2, 0, BET, 0, 1)
    assert (state.stage, state.history) == (state.hand, (2, 0, BET, 0, 1))
    assert kuhn(1, 2, 0, BET, 0).history == (2, 0, BET, 0)


def test_a_player_remembers_earlier_hands() -> None:
    showdown, fold = kuhn(2, 2, 0, BET, BET, 1, 0), kuhn(2, 2, 0, BET, 0, 1, 0)
    assert showdown.hand == fold.hand
    assert showdown.information_state(0) != fold.information_state(0)


@pytest.mark.parametrize("n", [0, -1, "three"])
def test_a_game_is_repeated_at_least_once(n: int) -> None:
    with pytest.raises(ValueError, match="must be a whole number from 1 to"):
        Repeated(KuhnPoker(), n)
