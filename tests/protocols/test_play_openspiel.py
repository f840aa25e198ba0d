"""Every game that OpenSpiel registers is played by the protocol, or is refused in one sentence."""

from __future__ import annotations

import asyncio

import pytest

from agents.random import Random
from arena.core.errors import UsageError
from arena.episode.context import EpisodeContext
from arena.episode.outcome import Ending
from arena.episode.playing import play_episode
from arena.spending.limits import Limits
from protocols import Play
from tests.shared.recording import plan_of

pyspiel = pytest.importorskip("pyspiel")

TURNS = 40
A_FEW = [
    "blackjack",
    "kuhn_poker",
    "leduc_poker",
    "negotiation",
    "goofspiel",
    "catch",
    "tic_tac_toe",
    "bridge",
]


def ending(name: str) -> Ending | str:
    """How some random moves end, or the sentence with which the game is refused."""
    try:
        protocol = Play(game=f"openspiel:{name}")
    except UsageError as refused:
        return str(refused)
    seats = dict.fromkeys(protocol.seats, Random())
    plan = plan_of(0, None, **{seat: seat for seat in protocol.seats})
    context = EpisodeContext(limits=Limits(turns=TURNS))
    return asyncio.run(play_episode(protocol, plan, seats, context=context)).outcome.ending


def assert_played_or_refused(name: str) -> None:
    came = ending(name)
    if isinstance(came, Ending):
        assert came in (Ending.COMPLETED, Ending.TRUNCATED)
    else:
        assert name in came
        assert "\n" not in came
        assert "Traceback" not in came


@pytest.mark.parametrize("name", A_FEW)
def test_some_games_are_played(name: str) -> None:
    assert ending(name) in (Ending.COMPLETED, Ending.TRUNCATED)


def registered() -> list[str]:
    import open_spiel.python.games  # noqa: F401  (this registers the games that are written in Python)

    return list(pyspiel.registered_names())


@pytest.mark.slow
@pytest.mark.parametrize("name", registered())
def test_every_registered_game_is_played_or_refused_in_one_sentence(name: str) -> None:
    assert_played_or_refused(name)
