"""The solver: right as often as it is told to be, and asked for anything else at random."""

from __future__ import annotations

from collections import Counter

import pytest

from agents.solver import Solver
from arena.forms import Choice
from arena.registry import make_agent
from arena.seat.agent import Request
from arena.seat.transcript import Event, EventKind, View, encode
from arena.tasks import sums
from protocols.shared.answers import AnswerMatch, ArguedAnswer

(TASK,) = sums(1, seed=3)


def request_for(last: str | None, seed: int = 0, brief: str = TASK.text) -> Request:
    fields = encode({"asks": "answer", "turn": 1, "last": last})
    prompt = Event(EventKind.ASKED, "answerer", frozenset({"answerer"}), "Give your answer.", fields)
    form = ArguedAnswer(comparison=AnswerMatch.NUMBER)
    return Request("answerer", f"{brief}\n\nAnswer this.", View([], 0), prompt, form, 0, seed)


@pytest.mark.parametrize(
    ("last", "share"), [(None, 0.6), (TASK.truth, 0.9), ("-1", 0.3)], ids=["first", "right", "wrong"]
)
async def test_is_right_as_often_as_it_is_told(last: str | None, share: float) -> None:
    solver = Solver(right=0.6, keeps=0.9, repairs=0.3)
    said = Counter([(await solver.reply(request_for(last, seed))).text for seed in range(2000)])
    right = said[f"I worked it out.\nAnswer: {TASK.truth}"]
    assert right / 2000 == pytest.approx(share, abs=0.05)  # over four standard deviations


async def test_its_answers_can_be_read() -> None:
    request = request_for(None)
    reply = await make_agent("solver").reply(request)
    assert request.form.parse(reply.text).answer == TASK.truth


async def test_what_else_it_is_asked_it_answers_at_random() -> None:
    request = request_for(None)._replace(form=Choice(("accept", "revise")))
    request = request._replace(prompt=request.prompt._replace(payload=encode({"asks": "feedback"})))
    said = {(await Solver().reply(request._replace(root=seed))).text for seed in range(20)}
    assert said == {"accept", "revise"}


@pytest.mark.parametrize("brief", ["Who took the key?", "What is it?", "What is 1 / 0?"])
async def test_what_is_no_sum_it_cannot_answer(brief: str) -> None:
    with pytest.raises(ValueError, match="solves sums"):
        await Solver().reply(request_for(None, brief=brief))
