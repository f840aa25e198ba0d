"""What is asked for of a completion's tokens in each dialect, and what is kept of them."""

from __future__ import annotations

from typing import Any

import pytest

from agents.providers.completion import LONGEST_TEXT, Completion
from arena import Scenario, UsageError
from arena.journal import StoredRun
from arena.registry import make_agent
from arena.running import run
from arena.seat.agent import Reply, Stop, Tokens
from arena.seat.response import consult
from protocols import Play
from tests.agents.providers.asked import SERVER_KEY, a_request, agent_of, spec
from tests.faults.dialects import PROMPT_TOKENS, openai_reply, tokens_of
from tests.faults.loops import run_paced
from tests.faults.server import FaultServer, Trouble, always

TEXT = '{"answer": "bet"}'


def asked(dialect: str, trouble: Trouble | None = None, **parameters: object) -> tuple[Reply, dict[str, Any]]:
    """Ask once; return the reply and the body that was sent."""

    async def main() -> tuple[Reply, dict[str, Any]]:
        async with FaultServer(always(trouble)) as server, agent_of(dialect, server, **parameters) as agent:
            answer, reply, _ = await consult(agent, a_request())
            assert reply is not None, answer.reason
            return reply, dict(server.bodies[0])

    return run_paced(main())


@pytest.mark.parametrize("dialect", ["openai", "openai-compatible"])
class TestLogprobs:
    def test_they_are_asked_for_only_if_told_to(self, dialect: str) -> None:
        reply, body = asked(dialect)
        assert not {"logprobs", "top_logprobs", "return_token_ids"} & body.keys()
        assert reply.tokens is None

    def test_without_alternatives(self, dialect: str) -> None:
        reply, body = asked(dialect, logprobs=0)
        assert body["logprobs"] is True
        assert "top_logprobs" not in body
        assert reply.tokens == Tokens(tuple(tokens_of(TEXT)), logprobs=(-0.5,) * 5)

    def test_with_alternatives(self, dialect: str) -> None:
        reply, body = asked(dialect, logprobs=2)
        assert (body["logprobs"], body["top_logprobs"]) == (True, 2)
        assert reply.tokens is not None
        assert "".join(reply.tokens.texts) == reply.text == TEXT
        assert reply.tokens.likely == ({"an alternative 0": -1.0, "an alternative 1": -2.0},) * 5

    def test_of_wrong_types_they_are_left_out_and_the_reply_is_kept(self, dialect: str) -> None:
        reply, _ = asked(dialect, Trouble.WRONG_TOKENS, logprobs=2)
        assert (reply.text, reply.tokens) == (TEXT, None)

    def test_a_reply_that_was_cut_has_none(self, dialect: str) -> None:
        completion = Completion("x" * (LONGEST_TEXT + 1), "", Stop.COMPLETE, {}, Tokens(("x",)))
        assert completion.bounded().tokens is None

    @pytest.mark.parametrize("wrong", ["-1", "true", "many"])
    def test_how_many_is_checked(self, dialect: str, wrong: str) -> None:
        with pytest.raises(UsageError, match="logprobs"):
            make_agent(f"{dialect}:m?base_url=http://127.0.0.1:1&logprobs={wrong}")


class TestIds:
    def test_a_compatible_server_is_asked_in_vllms_words(self) -> None:
        reply, body = asked("openai-compatible", token_ids="true", logprobs=0)
        assert body["return_token_ids"] is True
        assert reply.tokens is not None
        assert reply.tokens.ids == (100, 101, 102, 103, 104)
        assert reply.tokens.ids_read == tuple(range(PROMPT_TOKENS))
        assert len(reply.tokens.texts) == 5

    def test_of_wrong_types_they_are_left_out(self) -> None:
        reply, _ = asked("openai-compatible", Trouble.WRONG_TOKENS, token_ids="true")
        assert (reply.text, reply.tokens) == (TEXT, None)

    def test_llama_cpps_stand_in_the_list(self) -> None:
        agent: Any = make_agent("openai-compatible:m?base_url=http://127.0.0.1:1&logprobs=0")
        said = openai_reply("bet")
        said["choices"][0]["logprobs"] = {
            "content": [{"id": n, "token": "x", "logprob": -1.0, "top_logprobs": []} for n in range(5)]
        }
        assert agent.read(said).tokens.ids == (0, 1, 2, 3, 4)
        said["usage"]["completion_tokens"] = 6
        assert agent.read(said).tokens is None

    @pytest.mark.parametrize("dialect", ["openai", "anthropic"])
    def test_others_have_none(self, dialect: str) -> None:
        with pytest.raises(UsageError, match="token_ids"):
            make_agent(f"{dialect}:m?token_ids=true")


class TestKey:
    @pytest.mark.parametrize("parameters", [{"logprobs": 0}, {"token_ids": "true"}])
    def test_tokens_that_spell_it_are_left_out(self, parameters: dict[str, object]) -> None:
        async def main() -> Reply:
            async with (
                FaultServer(answer=lambda body: f"bet {SERVER_KEY}") as server,
                agent_of("openai-compatible", server, **parameters) as agent,
            ):
                reply: Reply = await agent.reply(a_request())
                return reply

        reply = run_paced(main())
        assert reply.text == "bet [key]"
        assert reply.tokens is None

    def test_so_are_alternatives_that_do(self) -> None:
        async def main() -> Reply:
            async with (
                FaultServer() as server,
                agent_of("openai-compatible", server, logprobs=1, key_env="OTHER") as agent,
            ):
                reply: Reply = await agent.reply(a_request())
                return reply

        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("OTHER", "an alternative 0")
            assert run_paced(main()).tokens is None


def test_they_are_in_the_journal_as_they_came(tmp_path: Any) -> None:
    async def main() -> None:
        async with FaultServer() as server:
            agent = spec("openai-compatible", server, logprobs=1, token_ids="true")
            seats = {"player_0": agent, "player_1": "random"}
            await run(Scenario(protocol=Play(game="kuhn"), seats=seats), tmp_path / "run")

    run_paced(main())
    with StoredRun(tmp_path / "run") as stored:
        call = stored.episode(0).calls[0]
    assert call.reply is not None
    assert call.reply.tokens is not None
    assert "".join(call.reply.tokens.texts) == call.reply.text
    assert len(call.reply.tokens.ids) == len(call.reply.tokens.logprobs) == len(call.reply.tokens.likely)
    assert len(call.reply.tokens.ids_read) == PROMPT_TOKENS
