"""Blackjack plays and pays as OpenSpiel's, has the known exact values, and hides the dealer's card."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from random import Random

import pytest

from games import CHANCE, load
from games.blackjack import CARDS, HIT, STAND, Blackjack, BlackjackState, count, is_soft
from tests.games.breaches import breach
from tests.games.spiel import pyspiel


def numbers(cards: str) -> tuple[int, ...]:
    return tuple(map(CARDS.index, cards.split()))


def dealt(cards: str, *moves: int | str) -> BlackjackState:
    """The player's two cards, the dealer's two, and then moves and cards in order."""
    state = Blackjack().new_initial_state()
    for action in (*numbers(cards), *(m if isinstance(m, int) else CARDS.index(m) for m in moves)):
        state = state.child(action)
    return state


def assert_playouts_agree(playouts: int) -> None:
    for seed in range(playouts):
        rng, ours = Random(seed), Blackjack().new_initial_state()
        theirs = pyspiel.load_game("blackjack").new_initial_state()
        while True:
            assert ours.is_terminal == theirs.is_terminal()
            assert ours.current_player == theirs.current_player()
            assert list(ours.legal_actions()) == theirs.legal_actions()
            assert list(ours.returns()) == (theirs.returns() if theirs.is_terminal() else [0.0])
            if ours.current_player == CHANCE:
                chances = dict(theirs.chance_outcomes())
                assert dict(ours.chance_outcomes()) == pytest.approx(chances)
            assert list(ours.history) == theirs.history()
            if ours.is_terminal:
                break
            action = rng.choice(ours.legal_actions())
            ours = ours.child(action)
            theirs.apply_action(action)


class TestAgainstOpenSpiel:
    def test_random_playouts_agree(self) -> None:
        assert_playouts_agree(150)

    @pytest.mark.slow
    def test_many_random_playouts_agree(self) -> None:
        assert_playouts_agree(10_000)


ENDLESS = Blackjack(decks=0)
RANKS = [CARDS.index(rank + "c") for rank in "A23456789TJQK"]


class Exact:
    """Exact values with an endless deck, by the game's own transitions, each rank once."""

    def __init__(self) -> None:
        self.after_standing: dict[object, float] = {}
        self.best_from: dict[object, float] = {}

    def settle(self, state: BlackjackState) -> float:
        if state.is_terminal:
            return state.returns()[0]
        key = (count(state.mine), count(state.dealers), is_soft(state.dealers))
        if key not in self.after_standing:
            ends = [self.settle(state.child(card)) for card in RANKS]
            self.after_standing[key] = sum(ends) / 13
        return self.after_standing[key]

    def stand(self, state: BlackjackState) -> float:
        """The value of standing, when the dealer's hidden card may be any."""
        shown = state.dealers[1]
        ends = [BlackjackState(ENDLESS, state.mine, (hidden, shown), STAND) for hidden in RANKS]
        return sum(map(self.settle, ends)) / 13

    def hit(self, state: BlackjackState) -> float:
        after = [state.child(HIT).child(card) for card in RANKS]
        return sum(map(self.best, after)) / 13

    def best(self, state: BlackjackState) -> float:
        if state.is_terminal:
            return state.returns()[0]
        key = (count(state.mine), is_soft(state.mine), state.dealers[1])
        if key not in self.best_from:
            self.best_from[key] = max(self.stand(state), self.hit(state))
        return self.best_from[key]

    def stand_from(self, least: int, state: BlackjackState) -> float:
        if state.is_terminal:
            return state.returns()[0]
        key = (least, count(state.mine), is_soft(state.mine), state.dealers[1])
        if key not in self.best_from:
            after = [state.child(HIT).child(card) for card in RANKS]
            stands = count(state.mine) >= least
            self.best_from[key] = (
                self.stand(state) if stands else sum(self.stand_from(least, end) for end in after) / 13
            )
        return self.best_from[key]


def deals() -> list[BlackjackState]:
    """All deals of ranks; the hidden card is any card, because the values above average over it."""
    return [
        BlackjackState(ENDLESS, (one, two), (0, shown)) for one in RANKS for two in RANKS for shown in RANKS
    ]


def at(cards: str, shown: str) -> BlackjackState:
    return BlackjackState(ENDLESS, numbers(cards), (0, CARDS.index(shown)))


