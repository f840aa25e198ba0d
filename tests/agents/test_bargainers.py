"""Scripted bargainers: what they ask for, what they take, and that their moves are always legal."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.bargainers import Bargainer, Fair, Greedy
from agents.random import Random
from agents.shared.decision import GameDecision
from arena.episode.outcome import Ending
from arena.forms import Status
from games import Game, State
from games.bargaining import Bargaining
from games.trade import Trade
from games.ultimatum import Ultimatum
from protocols import Play
from tests.agents.asking import requests_in
from tests.games.haggling import BASE, dealt_bargaining, dealt_trade, write
from tests.shared.examples import few
from tests.shared.playing import play
from tests.shared.protocols import seeds

# Player 0 likes books and player 1 hats, as far as neither can tell.
LIKING = ((2, 2, 1), ((3, 1, 2), (1, 3, 2)))
# An Ore is worth 8 more to player 0 than to the market, and 8 less to player 1.
ORE = ((5, 10, 15, 25, 48), (5, 10, 15, 25, 32))


def move(agent: Bargainer, game: Game, state: State) -> str:
    """What the agent writes at a state, told what `Play` tells it."""
    player = state.current_player
    moves = {state.action_to_string(player, action): action for action in state.legal_actions()}
    listed = {} if state.legal_in_words(player) else moves
    written = agent.move(GameDecision(game.name, player, state.information_state(player), listed))
    assert written in moves
    return written


class TestUltimatum:
    @pytest.mark.parametrize(("agent", "offer"), [(Greedy(), "offer 1"), (Fair(), "offer 5")])
    def test_the_greedy_leave_little_and_the_fair_half(self, agent: Bargainer, offer: str) -> None:
        assert move(agent, Ultimatum(), Ultimatum().new_initial_state()) == offer

    @pytest.mark.parametrize(
        ("agent", "offered", "answer"),
        [
            (Greedy(), 0, "reject"),
            (Greedy(), 1, "accept"),
            (Fair(), 4, "reject"),
            (Fair(), 5, "accept"),
            (Fair(), 9, "accept"),
        ],
    )
    def test_the_greedy_take_anything_and_the_fair_half(
        self, agent: Bargainer, offered: int, answer: str
    ) -> None:
        game = Ultimatum()
        assert move(agent, game, game.new_initial_state().child(offered)) == answer

    def test_one_coin_cannot_be_shared(self) -> None:
        for agent in (Greedy(), Fair()):
            assert move(agent, Ultimatum(1), Ultimatum(1).new_initial_state()) == "offer 0"


class TestBargaining:
    def test_the_greedy_ask_for_nearly_all_and_concede(self) -> None:
        game = Bargaining()
        state: State = dealt_bargaining(*LIKING)
        asked = []
        while not state.is_terminal and state.current_player == 0:
            written = move(Greedy(), game, state)
            kept = write(state, written)
            asked.append(write(kept, "accept").returns()[0])
            state = write(kept, "keep 2 books 2 hats 1 balls")
        assert asked[0] >= 9
        assert asked == sorted(asked, reverse=True)
        assert asked[-1] < asked[0]

    def test_the_fair_propose_what_is_best_for_the_worse_off(self) -> None:
        written = move(Fair(), Bargaining(), dealt_bargaining(*LIKING))
        assert written == "keep 2 books 0 hats 0 balls"
        assert write(dealt_bargaining(*LIKING), written, "accept").returns() == (6, 8)

    def test_the_fair_take_half_and_no_less(self) -> None:
        start = dealt_bargaining(*LIKING)
        enough = write(start, "keep 2 books 1 hats 0 balls")
        too_little = write(start, "keep 2 books 1 hats 1 balls")
        assert move(Fair(), Bargaining(), enough) == "accept"
        assert move(Fair(), Bargaining(), too_little).startswith("keep ")

    def test_the_greedy_take_anything_in_the_last_turn(self) -> None:
        start = dealt_bargaining(*LIKING, Bargaining(2))
        assert move(Greedy(), Bargaining(2), write(start, "keep 1 books 2 hats 1 balls")) == "accept"
        early = write(dealt_bargaining(*LIKING), "keep 1 books 2 hats 1 balls")
        assert move(Greedy(), Bargaining(), early) != "accept"

    def test_nobody_takes_nothing(self) -> None:
        start = dealt_bargaining(*LIKING, Bargaining(2))
        for agent in (Greedy(), Fair()):
            state = write(start, "keep 2 books 2 hats 1 balls")
            assert move(agent, Bargaining(2), state) != "accept"


class TestTrade:
    def test_they_ask_for_what_they_value_above_the_market(self) -> None:
        state = dealt_trade(values=ORE)
        for agent in (Greedy(), Fair()):
            assert move(agent, Trade(), state).endswith(" Ore")
        assert move(Greedy(), Trade(), write(state, "pass")).startswith("offer 2 Ore for ")

    def test_the_fair_share_more_evenly_than_the_greedy(self) -> None:
        start = dealt_trade(values=((6, 8, 12, 20, 48), BASE))
        assert move(Greedy(), Trade(), start) == "offer 5 Brick for 3 Ore"  # gains 44 and 5
        assert move(Fair(), Trade(), start) == "offer 4 Brick for 2 Ore"  # gains 16 and 20

    @pytest.mark.parametrize("agent", [Greedy(), Fair()])
    def test_a_trade_at_a_loss_is_denied_or_answered(self, agent: Bargainer) -> None:
        state = write(dealt_trade(values=ORE), "offer 1 Wheat for 5 Ore")
        assert move(agent, Trade(), state) != "accept"

    @pytest.mark.parametrize("agent", [Greedy(), Fair()])
    def test_a_gift_is_accepted(self, agent: Bargainer) -> None:
        assert move(agent, Trade(), write(dealt_trade(values=ORE), "offer 5 Ore for 1 Wheat")) == "accept"

    @pytest.mark.parametrize("agent", [Greedy(), Fair()])
    def test_who_values_all_as_the_market_does_has_nothing_to_offer(self, agent: Bargainer) -> None:
        state = dealt_trade(values=(BASE, BASE))
        assert move(agent, Trade(), state) == "pass"
        assert move(agent, Trade(), write(state, "offer 1 Wheat for 5 Ore")) == "deny"


@few
@given(seeds, st.sampled_from(["trade", "trade?turns=3&most=2", "bargaining", "ultimatum?coins=3"]))
def test_their_moves_are_always_legal(seed: int, game: str) -> None:
    for agents in ((Greedy(), Fair()), (Fair(), Random()), (Random(), Greedy())):
        seats = {"player_0": agents[0], "player_1": agents[1]}
        playing = asyncio.run(play(Play(game=game, talk=9), seats, seed=seed))
        assert playing.outcome.ending is Ending.COMPLETED
        assert all(call.status is Status.OK for call in playing.calls)


@pytest.mark.parametrize(("game", "margin"), [("trade", 0.5), ("bargaining", 2.0), ("ultimatum", 0.2)])
async def test_both_do_better_than_chance(game: str, margin: float) -> None:
    for agent in (Greedy(), Fair()):
        gained = 0.0
        for seed in range(15):
            for mine, other in (("player_0", "player_1"), ("player_1", "player_0")):
                seats = {seat: agent if seat == mine else Random() for seat in ("player_0", "player_1")}
                returns = (await play(Play(game=game), seats, seed=seed)).outcome.returns
                gained += returns[mine] - returns[other]
        assert gained / 30 > margin


async def test_other_games_are_not_for_them() -> None:
    request = (await requests_in("kuhn"))[0, "J"]
    with pytest.raises(ValueError, match="plays bargaining, trade, ultimatum, not kuhn"):
        await Fair().reply(request)


async def test_their_policies_are_exact() -> None:
    start = (await requests_in("ultimatum"))[0, Ultimatum().new_initial_state().information_state(0)]
    assert await Greedy().distribution(start) == {"offer 1": 1.0}
