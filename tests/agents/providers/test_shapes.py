"""Whatever shape a response has, it is a completion, or a fault of the server with what it took."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.providers.attempts import ProviderFailed
from agents.providers.completion import SAID_BY_CALL, SAID_BY_THOUGHT, Completion
from agents.providers.faults import Fault, FaultKind
from arena.forms import Status
from arena.registry import make_agent
from arena.seat.agent import REPAIRED, Stop
from arena.seat.response import consult
from tests.agents.providers.asked import a_request, agent_of
from tests.faults.dialects import PROMPT_TOKENS, Body, anthropic_reply, openai_reply
from tests.faults.loops import run_paced
from tests.faults.server import FaultServer
from tests.shared.examples import some

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
REPLIES = {
    "openai": openai_reply("bet", tool_calls=None, reasoning_content="Hm.", refusal=None),
    "anthropic": anthropic_reply("bet"),
}


def agent_for(dialect: str) -> Any:
    return make_agent(f"{dialect}:m?base_url=http://127.0.0.1:1")


def paths(found: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return where something is in a reply: all of it may be of another shape."""
    inner = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    return [path, *(place for name, part in inner for place in paths(part, (*path, name)))]


def changed(found: Any, path: tuple[str | int, ...], value: object) -> Any:
    """Return a reply with something else at this place."""
    if not path:
        return value
    copy = found.copy()
    copy[path[0]] = changed(copy[path[0]], path[1:], value)
    return copy


def read_or_fault(agent: Any, reply: Any) -> Completion | Fault:
    """Return what an agent reads in a reply, or how it turns it down."""
    try:
        found: Completion = agent.read(reply)
    except Fault as fault:
        return fault
    return found


def answered(body: object, dialect: str = "openai", **given: object) -> Any:
    """Return what comes of asking a server that answers so."""

    async def main() -> Any:
        async with (
            FaultServer(instead=lambda _: (200, body)) as server,
            agent_of(dialect, server, **given) as agent,
        ):
            return *(await consult(agent, a_request())), server

    return run_paced(main())


class TestAnyShape:
    @some
    @given(st.data())
    @pytest.mark.parametrize("dialect", REPLIES)
    def test_is_a_completion_or_a_fault(self, dialect: str, data: st.DataObject) -> None:
        agent, reply = agent_for(dialect), REPLIES[dialect]
        place = data.draw(st.sampled_from([path for path in paths(reply) if path]))
        found = read_or_fault(agent, changed(reply, place, data.draw(JSON)))
        if place[0] != "usage":
            assert found.usage["prompt_tokens"] == PROMPT_TOKENS
        if isinstance(found, Completion):
            assert isinstance(found.text, str)
            assert isinstance(found.reasoning, str)
            assert isinstance(found.stop, Stop)

    @pytest.mark.parametrize("dialect", REPLIES)
    @pytest.mark.parametrize(
        "content", [7, {"text": "bet"}, [7], [{"type": 7}], [{"type": "text", "text": 7}]]
    )
    def test_content_that_is_no_text_is_a_fault_that_keeps_what_it_took(
        self, dialect: str, content: object
    ) -> None:
        place = ("content",) if dialect == "anthropic" else ("choices", 0, "message", "content")
        with pytest.raises(Fault, match="text") as caught:
            agent_for(dialect).read(changed(REPLIES[dialect], place, content))
        assert caught.value.kind is FaultKind.GARBLED
        assert caught.value.usage["prompt_tokens"] == PROMPT_TOKENS

    def test_what_it_took_counts_at_every_attempt(self) -> None:
        answer, _, spent, server = answered(openai_reply(7))  # type: ignore[arg-type]  # that is the point
        assert answer.status is Status.ERROR
        assert spent.usage["prompt_tokens"] == PROMPT_TOKENS * server.calls


class TestStops:
    @pytest.mark.parametrize(
        ("said", "stop"),
        [
            *(
                (said, Stop.COMPLETE)
                for said in (None, "", "stop", "STOP", "end_turn", "eos_token", "tool_calls")
            ),
            *((said, Stop.TRUNCATED) for said in ("length", "MAX_TOKENS", "model_length", "max_tokens")),
            *((said, Stop.REFUSED) for said in ("content_filter", "SAFETY", "refusal", "PROHIBITED_CONTENT")),
        ],
    )
    @pytest.mark.parametrize("dialect", REPLIES)
    def test_a_word_means_the_same_whoever_says_it(self, dialect: str, said: str | None, stop: Stop) -> None:
        found = agent_for(dialect).read(self.ended(dialect, said))
        assert (found.stop, found.notes) == (stop, ())

    @pytest.mark.parametrize("dialect", REPLIES)
    def test_a_whole_reply_that_ended_for_an_unknown_reason_is_kept_and_counted(self, dialect: str) -> None:
        found = agent_for(dialect).read(self.ended(dialect, "because\x1b[2J"))
        assert found.stop is Stop.COMPLETE
        assert found.notes == ("the completion ended for a reason that is not known (because\\x1b[2J)",)

    @pytest.mark.parametrize("dialect", REPLIES)
    @pytest.mark.parametrize(
        "said", ["abort", "error", "ERROR", "network_error", ["stop"], {"a": 1}, 7, True]
    )
    def test_a_server_that_broke_off_is_at_fault(self, dialect: str, said: object) -> None:
        with pytest.raises(Fault) as caught:
            agent_for(dialect).read(self.ended(dialect, said))
        assert caught.value.kind is FaultKind.GARBLED
        assert caught.value.usage["prompt_tokens"] == PROMPT_TOKENS

    def test_it_is_tried_again_and_then_failed_and_no_agents_doing(self) -> None:
        answer, reply, spent, server = answered(self.ended("openai", "abort"))
        assert (answer.status, reply, server.calls) == (Status.ERROR, None, 4)
        assert not answer.status.is_the_agents_doing
        assert ProviderFailed.__name__ in answer.reason
        assert spent.usage["completion_tokens"] == 4 * 5

    def test_an_empty_reply_that_ended_for_an_unknown_reason_is_no_reply(self) -> None:
        with pytest.raises(Fault, match=r"empty.*\(load_model\)"):
            agent_for("openai").read(openai_reply("", finish_reason="load_model"))

    @staticmethod
    def ended(dialect: str, said: object) -> Any:
        place = ("stop_reason",) if dialect == "anthropic" else ("choices", 0, "finish_reason")
        return changed(REPLIES[dialect], place, said)


