"""The local model as an agent: what it is asked, what comes of it, and what is said before anything is."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agents.local import Local
from agents.local.agent import chat
from arena.core.errors import UsageError
from arena.forms import Move, Status
from arena.registry import make_agent
from arena.seat.agent import Request, Stop, Tokens
from arena.seat.messages import SYSTEM_FOLDED
from arena.seat.response import consult
from arena.seat.writing import LiveWriter, consulted
from arena.spending.prices import Prices
from tests.agents.asking import requests_in, reseeded
from tests.agents.local.models import USAGE, Scripted, still
from tests.shared.listening import Ear
from tests.shared.waiting import until


@pytest.fixture(autouse=True)
def installed(model: Scripted) -> None:
    """llama.cpp's bindings can be found; no test here uses them."""


class TestMoney:
    def test_it_costs_nothing_whatever_it_is_thought_to_take(self, file: str, request_: Request) -> None:
        agent = make_agent(f"local:{file}")
        assert Prices().cost(agent.priced_as, agent.expects(request_)) == 0
        assert agent.priced_as == f"local:{Path(file).name}"


class TestReply:
    async def test_constrained_it_is_made_to_the_forms_schema_and_says_so(
        self, file: str, model: Scripted, request_: Request
    ) -> None:
        agent = make_agent(f"local:{file}")
        answer, reply, _ = await consult(agent, request_)
        await agent.close()
        assert reply is not None
        assert reply.structured
        assert answer.value == "bet"
        assert model.asked[0].schema == Move(("check", "bet")).schema()

    async def test_unconstrained_it_is_text_that_is_read_strictly(
        self, file: str, model: Scripted, request_: Request
    ) -> None:
        model.text = "I have the King, so I bet."
        agent = make_agent(f"local:{file}?constrained=false")
        answer, reply, _ = await consult(agent, request_)
        await agent.close()
        assert reply is not None
        assert not reply.structured
        assert answer.status is Status.UNPARSEABLE
        assert model.asked[0].schema is None

    async def test_a_piece_is_free_text_after_what_is_begun(
        self, file: str, model: Scripted, request_: Request
    ) -> None:
        model.text = "so I bet."
        agent = make_agent(f"local:{file}")
        piece = request_._replace(begun="I have the King, ", most_tokens=5, in_pieces=True)
        reply = await agent.reply(piece)
        await agent.close()
        assert (reply.text, reply.structured) == ("so I bet.", False)
        (asked,) = model.asked
        assert asked.schema is None
        assert asked.max_tokens == 5
        assert asked.chat[-1] == {"role": "assistant", "content": "I have the King, "}
        assert agent.continues

    async def test_reaching_the_limit_of_tokens_is_being_cut_off(
        self, file: str, model: Scripted, request_: Request
    ) -> None:
        model.finished = False
        agent = Local(file)
        reply = await agent.reply(request_)
        await agent.close()
        assert reply.stop is Stop.TRUNCATED

    async def test_usage_and_reasoning_are_kept_apart_from_the_text(
        self, file: str, model: Scripted, request_: Request
    ) -> None:
        model.reasoning = "A King wins."
        agent = Local(file)
        reply = await agent.reply(request_)
        await agent.close()
        assert still(reply).usage == USAGE
        assert (reply.text, reply.reasoning) == ('{"move":"bet"}', "A King wins.")

    async def test_the_seed_is_the_requests_own(self, file: str, model: Scripted, request_: Request) -> None:
        agent = Local(file)
        for asked in (request_, request_, reseeded(request_, 1)):
            await agent.reply(asked)
        await agent.close()
        first, again, other = [ask.seed for ask in model.asked]
        assert first == again == request_.seed
        assert first != other

    async def test_nothing_is_reused_between_requests_unless_speed_is_asked_for(
        self, file: str, model: Scripted, request_: Request
    ) -> None:
        for specification in (f"local:{file}", f"local:{file}?reproducible=false"):
            agent = make_agent(specification)
            await agent.reply(request_)
            await agent.close()
        assert [ask.reuse for ask in model.asked] == [False, True]

    async def test_parameters_reach_the_model(self, file: str, model: Scripted, request_: Request) -> None:
        agent = make_agent(f"local:{file}?temperature=0&max_tokens=7")
        await agent.reply(request_)
        await agent.close()
        assert (model.asked[0].temperature, model.asked[0].max_tokens) == (0, 7)
        assert model.asked[0].logprobs is None

    async def test_tokens_are_kept_if_they_are_asked_for(
        self, file: str, model: Scripted, request_: Request
    ) -> None:
        model.made = Tokens(("bet",), (7,), (-0.5,))
        agent = make_agent(f"local:{file}?logprobs=3")
        reply = await agent.reply(request_)
        await agent.close()
        assert model.asked[0].logprobs == 3
        assert reply.tokens == model.made

    async def test_the_certainty_of_the_whole_distribution_is_asked_for(
        self, file: str, model: Scripted, request_: Request
    ) -> None:
        model.made = Tokens(("bet",), (7,), (-0.5,), certainties=(11.8,))
        agent = make_agent(f"local:{file}?certainty=true")
        reply = await agent.reply(request_)
        await agent.close()
        assert (model.asked[0].certainty, model.asked[0].logprobs) == (True, None)
        assert reply.tokens == Tokens.from_record(model.made.record())

    async def test_how_the_request_was_changed_to_suit_the_model_is_noted(
        self, file: str, model: Scripted, request_: Request
    ) -> None:
        model.notes = (SYSTEM_FOLDED,)
        agent = Local(file)
        _, reply, spent = await consult(agent, request_)
        await agent.close()
        assert reply is not None
        assert reply.notes == spent.notes == (SYSTEM_FOLDED,)


