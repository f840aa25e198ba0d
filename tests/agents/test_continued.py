"""Going on with a reply: budgets, the words in between, who wrote what, and who cannot do it."""

from __future__ import annotations

import math

import pytest

from agents.continued import CHECK, Continued
from agents.providers.anthropic import Anthropic
from agents.providers.openai import OpenAI, OpenAICompatible
from arena.core.errors import UsageError
from arena.core.seeds import derive
from arena.forms import Speech
from arena.seat.agent import Reply, Request, Stop
from arena.seat.function import Function
from arena.seat.messages import Message, to_be_sent
from arena.seat.parts import ReplyPart
from arena.seat.response import read_reply
from arena.seat.transcript import Event, EventKind, View
from protocols.shared.answers import ArguedAnswer


def request(begun: str = "", most_tokens: int | None = None) -> Request:
    prompt = Event(EventKind.ASKED, "ann", frozenset({"ann"}), "What is 2 + 3?")
    root = derive(0, "ann")
    return Request("ann", "You are Ann.", View([], 0), prompt, Speech(), 0, root, begun, most_tokens)


def endless(request: Request) -> Reply:
    """Write tokens t1 to t20, as many as are allowed."""
    written = sum(word[0] == "t" and word[1:].isdecimal() for word in request.begun.split())
    until = min(20, written + (request.most_tokens or 20))
    text = "".join(f"t{number} " for number in range(written + 1, until + 1))
    return Reply(text, stop=Stop.COMPLETE if until == 20 else Stop.TRUNCATED)


class TestBudgets:
    async def test_words_stand_after_4_8_and_16_tokens(self) -> None:
        """With the first budget 4 and growth 2, of a reply of 20 tokens."""
        agent = Continued(Function(endless), times=3, first=4, growth=2)
        reply = await agent.reply(request())
        stood, written = [], 0
        for part in reply.parts:
            if part.author == CHECK:
                stood.append(written)
            written += len(part.text.split()) if part.author != CHECK else 0
        assert stood == [4, 8, 16]
        assert written == 20
        assert reply.stop is Stop.COMPLETE

    @pytest.mark.parametrize(("first", "growth"), [(1, 2), (4, 2), (3, 3), (19, 2), (2, 1.5)])
    async def test_a_reply_of_20_tokens_sees_as_many_checks_as_budgets_fit(
        self, first: int, growth: float
    ) -> None:
        """That is floor(log_g(20 / B0)) + 1, budgets in whole tokens."""
        reply = await Continued(Function(endless), times=50, first=first, growth=growth).reply(request())
        checks = sum(part.author == CHECK for part in reply.parts)
        assert checks == math.floor(math.log(20 / first, growth)) + 1

    async def test_a_reply_that_ends_before_its_budget_is_left_as_it_is(self) -> None:
        reply = await Continued(Function(endless), times=3, first=50).reply(request())
        assert not reply.parts
        assert reply == endless(request(most_tokens=50))

    async def test_without_budgets_the_agent_goes_on_when_it_has_ended(self) -> None:
        sent: list[str] = []

        def said(request: Request) -> Reply:
            sent.append(request.begun)
            return Reply("Yes.", usage={"completion_tokens": 2})

        reply = await Continued(Function(said), times=2).reply(request())
        assert [part.author == CHECK for part in reply.parts] == [False, True, False, True, False]
        assert reply.usage["completion_tokens"] == 6
        assert sent[0] == ""
        assert reply.text == f"{sent[2]}Yes."

    async def test_nobody_learns_from_the_words_in_between(self) -> None:
        reply = await Continued(Function(lambda _: "Yes.", "ann@3"), times=1).reply(request())
        assert [(part.author, part.version, part.trains) for part in reply.parts] == [
            ("ann@3", "3", True),
            (CHECK, "", False),
            ("ann@3", "3", True),
        ]

    async def test_a_refusal_ends_it(self) -> None:
        reply = await Continued(Function(lambda _: Reply("No.", stop=Stop.REFUSED)), times=3).reply(request())
        assert (reply.text, reply.stop) == ("No.", Stop.REFUSED)


class TestReading:
    async def test_the_last_of_several_answers_counts(self) -> None:
        said = Function(lambda request: f"So.\nAnswer: {5 if request.begun else 6}")
        reply = await Continued(said).reply(request())
        form = ArguedAnswer(("5", "6"))
        assert read_reply("ann", form, reply).value.answer == "5"
        assert not read_reply("ann", form, reply._replace(parts=())).ok

    async def test_an_answer_that_is_not_said_again_counts(self) -> None:
        said = Function(lambda request: "I stand by it." if request.begun else "So.\nAnswer: 6")
        reply = await Continued(said).reply(request())
        assert read_reply("ann", ArguedAnswer(("5", "6")), reply).value.answer == "6"

    def test_an_answer_of_another_author_never_counts(self) -> None:
        parts = ReplyPart("Answer: 6", "ann"), ReplyPart("Answer: 5", "teacher"), ReplyPart("Hm.", "ann")
        assert read_reply("ann", ArguedAnswer(("5", "6")), Reply.of_parts(*parts)).value.answer == "6"


class TestBackends:
    async def test_every_piece_is_free_text(self) -> None:
        sent: list[Request] = []

        def said(request: Request) -> str:
            sent.append(request)
            return "Yes."

        await Continued(Function(said)).reply(request())
        assert [(one.in_pieces, bool(one.begun)) for one in sent] == [(True, False), (True, True)]

    def test_an_interface_without_a_beginning_is_refused(self) -> None:
        with pytest.raises(UsageError, match="openai:gpt-5 cannot go on with a reply that is begun"):
            Continued("openai:gpt-5")

    def test_what_is_begun_is_the_last_message(self) -> None:
        begun = request("It is", 7)
        said = to_be_sent(begun)
        assert said[-1] == Message("assistant", "It is")
        body = OpenAICompatible("m", base_url="http://localhost:1/v1").body(begun, said, None)
        assert body["messages"][-1] == {"role": "assistant", "content": "It is"}
        assert (body["continue_final_message"], body["add_generation_prompt"]) == (True, False)
        assert body["max_tokens"] == 7

    def test_anthropic_takes_no_white_space_at_the_end(self) -> None:
        begun = request("It is \n", 7)
        body = Anthropic("claude-haiku-4-5").body(begun, to_be_sent(begun), None)
        assert body["messages"][-1]["content"][0]["text"] == "It is"
        assert body["max_tokens"] == 7
        assert not Anthropic("claude-haiku-4-5", thinking=2000).continues

    def test_a_request_that_is_not_begun_is_sent_as_ever(self) -> None:
        plain = request()
        body = OpenAI("gpt-5", max_tokens=9).body(plain, to_be_sent(plain), None)
        assert body["messages"][-1]["role"] == "user"
        assert body["max_completion_tokens"] == 9
        assert plain.seed == derive(derive(0, "ann"), 0) != request("It is").seed
