"""The scripted model: it says what it is told to, and meets the retries and limits that any model meets."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from agents.providers.attempts import ProviderFailed
from agents.providers.faults import Fault, FaultKind
from agents.scripted import TRANSIENT_FAULTS, ScriptedModel, Trouble
from arena import Scenario
from arena.core.errors import StopRun, UsageError
from arena.forms import Choice, Form, Speech, Status
from arena.journal import StoredRun
from arena.registry import make_agent
from arena.running import run
from arena.seat.agent import Reply, Request, Stop, Tokens
from arena.seat.messages import expected_usage
from arena.seat.response import Response, consult
from arena.seat.transcript import EventKind
from protocols import Play
from tests.agents.providers.asked import a_request
from tests.faults.loops import run_jumping, run_paced
from tests.properties.test_determinism import exported


def asked(model: ScriptedModel, request: Request | None = None) -> tuple[Response[str], Reply | None]:
    """Ask once, without waiting for anything."""
    answer, reply, _ = run_jumping(consult(model, request or a_request()))
    return answer, reply


def said(model: ScriptedModel, request: Request | None = None) -> str:
    _, reply = asked(model, request)
    assert reply is not None
    return reply.text


def at(count: int, seat: str = "ann", form: Form[str] | None = None) -> Request:
    return a_request(form)._replace(count=count, seat=seat)


def kuhn(*models: ScriptedModel, episodes: int = 20) -> Scenario:
    seats = dict(zip(("player_0", "player_1"), models * 2, strict=False))
    return Scenario(protocol=Play(), seats=seats, episodes=episodes, seed=3)


class TestReplies:
    def test_one_text_is_said_always(self) -> None:
        assert said(ScriptedModel("bet")) == said(ScriptedModel("bet"), at(5)) == "bet"

    def test_a_list_is_said_in_order_whoever_asks_when(self) -> None:
        model = ScriptedModel(["bet", "check"])
        assert [said(model, at(count)) for count in (1, 0, 1)] == ["check", "bet", "check"]

    @pytest.mark.parametrize("replies", [None, [], [None], {"bob": "bet"}, lambda _: None])
    def test_where_nothing_is_scripted_it_is_a_usable_reply_by_the_requests_seed(
        self, replies: object
    ) -> None:
        request = a_request(Speech(words=9))
        model = ScriptedModel(replies)  # type: ignore[arg-type]  # each is one of those that it takes
        assert said(model, request) == request.form.sample(request.random())
        assert said(model, request) != said(model, a_request(Speech(words=9), root=8))

    def test_each_seat_has_its_own(self) -> None:
        model = ScriptedModel({"ann": ["bet"], "bob": lambda request: f"check {request.count}"})
        assert said(model, at(0)) == "bet"
        assert said(model, at(3, "bob")) == "check 3"

    def test_a_function_may_be_async(self) -> None:
        async def later(request: Request) -> Reply:
            await asyncio.sleep(5)
            return Reply(request.seat, "Hm.")

        assert said(ScriptedModel(later)) == "ann"

    def test_a_reply_keeps_all_that_it_holds(self) -> None:
        whole = Reply(
            '{"answer": "bet"}', "Hm.", usage={"prompt_tokens": 9}, structured=True, tokens=Tokens(("a",))
        )
        answer, reply = asked(ScriptedModel([whole], priced_as="openai:gpt-5-mini"))
        assert answer.value == "bet"
        assert reply == whole._replace(
            model="openai:gpt-5-mini", usage={"prompt_tokens": 9, "attempts": 1}, faults=()
        )

    def test_a_function_that_breaks_is_a_failure_to_answer(self) -> None:
        answer, reply = asked(ScriptedModel(lambda request: request.nothing))  # type: ignore[attr-defined]
        assert (answer.status, reply) == (Status.ERROR, None)


ENDS = {
    Trouble.LIMITED: (Status.ERROR, "All 8 attempts failed: HTTP 429: Too many requests. (8 times)", 8),
    Trouble.LIMITED_FOR: (Status.ERROR, "HTTP 429: Too many requests. (8 times)", 8),
    Trouble.BROKEN: (Status.ERROR, "HTTP 500: Internal error. (6 times)", 6),
    Trouble.TIMED_OUT: (Status.TIMED_OUT, "no answer within 300 seconds (2 times)", 2),
    Trouble.HANG: (Status.TIMED_OUT, "no answer within 300 seconds (2 times)", 2),
    Trouble.GARBAGE: (Status.ERROR, "the response is not a JSON object", 4),
    Trouble.REFUSAL: (Status.REFUSED, "it is a refusal", 1),
    Trouble.TRUNCATION: (Status.TRUNCATED, "it was cut off before its end", 1),
}


class TestFaults:
    @pytest.mark.parametrize("trouble", ENDS)
    def test_each_ends_as_a_real_providers_would(self, trouble: Trouble) -> None:
        status, reason, calls = ENDS[trouble]
        model = ScriptedModel("bet", faults=lambda request, attempt: trouble)
        answer, _ = asked(model)
        assert answer.status is status
        assert reason in answer.reason
        assert model.calls == calls
        assert len(model.requests) == 1

    def test_none_is_left_out_here(self) -> None:
        assert {*ENDS, Trouble.BAD_KEY} == set(Trouble)

    @pytest.mark.parametrize(
        "trouble", [*TRANSIENT_FAULTS, Trouble.LIMITED_FOR, Trouble.TIMED_OUT, Trouble.HANG]
    )
    def test_one_that_passes_is_tried_again(self, trouble: Trouble) -> None:
        model = ScriptedModel("bet", faults=[trouble])
        answer, reply = asked(model)
        assert answer.value == "bet"
        assert reply is not None
        assert reply.usage["attempts"] == model.calls == 2
        assert len(reply.faults) == 1

    def test_the_wait_that_a_429_asks_for_is_kept(self) -> None:
        _, reply = asked(ScriptedModel("bet", faults=[Trouble.LIMITED_FOR]))
        assert reply is not None
        assert 5000 <= reply.usage["waited_ms"] < 6000

    def test_a_bad_key_stops_the_run(self, tmp_path: Path) -> None:
        with pytest.raises(StopRun, match="refuses the key"):
            asyncio.run(run(kuhn(ScriptedModel(faults="bad-key")), tmp_path / "run"))

    def test_a_list_is_met_call_by_call(self) -> None:
        model = ScriptedModel("bet", faults=[None, Trouble.REFUSAL])
        assert [asked(model)[0].status for _ in range(3)] == [Status.OK, Status.REFUSED, Status.OK]

    def test_a_function_is_told_the_request_and_the_attempt(self) -> None:
        model = ScriptedModel("bet", faults=lambda request, attempt: Trouble.BROKEN if attempt < 3 else None)
        assert asked(model)[0].ok
        assert model.calls == 4

    def test_one_that_a_function_misspells_is_no_success(self) -> None:
        answer, _ = asked(ScriptedModel("bet", faults=lambda request, attempt: "501"))
        assert "no fault '501'" in answer.reason

    def test_a_fault_of_ones_own_is_raised_as_it_is(self) -> None:
        fault = Fault(FaultKind.REJECTED, "too long for me", usage={"prompt_tokens": 7})
        model = ScriptedModel("bet", faults=[fault])
        with pytest.raises(ProviderFailed, match="too long for me") as failed:
            run_jumping(model.reply(a_request()))
        assert failed.value.usage == {"prompt_tokens": 7, "attempts": 1}
        assert model.usage == {"prompt_tokens": 7}

    def test_a_rate_is_kept_and_drawn_by_the_seed_alone(self) -> None:
        requests = [a_request(root=root) for root in range(400)]

        async def met(model: ScriptedModel) -> list[Stop]:
            return [(await model.reply(request)).stop for request in requests]

        first, second = (
            run_jumping(met(ScriptedModel("bet", rate_of_faults=0.25, faults="refusal"))) for _ in range(2)
        )
        assert first == second
        assert 70 <= Counter(first)[Stop.REFUSED] <= 130

    def test_a_rate_alone_is_of_those_that_trying_again_mends(self) -> None:
        model = ScriptedModel("bet", rate_of_faults=0.3)

        async def ask() -> list[Reply]:
            return [await model.reply(a_request(root=root)) for root in range(100)]

        replies = run_jumping(ask())
        assert {reply.text for reply in replies} == {"bet"}
        assert len({fault for reply in replies for fault in reply.faults}) == len(TRANSIENT_FAULTS)


class TestPace:
    def test_a_call_takes_its_latency(self) -> None:
        async def seconds(model: ScriptedModel) -> float:
            loop = asyncio.get_running_loop()
            began = loop.time()
            await model.reply(a_request())
            return loop.time() - began

        assert 40 <= run_jumping(seconds(ScriptedModel("bet", latency=40))) < 41
        by_seed = ScriptedModel("bet", latency=lambda request: request.random().uniform(60, 90))
        first, second = (run_jumping(seconds(by_seed)) for _ in range(2))
        assert 60 <= first <= 91
        assert first == pytest.approx(second, abs=0.5)

    def test_a_call_that_takes_longer_than_its_timeout_is_given_up(self) -> None:
        answer, _ = asked(ScriptedModel("bet", latency=40, timeout=30))
        assert answer.status is Status.TIMED_OUT
        assert "no answer within 30 seconds" in answer.reason

    def test_no_more_calls_are_in_flight_than_the_account_has_room_for(self) -> None:
        flying, most = 0, 0

        async def fly(request: Request) -> str:
            nonlocal flying, most
            flying += 1
            most = max(most, flying)
            await asyncio.sleep(1)
            flying -= 1
            return "bet"

        async def ask() -> None:
            models = ScriptedModel(fly, concurrency=3), ScriptedModel(fly, concurrency=3)
            await asyncio.gather(*(models[root % 2].reply(a_request(root=root)) for root in range(20)))

        run_jumping(ask())
        assert most == 3


class TestUsage:
    def test_tokens_are_a_fourth_of_the_characters(self) -> None:
        request = a_request(Speech())
        model = ScriptedModel("x" * 41)
        _, reply = asked(model, request)
        assert reply is not None
        prompt = expected_usage(request)["prompt_tokens"]
        assert reply.usage == {"prompt_tokens": prompt, "completion_tokens": 11, "attempts": 1}
        assert model.expects(request) == expected_usage(request)

    def test_the_completions_may_be_given(self) -> None:
        model = ScriptedModel("bet", completion_tokens=7)
        asked(model)
        asked(model)
        assert model.usage["completion_tokens"] == 14

    def test_what_the_seat_was_sent_before_is_cached(self) -> None:
        past = (
            (EventKind.TOLD, None, "Begin." * 10),
            (EventKind.ASKED, "ann", "What?" * 10),
            (EventKind.SAID, "ann", "This!"),
            (EventKind.ASKED, "bob", "And you?"),
        )
        request = a_request(Choice(("bet", "check")), *past)
        _, reply = asked(ScriptedModel("bet", caches=True), request)
        assert reply is not None
        assert reply.usage["cached_tokens"] == (len("You are Ann.") + 60 + 50) // 4
        _, first = asked(ScriptedModel("bet", caches=True))
        assert first is not None
        assert first.usage["cached_tokens"] == 0

    def test_the_journal_counts_what_the_model_counted(self, tmp_path: Path) -> None:
        model = ScriptedModel(rate_of_faults=0.2, caches=True)
        run_paced(run(kuhn(model, episodes=100), tmp_path / "run"))
        total: Counter[str] = Counter()
        with StoredRun(tmp_path / "run") as stored:
            for took in stored.took():
                total.update(took.spent.usage)
        assert {name: total[name] for name in model.usage} == model.usage
        assert total["attempts"] == model.calls > len(model.requests)


class TestRuns:
    def test_are_the_same_at_any_concurrency(self, tmp_path: Path) -> None:
        def played(concurrency: int) -> bytes:
            model = ScriptedModel(
                {"player_0": lambda request: request.form.sample(request.random())},
                rate_of_faults=0.2,
                latency=lambda request: request.random().random(),
            )
            folder = tmp_path / str(concurrency)
            run_paced(run(kuhn(model, episodes=60), folder, concurrency=concurrency))
            return exported(folder)

        assert played(3) == played(60)

    def test_two_models_in_one_run_have_names(self, tmp_path: Path) -> None:
        ann, bob = ScriptedModel(name="ann"), ScriptedModel(name="bob")
        asyncio.run(run(kuhn(ann, bob), tmp_path / "run"))
        assert ann.calls
        assert bob.calls
        with pytest.raises(UsageError, match="'scripted'"):
            asyncio.run(run(kuhn(ScriptedModel(), ScriptedModel()), tmp_path / "two"))


class TestSpecification:
    def test_takes_plain_values(self) -> None:
        model = make_agent("scripted:bet?latency=0.05&rate_of_faults=0.2&faults=429,,500&caches=true")
        assert isinstance(model, ScriptedModel)
        assert (model.replies, model.latency, model.rate_of_faults, model.caches) == ("bet", 0.05, 0.2, True)
        assert asked(model)[0].value == "bet"
        assert model.priced_as == "scripted"

    @pytest.mark.parametrize(
        ("specification", "complaint"),
        [("faults=42", "no fault '42'"), ("rate_of_faults=2", "rate_of_faults"), ("latency=-1", "latency")],
    )
    def test_one_that_does_not_fit_is_refused(self, specification: str, complaint: str) -> None:
        with pytest.raises(UsageError, match=complaint):
            make_agent(f"scripted?{specification}")

    def test_no_client_and_no_network_is_needed(self) -> None:
        code = """if True:
            import asyncio, socket, sys, tempfile
            from arena import Scenario
            from arena.running import run
            from protocols import Play
            def refuse(*_): raise AssertionError("no network")
            socket.socket.connect = socket.getaddrinfo = refuse
            scenario = Scenario(protocol=Play(), seats={"player_0": "scripted", "player_1": "scripted"})
            asyncio.run(run(scenario, tempfile.mkdtemp() + "/run"))
            print({"openai", "anthropic", "aiohttp"} & set(sys.modules))
        """
        printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert printed.stdout == "set()\n"
