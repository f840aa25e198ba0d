"""What a server turns down is found out once, changed, remembered for the account, and said."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from arena import Scenario
from arena.core.errors import StopRun
from arena.episode.outcome import Ending
from arena.forms import Choice, Status
from arena.journal import StoredRun
from arena.results.report import write_report
from arena.results.showing import show_run
from arena.running import run
from arena.seat.agent import Reply
from arena.seat.messages import SYSTEM_FOLDED
from arena.seat.response import consult
from arena.training.export.rows import Row
from protocols import Play
from tests.agents.providers.asked import a_request, agent_of, spec
from tests.arena.training.export.making import rows
from tests.faults.dialects import Body
from tests.faults.errors import NO_MONEY, NO_SYSTEM, OTHER_ERRORS, REFUSED, TOO_LONG, openai, vllm
from tests.faults.loops import run_paced
from tests.faults.server import FaultServer

Strict = Callable[[Body], tuple[int, object] | None]


def without(parameter: str, status: int, error: object) -> Strict:
    """A server that turns down requests with this parameter."""
    return lambda body: (status, error) if parameter in body else None


def no_system(status: int, error: object) -> Strict:
    """A server without a role for the system."""

    def strict(body: Body) -> tuple[int, object] | None:
        roles = [message["role"] for message in body["messages"]]
        return (status, error) if "system" in roles or "system" in body else None

    return strict


def asked(strict: Strict, *, times: int = 1, dialect: str = "openai-compatible", **given: Any) -> Any:
    """Ask that many times, and return the replies and the server."""

    async def main() -> tuple[list[Reply], FaultServer]:
        async with FaultServer(instead=strict) as server, agent_of(dialect, server, **given) as agent:
            replies = []
            for number in range(times):
                answer, reply, _ = await consult(agent, a_request(root=number))
                assert answer.ok, answer.reason
                assert reply is not None
                replies.append(reply)
            return replies, server

    return run_paced(main())


class TestRoles:
    @pytest.mark.parametrize("make", NO_SYSTEM)
    def test_a_server_without_a_role_for_the_system_is_sent_the_brief_by_the_user(self, make: str) -> None:
        replies, server = asked(no_system(*NO_SYSTEM[make]), times=3)
        assert server.calls == 4
        assert [reply.notes for reply in replies] == [(SYSTEM_FOLDED,)] * 3
        first = server.bodies[-1]["messages"][0]
        assert first["role"] == "user"
        assert first["content"].startswith("You are Ann.\n\nWhat now?")
        assert replies[0].usage["attempts"] == 2
        assert len(replies[0].faults) == 1

    def test_so_is_one_that_speaks_as_anthropic(self) -> None:
        replies, server = asked(no_system(*NO_SYSTEM["tgi"]), dialect="anthropic", times=2)
        assert server.calls == 3
        assert "system" not in server.bodies[-1]
        assert replies[-1].notes == (SYSTEM_FOLDED,)

    def test_roles_take_turns_from_the_beginning(self) -> None:
        def alternates(body: Body) -> tuple[int, object] | None:
            roles = [message["role"] for message in body["messages"] if message["role"] != "system"]
            takes_turns = roles == ["user", "assistant"] * (len(roles) // 2) + ["user"]
            return None if takes_turns else NO_SYSTEM["vllm with an old mistral"]

        _, server = asked(alternates)
        assert server.calls == 1


class TestParameters:
    @pytest.mark.parametrize("make", REFUSED)
    def test_one_that_is_refused_is_left_out(self, make: str) -> None:
        parameter, status, error = REFUSED[make]
        given: dict[str, Any] = {"temperature": 0.5, "top_p": 0.9, "logprobs": 2, "seed": True}
        replies, server = asked(without(parameter, status, error), times=2, **given)
        assert server.calls == 3
        assert parameter in server.bodies[0]
        left = server.bodies[0].keys() - server.bodies[1].keys()
        assert left == {parameter} | ({"top_logprobs"} if parameter == "logprobs" else set())
        note = f"{parameter} is left out, as the server refuses it"
        assert [reply.notes for reply in replies] == [(note,)] * 2
        assert replies[0].structured is (parameter != "response_format")

    @pytest.mark.parametrize(
        ("dialect", "old", "new"),
        [
            ("openai-compatible", "max_tokens", "max_completion_tokens"),
            ("openai", "max_completion_tokens", "max_tokens"),
        ],
    )
    def test_the_limit_goes_by_its_other_name(self, dialect: str, old: str, new: str) -> None:
        said = f"Unsupported parameter: '{old}' is not supported with this model. Use '{new}' instead."
        error = openai(said, param=old, code="unsupported_parameter")
        replies, server = asked(without(old, 400, error), dialect=dialect, max_tokens=9)
        assert server.bodies[1][new] == 9
        assert old not in server.bodies[1]
        assert replies[0].notes == (f"{old} is sent as {new}",)

    def test_a_server_that_knows_neither_name_is_sent_no_limit(self) -> None:
        def strict(body: Body) -> tuple[int, object] | None:
            name = next((name for name in body if name.startswith("max_")), None)
            return (400, openai(f"Unrecognized request argument supplied: {name}")) if name else None

        replies, server = asked(strict, max_tokens=9)
        assert server.calls == 3
        assert replies[0].notes == (
            "max_tokens is sent as max_completion_tokens",
            "max_completion_tokens is left out, as the server refuses it",
        )

    @pytest.mark.parametrize("dialect", ["openai", "anthropic"])
    def test_a_limit_above_the_models_is_lowered_to_it(self, dialect: str) -> None:
        said = "max_tokens is too large: 8192. This model supports at most 4096 completion tokens."

        def strict(body: Body) -> tuple[int, object] | None:
            limit = body.get("max_completion_tokens") or body.get("max_tokens")
            too_much = isinstance(limit, int) and limit > 4096
            return (400, openai(said, param="max_tokens", code="invalid_value")) if too_much else None

        replies, server = asked(strict, dialect=dialect, times=2)
        assert server.calls == 3
        assert 4096 in server.bodies[-1].values()
        assert "lowered to 4096" in replies[0].notes[0]

    def test_a_limit_that_leaves_no_room_for_any_prompt_is_left_out(self) -> None:
        said = (
            "'max_tokens' or 'max_completion_tokens' is too large: 8192. This model's maximum context length "
            "is 4096 tokens and your request has 100 input tokens (8192 > 4096 - 100)."
        )
        _, server = asked(without("max_tokens", 400, vllm(said)), max_tokens=8192)
        assert server.calls == 2

    def test_several_things_are_found_out_one_after_another(self) -> None:
        stages = [no_system(400, vllm("System role not supported"))]
        stages += [without(*REFUSED[make]) for make in ("vllm", "deepseek", "openai's reasoning models")]

        def strict(body: Body) -> tuple[int, object] | None:
            return next((refused for stage in stages if (refused := stage(body))), None)

        replies, server = asked(strict, times=2, temperature=0.5)
        assert server.calls == 6
        assert len(replies[1].notes) == 4
        assert replies[1].usage["attempts"] == 1

    def test_a_value_that_is_refused_is_the_users_to_mend(self) -> None:
        said = "Invalid 'temperature': decimal above maximum value. Expected a value <= 1, got 1.5."
        with pytest.raises(StopRun, match="decimal above maximum"):
            asked(without("temperature", 400, openai(said, param="temperature")), temperature=1.5)

    def test_a_server_that_refuses_what_was_not_sent_is_not_asked_for_ever(self) -> None:
        with pytest.raises(StopRun, match="'seed' is not supported"):
            asked(lambda body: (400, openai("'seed' is not supported")))


class TestTogether:
    def test_calls_in_flight_together_find_it_out_each_once_at_most(self) -> None:
        async def main() -> FaultServer:
            strict = without("seed", 400, openai("Unrecognized request argument supplied: seed"))
            async with (
                FaultServer(instead=strict, latency=1) as server,
                agent_of("openai-compatible", server) as agent,
            ):
                requests = [a_request(root=number) for number in range(20)]
                answers = await asyncio.gather(*[consult(agent, request) for request in requests])
                assert all(answer.ok for answer, _, _ in answers)
                assert (await consult(agent, a_request(root=99)))[0].ok
            return server

        server = run_paced(main())
        assert sum("seed" in body for body in server.bodies) <= 20
        assert server.calls <= 41

    def test_agents_of_one_account_share_what_is_known_of_a_model(self) -> None:
        async def main() -> int:
            strict = without("seed", 400, openai("Unrecognized request argument supplied: seed"))
            async with (
                FaultServer(instead=strict) as server,
                agent_of("openai-compatible", server) as one,
                agent_of("openai-compatible", server, max_tokens=9) as other,
            ):
                assert (await consult(one, a_request()))[0].ok
                assert (await consult(other, a_request()))[0].ok
            return server.calls

        assert run_paced(main()) == 3


class TestWhatIsSaid:
    @pytest.mark.parametrize(("given", "is_said"), [({"temperature": 0.5}, True), ({}, False)])
    def test_a_setting_of_the_users_that_is_refused_is_said_at_once(
        self, given: Mapping[str, Any], is_said: bool, capsys: pytest.CaptureFixture[str]
    ) -> None:
        parameter = "temperature" if given else "seed"
        asked(without(parameter, 400, openai(f"{parameter} is not supported")), times=2, **given)
        line = f"openai-compatible:m: {parameter} is left out, as the server refuses it.\n"
        assert capsys.readouterr().err == (line if is_said else "")

    def test_it_is_in_the_summary_the_report_and_the_rows(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        async def main() -> FaultServer:
            stages = [no_system(400, vllm("System role not supported")), without("temperature", *openai_says)]

            def strict(body: Body) -> tuple[int, object] | None:
                return next((refused for stage in stages if (refused := stage(body))), None)

            async with FaultServer(instead=strict) as server:
                agent = spec("openai-compatible", server, temperature=0.5, structured=False)
                scenario = Scenario(
                    protocol=Play(game="kuhn"), seats={"player_0": agent, "player_1": "random"}
                )
                await run(scenario, tmp_path / "run", concurrency=1)
            return server

        openai_says = (400, openai("temperature is not supported"))
        server = run_paced(main())
        show_run(str(tmp_path / "run"), as_json=False)
        shown = capsys.readouterr().out.replace("\n", " ")
        write_report([tmp_path / "run"], tmp_path / "report.html")
        for note in (SYSTEM_FOLDED, "temperature is left out, as the server refuses it"):
            assert f"openai-compatible:m: {note} (" in shown
            assert note in (tmp_path / "report.html").read_text()
        with StoredRun(tmp_path / "run") as stored:
            found = [
                row
                for row in rows(*stored.episodes(), config=stored.header()["config"])
                if row.role == "player_0"
            ]
        sent = [body["messages"] for body in server.bodies if "temperature" not in body]
        answered = [messages for messages in sent if messages[0]["role"] == "user"]
        assert [as_sent(row) for row in found] == answered


def as_sent(row: Row) -> list[dict[str, str]]:
    return [message.record() for message in row.prompt]


class TestTooLong:
    @pytest.mark.parametrize("dialect", ["openai", "anthropic", "openai-compatible"])
    @pytest.mark.parametrize("make", TOO_LONG)
    def test_the_request_and_no_other_is_given_up(self, make: str, dialect: str) -> None:
        async def main() -> None:
            too_long = iter([True])
            async with (
                FaultServer(instead=lambda body: TOO_LONG[make] if next(too_long, False) else None) as server,
                agent_of(dialect, server, max_tokens=100) as agent,
            ):
                answer, reply, spent = await consult(agent, a_request())
                assert (answer.status, reply) == (Status.TOO_LONG, None)
                assert spent.usage["attempts"] == server.calls == 1
                assert (await consult(agent, a_request()))[0].ok

        run_paced(main())

    def test_its_episode_is_truncated_and_the_run_goes_on(self, tmp_path: Path) -> None:
        async def main() -> None:
            def strict(body: Body) -> tuple[int, object] | None:
                return TOO_LONG["vllm"] if len(str(body["messages"])) > 1000 else None

            async with FaultServer(instead=strict) as server:
                agent = spec("openai-compatible", server, structured=False)
                seats = dict.fromkeys(("player_0", "player_1"), agent)
                await run(
                    Scenario(protocol=Play(game="repeated:kuhn?n=9"), seats=seats),
                    tmp_path / "run",
                )

        run_paced(main())
        with StoredRun(tmp_path / "run") as stored:
            assert stored.counts() == {Ending.TRUNCATED: 1}
            for episode in stored.episodes():
                assert episode.played is not None
                assert not episode.played.outcome.offenders
                assert "longer than the model takes" in episode.played.outcome.reason


class TestNoMoney:
    @pytest.mark.parametrize("dialect", ["openai", "anthropic"])
    @pytest.mark.parametrize("make", NO_MONEY)
    def test_the_run_is_stopped(self, make: str, dialect: str) -> None:
        with pytest.raises(StopRun, match="The run is stopped, as no call can be answered"):
            asked(lambda body: NO_MONEY[make], dialect=dialect)

    @pytest.mark.parametrize("said", ["I have insufficient credits.", "Your prompt is too long, Ann."])
    def test_what_an_agent_says_of_money_or_length_is_a_reply(self, said: str) -> None:
        async def main() -> None:
            async with (
                FaultServer(answer=lambda body: f"{said}\nAnswer: bet") as server,
                agent_of("openai", server) as agent,
            ):
                answer, _, _ = await consult(agent, a_request(Choice(("bet", "check"))))
                assert answer.value == "bet"

        run_paced(main())

    def test_other_errors_stop_nothing_that_was_answered_before(self) -> None:
        async def main() -> None:
            errors = iter([None, *((400, openai(said)) for said in OTHER_ERRORS)])
            async with (
                FaultServer(instead=lambda body: next(errors)) as server,
                agent_of("openai", server) as agent,
            ):
                assert (await consult(agent, a_request()))[0].ok
                for _ in OTHER_ERRORS:
                    answer, _, spent = await consult(agent, a_request())
                    assert answer.status is Status.ERROR
                    assert spent.usage["attempts"] == len(spent.faults) == 1

        run_paced(main())
