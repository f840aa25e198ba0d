"""Bargaining plays and pays as OpenSpiel's, which plays here too, and deals are as the paper has them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from games import CHANCE, IllegalAction, load
from games.bargaining import (
    ACCEPT,
    CONTINUE,
    END,
    OFFERS,
    POOLS,
    WORTH,
    Bargaining,
    BargainingState,
    partners,
    valuations,
    worth,
)
from games.openspiel import OpenSpielGame
from tests.games.breaches import breach
from tests.games.haggling import dealt_bargaining, write, written
from tests.games.spiel import pyspiel

PARAMETERS = ["", "max_turns=3", "discount=0.9", "max_turns=5,discount=0.8,prob_end=0.3"]

BOOKISH = ((2, 2, 1), ((3, 1, 2), (1, 2, 4)))


def ours(parameters: str) -> Bargaining:
    made = load("bargaining?" + parameters.replace(",", "&"))
    assert isinstance(made, Bargaining)
    return made


def side_by_side(parameters: str, number: int) -> tuple[BargainingState, Any]:
    """Our state and OpenSpiel's after the deal that OpenSpiel has under this number."""
    game = pyspiel.load_game(f"bargaining({parameters})")
    deal = game.all_instances()[number]
    return dealt_bargaining(deal.pool, deal.values, ours(parameters)), game.new_initial_state().child(number)


def assert_same(mine: BargainingState, theirs: Any) -> None:
    """Whose turn, what is legal, what chance may do and what is paid agree."""
    assert mine.is_terminal == theirs.is_terminal()
    assert mine.current_player == theirs.current_player()
    if mine.current_player == CHANCE:
        assert [p for _, p in mine.chance_outcomes()] == [p for _, p in theirs.chance_outcomes()]
    else:
        assert list(mine.legal_actions()) == theirs.legal_actions()
    assert list(mine.returns()) == pytest.approx(theirs.returns())


def trace(parameters: str, rng: random.Random) -> Iterator[tuple[BargainingState, Any]]:
    """One random playing, state by state, of both games."""
    mine, theirs = side_by_side(parameters, rng.randrange(1000))
    yield mine, theirs
    while not theirs.is_terminal():
        actions = theirs.legal_actions()
        action = rng.choice(actions if rng.random() < 0.7 else actions[-1:])
        said = {1000: CONTINUE, 1001: END}.get(action, action)
        mine, theirs = mine.child(said), theirs.child(action)
        yield mine, theirs


class TestAgainstOpenSpiel:
    def test_offers_have_the_same_numbers(self) -> None:
        game = pyspiel.load_game("bargaining")
        assert [list(offer) for offer in OFFERS] == [offer.quantities for offer in game.all_offers()]
        assert game.new_initial_state().child(0).agree_action() == ACCEPT

    @pytest.mark.parametrize("parameters", PARAMETERS)
    def test_random_traces_agree_step_by_step(self, parameters: str) -> None:
        rng, ends = random.Random(parameters), set()
        for _ in range(60):
            for mine, theirs in trace(parameters, rng):
                assert_same(mine, theirs)
            ends.add((mine.is_agreed, len(mine.offers) == mine.game.max_turns, mine.moves[-1] == END))
        assert {(True, False, False), (False, True, False)} <= ends
        assert ((False, False, True) in ends) == ("prob_end" in parameters)

    def test_every_ending_of_a_short_game_agrees(self) -> None:
        def walk(mine: BargainingState, theirs: Any) -> int:
            assert_same(mine, theirs)
            return 1 + sum(walk(mine.child(a), theirs.child(a)) for a in theirs.legal_actions())

        counted = walk(*side_by_side("max_turns=2,discount=0.5", 3))
        assert counted > 100

    def test_all_of_its_deals_are_among_ours(self) -> None:
        for deal in pyspiel.load_game("bargaining").all_instances():
            pool, (first, second) = tuple(deal.pool), (tuple(each) for each in deal.values)
            assert valuations(pool).index(second) in partners(pool, first)

    @pytest.mark.parametrize("player", [0, 1])
    def test_information_states_are_distinct_where_openspiels_are(self, player: int) -> None:
        rng = random.Random(player)
        steps = [step for _ in range(100) for step in trace("max_turns=4", rng)]
        pairs = {
            (mine.information_state(player), theirs.information_state_string(player))
            for mine, theirs in steps
            if not mine.is_terminal
        }
        assert len(pairs) > 100
        assert len({mine for mine, _ in pairs}) == len({theirs for _, theirs in pairs}) == len(pairs)


