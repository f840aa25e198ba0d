"""Each way in which a call can go wrong, alone, through both official clients."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from agents.providers.attempts import ProviderFailed
from agents.providers.completion import LONGEST_TEXT
from arena.core.errors import StopRun
from arena.forms import Status
from arena.seat.agent import Reply, Stop
from arena.seat.response import Response, consult
from tests.agents.providers.asked import ANTHROPIC_KEY, DIALECTS, OPENAI_KEY, SERVER_KEY, a_request, agent_of
from tests.faults.dialects import COMPLETION_TOKENS, PROMPT_TOKENS
from tests.faults.loops import run_paced
from tests.faults.server import FaultServer, Trouble, Troubling, always, first

KEYS = (OPENAI_KEY, ANTHROPIC_KEY, SERVER_KEY)
FATAL = (Trouble.BAD_KEY, Trouble.NO_MODEL, Trouble.NO_MONEY)
MOST_IN_THE_SLOW_RUN = [DIALECTS[0], *[pytest.param(name, marks=pytest.mark.slow) for name in DIALECTS[1:]]]
"""Each trouble is waited for. One dialect is enough for the default run, because they share the attempts."""
ENDS = {
    Trouble.LIMITED: (Status.ERROR, "HTTP 429: Too many requests. (8 times)", 8),
    Trouble.LIMITED_FOR: (Status.ERROR, "HTTP 429: Too many requests. (8 times)", 8),
    Trouble.BROKEN: (Status.ERROR, "HTTP 500: Internal error. (6 times)", 6),
    Trouble.UNAVAILABLE: (Status.ERROR, "HTTP 503: Overloaded. (6 times)", 6),
    Trouble.RESET: (Status.ERROR, "the connection failed (ConnectionResetError) (6 times)", 6),
    Trouble.HANG: (Status.TIMED_OUT, "no answer within 100 seconds (2 times)", 2),
    Trouble.TRICKLE: (Status.TIMED_OUT, "no answer within 100 seconds (2 times)", 2),
    Trouble.CUT: (Status.ERROR, "the connection failed (ContentLengthError) (6 times)", 6),
    Trouble.NOT_JSON: (Status.ERROR, "the response is not a JSON object", 4),
    Trouble.NO_CHOICES: (Status.ERROR, "All 4 attempts failed: the ", 4),
    Trouble.NULL_CONTENT: (Status.UNPARSEABLE, "it is empty", 1),
    Trouble.REFUSAL: (Status.REFUSED, "it is a refusal", 1),
    Trouble.LENGTH: (Status.TRUNCATED, "it was cut off before its end", 1),
    Trouble.WRONG_USAGE: (Status.OK, "", 1),
    Trouble.WRONG_TOKENS: (Status.OK, "", 1),
    Trouble.HUGE: (Status.TRUNCATED, "it was cut off before its end", 1),
}


def asked(
    dialect: str, trouble: Troubling, timeout: int = 300, **options: str
) -> tuple[Response[str], Reply | None, FaultServer]:
    """Ask once; check that nothing is left open and that the key is in nothing that comes of it."""

    async def main() -> tuple[Response[str], Reply | None, FaultServer]:
        async with FaultServer(trouble, **options) as server:  # type: ignore[arg-type]  # strings, all of them
            async with agent_of(dialect, server, timeout=timeout) as agent:
                answer, reply, _ = await consult(agent, a_request())
                assert not any(key in f"{answer!r} {reply!r} {agent!r}" for key in KEYS)
            await gone(server)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return answer, reply, server

    return run_paced(main())


async def gone(server: FaultServer) -> None:
    """Wait until the server sees no connection any more."""
    for _ in range(1000):
        if not server.connections:
            return
        await asyncio.sleep(1)
    raise AssertionError("a connection is still open")


@pytest.mark.parametrize("dialect", MOST_IN_THE_SLOW_RUN)
class TestAlone:
    @pytest.mark.parametrize("trouble", ENDS)
    def test_it_ends_as_what_it_is(self, dialect: str, trouble: Trouble) -> None:
        status, reason, calls = ENDS[trouble]
        answer, reply, server = asked(dialect, always(trouble), timeout=100 if "seconds" in reason else 300)
        assert answer.status is status
        assert reason in answer.reason
        assert server.calls == calls
        if reply is not None:
            for name in ("prompt_tokens", "completion_tokens", "cached_tokens"):
                assert reply.usage.get(name, 0) == server.tokens[name]

    @pytest.mark.parametrize("trouble", [each for each in ENDS if ENDS[each][2] > 1])
    def test_once_and_never_again_it_is_mended_by_trying_again(self, dialect: str, trouble: Trouble) -> None:
        timeout = 100 if trouble in (Trouble.HANG, Trouble.TRICKLE) else 300
        answer, reply, server = asked(dialect, first(trouble), timeout=timeout)
        assert answer.value == "bet"
        assert reply is not None
        assert reply.usage["attempts"] == server.calls == 2
        assert reply.usage["waited_ms"] > 400
        assert reply.usage["prompt_tokens"] == server.tokens["prompt_tokens"]

    @pytest.mark.parametrize("trouble", FATAL)
    def test_what_no_call_can_mend_stops_the_run_at_the_first(self, dialect: str, trouble: Trouble) -> None:
        with pytest.raises(StopRun) as stopped:
            asked(dialect, always(trouble))
        assert dialect in str(stopped.value)
        assert not any(key in shown for key in KEYS for shown in told(stopped.value))

    def test_unknown_usage_is_left_out_and_not_zero(self, dialect: str) -> None:
        _, reply, _ = asked(dialect, always(Trouble.WRONG_USAGE))
        assert reply is not None
        assert set(reply.usage) <= {"attempts", "waited_ms"}

    def test_a_reply_beyond_all_bounds_is_cut(self, dialect: str) -> None:
        _, reply, _ = asked(dialect, always(Trouble.HUGE))
        assert reply is not None
        assert len(reply.text) == LONGEST_TEXT
        assert reply.stop is Stop.TRUNCATED

    def test_retry_after_is_honoured_but_capped(self, dialect: str) -> None:
        for asked_for, least, most in (("30", 30_000, 300_000), ("86400", 60_000, 600_000)):
            _, reply, _ = asked(dialect, first(Trouble.LIMITED_FOR), retry_after=asked_for)
            assert reply is not None
            assert least <= reply.usage["waited_ms"] <= most

    def test_an_exception_is_chained_to_nothing_that_holds_the_key(self, dialect: str) -> None:
        async def main() -> None:
            async with FaultServer(always(Trouble.BROKEN)) as server, agent_of(dialect, server) as agent:
                with pytest.raises(ProviderFailed) as failed:
                    await agent.reply(a_request())
                assert not any(key in shown for key in KEYS for shown in told(failed.value))

        run_paced(main())

    def test_a_failed_attempts_tokens_are_counted(self, dialect: str) -> None:
        answer, reply, server = asked(dialect, first(Trouble.NO_CHOICES))
        assert answer.ok
        assert reply is not None
        assert reply.usage["prompt_tokens"] == 2 * PROMPT_TOKENS == server.tokens["prompt_tokens"]
        assert reply.usage["completion_tokens"] == 2 * COMPLETION_TOKENS


class TestRejected:
    def test_a_prompt_that_is_too_long_ends_its_own_request_only(self) -> None:
        answer, _, server = asked("openai", always(Trouble.TOO_LONG))
        assert answer.status is Status.TOO_LONG
        assert answer.reason == (
            "openai:m: the prompt is longer than the model takes (HTTP 400: The prompt is too long.)"
        )
        assert server.calls == 1

    def test_nor_does_it_end_more_where_others_were_answered(self) -> None:
        async def main() -> None:
            async with (
                FaultServer(first(None, Trouble.TOO_LONG)) as server,
                agent_of("anthropic", server) as agent,
            ):
                assert (await consult(agent, a_request()))[0].ok
                answer, _, spent = await consult(agent, a_request())
                assert answer.status is Status.TOO_LONG
                assert spent.usage["attempts"] == len(spent.faults) == 1

        run_paced(main())


def test_nobody_at_the_address_is_a_failed_connection() -> None:
    async def main() -> None:
        async with FaultServer() as server:
            pass
        async with agent_of("openai", server) as agent:
            answer, *_ = await consult(agent, a_request())
        assert "the connection failed (ConnectionRefusedError)" in answer.reason

    run_paced(main())


def told(error: BaseException | None) -> Iterator[str]:
    """Yield all that an exception and those behind it show and hold."""
    while error is not None:
        yield f"{error!r} {error} {vars(error)}"
        error = error.__cause__ or error.__context__


class TestOpening:
    """Before a run begins, the provider is asked about the model."""

    @pytest.mark.parametrize("dialect", ["openai", "anthropic"])
    @pytest.mark.parametrize("trouble", [Trouble.BAD_KEY, Trouble.NO_MODEL])
    def test_a_bad_key_or_an_unknown_model_is_found_before_anything_is_spent(
        self, dialect: str, trouble: Trouble
    ) -> None:
        async def main() -> None:
            async with FaultServer(always(trouble)) as server, agent_of(dialect, server) as agent:
                with pytest.raises(StopRun, match=f"^The run is not begun. {dialect}:m: "):
                    await agent.open()
                assert server.paths == ["/v1/models/m"]
                assert not server.tokens

        run_paced(main())

    @pytest.mark.parametrize("trouble", [None, Trouble.BROKEN, Trouble.RESET, Trouble.NOT_JSON])
    def test_a_server_that_does_not_say_is_left_to_the_first_request(self, trouble: Trouble | None) -> None:
        async def main() -> None:
            async with FaultServer(always(trouble)) as server, agent_of("openai", server) as agent:
                await agent.open()
                assert set(server.paths) == {"/v1/models/m"}
                assert not server.tokens

        run_paced(main())
