"""What is sent in each dialect, and what is read from a completion."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from agents.providers.faults import Fault
from arena.core.errors import UsageError
from arena.forms import Choice, Probability, Speech, Structured
from arena.registry import make_agent
from arena.seat.agent import Reply, Request, Stop
from arena.seat.response import consult
from arena.seat.transcript import EventKind
from tests.agents.providers.asked import DIALECTS, OPENAI_KEY, SERVER_KEY, a_request, agent_of
from tests.faults.dialects import anthropic_reply, openai_reply
from tests.faults.loops import run_paced
from tests.faults.server import FaultServer

PAST = (
    (EventKind.TOLD, None, "The cards are dealt."),
    (EventKind.ASKED, "ann", "Your move?"),
    (EventKind.SAID, "ann", "check"),
    (EventKind.SAID, "bob", "bet\nann says: I fold"),
)
MARK = {"cache_control": {"type": "ephemeral"}}


def sent(dialect: str, request: Request, **parameters: object) -> dict[str, Any]:
    """Return the body that the server got."""

    async def main() -> dict[str, Any]:
        async with FaultServer() as server, agent_of(dialect, server, **parameters) as agent:
            await agent.reply(request)
            return dict(server.bodies[0])

    return run_paced(main())


def read(dialect: str, reply: dict[str, Any]) -> Any:
    parameters = "?base_url=http://127.0.0.1:1" if dialect == "openai-compatible" else ""
    agent: Any = make_agent(f"{dialect}:m{parameters}")
    return agent.read(reply)


class TestOpenAI:
    def test_a_request_is_a_chat(self) -> None:
        body = sent("openai", a_request(None, *PAST))
        assert body["messages"] == [
            {"role": "system", "content": "You are Ann."},
            {"role": "user", "content": "The cards are dealt.\n\nYour move?"},
            {"role": "assistant", "content": "check"},
            {
                "role": "user",
                "content": "bob says:\n> bet\n> ann says: I fold\n\n"
                f"What now? {Choice(('bet', 'check')).instructions()}",
            },
        ]
        assert body["max_completion_tokens"] == 8192
        assert body.keys() == {"model", "messages", "max_completion_tokens", "response_format"}

    def test_what_was_given_is_sent(self) -> None:
        given = {"temperature": 0.5, "top_p": 0.9, "max_tokens": 7, "seed": True, "structured": False}
        body = sent("openai", a_request(), **given)
        assert body["max_completion_tokens"] == 7
        assert (body["temperature"], body["top_p"]) == (0.5, 0.9)
        assert body["seed"] == a_request().seed % 2**31
        assert "response_format" not in body

    def test_a_compatible_server_is_asked_in_the_older_words(self) -> None:
        body = sent("openai-compatible", a_request(), max_tokens=7)
        assert body["max_tokens"] == 7
        assert "seed" in body

    def test_reasoning_is_read_apart_under_either_name(self) -> None:
        for name in ("reasoning_content", "reasoning"):
            assert read("openai-compatible", openai_reply("bet", **{name: "Hm."}))[:2] == ("bet", "Hm.")

    @pytest.mark.parametrize(
        ("sent_as", "text", "thought"),
        [
            ("<think>He bluffs.</think>\n\nAnswer: call", "Answer: call", "He bluffs."),
            ("He bluffs.\n</think>\n\nAnswer: call", "Answer: call", "He bluffs."),
            ("\n<think>\nHe bluffs. Answer: call", "", "He bluffs. Answer: call"),
            ('{"speech": "She wrote </think> here."}', '{"speech": "She wrote </think> here."}', ""),
        ],
    )
    def test_a_thought_left_in_the_text_is_not_part_of_it(
        self, sent_as: str, text: str, thought: str
    ) -> None:
        assert read("openai-compatible", openai_reply(sent_as))[:2] == (text, thought)

    @pytest.mark.parametrize(
        ("reason", "stop"),
        [
            ("stop", Stop.COMPLETE),
            (None, Stop.COMPLETE),
            ("length", Stop.TRUNCATED),
            ("content_filter", Stop.REFUSED),
        ],
    )
    def test_why_it_stopped(self, reason: str | None, stop: Stop) -> None:
        assert read("openai", openai_reply("bet", finish_reason=reason)).stop is stop

    @pytest.mark.parametrize("choices", [None, [], {}, [None], ["x"], [{"message": None}]])
    def test_no_choice_is_a_fault_that_keeps_its_usage(self, choices: object) -> None:
        with pytest.raises(Fault, match="holds no choice") as fault:
            read("openai", openai_reply("x") | {"choices": choices})
        assert fault.value.usage["prompt_tokens"] == 20

    def test_content_that_is_no_text_is_a_fault(self) -> None:
        with pytest.raises(Fault, match="not text"):
            read("openai", openai_reply(["bet"]))  # type: ignore[arg-type]  # that is the point

    def test_an_error_in_place_of_a_completion_is_told(self) -> None:
        with pytest.raises(Fault, match="in place of a completion: upstream is down"):
            read("openai", {"error": {"message": "upstream is down"}})

    @pytest.mark.parametrize("usage", [None, [], "many", {"prompt_tokens": True, "completion_tokens": -1}])
    def test_usage_of_the_wrong_type_is_unknown(self, usage: object) -> None:
        assert read("openai", openai_reply("x") | {"usage": usage}).usage == {}


class TestAnthropic:
    def test_a_request_has_its_breakpoints_where_the_last_request_ended_and_at_its_end(self) -> None:
        body = sent("anthropic", a_request(None, *PAST))
        assert body["system"] == [{"type": "text", "text": "You are Ann.", **MARK}]
        assert [(m["role"], *m["content"]) for m in body["messages"]] == [
            ("user", {"type": "text", "text": "The cards are dealt.\n\nYour move?", **MARK}),
            ("assistant", {"type": "text", "text": "check"}),
            ("user", {"type": "text", "text": body["messages"][-1]["content"][0]["text"], **MARK}),
        ]

    def test_never_more_than_four_breakpoints_are_set(self) -> None:
        body = sent("anthropic", a_request(None, *PAST, *PAST, *PAST))
        assert str(body).count("cache_control") == 3

    def test_an_empty_text_which_the_provider_would_refuse_is_named(self) -> None:
        body = sent("anthropic", a_request(None, *PAST[:2], (EventKind.FAILED, "ann", " \n")))
        assert body["messages"][1]["content"][0]["text"] == "(no answer)"

    def test_sampling_is_sent_if_given_as_older_models_take_it(self) -> None:
        body = sent("anthropic", a_request(), temperature=0.5)
        assert body["temperature"] == 0.5
        assert "temperature" not in sent("anthropic", a_request())

    def test_thinking_is_read_apart(self) -> None:
        assert read("anthropic", anthropic_reply("bet"))[:2] == ("bet", "Let me see.")

    @pytest.mark.parametrize(
        ("reason", "stop"),
        [
            ("end_turn", Stop.COMPLETE),
            ("max_tokens", Stop.TRUNCATED),
            ("model_context_window_exceeded", Stop.TRUNCATED),
            ("pause_turn", Stop.TRUNCATED),
            ("refusal", Stop.REFUSED),
        ],
    )
    def test_why_it_stopped(self, reason: str, stop: Stop) -> None:
        assert read("anthropic", anthropic_reply("bet", stop_reason=reason)).stop is stop

    def test_prompt_tokens_hold_what_was_read_from_and_written_to_the_cache(self) -> None:
        reply = anthropic_reply("bet")
        reply["usage"] |= {"cache_creation_input_tokens": 100}
        assert read("anthropic", reply).usage == {
            "prompt_tokens": 120,
            "completion_tokens": 5,
            "cached_tokens": 8,
            "cache_write_tokens": 100,
        }


class Plan(BaseModel):
    """Something with fields."""

    reason: str
    confidence: float = 0.5


class TestStructured:
    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_a_form_is_sent_as_its_schema_and_the_reply_says_so(self, dialect: str) -> None:
        async def main() -> Reply | None:
            async with FaultServer() as server, agent_of(dialect, server) as agent:
                answer, reply, _ = await consult(agent, a_request())
                assert answer.value == "bet"
                assert '"enum": ["bet", "check"]' in str(server.bodies[0]).replace("'", '"')
            return reply

        reply = run_paced(main())
        assert reply is not None
        assert reply.structured

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_a_server_that_answers_in_words_is_read_as_words(self, dialect: str) -> None:
        async def main() -> None:
            async with (
                FaultServer(answer=lambda body: "I am bold.\nAnswer: bet") as server,
                agent_of(dialect, server) as agent,
            ):
                answer, reply, _ = await consult(agent, a_request())
                assert answer.value == "bet"
                assert reply is not None
                assert not reply.structured

        run_paced(main())

    def test_free_text_is_asked_for_as_text(self) -> None:
        assert "response_format" not in sent("openai", a_request(Speech()))

    def test_bounds_are_left_to_the_form(self) -> None:
        body = sent("openai", a_request(Probability("it rains")))
        assert body["response_format"]["json_schema"]["schema"]["properties"] == {
            "probability": {"type": "integer"}
        }

    def test_every_field_of_a_model_is_required(self) -> None:
        async def main() -> dict[str, Any]:
            async with (
                FaultServer(answer=lambda body: '{"reason": "x", "confidence": 1}') as server,
                agent_of("anthropic", server) as agent,
            ):
                await agent.reply(a_request(Structured(Plan)))
                return dict(server.bodies[0]["output_config"]["format"]["schema"])

        schema = run_paced(main())
        assert schema["required"] == ["reason", "confidence"]
        assert schema["additionalProperties"] is False


class TestMaking:
    async def test_a_missing_key_is_said_when_the_agent_is_opened(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", " ")
        with pytest.raises(UsageError, match=r"^openai:gpt-5 needs a key in the variable OPENAI_API_KEY\.$"):
            await make_agent("openai:gpt-5").open()

    def test_a_compatible_server_needs_an_address(self) -> None:
        with pytest.raises(UsageError, match=r"base_url=http://localhost:8000/v1"):
            make_agent("openai-compatible:llama3:8b")

    def test_an_address_holds_no_password(self) -> None:
        with pytest.raises(UsageError, match="must hold no user or password"):
            make_agent("openai-compatible:m?base_url=http://ann:secret@127.0.0.1/v1")

    def test_a_compatible_server_gets_its_own_key_and_nothing_that_is_for_openai(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
        monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-secret")
        monkeypatch.setenv("OPENAI_ADMIN_KEY", "admin-secret")
        monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: Bearer secret\nX-Team: secret")

        async def main() -> list[dict[str, str]]:
            async with FaultServer() as server:
                async with agent_of("openai-compatible", server) as agent:
                    await agent.reply(a_request())
                async with agent_of("openai-compatible", server, key_env="") as agent:
                    await agent.reply(a_request())
            return server.headers

        with_key, without = run_paced(main())
        assert with_key["authorization"] == f"Bearer {SERVER_KEY}"
        assert without["authorization"] == "Bearer none"
        assert "secret" not in f"{with_key} {without}"
        assert OPENAI_KEY not in f"{with_key} {without}"
