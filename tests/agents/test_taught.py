"""A teacher's feedback stands in the student's reply, who goes on from there."""

from __future__ import annotations

from agents.taught import Taught
from arena.seat.agent import Reply, Request, Stop
from arena.seat.function import Function
from tests.agents.test_continued import request

STUDENT = Function(lambda request: "Now 5." if request.begun else "It is 6.", "student@2")


async def test_the_teacher_reads_the_reply_and_the_student_goes_on() -> None:
    asked: list[Request] = []

    def teacher(request: Request) -> str:
        asked.append(request)
        return "Count again."

    reply = await Taught(STUDENT, Function(teacher)).reply(request())
    assert reply.text == "It is 6.\nCount again.\nNow 5."
    assert [(part.author, part.version, part.trains) for part in reply.parts] == [
        ("student@2", "2", True),
        ("teacher", "", False),
        ("student@2", "2", True),
    ]
    assert "> It is 6." in asked[0].prompt.text
    assert asked[0].begun == ""


async def test_without_usable_feedback_the_reply_stands() -> None:
    silent = Function(lambda _: Reply("", stop=Stop.REFUSED))
    reply = await Taught(STUDENT, silent).reply(request())
    assert (reply.text, reply.parts) == ("It is 6.", ())


async def test_a_share_of_the_replies_gets_feedback() -> None:
    agent = Taught(STUDENT, Function(lambda _: "Count again."), share=0.25)
    replies = [await agent.reply(request()._replace(root=root)) for root in range(400)]
    assert 60 < sum(bool(reply.parts) for reply in replies) < 140


async def test_the_teachers_words_are_learnt_if_so_set() -> None:
    reply = await Taught(STUDENT, Function(lambda _: "Count again."), learns=True).reply(request())
    assert all(part.trains for part in reply.parts)