class TestDeals:
    def test_pools_and_values_are_those_of_the_paper(self) -> None:
        deals = 0
        for pool in POOLS:
            assert 5 <= sum(pool) <= 7
            assert min(pool) >= 1
            for values in valuations(pool):
                assert worth(pool, values) == WORTH
                for others in (valuations(pool)[number] for number in partners(pool, values)):
                    deals += 1
                    assert all(mine or other for mine, other in zip(values, others, strict=True))
                    assert any(mine and other for mine, other in zip(values, others, strict=True))
        assert deals == 5793

    def test_all_deals_are_equally_likely(self) -> None:
        likely = set()
        start = Bargaining().new_initial_state()
        for pool, p in start.chance_outcomes():
            for first, q in start.child(pool).chance_outcomes():
                second = start.child(pool).child(first).chance_outcomes()
                likely |= {round(p * q * r, 12) for _, r in second}
        assert likely == {round(1 / 5793, 12)}

    def test_the_pool_is_shown_to_both_and_values_to_their_owner_alone(self) -> None:
        pool, values = BOOKISH
        state = Bargaining().new_initial_state().child(POOLS.index(pool))
        assert state.observation(0) == state.observation(1) == "The pool: 2 books, 2 hats, 1 ball."
        state = state.child(valuations(pool).index(values[0]))
        mine = "What one of each is worth to you, in points: a book 3, a hat 1, a ball 2."
        assert (state.observation(0), state.observation(1)) == (mine, "")
        both = dealt_bargaining(pool, values)
        assert state.information_state(0) == both.information_state(0)
        assert json.loads(both.information_state(1))["values"] == [1, 2, 4]


class TestPlay:
    def test_a_proposal_says_what_the_proposer_keeps(self) -> None:
        state = write(dealt_bargaining(*BOOKISH), "keep 2 books 0 hats 1 balls")
        assert state.observation(1) == (
            "player_0 proposes to keep 2 books, 0 hats, 1 ball and to leave the other 0 books, 2 hats, "
            "0 balls. Turn 2 of 10 is next."
        )

    def test_an_accepted_proposal_pays_each_by_its_own_values(self) -> None:
        start = dealt_bargaining(*BOOKISH)
        state = write(start, "keep 2 books 0 hats 1 balls", "accept")
        assert state.returns() == (8, 4)
        assert state.observation(0) == "player_1 accepts: player_0 gets 8 points and player_1 gets 4 points."
        turned = write(start, "keep 2 books 2 hats 1 balls", "keep 0 books 2 hats 1 balls", "accept")
        assert turned.returns() == (6, 8)

    def test_the_first_turn_has_nothing_to_accept(self) -> None:
        assert "accept" not in written(dealt_bargaining(*BOOKISH))
        with pytest.raises(IllegalAction):
            dealt_bargaining(*BOOKISH).child(ACCEPT)

    def test_nobody_keeps_more_than_there_is(self) -> None:
        moves = written(dealt_bargaining(*BOOKISH))
        assert len(moves) == 3 * 3 * 2
        with pytest.raises(IllegalAction):
            dealt_bargaining(*BOOKISH).child(OFFERS.index((0, 0, 2)))

    def test_the_last_turn_without_an_acceptance_ends_without_a_deal(self) -> None:
        state = write(dealt_bargaining(*BOOKISH), *["keep 2 books 2 hats 1 balls"] * 10)
        assert state.is_terminal
        assert state.returns() == (0, 0)
        assert state.observation(0).endswith(
            "That was the last turn: there is no deal, and both players get 0."
        )

    def test_an_acceptance_in_the_last_turn_counts(self) -> None:
        state = write(dealt_bargaining(*BOOKISH), *["keep 2 books 2 hats 1 balls"] * 9, "accept")
        assert state.returns() == (10, 0)

    def test_the_discount_begins_with_the_third_turn(self) -> None:
        start = dealt_bargaining(*BOOKISH, Bargaining(discount=0.5))
        assert write(start, "keep 2 books 2 hats 1 balls", "accept").returns() == (10, 0)
        state = write(start, "keep 2 books 2 hats 1 balls", "keep 0 books 2 hats 1 balls", "accept")
        assert state.returns() == (3, 4)

    def test_chance_may_break_off_after_the_second_proposal(self) -> None:
        start = dealt_bargaining(*BOOKISH, Bargaining(prob_end=0.25))
        state = write(start, "keep 2 books 2 hats 1 balls", "keep 2 books 2 hats 1 balls")
        assert state.chance_outcomes() == ((CONTINUE, 0.75), (END, 0.25))
        over = write(state, "end")
        assert over.returns() == (0, 0)
        assert over.observation(1).startswith("The bargaining breaks off")
        assert write(state, "continue").observation(0) == "The bargaining goes on."


