"""The strategist: it advises in private before every turn, and all of it is kept and counted."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from agents.scripted import ScriptedModel
from agents.shared.drafts import NoDraft
from agents.strategist import Strategist
from arena.cache.cache import agent_digest
from arena.core.errors import StopRun, UsageError
from arena.core.seeds import derive
from arena.designs.scenario import Scenario
from arena.forms import Speech
from arena.journal import StoredRun
from arena.registry import make_agent
from arena.running.running import run
from arena.seat.agent import Reply, Request, Stop
from arena.seat.transcript import Event, EventKind, View
from protocols import Bargain
from tests.properties.test_determinism import export
from tests.protocols.haggling import LAMP
from tests.shared.agents import Erratic, Paid, Watched
from tests.shared.examples import few
from tests.shared.playing import play
from tests.shared.protocols import seeds

PAST = [Event(EventKind.TOLD, None, frozenset({"pro"}), "Round 1.")]


def request() -> Request:
    prompt = Event(EventKind.ASKED, "pro", frozenset({"pro"}), "Make your case.")
    return Request("pro", "You are pro.", View(PAST, 1), prompt, Speech(), 3, derive(0, "pro"))


def record(reply: Reply) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(reply.reasoning)
    return found


class TestAdvice:
    async def test_is_asked_for_with_all_that_the_seat_was_sent(self) -> None:
        adviser, agent = Watched("Be brief."), Watched(Reply("Yes.", reasoning="hm").text)
        await Strategist(agent, adviser).reply(request())
        (asked,) = adviser.sent
        assert [event.text for event in asked.view] == ["Round 1.", "Make your case."]
        assert asked.brief == "You are pro."
        assert "You are the strategist" in asked.prompt.text
        assert asked.seed != request().seed

    async def test_is_read_quoted_above_what_is_asked(self) -> None:
        agent = Watched("Yes.")
        await Strategist(agent, Watched("Be brief.\nMake your case: no.")).reply(request())
        (sent,) = agent.sent
        above, _, asked = sent.prompt.text.rpartition("\n\n")
        assert asked == "Make your case."
        assert above.endswith("> Be brief.\n> Make your case: no.")
        assert (list(sent.view), sent.brief, sent.seed) == (PAST, "You are pro.", request().seed)

    async def test_of_too_many_words_is_cut(self) -> None:
        agent = Watched("Yes.")
        await Strategist(agent, Watched("one two three four"), words=2).reply(request())
        assert "> one two\n" in agent.sent[0].prompt.text

    async def test_is_kept_with_the_agents_own_reasoning(self) -> None:
        agent = Watched(lambda _: Reply("Yes.", reasoning="I wonder."))
        adviser = Watched("Be brief.")
        reply = await Strategist(agent, adviser).reply(request())
        assert reply.text == "Yes."
        assert record(reply) == {
            "advice": {
                "text": "Be brief.",
                "reasoning": "",
                "status": "ok",
                "reason": "",
                "asked": adviser.sent[0].prompt.text,
            },
            "reasoning": "I wonder.",
        }

    @pytest.mark.parametrize(
        ("said", "status"),
        [
            (Reply("No.", stop=Stop.REFUSED), "refused"),
            (Reply("Be br", stop=Stop.TRUNCATED), "truncated"),
            (Reply(" "), "unparseable"),
        ],
    )
    async def test_that_cannot_be_used_is_not_read(self, said: Reply, status: str) -> None:
        agent = Watched("Yes.")
        reply = await Strategist(agent, Watched(lambda _: said)).reply(request())
        assert agent.sent[0].prompt == request().prompt
        assert record(reply)["advice"]["status"] == status

    async def test_that_breaks_leaves_the_agent_alone(self) -> None:
        def broken(_: Request) -> str:
            raise RuntimeError("gone")

        agent = Watched("Yes.")
        reply = await Strategist(agent, Watched(broken)).reply(request())
        assert (reply.text, record(reply)["advice"]["status"]) == ("Yes.", "error")
        with pytest.raises(NoDraft, match="gone"):
            await Strategist(Watched(broken), Watched("Be brief.")).reply(request())


class TestSecrecy:
    @few
    @given(seeds)
    def test_nobody_else_is_sent_any_of_it(self, seed: int) -> None:
        """Nor the seat itself, once its turn is over."""
        inner = Watched(lambda asked: asked.form.sample(asked.random()))
        other = Watched(lambda asked: asked.form.sample(asked.random()))
        agents = {"buyer": Strategist(inner, Watched("xyzzy")), "seller": other}
        playing = asyncio.run(play(Bargain(turns=6), agents, task=LAMP.public, seed=seed))
        assert all("xyzzy" in sent.prompt.text for sent in inner.sent)
        assert not any("xyzzy" in repr(sent) for sent in other.sent)
        assert not any("xyzzy" in repr(sent.view) for sent in inner.sent)
        assert "xyzzy" not in repr(playing.episode.transcript.events)

    async def test_concurrency_changes_nothing(self, tmp_path: Path) -> None:
        def scenario() -> Scenario:
            strategist = Strategist(
                Erratic(latency=0.001, trouble=0.2), Erratic(latency=0.001, trouble=0.4), words=5
            )
            seats = {"buyer": strategist, "seller": "random"}
            return Scenario(protocol=Bargain(), tasks=[LAMP], seats=seats, episodes=10, seed=8)

        one = await export(scenario(), tmp_path / "one", 1)
        assert one == await export(scenario(), tmp_path / "many", 50)


class TestSpending:
    async def test_every_call_is_counted(self, tmp_path: Path) -> None:
        model = Paid(trouble=0.3)
        seats = {"buyer": Strategist(model), "seller": "random"}
        result = await run(
            Scenario(protocol=Bargain(), tasks=[LAMP], seats=seats, episodes=8), tmp_path / "run"
        )
        assert result.spent.calls >= model.asked.total() >= 8
        with StoredRun(tmp_path / "run") as stored:
            calls = [call for episode in stored.episodes() for call in episode.calls if call.spent.usage]
        assert sum(call.spent.usage["attempts"] for call in calls) == result.spent.calls

    async def test_is_that_of_both_and_of_two_models_unknown_in_price(self) -> None:
        one, other = ScriptedModel(priced_as="local:tiny"), ScriptedModel(priced_as="openai:gpt-5-mini")
        both = Strategist(one, other)
        reply = await both.reply(request())
        assert reply.usage["prompt_tokens"] == one.usage["prompt_tokens"] + other.usage["prompt_tokens"]
        assert reply.model == both.priced_as
        assert "local:tiny + openai:gpt-5-mini" in both.priced_as
        assert Strategist(one).priced_as == Strategist(one, "random").priced_as == "local:tiny"

    def test_both_are_expected(self) -> None:
        model = ScriptedModel()
        one = model.expects(request())
        expected = Strategist(model).expects(request())
        assert expected["prompt_tokens"] == 2 * one["prompt_tokens"] + one["completion_tokens"]
        assert expected["completion_tokens"] == 2 * one["completion_tokens"]
        assert Strategist("random").expects(request()) == {}


class TestStandingIn:
    async def test_both_are_opened_and_closed_and_one_that_is_both_once(self) -> None:
        agent, adviser = Watched("Yes."), Watched("Be brief.")
        await Strategist(agent, adviser).close()
        await Strategist(agent).close()
        assert (agent.closed, adviser.closed) == (2, 1)

        class Locked(Watched):
            async def open(self) -> None:
                raise StopRun("The key is refused.")

        with pytest.raises(StopRun):
            await Strategist(agent, Locked("Hm.")).open()

    @pytest.mark.parametrize("inner", ["random", "noisy:random?rate=0.2"])
    @pytest.mark.parametrize("adviser", [None, "persona:random?brief=Be+kind."])
    def test_its_name_is_a_specification_of_it(self, inner: str, adviser: str | None) -> None:
        made = Strategist(make_agent(inner), adviser and make_agent(adviser), words=7)
        again = make_agent(made.name)
        assert isinstance(again, Strategist)
        assert (again.name, again.words, again._wrapped.name, again.strategist) == (
            made.name,
            7,
            inner,
            adviser,
        )

    @pytest.mark.parametrize("bad", ["words=0", "strategist=nobody", "m=3"])
    def test_what_it_cannot_be_made_of(self, bad: str) -> None:
        with pytest.raises(UsageError):
            make_agent(f"strategist:random?{bad}")

    def test_the_cache_keeps_strategists_apart(self) -> None:
        agents = [Strategist("random"), Strategist("random", words=5), Strategist("random", "kuhn-nash")]
        digests = [agent_digest(agent) for agent in agents]
        assert None not in digests
        assert len(set(digests)) == len(agents)
        assert agent_digest(Strategist("random", Watched("1"))) is None
