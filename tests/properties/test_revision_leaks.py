"""Of the truth no seat of `revise` learns more than its hint tells: nothing, or that an answer was wrong.

A log is kept of all that any seat is sent and of every bit that the protocol learns, in order. Under another
truth the log is the same up to the first bit that differs; without a hint, all that is sent is the same.
"""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from arena.seat.agent import Request
from arena.tasks.grading import AnswerMatch, Grader
from arena.tasks.task import PublicTask
from protocols import Revise
from protocols.revise import CRITIC
from tests.protocols.test_revise import revising
from tests.shared.agents import Sent, Watched
from tests.shared.examples import some
from tests.shared.playing import Graded, play
from tests.shared.protocols import seeds

TASK = PublicTask(text="Which number is meant?")
SECRET = "31337"
truths = st.sampled_from(["1", "2", "3", "4", "5", SECRET])

Log = list[tuple[str, Any]]


def log_of(protocol: Revise, truth: str | None, seed: int) -> Log:
    """Return what is sent and what is graded; the numbers from 1 to 5 are answered, by the seed."""
    log: Log = []
    right = Grader(truth)

    def answer(request: Request) -> str:
        log.append(("sent", Sent.of(request)))
        return request.form.sample(request.random())

    def grader(answer: str, by: AnswerMatch) -> bool | None:
        bit = right(answer, by)
        log.append(("graded", (answer, bit)))
        return bit

    asyncio.run(play(protocol, Watched(answer), task=TASK, seed=seed, episode_class=Graded, grader=grader))
    return log


def sent_in(log: Log) -> list[Sent]:
    return [entry for kind, entry in log if kind == "sent"]


@some
@given(revising(), truths, truths, seeds)
@example(Revise(turns=3, hint="unary"), "1", "2", 0)
def test_the_truth_is_learnt_by_bits_alone(protocol: Revise, one: str, other: str, seed: int) -> None:
    for first, second in zip(log_of(protocol, one, seed), log_of(protocol, other, seed), strict=False):
        if first != second:
            assert (first[0], second[0]) == ("graded", "graded")
            (answer, bit), (same, another) = first[1], second[1]
            assert answer == same
            assert bit is not another
            return


@some
@given(revising(["none", "always"]), truths, seeds)
def test_without_a_true_hint_no_seat_is_sent_another_byte(protocol: Revise, truth: str, seed: int) -> None:
    sent = sent_in(log_of(protocol, truth, seed))
    assert sent == sent_in(log_of(protocol, None, seed))
    assert sent == sent_in(log_of(protocol, SECRET, seed))


@some
@given(revising(), seeds)
def test_the_truth_itself_is_sent_to_nobody(protocol: Revise, seed: int) -> None:
    assert SECRET not in repr(sent_in(log_of(protocol, SECRET, seed)))


@some
@given(revising(["critic"]), truths, seeds)
def test_a_critic_with_a_hint_reads_wrong_answers_alone(protocol: Revise, truth: str, seed: int) -> None:
    for sent in sent_in(log_of(protocol, truth, seed)):
        if sent.seat == CRITIC:
            assert sent.prompt.data["answer"] != truth


@some
@given(revising(["unary", "critic"]), truths, seeds)
def test_what_follows_a_right_answer_that_was_kept_is_nothing(
    protocol: Revise, truth: str, seed: int
) -> None:
    """So that to be asked tells of wrong answers alone. Of several samples, those after it are graded too."""
    protocol = protocol.model_copy(update={"samples": 1})
    log = log_of(protocol, truth, seed)
    rights = [place for place, (kind, entry) in enumerate(log) if kind == "graded" and entry[1]]
    assert rights in ([], [len(log) - 1])