class TestContract:
    @pytest.mark.parametrize(
        "name", ["bargaining", "bargaining?max_turns=1", "bargaining?max_turns=4&discount=0.9&prob_end=0.2"]
    )
    def test_it_keeps_the_contract_of_games(self, name: str) -> None:
        assert load(name).name == name
        assert breach(load(name), playouts=3) is None

    @pytest.mark.parametrize("parameter", ["max_turns=0", "discount=0", "discount=1.5", "prob_end=1"])
    def test_parameters_out_of_bounds_are_refused(self, parameter: str) -> None:
        with pytest.raises(ValueError, match=f"not {parameter.partition('=')[2]}"):
            load(f"bargaining?{parameter}")

    def test_the_rules_tell_of_the_parameters_that_are_set(self) -> None:
        assert "at most 4 turns" in Bargaining(4).rules
        assert "multiplies" not in Bargaining().rules
        assert "multiplies what both players get by 0.9" in Bargaining(discount=0.9).rules
        assert "breaks off with probability 0.2" in Bargaining(prob_end=0.2).rules


class TestOpenSpielsOwn:
    @pytest.mark.parametrize("short_string", ["bargaining", "bargaining(max_turns=3,discount=0.9)"])
    def test_its_bargaining_keeps_our_contract(self, short_string: str) -> None:
        assert breach(OpenSpielGame(short_string), playouts=2) is None

    def test_with_an_end_by_chance_it_is_refused_as_its_players_forget(self) -> None:
        state = pyspiel.load_game("bargaining(prob_end=0.2)").new_initial_state()
        for action in (0, 0, 0):
            state = state.child(action)
        assert state.information_state_string(0) == "Initial chance node"
        with pytest.raises(ValueError, match="forgets what its players know"):
            OpenSpielGame("bargaining(prob_end=0.2)")

    def test_its_bargaining_explains_itself(self) -> None:
        assert 'Or it writes "Agree" and takes the latest proposal' in OpenSpielGame("bargaining").rules

    def test_it_pays_through_the_adapter_what_ours_pays(self) -> None:
        rng = random.Random(5)
        for _ in range(20):
            number = rng.randrange(1000)
            mine, _ = side_by_side("", number)
            wrapped = OpenSpielGame("bargaining").new_initial_state().child(number)
            while not mine.is_terminal:
                action = rng.choice(mine.legal_actions())
                mine, wrapped = mine.child(action), wrapped.child(action)
            assert wrapped.returns() == mine.returns()
