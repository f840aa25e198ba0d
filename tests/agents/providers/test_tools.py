"""Calls of tools, as both providers and servers like OpenAI's are sent them and answer with them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents.providers.faults import Fault
from agents.providers.replies import reply_from
from arena.forms import Choice
from arena.registry import make_agent
from arena.seat.agent import Reply, Request
from arena.seat.calls import Calling, ToolCall, ToolSpec
from arena.seat.messages import to_be_sent
from arena.seat.transcript import Event, EventKind, Transcript, encode
from tests.agents.providers.asked import DIALECTS, a_request, agent_of
from tests.faults.server import FaultServer

SCHEMA = {"type": "object", "properties": {"expression": {"type": "string"}}}
SPEC = ToolSpec("calculator", "Works sums out.", SCHEMA)
OWN = frozenset(("ann",))
CALLS = [["a", "calculator", '{"expression":"1+1"}'], ["b", "calculator", '{"expression":"2+2"}']]
RESULTS = [
    {"id": "a", "shown": "calculator returned:\n> 2"},
    {"id": "b", "shown": "calculator returned:\n> 4"},
]


def offering(*, after: bool = True) -> Request:
    """Return a request that offers a tool, after two calls of it."""
    request = a_request()._replace(tools=(SPEC,))
    if not after:
        return request
    transcript = Transcript({"ann": "You are Ann."})
    transcript.tell(Event(EventKind.ASKED, "ann", OWN, "What now?"))
    transcript.tell(Event(EventKind.CALLED, "ann", OWN, "", encode({"said": "Hm.", "calls": CALLS})))
    prompt = Event(EventKind.RETURNED, "ann", OWN, "", encode({"results": RESULTS}))
    return request._replace(view=transcript.view("ann"), prompt=prompt, count=1)


def body(dialect: str, request: Request, schema: Any = None) -> Any:
    agent: Any = make_agent(f"{dialect}:m?base_url=http://127.0.0.1:1")
    return agent.body(request, to_be_sent(request), schema)


@pytest.mark.parametrize("dialect", ["openai", "openai-compatible"])
def test_openai_is_sent_tools_calls_and_results_in_its_own_form(dialect: str) -> None:
    sent = body(dialect, offering())
    function = {"name": "calculator", "description": "Works sums out.", "parameters": SCHEMA}
    assert sent["tools"] == [{"type": "function", "function": function}]
    assert sent["messages"] == [
        {"role": "system", "content": "You are Ann."},
        {"role": "user", "content": "What now?"},
        {
            "role": "assistant",
            "content": "Hm.",
            "tool_calls": [
                {"id": id_, "type": "function", "function": {"name": name, "arguments": arguments}}
                for id_, name, arguments in CALLS
            ],
        },
        {"role": "tool", "tool_call_id": "a", "content": "calculator returned:\n> 2"},
        {"role": "tool", "tool_call_id": "b", "content": "calculator returned:\n> 4"},
    ]


@pytest.mark.parametrize("arguments", ["{", "[1]", '"a"'])
def test_a_compatible_server_is_sent_broken_arguments_in_an_object(arguments: str) -> None:
    transcript = Transcript({"ann": "You are Ann."})
    calls = [["a", "calculator", arguments], ["b", "calculator", '{"expression":"1"}']]
    transcript.tell(Event(EventKind.CALLED, "ann", OWN, "", encode({"said": "", "calls": calls})))
    request = offering()._replace(view=transcript.view("ann"))
    (said,) = [one for one in body("openai-compatible", request)["messages"] if "tool_calls" in one]
    broken, whole = [call["function"]["arguments"] for call in said["tool_calls"]]
    assert json.loads(broken) == {"arguments": arguments}
    assert whole == '{"expression":"1"}'


def test_anthropic_is_sent_results_of_one_reply_in_one_turn_of_the_users() -> None:
    sent = body("anthropic", offering())
    assert sent["tools"] == [{"name": "calculator", "description": "Works sums out.", "input_schema": SCHEMA}]
    asked, called, returned = sent["messages"]
    assert (asked["role"], called["role"], returned["role"]) == ("user", "assistant", "user")
    assert called["content"] == [
        {"type": "text", "text": "Hm."},
        {"type": "tool_use", "id": "a", "name": "calculator", "input": {"expression": "1+1"}},
        {"type": "tool_use", "id": "b", "name": "calculator", "input": {"expression": "2+2"}},
    ]
    first, second = returned["content"]
    assert first == {"type": "tool_result", "tool_use_id": "a", "content": "calculator returned:\n> 2"}
    assert second["cache_control"] == {"type": "ephemeral"}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_without_tools_a_request_is_as_before(dialect: str) -> None:
    assert "tools" not in body(dialect, a_request())


def reply_of(dialect: str, *calls: tuple[Any, Any, Any], text: str = "") -> dict[str, Any]:
    """Return a response that calls tools."""
    usage = {"prompt_tokens": 30, "completion_tokens": 7, "input_tokens": 30, "output_tokens": 7}
    if dialect == "anthropic":
        uses = [{"type": "tool_use", "id": id_, "name": name, "input": given} for id_, name, given in calls]
        said = [{"type": "text", "text": text}] if text else []
        return {"content": [*said, *uses], "stop_reason": "tool_use", "usage": usage, "model": "m"}
    made = [
        {"id": id_, "type": "function", "function": {"name": name, "arguments": given}}
        for id_, name, given in calls
    ]
    message = {"role": "assistant", "content": text or None, "tool_calls": made}
    return {"choices": [{"message": message, "finish_reason": "tool_calls"}], "usage": usage, "model": "m"}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("text", ["", "I work it out."])
async def test_several_calls_in_one_reply_are_read_and_counted(dialect: str, text: str) -> None:
    given: Any = {"expression": "1+1"} if dialect == "anthropic" else '{"expression":"1+1"}'
    found = reply_of(dialect, ("x1", "calculator", given), ("x1", "calc!", given), text=text)
    async with FaultServer(instead=lambda body: (200, found)) as server, agent_of(dialect, server) as agent:
        reply: Reply = await agent.reply(offering(after=False))
    assert agent.calling is Calling.NATIVE
    assert reply.text == text
    assert reply.calls == (
        ToolCall("x1", "calculator", '{"expression":"1+1"}'),
        ToolCall("call_0_1", "calc_", '{"expression":"1+1"}'),
    )
    assert (reply.usage["prompt_tokens"], reply.usage["completion_tokens"]) == (30, 7)
    assert not reply.structured
    assert not reply.notes


def test_each_call_of_a_reply_has_an_id_of_its_own_whatever_the_server_sends() -> None:
    agent: Any = make_agent("openai:m")
    given = [(id_, "calculator", "{}") for id_ in ("call_0_1", "call_0_1", "", "call_0_2", "a b")]
    calls = agent.read(reply_of("openai", *given)).with_tools(offering(after=False)).calls
    assert [call.id for call in calls] == ["call_0_1", "call_0_3", "call_0_4", "call_0_2", "call_0_5"]


@pytest.mark.parametrize("arguments", ["", None])
async def test_a_call_without_arguments_is_a_call(arguments: str | None) -> None:
    found = reply_of("openai", ("x1", "look", arguments))
    agent_kind = "openai-compatible"
    async with (
        FaultServer(instead=lambda body: (200, found)) as server,
        agent_of(agent_kind, server) as agent,
    ):
        reply: Reply = await agent.reply(offering(after=False))
    assert (reply.text, reply.calls) == ("", (ToolCall("x1", "look", "{}"),))


def test_a_call_that_repeats_the_key_holds_it_nowhere() -> None:
    key = "abcdefghij0123456789"
    agent: Any = make_agent("openai:m")
    found = agent.read(reply_of("openai", (key, f"say-{key}", f'{{"expression":"{key}"}}')))
    (call,) = reply_from(found.with_tools(offering(after=False)), key).calls
    assert call == ToolCall("_key_", "say-_key_", '{"expression":"[key]"}')


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_calls_of_tools_that_nobody_offered_stay_the_text_of_the_reply(dialect: str) -> None:
    given: Any = {"choice": "bet"} if dialect == "anthropic" else '{"choice":"bet"}'
    found = reply_of(dialect, ("x1", "answer", given))
    async with FaultServer(instead=lambda body: (200, found)) as server, agent_of(dialect, server) as agent:
        reply: Reply = await agent.reply(a_request())
    assert (reply.text, reply.calls) == ('{"choice":"bet"}', ())


def test_calls_that_cannot_be_read_are_a_fault() -> None:
    agent: Any = make_agent("openai:m")
    found = agent.read(reply_of("openai", ("x1", None, "{}"), text="Hm."))
    with pytest.raises(Fault, match="calls of tools cannot be read"):
        found.with_tools(offering())
    assert found.with_tools(a_request()).text == "Hm."


@pytest.mark.parametrize(("dialect", "holds"), [("openai", True), ("openai-compatible", False)])
async def test_a_server_that_would_hold_calls_to_the_schema_is_sent_none(dialect: str, holds: bool) -> None:
    bodies: list[Any] = []

    def answer(sent: Any) -> tuple[int, Any]:
        bodies.append(sent)
        return 200, reply_of(dialect, ("x1", "calculator", "{}"))

    async with FaultServer(instead=answer) as server, agent_of(dialect, server) as agent:
        await agent.reply(offering(after=False)._replace(form=Choice(("bet", "check"))))
    assert ("response_format" in bodies[0]) is holds


def test_a_server_without_calls_of_its_own_is_told_in_text() -> None:
    agent = make_agent("openai-compatible:m?base_url=http://127.0.0.1:1&tool_calls=text")
    assert agent.calling is Calling.TEXT
    thinking = make_agent("anthropic:m?thinking=2000")
    assert thinking.calling is Calling.TEXT
