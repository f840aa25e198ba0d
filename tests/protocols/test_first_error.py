"""The first error in a solution: step by step, as in the game, and what cannot be told stays untold."""

from __future__ import annotations

from typing import Any

import pytest

from agents.exact_critic import ExactCritic
from arena.episode.outcome import Ending
from arena.seat.agent import Reply, Request, Stop
from arena.tasks.task import PublicTask
from protocols import FirstError
from tests.shared.agents import Watched
from tests.shared.playing import Playing, play

STEPS = ["It is 1 + 1 = <<1+1=2>>2.", "Then 2 + 2 = <<2+2=4>>5.", "So 5 * 2 = 10."]
TASK = PublicTask(text="How many?", data={"steps": STEPS})
GAP = Reply("no", stop=Stop.REFUSED)


async def judged(*said: str | Reply, **settings: Any) -> tuple[Playing, Watched]:
    def answer(request: Request) -> str | Reply:
        reply = said[len(request.prompt.data["before"])]
        return f"Verdict: {reply}" if isinstance(reply, str) else reply

    critic = Watched(answer)
    return await play(FirstError(**settings), critic, task=TASK), critic


@pytest.mark.parametrize(
    ("said", "found", "asked"),
    [
        (["Correct", "Incorrect", "Incorrect"], 1, 2),
        (["Correct", "Correct", "Correct"], -1, 3),
        (["Incorrect", "Correct", "Correct"], 0, 1),
        ([GAP, "Incorrect", "Correct"], None, 2),
        (["Correct", GAP, "Correct"], None, 3),
    ],
)
async def test_until_a_step_is_called_incorrect(
    said: list[str | Reply], found: int | None, asked: int
) -> None:
    playing, critic = await judged(*said)
    details = playing.outcome.details["detection"]
    assert playing.outcome.ending is Ending.COMPLETED
    assert playing.outcome.returns == {}
    assert (details["first_error"], details["steps"]) == (found, 3)
    assert details["said"] == [one.lower() if isinstance(one, str) else None for one in said[:asked]]
    assert len({str(sent.prompt.data["before"]) for sent in critic.sent}) == asked


async def test_all_steps_if_it_does_not_stop() -> None:
    playing, _ = await judged("Incorrect", "Correct", "Incorrect", stop=False)
    details = playing.outcome.details["detection"]
    assert details["said"] == ["incorrect", "correct", "incorrect"]
    assert details["first_error"] == 0


async def test_nothing_usable_is_a_failure() -> None:
    playing, _ = await judged(GAP, GAP, GAP)
    assert (playing.outcome.ending, playing.outcome.offenders) == (Ending.FAILED, ("critic",))
    assert playing.outcome.details["detection"]["first_error"] is None


async def test_each_step_is_asked_about_anew() -> None:
    _, critic = await judged("Correct", "Correct", "Correct")
    assert [sent.view for sent in critic.sent] == [()] * 3
    assert [sent.prompt.data["before"] for sent in critic.sent] == [
        [],
        ["It is 1 + 1 = 2."],
        ["It is 1 + 1 = 2.", "Then 2 + 2 = 5."],
    ]


async def test_the_exact_critic_finds_it() -> None:
    playing = await play(FirstError(), ExactCritic(), task=TASK)
    assert playing.outcome.details["detection"]["first_error"] == 1
