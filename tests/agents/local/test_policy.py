"""The local model that answers by its probabilities."""

from __future__ import annotations

import pytest

from agents.local import LocalPolicy
from arena.forms import Choice, Speech
from arena.registry import make_agent
from arena.seat.agent import PolicyAgent, Request
from arena.seat.messages import SYSTEM_FOLDED
from arena.seat.response import consult
from tests.agents.asking import reseeded
from tests.agents.local.models import USAGE, Scripted, still

SAMPLES = 400


@pytest.fixture
def sure(model: Scripted) -> Scripted:
    """A model that bets three times in four."""
    model.tokens = {b'{"move":"': {b"bet": 0.6, b"check": 0.2, b"fold": 0.2}}
    return model


class TestDistribution:
    async def test_it_is_what_the_model_gives_the_legal_moves(
        self, file: str, sure: Scripted, request_: Request
    ) -> None:
        agent = LocalPolicy(file, temperature=1)
        found = await agent.distribution(request_)
        await agent.close()
        assert found == pytest.approx({"check": 0.25, "bet": 0.75})

    async def test_by_name_it_is_a_policy_that_exploitability_takes_as_exact(
        self, file: str, sure: Scripted
    ) -> None:
        assert isinstance(make_agent(f"local-policy:{file}?temperature=0.5"), PolicyAgent)

    async def test_options_are_weighed_as_they_are_written_in_json(
        self, file: str, model: Scripted, request_: Request
    ) -> None:
        model.tokens = {b'{"answer":"': {b'\\"a\\"': 0.5, "ä".encode(): 0.5}}
        agent = LocalPolicy(file)
        found = await agent.distribution(request_._replace(form=Choice(('"a"', "ä"))))
        await agent.close()
        assert found == pytest.approx({'"a"': 0.5, "ä": 0.5})

    async def test_free_text_has_none(self, file: str, model: Scripted, request_: Request) -> None:
        with pytest.raises(TypeError, match="Speech has no finite number of answers"):
            await LocalPolicy(file).distribution(request_._replace(form=Speech()))


class TestReply:
    async def test_moves_come_as_often_as_they_are_likely(
        self, file: str, sure: Scripted, request_: Request
    ) -> None:
        agent = LocalPolicy(file, temperature=1)
        answers = [await consult(agent, reseeded(request_, n)) for n in range(SAMPLES)]
        await agent.close()
        assert all(answer.ok for answer, *_ in answers)
        bets = sum(answer.value == "bet" for answer, *_ in answers)
        assert bets / SAMPLES == pytest.approx(0.75, abs=0.07)

    async def test_the_same_seed_makes_the_same_move(
        self, file: str, sure: Scripted, request_: Request
    ) -> None:
        agent = LocalPolicy(file)
        assert still(await agent.reply(request_)) == still(await agent.reply(request_))
        await agent.close()

    async def test_what_it_took_is_counted(self, file: str, model: Scripted, request_: Request) -> None:
        model.tokens = {
            b'{"answer":"': {b"e": 1.0},
            b'{"answer":"e': {b"2": 0.5, b"4": 0.5},
        }
        agent = LocalPolicy(file)
        reply = await agent.reply(request_._replace(form=Choice(("e2", "e4"))))
        await agent.close()
        assert still(reply).usage == {name: 2 * count for name, count in USAGE.items()}

    async def test_how_the_request_was_changed_is_noted_once(
        self, file: str, model: Scripted, request_: Request
    ) -> None:
        model.notes = (SYSTEM_FOLDED,)
        model.tokens = {b'{"answer":"': {b"e": 1.0}, b'{"answer":"e': {b"2": 0.5, b"4": 0.5}}
        agent = LocalPolicy(file)
        reply = await agent.reply(request_._replace(form=Choice(("e2", "e4"))))
        await agent.close()
        assert reply.notes == (SYSTEM_FOLDED,)

    async def test_anything_else_is_written(self, file: str, model: Scripted, request_: Request) -> None:
        model.text = '{"speech":"Well."}'
        agent = LocalPolicy(file)
        answer, *_ = await consult(agent, request_._replace(form=Speech()))
        await agent.close()
        assert answer.value == "Well."