class TestExactValues:
    """The sheet's values for an endless deck."""

    def test_the_dealers_totals(self) -> None:
        known: dict[object, dict[int, float]] = {}

        def totals_from(state: BlackjackState) -> dict[int, float]:
            if state.is_terminal:
                return {min(count(state.dealers), 22): 1.0}
            key = (count(state.dealers), is_soft(state.dealers))
            if key not in known:
                known[key] = average(totals_from(state.child(card)) for card in RANKS)
            return known[key]

        def average(ends: Iterable[dict[int, float]]) -> dict[int, float]:
            found: Counter[int] = Counter()
            for end in ends:
                for total, chance in end.items():
                    found[total] += chance / 13  # type: ignore[assignment]
            return dict(found)

        start = BlackjackState(ENDLESS, numbers("Tc Td"), (), STAND)
        totals = average(
            average(totals_from(replace(start, dealers=(hidden, shown))) for shown in RANKS)
            for hidden in RANKS
        )
        expected = {17: 0.14513, 18: 0.13950, 19: 0.13346, 20: 0.18025, 21: 0.12007, 22: 0.28159}
        assert totals == pytest.approx(expected, abs=5e-6)

    def test_the_best_play_loses_a_twentieth(self) -> None:
        exact = Exact()
        assert sum(map(exact.best, deals())) / 13**3 == pytest.approx(-0.04656, abs=5e-6)

    @pytest.mark.parametrize(
        ("least", "expected"),
        [(12, -0.10582), (15, -0.07638), (16, -0.07521), (17, -0.07929), (18, -0.11198)],
    )
    def test_standing_from_a_total_on(self, least: int, expected: float) -> None:
        exact = Exact()
        values = [exact.stand_from(least, deal) for deal in deals()]
        assert sum(values) / 13**3 == pytest.approx(expected, abs=5e-6)

    @pytest.mark.parametrize(
        ("cards", "shown", "hits"),
        [
            ("Tc 6c", "Tc", True),
            ("Tc 2c", "4c", False),
            ("Tc 2c", "3c", True),
            ("Ac 7c", "9c", True),
            ("Ac 7c", "8c", False),
        ],
    )
    def test_the_best_move_is_the_known_one(self, cards: str, shown: str, hits: bool) -> None:
        exact, state = Exact(), at(cards, shown)
        assert (exact.hit(state) > exact.stand(state)) is hits

    def test_sixteen_against_a_ten_is_close(self) -> None:
        exact, state = Exact(), at("Tc 6c", "Tc")
        assert exact.hit(state) == pytest.approx(-0.5693, abs=5e-5)
        assert exact.stand(state) == pytest.approx(-0.5758, abs=5e-5)


class TestObservations:
    def test_the_dealers_first_card_is_hidden_until_the_player_stands(self) -> None:
        news = dealt("As 6d Kh 9c").observation(0)
        assert news == "The dealer has a hidden card and the 9 of clubs (9c). Your cards count 17 (soft)."
        stood = dealt("As 6d Kh 9c", STAND).observation(0)
        assert stood == (
            "The dealer shows the hidden card, the King of hearts (Kh). The dealer's cards count 19. You "
            "lose."
        )

    def test_a_player_over_21_loses_at_once_and_the_hidden_card_stays_hidden(self) -> None:
        end = dealt("Ts 6d Kh 9c", HIT, "Jd")
        assert end.returns() == (-1,)
        assert end.observation(0) == (
            "You are dealt the Jack of diamonds (Jd). Your cards count 26. That is over 21. You lose."
        )
        assert "Kh" not in end.information_state(0)

    def test_the_dealer_stands_on_a_soft_17(self) -> None:
        assert dealt("Ts 7d Ah 6c", STAND).returns() == (0,)
        assert dealt("Ts 8d Ah 6c", STAND).returns() == (1,)

    def test_two_cards_that_make_21_pay_no_more(self) -> None:
        assert dealt("As Kd Th 9c", STAND).returns() == (1,)
        assert dealt("As Kd Th 5c", STAND, "6c").returns() == (0,)


@pytest.mark.parametrize("name", ["blackjack", "blackjack?decks=0", "blackjack?decks=2"])
def test_it_keeps_the_contract(name: str) -> None:
    assert load(name).name == name
    assert breach(load(name), playouts=20) is None


def test_the_lowest_cards_make_the_longest_game() -> None:
    state, cards = dealt("Ac Ad Kc Kd"), iter(["Ah", "As", "2c", "2d", "2h", "2s", "3c", "3d", "3h", "4c"])
    decisions = 0
    while state.current_player == 0:
        state, decisions = state.child(HIT).child(CARDS.index(next(cards))), decisions + 1
    assert decisions == Blackjack().max_game_length == 10


@pytest.mark.parametrize("decks", [-1, 9, 1.5, True, "many"])
def test_decks_that_make_no_sense_are_refused(decks: object) -> None:
    with pytest.raises(ValueError, match="In blackjack, decks must be a whole number from 0 to 8"):
        Blackjack(decks)  # type: ignore[arg-type]
