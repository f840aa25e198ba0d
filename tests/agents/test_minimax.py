"""The perfect player never loses where it need not."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given

from agents.minimax import Minimax
from agents.random import Random
from arena.episode.outcome import Ending
from protocols import Play
from tests.agents.asking import requests_in
from tests.shared.examples import few
from tests.shared.playing import play
from tests.shared.protocols import seeds

PERFECT = Minimax()


@few
@given(seeds)
def test_it_never_loses_tictactoe(seed: int) -> None:
    for seat, other in (("player_0", "player_1"), ("player_1", "player_0")):
        agents = {seat: PERFECT, other: Random()}
        protocol = Play(game="tictactoe")
        playing = asyncio.run(play(protocol, {s: agents[s] for s in protocol.seats}, seed=seed))
        assert playing.outcome.ending is Ending.COMPLETED
        assert playing.outcome.returns[seat] >= 0


@few
@given(seeds)
def test_against_itself_it_always_ties(seed: int) -> None:
    playing = asyncio.run(play(Play(game="tictactoe"), PERFECT, seed=seed))
    assert set(playing.outcome.returns.values()) == {0.0}


async def test_it_plays_every_hand_of_a_repeated_game() -> None:
    playing = await play(Play(game="tictactoe", hands=3), {"player_0": PERFECT, "player_1": Random()})
    assert playing.outcome.returns["player_0"] >= 0


async def test_hidden_information_is_not_for_it() -> None:
    request = (await requests_in("kuhn"))[0, "J"]
    with pytest.raises(ValueError, match="perfect information"):
        await Minimax().reply(request)


async def test_many_episodes_at_once_do_not_confuse_it() -> None:
    agent = Minimax()
    playings = await asyncio.gather(*(play(Play(game="tictactoe"), agent, seed=n) for n in range(20)))
    assert all(set(playing.outcome.returns.values()) == {0.0} for playing in playings)