class TestChat:
    async def test_brief_and_view_are_told_in_turns(self, request_: Request) -> None:
        """Templates of several models refuse two messages of one role in a row."""
        told = chat(request_)
        assert [message["role"] for message in told] == ["system", "user"]
        assert told[1]["content"].startswith("Your card is the King (K).\n\nIt is your move.")

    async def test_a_later_chat_begins_with_the_earlier_one(self) -> None:
        requests = await requests_in("kuhn")
        first, second = chat(requests[0, "K"]), chat(requests[0, "Kpb"])
        assert second[: len(first)] == first
        assert [message["role"] for message in second] == ["system", "user", "assistant", "user"]


class TestSharing:
    async def test_agents_of_one_file_share_one_model_until_the_last_is_closed(
        self, file: str, request_: Request, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        loaded: list[Scripted] = []

        def load(path: Path, threads: int, context: int, projector: Path | None) -> Scripted:
            loaded.append(Scripted())
            return loaded[-1]

        monkeypatch.setattr("agents.local.agent.load_model", load)
        one, other = Local(file), Local(file, constrained=False)
        await one.reply(request_)
        await other.reply(request_)
        await one.close()
        await one.close()
        await other.reply(request_)
        assert len(loaded) == 1
        assert loaded[0].closed == 0
        await other.close()
        assert loaded[0].closed == 1

    async def test_an_agent_that_was_closed_can_be_asked_again(
        self, file: str, model: Scripted, request_: Request
    ) -> None:
        agent = Local(file)
        for _ in range(2):
            await agent.reply(request_)
            await agent.close()
        assert model.closed == 2


class TestConstruction:
    """What is missing is said at once, in one sentence that says what to do, and not at the first request."""

    def test_without_the_extra(self, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("agents.local.agent.importlib.util.find_spec", lambda name: None)
        with pytest.raises(UsageError, match=r"in the clone of Arena, run: pip install '\.\[local\]'"):
            make_agent(f"local:{file}")

    def test_without_the_model(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("ARENA_HOME", str(tmp_path))
        with pytest.raises(UsageError, match=r"arena model pull qwen2\.5-0\.5b"):
            make_agent("local")

    @pytest.mark.parametrize(
        "parameters",
        ["temperature=-1", "max_tokens=0", "threads=0", "context=10", "constrained=perhaps", "logprobs=-1"],
    )
    def test_parameters_are_checked(self, file: str, parameters: str) -> None:
        with pytest.raises(UsageError, match=parameters.partition("=")[0]):
            make_agent(f"local:{file}?{parameters}")


class TestHeard:
    """Words are told as the model writes them, on the loop, while it still writes."""

    async def test_words_come_before_the_reply(self, model: Scripted, file: str, request_: Request) -> None:
        model.text = '{"move": "bet"}'
        model.go_on.clear()
        ear, agent = Ear(), Local(file)
        asking = asyncio.create_task(consulted(ear, 0, agent, request_))
        writer = LiveWriter(0, request_.seat, request_.count)
        await until(lambda: ear.texts.get(writer) == '{"move": "bet"} ')
        assert not asking.done()
        model.go_on.set()
        assert (await asking)[0].value == "bet"
        assert ear.kinds == ["begin", "more", "end"]
        await agent.close()

    async def test_a_reply_that_is_cancelled_takes_them_back(
        self, model: Scripted, file: str, request_: Request
    ) -> None:
        model.go_on.clear()
        ear, agent = Ear(), Local(file)
        asking = asyncio.create_task(consulted(ear, 0, agent, request_))
        await until(lambda: "more" in ear.kinds)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert ear.kinds == ["begin", "more", "taken back", "end"]
        assert await asyncio.to_thread(model.given_up.wait, 5)
        await agent.close()