class TestWhereTheReplyIs:
    def test_text_in_parts_is_one_text(self) -> None:
        parts = [
            {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]},
            {"type": "text", "text": "I "},
            {"type": "text", "text": "bet."},
        ]
        assert agent_for("openai").read(openai_reply(parts))[:2] == ("I bet.", "Hm.")  # type: ignore[arg-type]

    @pytest.mark.parametrize("arguments", ['{"answer": "bet"}', {"answer": "bet"}])
    def test_a_tool_that_nobody_offered_is_called_with_the_reply(self, arguments: object) -> None:
        call = {"id": "1", "type": "function", "function": {"name": "answer", "arguments": arguments}}
        body = openai_reply(None, tool_calls=[call], finish_reason="tool_calls")
        answer, reply, *_ = answered(body)
        assert answer.value == "bet"
        assert reply.notes == (SAID_BY_CALL,)

    @pytest.mark.parametrize(
        "calls", [7, {"a": 1}, [7], [{"function": None}], [{"function": {"arguments": 7}}]]
    )
    def test_calls_of_another_shape_are_a_fault_unless_there_is_text(self, calls: object) -> None:
        with pytest.raises(Fault, match="calls tools in a way that cannot be read"):
            agent_for("openai").read(openai_reply(None, tool_calls=calls))
        assert agent_for("openai").read(openai_reply("bet", tool_calls=calls)).text == "bet"

    def test_json_that_was_asked_for_and_came_as_reasoning_is_the_reply(self) -> None:
        answer, reply, *_ = answered(openai_reply(None, reasoning_content='{"answer": "bet"}'))
        assert answer.value == "bet"
        assert (reply.reasoning, reply.notes) == ("", (SAID_BY_THOUGHT,))

    def test_other_reasoning_is_never_the_reply(self) -> None:
        answer, *_ = answered(openai_reply(None, reasoning="I bet. Answer: bet"))
        assert answer.status is Status.UNPARSEABLE

    def test_json_in_a_fence_is_json(self) -> None:
        answer, reply, *_ = answered(openai_reply('```json\n{"answer": "bet"}\n```'))
        assert answer.value == "bet"
        assert reply.structured


class TestBytes:
    def test_a_byte_order_mark_is_skipped(self) -> None:
        for encoding in ("utf-8-sig", "utf-16"):
            answer, reply, *_ = answered(json.dumps(openai_reply("bet\nAnswer: bet")).encode(encoding))
            assert answer.value == "bet"
            assert reply.notes == ()

    @pytest.mark.parametrize(
        "broken",
        ['"content": "\\ud83d\\nAnswer: bet"', b'"content": "\xe2\x82\\nAnswer: bet"'],
        ids=["half", "bytes"],
    )
    def test_a_broken_character_is_replaced_at_the_first_attempt_and_marked(
        self, broken: str | bytes
    ) -> None:
        whole = json.dumps(openai_reply("MARK")).encode()
        sent = whole.replace(b'"content": "MARK"', broken if isinstance(broken, bytes) else broken.encode())
        answer, reply, spent, server = answered(sent, structured=False)
        assert answer.ok
        assert server.calls == spent.usage["attempts"] == 1
        assert "\ufffd" in reply.text
        assert "Answer: bet" in reply.text
        assert spent.notes == (REPAIRED,)

    @pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a": ' * 100_000, b"\xff\xfe", b"", b"null", b"[1]"])
    def test_what_is_no_object_is_a_fault(self, body: bytes) -> None:
        answer, *_, server = answered(body)
        assert "not a JSON object" in answer.reason
        assert server.calls == 4


class TestKey:
    @pytest.mark.parametrize("key", ["e", "bet", "Answer", "none"])
    def test_a_key_that_may_be_a_word_changes_no_reply(
        self, key: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("WORD", key)
        text = "Answer none: they bet.\nAnswer: bet"
        answer, reply, *_ = answered(openai_reply(text, reasoning=text), "openai-compatible", key_env="WORD")
        assert answer.value == "bet"
        assert (reply.text, reply.reasoning) == (text, text)

    def test_it_is_masked_in_an_error_where_it_stands_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("WORD", "e")

        async def main() -> str:
            def instead(body: Body) -> tuple[int, object]:
                return 400, {"error": {"message": "Bearer e is here, and the letter e."}}

            async with (
                FaultServer(instead=instead) as server,
                agent_of("openai-compatible", server, key_env="WORD") as agent,
            ):
                with pytest.raises(Exception, match="HTTP 400") as caught:
                    await agent.reply(a_request())
                return str(caught.value)

        assert "Bearer [key] is here, and the letter [key]." in run_paced(main())
