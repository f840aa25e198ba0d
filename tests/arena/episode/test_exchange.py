"""Asking one seat: the reason is shown in private, attempts are bounded, and every one is recorded."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from arena.core.errors import NoAnswer
from arena.episode.context import EpisodeContext
from arena.episode.episode import Episode
from arena.forms import Choice, Speech, Status
from arena.seat.agent import REPAIRED, Agent, Reply, Request, Stop
from arena.seat.response import Response
from arena.seat.transcript import EventKind
from tests.shared.agents import Scripted, Watched
from tests.shared.recording import Memory

YES_NO = Choice(("yes", "no"))


def seated(ann: Agent, bob: Agent | None = None, **options: Any) -> tuple[Episode, Memory]:
    memory = Memory()
    return Episode(
        {"ann": ann, "bob": bob or Watched("yes")}, context=EpisodeContext(recorder=memory, **options)
    ), memory


class TestAskingAgain:
    async def test_the_reason_is_shown_and_the_next_reply_counts(self) -> None:
        ann = Scripted("maybe", "Answer: yes\nAnswer: no", "yes")
        episode, memory = seated(ann)
        answer = await episode.ask("ann", YES_NO, "Well?")
        assert answer.value == "yes"
        assert [call.status for call in memory.calls[0]] == [
            Status.UNPARSEABLE,
            Status.AMBIGUOUS,
            Status.OK,
        ]
        assert "'maybe' is not one of yes, no" in ann.sent[1].prompt.text
        assert "more than one answer" in ann.sent[2].prompt.text
        assert all(YES_NO.instructions() in sent.prompt.text for sent in ann.sent)

    async def test_the_other_seats_see_the_answer_and_nothing_of_the_failures(self) -> None:
        episode, _ = seated(Scripted("maybe", "perhaps", "yes"))
        await episode.ask("ann", YES_NO, "Well?")
        assert [(event.kind, event.text) for event in episode.view("bob")] == [(EventKind.SAID, "yes")]
        assert [event.kind for event in episode.view("ann")] == [
            EventKind.ASKED,
            EventKind.FAILED,
            EventKind.ASKED,
            EventKind.FAILED,
            EventKind.ASKED,
            EventKind.SAID,
        ]

    @pytest.mark.parametrize("retries", [0, 1, 3])
    async def test_no_more_often_than_the_form_says(self, retries: int) -> None:
        ann = Watched("maybe")
        episode, memory = seated(ann)
        answer = await episode.ask("ann", Choice(("yes", "no"), retries=retries))
        assert len(ann.sent) == len(memory.calls[0]) == retries + 1
        assert answer.status is Status.UNPARSEABLE
        assert answer.parsed is None

    async def test_what_is_not_remembered_is_asked_again_in_full(self) -> None:
        """Since the seat does not see the question that it answered badly."""
        ann = Scripted("maybe", "yes")
        episode, _ = seated(ann)
        await episode.ask("ann", YES_NO, "Is it raining?", remember=False, audience=())
        assert "Is it raining?" in ann.sent[1].prompt.text
        assert list(episode.view("ann")) == []

    async def test_the_count_goes_on_over_questions_and_attempts(self) -> None:
        ann = Scripted("maybe", "yes", "no")
        episode, _ = seated(ann)
        await episode.ask("ann", YES_NO)
        await episode.ask("ann", YES_NO)
        assert [sent.count for sent in ann.sent] == [0, 1, 2]

    async def test_no_two_requests_share_their_randomness(self) -> None:
        drawn: list[float] = []

        def answer(request: Request) -> str:
            drawn.append(request.random().random())
            assert drawn[-1] == request.random().random()
            return "maybe"

        agent = Watched(answer)
        episode, _ = seated(agent, agent)
        await episode.together(("ann", "bob"), YES_NO)
        await episode.together(("ann", "bob"), YES_NO)
        assert len(set(drawn)) == len(drawn) == 12


class TestRefusals:
    @pytest.mark.parametrize(
        ("stop", "status"), [(Stop.REFUSED, Status.REFUSED), (Stop.TRUNCATED, Status.TRUNCATED)]
    )
    async def test_are_recorded_as_such_and_asked_again(self, stop: Stop, status: Status) -> None:
        episode, memory = seated(Scripted(Reply("yes", stop=stop), "no"))
        assert (await episode.ask("ann", YES_NO)).value == "no"
        assert [call.status for call in memory.calls[0]] == [status, Status.OK]
        assert memory.calls[0][0].parsed is None

    async def test_three_refusals_are_no_answer(self) -> None:
        episode, _ = seated(Watched(lambda _: Reply("yes", stop=Stop.REFUSED)))
        assert (await episode.ask("ann", YES_NO)).status is Status.REFUSED


class TestBreakage:
    @pytest.mark.parametrize(
        ("error", "status"),
        [
            (RuntimeError("no connection"), Status.ERROR),
            (TimeoutError("too slow"), Status.TIMED_OUT),
            (TimeoutError(), Status.TIMED_OUT),
            (LookupError(), Status.ERROR),
            (ExceptionGroup("several", [ValueError("x")]), Status.ERROR),
        ],
        ids=repr,
    )
    async def test_what_an_agent_raises_is_its_failure_and_is_not_asked_again(
        self, error: Exception, status: Status
    ) -> None:
        ann = Scripted("maybe", error, "yes")
        episode, memory = seated(ann)
        answer = await episode.ask("ann", YES_NO)
        assert answer.status is status
        assert [call.status for call in memory.calls[0]] == [Status.UNPARSEABLE, status]
        assert memory.calls[0][1].reply is None
        assert type(error).__name__ in memory.calls[0][1].reason
        assert len(ann.sent) == 2

    @pytest.mark.parametrize("junk", [None, 3, b"yes", {"text": "yes"}, ("yes",)])
    async def test_what_is_no_reply_is_an_error(self, junk: Any) -> None:
        episode, memory = seated(Watched(lambda _: junk))
        assert (await episode.ask("ann", YES_NO)).status is Status.ERROR
        assert type(junk).__name__ in memory.calls[0][0].reason

    @pytest.mark.parametrize(
        "reply",
        [
            Reply(None),  # type: ignore[arg-type]
            Reply(3),  # type: ignore[arg-type]
            Reply("yes", reasoning=None),  # type: ignore[arg-type]
            Reply("yes", stop="finished"),  # type: ignore[arg-type]
            Reply("yes", usage={"tokens": object()}),  # type: ignore[dict-item]
        ],
        ids=["no text", "a number", "no reasoning", "another stop", "odd usage"],
    )
    async def test_a_reply_of_the_wrong_parts_is_an_error(self, reply: Reply) -> None:
        """Otherwise it would break whoever reads it: the parser, the journal, the export."""
        episode, memory = seated(Watched(lambda _: reply))
        assert (await episode.ask("ann", YES_NO)).status is Status.ERROR
        assert [call.status for call in memory.calls[0]] == [Status.ERROR]

    async def test_an_agent_that_cancels_itself_has_failed(self) -> None:
        """A library inside it may; nobody cancelled the episode, so the episode goes on."""
        episode, memory = seated(Scripted(asyncio.CancelledError()))
        try:
            answer = await episode.ask("ann", YES_NO)
        except asyncio.CancelledError:
            pytest.fail("the agent's own cancellation went through the episode")
        assert answer.status is Status.ERROR
        assert len(memory.calls[0]) == 1

    async def test_a_real_cancellation_does_get_through(self) -> None:
        async def forever(_: Request) -> str:
            await asyncio.sleep(60)
            return "yes"

        episode, memory = seated(Watched(forever))
        task = asyncio.create_task(episode.ask("ann", YES_NO))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert memory.calls == {}

    async def test_one_seats_failure_leaves_the_others_answers(self) -> None:
        episode, _ = seated(Scripted(RuntimeError("broke")))
        answers = await episode.together(("ann", "bob"), YES_NO)
        assert answers["ann"].status is Status.ERROR
        assert answers["bob"].value == "yes"

    async def test_the_error_is_told_to_nobody_else(self) -> None:
        episode, _ = seated(Scripted(RuntimeError("password=swordfish")))
        await episode.ask("ann", YES_NO)
        assert list(episode.view("bob")) == []


class TestSurrogates:
    """Half characters, which a model's cut-off token or ``json.loads`` may leave, can be stored nowhere."""

    @pytest.mark.parametrize("text", ["\ud800", "yes \udfff", "Answer: \ud83d"])
    async def test_they_break_neither_the_seat_nor_the_record(self, text: str) -> None:
        ann = Scripted(*[Reply(text, reasoning=text)] * 3)
        episode, memory = seated(ann)
        await episode.ask("ann", Speech(words=9))
        await episode.ask("bob", Speech())
        for call in memory.calls[0]:
            assert call.reply is not None
            (call.reply.text + call.reply.reasoning + call.reason).encode()
        for event in episode.transcript.events:
            event.text.encode()

    async def test_a_reply_that_had_to_be_repaired_says_so(self) -> None:
        episode, memory = seated(Scripted("no \ud800", "no"))
        await episode.ask("ann", Speech())
        await episode.ask("ann", Speech())
        repaired, whole = (call.reply for call in memory.calls[0])
        assert repaired is not None
        assert (repaired.text, repaired.notes) == ("no \ufffd", (REPAIRED,))
        assert whole is not None
        assert whole.notes == ()

    async def test_nor_do_they_in_a_bad_reply_or_an_error(self) -> None:
        episode, memory = seated(Scripted("\ud800", RuntimeError("\ud800")))
        assert not (await episode.ask("ann", YES_NO)).ok
        assert len(memory.calls[0]) == 2
        for call in memory.calls[0]:
            call.reason.encode()


class TestAnswers:
    def test_the_value_of_an_answer_that_never_came_is_an_error_with_the_seat(self) -> None:
        with pytest.raises(NoAnswer, match="ann gave no usable answer") as caught:
            _ = Response("ann", Status.TIMED_OUT, "TimeoutError: too slow").value
        assert caught.value.seat == "ann"

    def test_none_may_be_an_answer(self) -> None:
        assert Response("ann", Status.OK, parsed=None).value is None

    @pytest.mark.parametrize("status", list(Status))
    def test_a_time_out_or_a_crash_is_not_the_agents_doing(self, status: Status) -> None:
        excused = (Status.OK, Status.TOO_LONG, Status.TIMED_OUT, Status.ERROR, Status.CALLED)
        assert status.is_the_agents_doing is (status not in excused)

    async def test_reasoning_is_recorded_and_shown_to_nobody(self) -> None:
        episode, memory = seated(Scripted(Reply("yes", reasoning="because I know")))
        await episode.ask("ann", YES_NO)
        reply = memory.calls[0][0].reply
        assert reply is not None
        assert reply.reasoning == "because I know"
        assert "because" not in repr(episode.transcript.events)
