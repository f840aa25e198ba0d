"""LiveWords as they are written: a listener hears them, and the record is what it is without one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import anthropic
import pytest
from anthropic.lib.streaming._messages import accumulate_event
from openai.lib.streaming.chat import ChatCompletionStreamState
from openai.types.chat import ChatCompletionChunk
from pydantic import TypeAdapter

from agents.providers.anthropic_stream import MessageStream
from agents.providers.dialect import NO_STREAM
from agents.providers.openai_stream import ChatStream
from agents.providers.streams import LiveWords
from arena.forms import Choice, Speech, Status
from arena.seat.agent import Reply, Request, RequestUsage
from arena.seat.calls import ToolSpec
from arena.seat.response import Response
from arena.seat.writing import LiveReply, LiveWriter, consulted
from tests.agents.providers.asked import ANTHROPIC_KEY, DIALECTS, OPENAI_KEY, SERVER_KEY, a_request, agent_of
from tests.faults.dialects import (
    Body,
    anthropic_error,
    anthropic_events,
    anthropic_reply,
    openai_error,
    openai_events,
    openai_reply,
)
from tests.faults.loops import run_paced
from tests.faults.server import FaultServer, Trouble, Troubling, always, first
from tests.shared.listening import Ear
from tests.shared.waiting import until

ANN = LiveWriter(0, "ann", 0)
SAID = "I bet, as Ünsal — 🙂 — would. Bet: 80"
WAITED_FOR = (Trouble.LIMITED, Trouble.LIMITED_FOR, Trouble.BROKEN, Trouble.UNAVAILABLE, Trouble.RESET)
QUICK = [None, *(one for one in Trouble if one not in (*WAITED_FOR, Trouble.BAD_KEY, Trouble.NO_MODEL))]
QUICK.remove(Trouble.NO_MONEY)
WAITS = (Trouble.HANG, Trouble.TRICKLE)
SPEECH = Speech(words=50)


class Found:
    """What came of asking: the answer, the reply, what it used, what was heard, and the server."""

    def __init__(
        self,
        came: tuple[Response[Any], Reply | None, RequestUsage],
        ear: Ear,
        server: FaultServer,
    ) -> None:
        self.answer, self.reply, self.spent = came
        self.ear = ear
        self.server = server

    @property
    def record(self) -> Any:
        """All of it, without the time that was waited, which is never twice the same."""
        still = {name: n for name, n in self.spent.usage.items() if name != "waited_ms"}
        reply = self.reply and self.reply._replace(usage=still)
        return self.answer, reply, self.spent._replace(usage=still)


def asked(
    dialect: str,
    trouble: Troubling = lambda number: None,
    *,
    heard: bool = True,
    request: Request | None = None,
    server: dict[str, Any] | None = None,
    **options: Any,
) -> Found:
    """Ask once, heard by somebody or by nobody."""

    async def main() -> Found:
        ear = Ear()
        async with (
            FaultServer(trouble, **(server or {})) as served,
            agent_of(dialect, served, **options) as agent,
        ):
            came = await consulted(ear if heard else None, 0, agent, request or a_request())
        assert not ear.open
        return Found(came, ear, served)

    return run_paced(main())


def saying(text: str) -> dict[str, Any]:
    return {"answer": lambda body: text}


@pytest.mark.parametrize("dialect", DIALECTS)
class TestTheRecord:
    """It is that of a call to which nobody listened."""

    @pytest.mark.parametrize(
        "trouble", [pytest.param(one, marks=pytest.mark.slow) if one in WAITS else one for one in QUICK]
    )
    def test_of_one_trouble_at_first_and_then_none_is_the_same(
        self, dialect: str, trouble: Trouble | None
    ) -> None:
        heard, unheard = (asked(dialect, first(trouble), timeout=100, heard=heard) for heard in (True, False))
        if trouble in (Trouble.NOT_JSON, Trouble.CUT):  # these faults have names of their own in a stream
            assert heard.spent.usage.keys() == unheard.spent.usage.keys()
            assert heard.spent.usage["attempts"] == unheard.spent.usage["attempts"] == 2
            assert heard.answer == unheard.answer
        else:
            assert heard.record == unheard.record
        assert heard.server.tokens == unheard.server.tokens
        assert heard.server.calls == unheard.server.calls
        assert heard.server.bodies[0]["stream"] is True
        assert not any("stream" in body for body in unheard.server.bodies)

    @pytest.mark.parametrize("trouble", [*WAITED_FOR, Trouble.CUT, Trouble.HANG, Trouble.NO_CHOICES])
    @pytest.mark.slow
    def test_of_a_trouble_without_end_is_the_same(self, dialect: str, trouble: Trouble) -> None:
        heard, unheard = (
            asked(dialect, always(trouble), timeout=100, heard=heard) for heard in (True, False)
        )
        assert heard.answer.status is unheard.answer.status
        assert heard.spent.usage["attempts"] == unheard.spent.usage["attempts"]
        assert heard.server.tokens == unheard.server.tokens
        if trouble is not Trouble.CUT:
            assert heard.record == unheard.record

    def test_has_tokens_and_ids_as_the_model_made_them(self, dialect: str) -> None:
        options: dict[str, Any] = {"logprobs": 2} if dialect != "anthropic" else {}
        if dialect == "openai-compatible":
            options["token_ids"] = True
        heard, unheard = (asked(dialect, heard=heard, **options) for heard in (True, False))
        assert heard.record == unheard.record
        assert heard.reply is not None
        assert (heard.reply.tokens is not None) == (dialect != "anthropic")

    def test_has_the_models_calls_of_tools(self, dialect: str) -> None:
        given: Any = {"expression": "1+1", "exact": True}
        if dialect == "anthropic":
            reply: Any = anthropic_reply("I work it out.", stop_reason="tool_use")
            reply["content"] += [
                {"type": "tool_use", "id": f"x{n}", "name": "calculator", "input": given} for n in (1, 2)
            ]
        else:
            calls = [
                {
                    "id": f"x{n}",
                    "type": "function",
                    "function": {"name": "calculator", "arguments": json.dumps(given)},
                }
                for n in (1, 2)
            ]
            reply = openai_reply("I work it out.", tool_calls=calls, finish_reason="tool_calls")
        request = a_request()._replace(tools=(ToolSpec("calculator", "Works sums out.", {"type": "object"}),))
        server = {"instead": lambda body: (200, reply)}
        heard, unheard = (asked(dialect, heard=h, request=request, server=server) for h in (True, False))
        assert heard.record == unheard.record
        assert heard.reply is not None
        assert [call.id for call in heard.reply.calls] == ["x1", "x2"]
        assert heard.ear.texts[ANN] == "I work it out."

    def test_has_the_reasoning_which_is_heard_apart(self, dialect: str) -> None:
        reply = (
            anthropic_reply(SAID)
            if dialect == "anthropic"
            else openai_reply(SAID, reasoning_content="Let me see.")
        )
        request = a_request(SPEECH)
        server = {"instead": lambda body: (200, reply)}
        heard, unheard = (asked(dialect, heard=h, request=request, server=server) for h in (True, False))
        assert heard.record == unheard.record
        assert heard.ear.texts[ANN] == SAID
        assert heard.ear.thoughts[ANN] == "Let me see."


@pytest.mark.parametrize("dialect", DIALECTS)
class TestWords:
    def test_are_heard_piece_by_piece_before_the_reply_ends(self, dialect: str) -> None:
        found = asked(dialect, request=a_request(SPEECH), server={**saying(SAID), "pace": 1.0})
        assert found.ear.kinds == ["begin", "more", "end"]
        assert len(found.ear.told) > 5
        assert found.ear.texts[ANN] == SAID
        assert found.reply is not None
        assert found.reply.text == SAID

    @pytest.mark.parametrize("trouble", [Trouble.CUT, Trouble.NOT_JSON])
    def test_of_a_call_that_is_made_again_are_taken_back(self, dialect: str, trouble: Trouble) -> None:
        found = asked(dialect, first(trouble), request=a_request(SPEECH), server=saying(SAID))
        assert found.ear.kinds[:3] == ["begin", "more", "taken back"]
        assert found.reply is not None
        assert found.reply.text == SAID
        assert found.ear.texts[ANN] in (SAID, "")

    def test_of_a_call_that_hangs_are_taken_back_when_its_time_is_up(self, dialect: str) -> None:
        server = {**saying("word " * 30), "pace": 8.0}
        found = asked(dialect, timeout=40, request=a_request(SPEECH), server=server)
        assert found.answer.status is Status.TIMED_OUT
        assert "no answer within 40 seconds (2 times)" in found.answer.reason
        assert found.ear.kinds[-1] == "end"
        assert found.ear.kinds.count("taken back") == found.ear.kinds.count("more")

    def test_of_a_call_that_is_cancelled_are_taken_back_and_the_server_is_let_go(self, dialect: str) -> None:
        async def main() -> None:
            ear = Ear()
            async with (
                FaultServer(pace=1.0, answer=lambda body: SAID) as server,
                agent_of(dialect, server) as agent,
            ):
                asking = asyncio.create_task(consulted(ear, 0, agent, a_request(SPEECH)))
                await until(lambda: len(ear.told) > 1)
                asking.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await asking
                assert ear.kinds == ["begin", "more", "taken back", "end"]
                await until(lambda: not server.busy)

        run_paced(main())

    def test_never_hold_the_key_even_if_the_server_sends_it_in_pieces(self, dialect: str) -> None:
        key = {"openai": OPENAI_KEY, "anthropic": ANTHROPIC_KEY}.get(dialect, SERVER_KEY)
        found = asked(dialect, request=a_request(SPEECH), server=saying(f"My key is {key}. It is {key[:9]}"))
        assert found.ear.texts[ANN] == f"My key is [key]. It is {key[:9]}"
        assert not any(key in text for _, _, text in found.ear.told)


@pytest.mark.parametrize("dialect", DIALECTS)
class TestAServerThatCannotStream:
    def test_and_sends_the_reply_whole_is_noted_and_not_asked_again(self, dialect: str) -> None:
        async def main() -> None:
            async with FaultServer(streams=False) as server, agent_of(dialect, server) as agent:
                for _ in range(2):
                    answer, reply, _ = await consulted(Ear(), 0, agent, a_request())
                    assert answer.value == "bet"
                    assert reply is not None
                    assert str(NO_STREAM) in reply.notes
                assert ["stream" in body for body in server.bodies] == [True, False]

        run_paced(main())

    @pytest.mark.parametrize(
        "said",
        [
            "Your organization must be verified to stream this model.",
            "Unsupported parameter: 'stream_options'.",
            "Streaming is not supported for this model.",
            "stream: Extra inputs are not permitted",
        ],
    )
    def test_and_refuses_it_is_asked_without_and_noted(self, dialect: str, said: str) -> None:
        error = anthropic_error if dialect == "anthropic" else openai_error

        def refuse(body: Body) -> tuple[int, object] | None:
            return (400, error(400, said, "invalid_request_error")) if "stream" in body else None

        found = asked(dialect, server={"instead": refuse})
        assert found.answer.value == "bet"
        assert found.reply is not None
        assert str(NO_STREAM) in found.reply.notes
        assert ["stream" in body for body in found.server.bodies] == [True, False]
        assert "stream_options" not in found.server.bodies[1]

    def test_with_its_usage_is_asked_no_more(self, dialect: str) -> None:
        reply = anthropic_reply("bet") if dialect == "anthropic" else openai_reply("bet")
        del reply["usage"]

        async def main() -> None:
            async with (
                FaultServer(instead=lambda body: (200, reply)) as server,
                agent_of(dialect, server) as agent,
            ):
                for _ in range(2):
                    _, said, _ = await consulted(Ear(), 0, agent, a_request())
                    assert said is not None
                    assert str(NO_STREAM) in said.notes
                assert ["stream" in body for body in server.bodies] == [True, False]

        run_paced(main())


@pytest.mark.parametrize("kind", ["overloaded_error", "api_error"])
def test_an_error_within_a_stream_is_the_fault_that_it_is_before_one(kind: str) -> None:
    events = anthropic_events(anthropic_reply(SAID))[:5]
    events.append(b'data: {"type":"error","error":{"type":"%b","message":"Overloaded"}}\n\n' % kind.encode())

    async def main() -> None:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
            writer.write(b"".join(events))
            writer.close()

        async with await asyncio.start_server(answer, "127.0.0.1", 0) as served:
            server = FaultServer()
            server._port = served.sockets[0].getsockname()[1]
            async with agent_of("anthropic", server) as agent:
                answered, _, spent = await consulted(Ear(), 0, agent, a_request())
        assert answered.status is Status.ERROR
        assert spent.usage["attempts"] == 6  # as often as after HTTP 529 or 500
        assert "Overloaded" in answered.reason

    run_paced(main())


def words() -> LiveWords:
    live = LiveReply(Ear(), ANN, 0)
    live.begin()
    return LiveWords(live, "")


def fed(stream: Any, events: list[bytes], size: int) -> Any:
    """Return what a stream has put together of events that come in pieces of so many bytes."""
    whole = b"".join(events)
    stream.begin()
    for at in range(0, len(whole), size):
        stream.take(whole[at : at + size])
    return stream.whole()


CHATS: list[Callable[[], dict[str, Any]]] = [
    lambda: openai_reply(SAID),
    lambda: openai_reply(None, refusal="I'd rather not."),
    lambda: openai_reply(
        None,
        finish_reason="tool_calls",
        tool_calls=[
            {"id": f"c{n}", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}
            for n in (0, 1)
        ],
    ),
]


class TestAgainstTheOfficialClients:
    """What is put together is what the providers' own clients put together of the same events."""

    @pytest.mark.parametrize("size", [1, 7, 10**6])
    @pytest.mark.parametrize("make", CHATS)
    def test_a_chat_completion(self, make: Callable[[], dict[str, Any]], size: int) -> None:
        events = openai_events(make())
        state = ChatCompletionStreamState()
        for event in events[:-1]:
            state.handle_chunk(ChatCompletionChunk.model_validate(json.loads(event[6:])))
        theirs = state.get_final_completion().model_dump(exclude_none=True)
        ours = fed(ChatStream(words()), events, size)
        for call in theirs["choices"][0]["message"].get("tool_calls") or ():
            call.pop("index", None)
            call["function"].pop("parsed_arguments", None)
        their_choice, our_choice = theirs["choices"][0], ours["choices"][0]
        for name, part in their_choice["message"].items():
            assert our_choice["message"].get(name) == part, name
        assert our_choice["finish_reason"] == their_choice["finish_reason"]
        for name in ("prompt_tokens", "completion_tokens", "prompt_tokens_details"):
            assert (
                ours["usage"][name].items() >= theirs["usage"][name].items()
                if "details" in name
                else (ours["usage"][name] == theirs["usage"][name])
            )

    @pytest.mark.parametrize("size", [1, 7, 10**6])
    def test_a_message(self, size: int) -> None:
        reply = anthropic_reply(SAID, stop_reason="tool_use")
        reply["content"] += [
            {"type": "tool_use", "id": "x1", "name": "add", "input": {"a": 1, "b": ["é", None]}},
            {"type": "tool_use", "id": "x2", "name": "now", "input": {}},
        ]
        events = anthropic_events(reply)
        snapshot: Any = None
        pieces: dict[int, bytes] = {}
        for event in events:
            told = json.loads(event.split(b"data: ", 1)[1])
            if told["type"] != "ping":
                made: Any = TypeAdapter(anthropic.types.RawMessageStreamEvent).validate_python(told)
                snapshot = accumulate_event(event=made, current_snapshot=snapshot, json_bufs=pieces)
        ours = fed(MessageStream(words()), events, size)
        for block in (ours["content"][0], reply["content"][0], snapshot.content[0].__dict__):
            block.pop("signature")  # nobody reads it
        assert ours["content"] == reply["content"]
        assert [block.to_dict() for block in snapshot.content] == ours["content"]
        assert (ours["stop_reason"], ours["usage"]) == (snapshot.stop_reason, reply["usage"])


