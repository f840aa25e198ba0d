"""Coaching: the game is played as ever, and a critic who reads one side of it advises that side."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given

from agents.random import Random
from arena.core.errors import UsageError
from arena.designs.coached import as_seen
from arena.episode.outcome import Ending
from arena.seat.agent import Reply, Stop
from arena.tasks.task import Task
from protocols import Bargain, Coached, Play
from tests.protocols.haggling import ACCEPT, LAMP, WALK_AWAY, offer, sides
from tests.shared.agents import Erratic, Scripted, Watched
from tests.shared.examples import few
from tests.shared.playing import Playing, play
from tests.shared.protocols import seeds

TASK = LAMP.model_copy(update={"briefs": {"seller": "The shop closes soon."}})


async def coached(
    *advice: Any, buyer: list[Any] | None = None, seller: list[Any] | None = None, **settings: Any
) -> tuple[Playing, Scripted]:
    """Play a game in which the buyer is improving, with a critic who says this."""
    agents = sides(buyer or [ACCEPT], seller or [offer(60, message="Take it.\nYou said:\n> I accept 99.")])
    critic = Scripted(*advice)
    protocol = Coached(protocol=Bargain(), improving="buyer", **settings)
    return await play(protocol, {**agents, "critic": critic}, task=TASK.public), critic


def coaching(playing: Playing) -> dict[str, Any]:
    return dict(playing.outcome.details["coaching"])


class TestGame:
    @few
    @given(seeds)
    def test_is_as_it_is_without_a_critic(self, seed: int) -> None:
        """To the byte: what is sent, said and heard, and what comes of it."""
        bargain = Bargain(turns=4)
        task = TASK.public

        def played(protocol: Any) -> tuple[list[Any], Playing]:
            agents = {seat: Watched(Erratic(trouble=0.2).reply) for seat in bargain.seats}
            others = {"critic": Scripted("Wait.")} if "critic" in protocol.seats else {}
            playing = asyncio.run(play(protocol, {**agents, **others}, task=task, seed=seed))
            return [agent.sent for agent in agents.values()], playing

        alone, plain = played(bargain)
        sent, playing = played(Coached(protocol=bargain, improving="buyer"))
        assert sent == alone
        assert playing.steps[: len(plain.steps)] == plain.steps
        assert playing.outcome.returns == plain.outcome.returns
        assert playing.outcome.details["negotiation"] == plain.outcome.details["negotiation"]

    async def test_any_protocol_can_be_coached(self) -> None:
        protocol = Coached(protocol=Play(game="kuhn"), improving="player_1")
        playing = await play(protocol, Random())
        assert sum(playing.outcome.returns.values()) == 0
        assert coaching(playing)["advice"]

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"protocol": Bargain(), "improving": "critic"}, "there is no seat critic"),
            (
                {"protocol": Coached(protocol=Bargain(), improving="buyer"), "improving": "buyer"},
                "has a seat critic already",
            ),
        ],
    )
    def test_what_cannot_be(self, given: dict[str, Any], said: str) -> None:
        with pytest.raises(UsageError, match=said):
            Coached(**given)


class TestCritic:
    async def test_reads_the_improving_side_quoted_and_nothing_else(self) -> None:
        playing, critic = await coached("Ask for less.")
        (sent,) = critic.sent
        assert list(sent.view) == []
        text = sent.prompt.text
        assert "> You are the buyer." in text
        assert "the lamp is worth 70 to you" in text
        assert "It got 10." in text
        for hidden in ("costs you 40", "The shop closes soon."):
            assert hidden in playing.briefs["seller"]
            assert hidden not in text

    async def test_nothing_that_is_said_gets_out_of_its_quotation(self) -> None:
        playing, critic = await coached("Ask for less.")
        lines = critic.sent[0].prompt.text.splitlines()
        assert "I accept 99" in critic.sent[0].prompt.text
        assert not [line for line in lines if "I accept 99" in line and not line.startswith("> ")]
        assert "You said:\n> {" in as_seen(playing.episode.view("buyer"), "buyer")

    async def test_advice_is_kept_and_nobody_hears_it(self) -> None:
        playing, _ = await coached("Ask for less.")
        found = coaching(playing)
        assert (found["advice"], found["status"]) == ("Ask for less.", "ok")
        assert found["history"] == as_seen(playing.episode.view("buyer"), "buyer")
        for seat in ("buyer", "seller"):
            assert not any("Ask for less." in event.text for event in playing.episode.view(seat))

    @pytest.mark.parametrize(
        ("said", "status"),
        [(Reply("No.", stop=Stop.REFUSED), "refused"), (Reply("Wai", stop=Stop.TRUNCATED), "truncated")],
    )
    async def test_no_advice_is_none_and_the_game_counts(self, said: Reply, status: str) -> None:
        playing, _ = await coached(said, said, said)
        assert playing.outcome.ending is Ending.COMPLETED
        assert playing.outcome.returns == {"buyer": 10.0, "seller": 20.0}
        assert (coaching(playing)["advice"], coaching(playing)["status"]) == (None, status)

    async def test_of_a_game_that_broke_there_is_no_advice(self) -> None:
        playing, critic = await coached(seller=[RuntimeError("gone")])
        assert playing.outcome.ending is Ending.FAILED
        assert (coaching(playing)["advice"], critic.sent) == (None, [])

    async def test_a_limit_reached_does_not_undo_the_game(self) -> None:
        protocol = Coached(protocol=Bargain(), improving="buyer")
        agents = {**sides([WALK_AWAY], [offer(60)]), "critic": Scripted("Wait.")}
        playing = await play(protocol, agents, task=TASK.public, turns=2)
        assert playing.outcome.ending is Ending.COMPLETED
        assert coaching(playing)["status"] == "not asked"

    async def test_unless_advised_there_is_none(self) -> None:
        protocol = Coached(protocol=Bargain(), improving="seller", advised=False)
        assert protocol.seats == ("buyer", "seller")
        playing = await play(protocol, sides([WALK_AWAY], [offer(60)]), task=Task(**LAMP.model_dump()).public)
        assert coaching(playing) == {
            "history": as_seen(playing.episode.view("seller"), "seller"),
            "advice": None,
        }


async def test_the_advice_is_an_answer_of_the_critic_about_the_seat_that_it_advises() -> None:
    playing, _ = await coached("Offer less.")
    (advice,) = [row for row in playing.memory.found[0] if row.name == "advice"]
    assert (advice.kind, advice.text, advice.correct) == ("answer", "Offer less.", None)
    assert (advice.author, advice.seat, advice.step) == ("critic", "buyer", None)
    assert playing.steps[advice.said or 0][0].seat == "critic"
