"""The desk of a person in a browser: what it shows, and which answers it takes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from arena.core.drain import Drain, drained_by
from arena.core.errors import Drained, StopRun
from arena.forms import Choice, Form, Speech, Verdict
from arena.people import Desk
from arena.seat.agent import Reply, Request, Stop
from arena.seat.sight import SeatSight
from arena.seat.transcript import Event, EventKind, Transcript


def told(text: str, *seats: str) -> Event:
    return Event(EventKind.TOLD, None, frozenset(seats or ("ann",)), text)


def asked(form: Form[Any], *events: Event, seat: str = "ann") -> Request:
    transcript = Transcript({seat: "Be brief."})
    for event in events:
        transcript.tell(event)
    prompt = Event(EventKind.ASKED, seat, frozenset({seat}), "Well?")
    return Request(seat, "Be brief.", transcript.view(seat), prompt, form, 0, 7)


Doing = Callable[[Desk], object]


def answered(
    desk: Desk, request: Request, *doing: Doing, seconds: float | None = None, drain: Drain | None = None
) -> Reply:
    """Return the reply to a request while the person does one thing after the other."""

    async def ask() -> Reply:
        with drained_by(drain or Drain()):
            async with asyncio.timeout(10), asyncio.TaskGroup() as group:
                reply = group.create_task(desk.ask(request, seconds))
                for do in doing:
                    await asyncio.sleep(0.005)
                    do(desk)
        return reply.result()

    try:
        return asyncio.run(ask())
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None


def send(number: int = 1, **written: str | Sequence[str]) -> Doing:
    """Return what sends an answer; ``field_0`` is the first field."""
    fields = {
        name.replace("_", "-"): [value] if isinstance(value, str) else list(value)
        for name, value in written.items()
    }
    return lambda desk: desk.answer(number, fields)


class TestAnswers:
    def test_an_option_is_sent_by_its_number(self) -> None:
        reply = answered(Desk("heron"), asked(Choice(("yes", "no"))), send(field_0="1"))
        assert (reply.text, reply.structured) == ("no", False)

    def test_words_of_ones_own_are_the_reply(self) -> None:
        reply = answered(Desk("heron"), asked(Choice(("yes", "no"))), send(words=" I say no. Answer: no "))
        assert reply.text == "I say no. Answer: no"

    def test_several_fields_are_one_object(self) -> None:
        reply = answered(
            Desk("heron"),
            asked(Verdict(("pro", "con"))),
            send(field_0="She is right.", field_1="0", field_2="80"),
        )
        assert json.loads(reply.text) == {"reasons": "She is right.", "choice": "pro", "confidence": 80}
        assert reply.structured

    @pytest.mark.parametrize(
        ("form", "written", "problem"),
        [
            (Choice(("yes", "no")), {}, "answer: choose one of the options"),
            (Choice(("yes", "no")), {"field-0": ["7"]}, "answer: choose one of the options"),
            (Choice(("yes", "no")), {"field-0": ["-1"]}, "answer: choose one of the options"),
            (Choice(("yes", "no")), {"field-0": ["²"]}, "answer: choose one of the options"),
            (Speech(), {"field-0": ["  "]}, "it is empty"),
            (
                Verdict(("pro", "con")),
                {"field-0": ["x"], "field-1": ["0"], "field-2": ["800"]},
                "confidence: it must be a whole number from 0 to 100",
            ),
        ],
    )
    def test_what_does_not_fit_is_said_and_kept_and_asked_for_again(
        self, form: Form[Any], written: dict[str, list[str]], problem: str
    ) -> None:
        def send_wrong(desk: Desk) -> None:
            assert desk.answer(1, written)
            question = desk.state.question
            assert question is not None
            assert (question.problem, question.written) == (problem, written)

        right = send(field_0="0", field_1="0", field_2="50")
        assert answered(Desk("heron"), asked(form), send_wrong, right).text

    def test_an_answer_to_an_earlier_question_is_not_taken(self) -> None:
        desk = Desk("heron")
        answered(desk, asked(Choice(("yes", "no"))), send(field_0="0"))

        def send_late(again: Desk) -> None:
            assert not again.answer(1, {"field-0": ["1"]})

        reply = answered(desk, asked(Choice(("yes", "no"))), send_late, send(2, field_0="0"))
        assert reply.text == "yes"
        assert not desk.answer(2, {"field-0": ["0"]})

    def test_a_person_may_decline(self) -> None:
        reply = answered(Desk("heron"), asked(Speech()), lambda desk: desk.answer(1, {}, declines=True))
        assert reply.stop is Stop.REFUSED

    def test_time_is_up_when_it_is_up(self) -> None:
        desk = Desk("heron")
        with pytest.raises(TimeoutError, match=r"within 0\.01 seconds"):
            answered(desk, asked(Speech()), seconds=0.01)
        assert "Time was up" in desk.state.said
        assert desk.state.question is None

    def test_that_time_was_up_is_still_said_at_the_end(self) -> None:
        async def end() -> None:
            desk = Desk("heron")
            with pytest.raises(TimeoutError):
                await desk.ask(asked(Speech()), 0.01)
            await desk.ended("ann", Transcript({"ann": ""}).view("ann"))
            assert desk.state.said == "Time was up: that counts as no answer. The episode has ended."
            desk.close()
            assert desk.state.said.startswith("Time was up: that counts as no answer. Thank you!")

        asyncio.run(end())

    def test_a_run_that_is_drained_gives_the_question_up(self) -> None:
        desk, drain = Desk("heron"), Drain()
        with pytest.raises(Drained):
            answered(desk, asked(Speech()), lambda _: drain.set(), drain=drain)
        desk.close()
        assert "you get a new link" in desk.state.said

    def test_who_waits_in_a_run_that_is_drained_is_told_so(self) -> None:
        desk, drain = Desk("heron"), Drain()
        with drained_by(drain):
            desk.heard(SeatSight("ann", "", Transcript({"ann": ""}).view("ann"), str))
        drain.set()
        desk.close()
        assert "you get a new link" in desk.state.said

    def test_who_was_asked_for_no_consent_yet_is_told_that_nothing_is_kept(self) -> None:
        desk = Desk("heron", "May we keep your words?")
        desk.close()
        assert "nothing is kept of you" in desk.state.said


class TestShown:
    def test_is_what_the_seat_was_told_and_what_is_new(self) -> None:
        desk, first, second = Desk("heron"), told("One."), told("Two.")
        fresh: list[int] = []

        def look(again: Desk) -> None:
            fresh.append(again.state.fresh)

        answered(desk, asked(Speech(), first), look, send(field_0="Hello."), look)
        answered(desk, asked(Speech(), first, second), look, send(2, field_0="Hello."))
        assert [event.text for event in desk.state.events] == ["One.", "Two."]
        assert fresh == [0, 1, 1]

    def test_grows_while_others_speak(self) -> None:
        desk, transcript = Desk("heron"), Transcript({"ann": "Be brief."})
        assert desk.state.said.startswith("Nothing has begun yet.")
        for text in ("One.", "Two."):
            transcript.tell(told(text, "ann", "bob"))
            desk.heard(SeatSight("ann", "Be brief.", transcript.view("ann"), lambda: "<svg/>"))
        assert [event.text for event in desk.state.events] == ["One.", "Two."]
        assert (desk.state.version, desk.state.draw()) == (2, "<svg/>")
        assert desk.state.said.startswith("The others go on.")

    def test_another_seat_of_the_same_person_waits_until_the_answer_is_there(self) -> None:
        desk = Desk("heron")

        def hear(again: Desk) -> None:
            again.heard(SeatSight("bob", "", Transcript({"bob": ""}).view("bob"), str))
            assert again.state.seat == "ann"

        answered(desk, asked(Speech()), hear, send(field_0="Hello."))

    def test_nothing_is_shown_before_consent(self) -> None:
        agreed: list[str] = []
        desk = Desk("heron", "May we keep your words?", agreed=lambda: agreed.append("yes"))

        def look(again: Desk) -> None:
            again.heard(SeatSight("ann", "Be brief.", Transcript({"ann": ""}).view("ann"), str))
            assert (again.state.seat, again.state.question) == ("", None)

        def agree(again: Desk) -> None:
            assert again.agree(True)
            assert not again.agree(True)

        answered(desk, asked(Speech()), look, agree, send(field_0="Hello."))
        assert agreed == ["yes"]

    def test_who_does_not_agree_is_not_asked(self) -> None:
        desk = Desk("heron", "May we keep your words?")
        with pytest.raises(StopRun, match="heron did not agree"):
            answered(desk, asked(Speech()), lambda again: again.agree(False))
        assert "nothing is kept of you" in desk.state.said
        desk.close()
        assert "nothing is kept of you" in desk.state.said

    def test_the_end_is_said_and_waited_for_if_a_page_is_open(self) -> None:
        async def close() -> None:
            desk = Desk("heron")
            desk.close()
            await desk.shown_to_its_end()  # No page was ever opened.
            seen = Desk("heron")
            seen.was_shown(0)
            seen.close()
            waiting = asyncio.ensure_future(seen.shown_to_its_end())
            await asyncio.sleep(0)
            assert not waiting.done()
            seen.was_shown(seen.state.version)
            await waiting

        asyncio.run(close())
