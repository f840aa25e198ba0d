"""What a repeated game pays, who has the first seat in its hands, and what an illegal move costs in it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from games import CHANCE, SIMULTANEOUS, Game, Repeated, State, check_game, load
from games.kuhn import BET, PASS, KuhnPoker
from games.repeated import RepeatedState
from games.repeated_settings import First, Payoff
from games.rock_paper_scissors import RockPaperScissors
from games.theory import (
    NotEnumerated,
    exploitability,
    information_states,
    kuhn_equilibrium,
    nash_conv,
    uniform,
)
from games.theory.tree import tree

SIGNED = "repeated:kuhn?n=2&payoff=sign&first=alternate&begins=1"


def after(game: Game, *actions: int) -> RepeatedState:
    state = game.new_initial_state()
    for action in actions:
        state = state.child(action)
    assert isinstance(state, RepeatedState)
    return state


@pytest.mark.parametrize(
    "name",
    [
        SIGNED,
        "repeated:tictactoe?n=2&first=alternate",
        "repeated:leduc?n=2&begins=1",
        "repeated:rock-paper-scissors?n=3&payoff=sign&first=alternate",
        "repeated:ultimatum?n=2&payoff=sign&first=alternate",
        "repeated:repeated:kuhn%3Fn%3D2%26first%3Dalternate?n=2&payoff=sign&first=alternate",
        "repeated:kuhn?n=2&payoff=sign&forfeit=-1.5&forfeit_others=0.5",
    ],
)
def test_it_keeps_the_contract_of_games_and_its_name(name: str) -> None:
    game = load(name)
    assert game.name == name
    check_game(game, playouts=3)


@pytest.mark.parametrize(
    "inner",
    ["kuhn_poker(players=3)", "goofspiel(num_cards=3,imp_info=True,points_order=descending,players=3)"],
)
def test_so_do_those_of_openspiel_with_three_players(inner: str) -> None:
    pytest.importorskip("pyspiel")
    check_game(load(f"repeated:openspiel:{inner}?n=2&payoff=sign&first=alternate&begins=2"), playouts=3)


class TestSign:
    def test_who_has_more_gets_one_whatever_the_last_hand_paid(self) -> None:
        """King calls a bet of the Queen's: 2 chips. Then the Jack loses 1 by a fold."""
        end = after(Repeated(KuhnPoker(), 2, Payoff.SIGN), 2, 1, BET, BET, 0, 1, PASS, PASS)
        assert (end.totals, end.hand_returns) == ((1.0, -1.0), ((2.0, -2.0), (-1.0, 1.0)))
        assert (end.returns(), end.winner) == ((1.0, -1.0), 0)
        assert end.observation(1).endswith("+1, player_1 -1. Results: player_0 +1, player_1 -1.")

    def test_equal_totals_pay_nothing(self) -> None:
        end = after(Repeated(KuhnPoker(), 2, Payoff.SIGN), 2, 0, PASS, PASS, 0, 2, PASS, PASS)
        assert (end.returns(), end.winner) == ((0.0, 0.0), None)

    @pytest.mark.parametrize(
        ("totals", "paid"),
        [
            ((3, 1, -4), (1, 0, -1)),
            ((2, 2, -4), (0.5, 0.5, -1)),
            ((1, 1, 1), (0, 0, 0)),
            ((0.1 + 0.2, 0.3, 0), (0.5, 0.5, -1)),
        ],
    )
    def test_of_three_players_each_is_compared_with_each(
        self, totals: tuple[float, ...], paid: tuple[float, ...]
    ) -> None:
        pytest.importorskip("pyspiel")
        game = load("repeated:openspiel:kuhn_poker(players=3)?n=2&payoff=sign")
        assert isinstance(game, Repeated)
        assert game.paid((), totals) == paid

    def test_it_is_zero_sum_though_a_hand_is_not(self) -> None:
        game = load("repeated:ultimatum?n=2&payoff=sign")
        assert (game.zero_sum, game.min_utility, load("repeated:ultimatum?n=2").zero_sum) == (
            True,
            -1.0,
            False,
        )

    def test_its_stage_is_the_whole_game_because_its_hands_are_not_independent(self) -> None:
        signed, summed = after(load(SIGNED), 2, 0), after(load("repeated:kuhn?n=2"), 2, 0)
        assert (signed.stage, signed.stage_player(1)) == (signed, 1)
        assert summed.stage == summed.hand


