"""Personas: the wrapped agent reads them, and nothing else is changed by them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agents.persona import Persona
from agents.random import Random
from agents.scripted import ScriptedModel
from arena.cache.cache import agent_digest
from arena.core.errors import StopRun, UsageError
from arena.designs.scenario import Scenario
from arena.journal import StoredRun
from arena.registry import make_agent
from arena.running.running import run
from arena.seat.additions import Added, added
from arena.seat.agent import Agent
from protocols import Play
from tests.agents.asking import requests_in
from tests.shared.agents import Watched
from tests.shared.playing import play

BRIEF = "You are bold & trust no-one: 100%."


async def calls(agent: Agent, folder: Path) -> list[tuple[Any, ...]]:
    """Return what the journal holds of a run against a random opponent."""
    scenario = Scenario(
        protocol=Play(game="kuhn"), seats={"player_0": agent, "player_1": "random"}, episodes=3
    )
    await run(scenario, folder)
    with StoredRun(folder) as stored:
        return [
            (episode.briefs, [(call.seat, call.digest, call.parsed) for call in episode.calls])
            for episode in stored.episodes()
        ]


class TestReading:
    async def test_the_wrapped_agent_reads_the_brief_of_its_seat_and_then_the_persona(self) -> None:
        inner = Watched("check")
        plain = Watched("check")
        await play(Play(game="kuhn"), {"player_0": Persona(inner, BRIEF), "player_1": Random()})
        await play(Play(game="kuhn"), {"player_0": plain, "player_1": Random()})
        assert inner.sent[0].brief == f"{plain.sent[0].brief}\n\n{BRIEF}"
        assert inner.sent[0].view == plain.sent[0].view
        assert inner.sent[0].seed == plain.sent[0].seed

    async def test_the_transcript_and_the_digests_are_the_seats_own(self, tmp_path: Path) -> None:
        assert await calls(Persona("random", BRIEF), tmp_path / "one") == await calls(
            Random(), tmp_path / "two"
        )

    async def test_a_seat_without_a_brief_has_the_persona_for_one(self) -> None:
        inner = Watched("check")
        request = next(iter((await requests_in("kuhn")).values()))
        await Persona(inner, BRIEF).reply(request._replace(brief=""))
        assert inner.sent[0].brief == BRIEF


class TestStandingIn:
    async def test_for_what_it_wraps(self) -> None:
        model = ScriptedModel(["check"])
        persona = Persona(model, BRIEF)
        request = next(iter((await requests_in("kuhn")).values()))
        told = request._replace(brief=f"{request.brief}\n\n{BRIEF}")
        assert persona.priced_as == model.priced_as
        assert persona.expects(request) == model.expects(told) != model.expects(request)
        reply = await model.reply(told)
        assert await persona.reply(request) == reply._replace(notes=(added(Added.BRIEF, BRIEF),))

    async def test_it_is_opened_and_closed_with_it(self) -> None:
        inner = Watched("check")
        await Persona(inner, BRIEF).close()
        assert inner.closed == 1

        class Locked(Random):
            async def open(self) -> None:
                raise StopRun("The key is refused.")

        with pytest.raises(StopRun):
            await Persona(Locked(), BRIEF).open()


class TestName:
    @pytest.mark.parametrize("inner", ["random", "kuhn-nash?alpha=0.2", "persona:random?brief=Be+kind."])
    def test_is_a_specification_of_it(self, inner: str) -> None:
        persona = Persona(make_agent(inner), BRIEF)
        again = make_agent(persona.name)
        assert isinstance(again, Persona)
        assert again.name == persona.name
        assert (again.brief, again._wrapped.name) == (BRIEF, inner)

    def test_as_typed(self) -> None:
        persona = make_agent("persona:scripted:hm?brief=You+are+bold.")
        assert isinstance(persona, Persona)
        assert (persona.agent, persona.brief) == ("scripted:hm", "You are bold.")

    def test_a_persona_is_needed(self) -> None:
        with pytest.raises(UsageError, match="brief"):
            make_agent("persona:random")

    def test_the_cache_keeps_personas_apart(self) -> None:
        agents: list[Agent] = [
            Persona("random", "Bold."),
            Persona("random", "Shy."),
            Persona("kuhn-nash", "Bold."),
            Random(),
        ]
        digests = [agent_digest(agent) for agent in agents]
        assert None not in digests
        assert len(set(digests)) == len(agents)
        assert agent_digest(Persona(Random(), "Bold.")) == digests[0]
        assert agent_digest(Persona(Watched("check"), "Bold.")) is None