class TestHowOthersStream:
    """Ways of servers that speak OpenAI's interface."""

    def made(self, *chunks: Any, done: bool = True) -> Any:
        events = [b"data: " + json.dumps(one).encode() + b"\r\n\r\n" for one in chunks]
        return fed(
            ChatStream(words()), [b": PROCESSING\n\n", *events, *([b"data: [DONE]\n\n"] if done else [])], 9
        )

    def test_blocks_of_thoughts_and_text_become_one_list(self) -> None:
        thought = {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}
        found = self.made(
            *({"choices": [{"delta": {"content": one}}]} for one in ("", [thought], "I ", "call.")),
            {"choices": [{"delta": {}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 1}},
        )
        (choice,) = found["choices"]
        said = [{"type": "text", "text": text} for text in ("I ", "call.")]
        assert choice["message"]["content"] == [thought, *said]

    def test_calls_without_a_number_are_told_apart_by_their_ids(self) -> None:
        def piece(arguments: str, **more: Any) -> dict[str, Any]:
            call = {"function": {"arguments": arguments, "name": more.pop("name", None)}, **more}
            return {"choices": [{"delta": {"tool_calls": [call]}}]}

        found = self.made(
            piece('{"a"', id="x", name="add"),
            piece(": 1}"),
            piece("{}", id="y", name="now"),
            piece("", id="y"),
        )
        calls = found["choices"][0]["message"]["tool_calls"]
        assert [(one["id"], one["function"]) for one in calls] == [
            ("x", {"name": "add", "arguments": '{"a": 1}'}),
            ("y", {"name": "now", "arguments": "{}"}),
        ]

    def test_an_end_is_known_by_the_reason_also_without_a_last_word(self) -> None:
        found = self.made({"choices": [{"delta": {"content": "a"}, "finish_reason": "stop"}]}, done=False)
        assert found["choices"][0]["message"]["content"] == "a"

    def test_usage_that_comes_again_and_again_is_the_last(self) -> None:
        found = self.made(*({"choices": [], "usage": {"completion_tokens": n}} for n in (1, 2, 3)))
        assert found["usage"] == {"completion_tokens": 3}


def test_a_choice_of_options_needs_no_listener() -> None:
    found = asked("openai", request=a_request(Choice(("bet", "check"))), heard=False)
    assert found.ear.told == []
    assert "stream" not in found.server.bodies[0]