class TestFirstSeat:
    def test_it_goes_round_and_players_keep_their_names(self) -> None:
        game = load("repeated:kuhn?n=2&first=alternate")
        second = after(game, 2, 1, PASS, PASS)
        assert second.observation(0) == (
            "player_1 checks. Showdown: player_0 has the King (K), player_1 has the Queen (Q). player_0 wins "
            "1 chip.\nHand 2 of 2. Totals so far: player_0 +1, player_1 -1. "
            "In this hand player_1 has seat_0, player_0 has seat_1."
        )
        dealt = second.child(0).child(2)
        assert (dealt.current_player, dealt.legal_actions(0), dealt.legal_actions(1)) == (1, (), (0, 1))
        assert second.child(0).observation(1) == "Your card is the Jack (J)."
        assert second.child(0).observation(0) == ""
        folded = dealt.child(BET).child(PASS)
        assert folded.observation(0).startswith("player_0 folds. player_1 wins 1 chip.")
        assert folded.returns() == (0.0, 0.0)
        assert folded.hand_returns == ((1.0, -1.0), (-1.0, 1.0))

    def test_the_player_of_a_stage_is_its_seat(self) -> None:
        state = after(load("repeated:kuhn?n=2&begins=1"), 2, 0)
        assert (state.current_player, state.stage_player(1), state.stage_player(0)) == (1, 0, 1)
        assert state.stage.information_state(state.stage_player(1)) == "K"

    def test_the_rules_name_seats_and_say_who_begins(self) -> None:
        rules = load("repeated:kuhn?n=5&payoff=sign&first=alternate&begins=1").rules
        assert "player_1 has seat_0 in hand 1, player_0 in hand 2, and so on in turn." in rules
        assert "seat_0 acts first and writes" in rules
        assert "player_0 acts first" not in rules
        assert "the player with more gets 1 and the other -1" in rules

    def test_joint_moves_are_given_and_recorded_by_player(self) -> None:
        state = Repeated(RockPaperScissors(), 2, first=First.ALTERNATE, begins=1).new_initial_state()
        once = state.joint_child((0, 1))
        assert once.history == (0, 1)
        assert once.totals == (-1.0, 1.0), "paper of player_1 beats rock of player_0"
        assert once.joint_child((2, 1)).returns() == (0.0, 0.0)

    def test_three_players_follow_each_other(self) -> None:
        pytest.importorskip("pyspiel")
        game = load("repeated:openspiel:kuhn_poker(players=3)?n=4&first=alternate&begins=2")
        assert isinstance(game, Repeated)
        assert [game.seating.player_in(0, hand) for hand in range(4)] == [2, 0, 1, 2]
        assert [game.seating.seat_of(0, hand) for hand in range(4)] == [1, 0, 2, 1]

    @pytest.mark.parametrize(("hands", "expected"), [(1, 1 / 18), (2, 0.0), (5, 1 / 18)])
    def test_a_hand_costs_its_first_player_an_eighteenth_at_equilibrium(
        self, hands: int, expected: float
    ) -> None:
        """Kuhn 1950. player_1 has the first seat in hands 1, 3 and 5, and player_0 in 2 and 4."""
        game = load(f"repeated:kuhn?n={hands}&first=alternate&begins=1")
        policies = kuhn_equilibrium(1 / 3)
        known: dict[Hashable, float] = {}

        def value(state: State) -> float:
            if state.is_terminal:
                return state.returns()[0]
            if state.position not in known:
                known[state.position] = sum(p * value(state.child(a)) for a, p in chances(state))
            return known[state.position]

        def chances(state: State) -> Any:
            if state.current_player == CHANCE:
                return state.chance_outcomes()
            seat = state.stage_player(state.current_player)
            return policies[seat][state.stage.information_state(seat)].items()

        assert value(game.new_initial_state()) == pytest.approx(expected)


class TestTheory:
    def test_best_responses_to_uniform_play_are_those_of_openspiel_hand_by_hand(self) -> None:
        """A player sees the totals between hands, so that each hand is a game of its own against them."""
        pytest.importorskip("pyspiel")
        game = load(SIGNED)
        gains = []
        for seats in ((1, 0), (0, 1)):
            best: Worth = _sign
            even: Worth = _sign
            for seat in reversed(seats):
                best, even = _before(seat, best, _best), _before(seat, even, _even)
            gains.append(best(0) - even(0))
        assert nash_conv(game, uniform(game)) == pytest.approx(sum(gains))
        assert gains == pytest.approx([0.3645833, 0.3368056], abs=1e-6)

    def test_alternating_hands_that_are_summed_lose_what_single_hands_lose(self) -> None:
        game, hand = load("repeated:kuhn?n=2&first=alternate"), KuhnPoker()
        assert exploitability(game, uniform(game)) == pytest.approx(2 * exploitability(hand, uniform(hand)))

    def test_a_game_that_is_too_large_is_refused_in_a_sentence(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("games.theory.tree.MOST_HISTORIES", 1000)
        for enumerated in (tree, information_states):
            with pytest.raises(
                NotEnumerated, match=r"repeated:kuhn\?n=5 has more than 1,000 histories, which"
            ):
                enumerated(load("repeated:kuhn?n=5"))


Worth = Callable[[float], float]


def _before(seat: int, worth: Worth, played: Callable[[int, Worth], float]) -> Worth:
    """Return what a total is worth before a hand in which the player has a seat."""
    return cache(lambda total: played(seat, lambda chips: worth(total + chips)))


def _sign(total: float) -> float:
    return float((total > 0) - (total < 0))


def _best(seat: int, worth: Worth) -> float:
    """Return the most that a pure strategy gets against uniform play, of all 64."""
    states = sorted({key for key, _ in _decisions(seat)})
    return max(
        _expected(seat, worth, dict(zip(states, actions, strict=True)))
        for actions in product((0, 1), repeat=len(states))
    )


def _even(seat: int, worth: Worth) -> float:
    return _expected(seat, worth, {})


def _expected(seat: int, worth: Worth, pure: Mapping[str, int]) -> float:
    import pyspiel

    def value(state: Any) -> float:
        if state.is_terminal():
            return worth(state.returns()[seat])
        if state.is_chance_node():
            return float(sum(p * value(state.child(a)) for a, p in state.chance_outcomes()))
        if state.current_player() == seat and pure:
            return value(state.child(pure[state.information_state_string(seat)]))
        return sum(value(state.child(action)) for action in (0, 1)) / 2

    return float(value(pyspiel.load_game("kuhn_poker").new_initial_state()))


def _decisions(seat: int) -> list[tuple[str, int]]:
    import pyspiel

    found, pending = [], [pyspiel.load_game("kuhn_poker").new_initial_state()]
    while pending:
        state = pending.pop()
        if not state.is_terminal():
            if state.current_player() == seat:
                found.append((state.information_state_string(seat), seat))
            pending += [state.child(action) for action in state.legal_actions()]
    return found


OWN_GAME = """
from games.kuhn import KuhnPoker


class Mine(KuhnPoker):
    name = "mine"
"""


def test_a_users_own_game_is_named_by_its_place(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(OWN_GAME, encoding="utf-8")
    game = load(f"repeated:{tmp_path}/mine.py%3AMine?n=2&payoff=sign&first=alternate")
    assert game.name.endswith("mine.py:Mine?n=2&payoff=sign&first=alternate")
    assert load(game.name).name == game.name


def test_its_hands_may_be_disguised(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(OWN_GAME, encoding="utf-8")
    for place in ("kuhn", f"{tmp_path}/mine.py:Mine"):
        inner = quote(f"repeated:{quote(place)}?n=2&payoff=sign&first=alternate&begins=1")
        game = load(f"disguised:{inner}?seed=3")
        assert load(game.name).name == game.name
    check_game(load("disguised:repeated%3Akuhn%3Fn%3D2%26first%3Dalternate?seed=3"), playouts=2)


class TestRefusals:
    @pytest.mark.parametrize(
        ("query", "why"),
        [
            ("payoff=signs", "payoff is sum or sign, not 'signs'"),
            ("first=1", "first is fixed or alternate, not 1"),
            ("begins=2", "the number of a player of kuhn, from 0 to 1, not 2"),
            ("begins=True", "the number of a player of kuhn, from 0 to 1, not True"),
            ("begins=x", "the number of a player of kuhn, from 0 to 1, not 'x'"),
            ("forfeit=1", "an illegal move would be worth making"),
            ("forfeit=-1&forfeit_others=-2", "an illegal move would be worth making"),
            ("forfeit_others=1", "needs a forfeit beside it"),
            ("forfeit=1e999", "is a number, such as -1.5, not inf"),
            ("forfeit=x", "is a number, such as -1.5, not 'x'"),
        ],
    )
    def test_settings_out_of_range(self, query: str, why: str) -> None:
        with pytest.raises(ValueError, match=why):
            load(f"repeated:kuhn?n=2&{query}")

    @pytest.mark.parametrize("setting", ["payoff=sign", "first=alternate"])
    def test_a_player_alone_is_compared_with_nobody(self, setting: str) -> None:
        pytest.importorskip("pyspiel")
        with pytest.raises(ValueError, match=f"has one player, .* so {setting} means nothing in it"):
            load(f"repeated:openspiel:catch?n=2&{setting}")


def test_simultaneous_hands_are_still_simultaneous() -> None:
    state = load("repeated:rock-paper-scissors?n=2&first=alternate").new_initial_state()
    assert state.joint_child((0, 0)).current_player == SIMULTANEOUS
