"""What a critic of steps is sent is a function of the problem and the steps it is shown, and of nothing else.

So it cannot tell an altered step from one that was left by anything but what it says: not by how the
generator was asked, what it says that it did, what the step was before, what comes after it, or how it was
validated.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from arena.seat.agent import Agent, Reply
from arena.tasks.task import PublicTask
from protocols import ErrorType, FirstError, SneakyCritic
from protocols.shared.steps import CRITIC
from protocols.sneaky_critic import GENERATOR, SOLVER
from tests.shared.agents import Sent, Watched
from tests.shared.examples import some
from tests.shared.playing import Dealt, play
from tests.shared.protocols import seeds

words = st.text(st.sampled_from("ab .\n>=+12<"), max_size=12)
right = st.builds("{} so 2 + 3 = <<2+3=5>>5 {}".format, words, words)
wrong = st.builds("{} so 2 + {} = 7 {}".format, words, st.sampled_from(["3", "6"]), words)
solutions = st.lists(right, min_size=1, max_size=4)
SECRET = "xyzzy"


def critic_of(
    steps: list[str],
    place: int,
    seed: int,
    *,
    alteration: dict[str, Any] | None,
    thought: str = "",
    **settings: Any,
) -> list[Sent]:
    """Return what the critic is sent, and check that it is sent something just once."""
    critic = Watched("Verdict: Correct")
    agents: dict[str, Agent] = {
        GENERATOR: Watched(lambda request: Reply(json.dumps(alteration), reasoning=thought)),
        CRITIC: critic,
        SOLVER: Watched("Answer: 1"),
    }
    protocol = SneakyCritic(any_step=True, **settings)
    task = PublicTask(text="How many?", data={"steps": steps})
    agents = {seat: agents[seat] for seat in protocol.seats}
    deals = [place, alteration is not None]
    dealt: dict[str, Any] = {"episode_class": Dealt, "deals": deals}
    asyncio.run(play(protocol, agents, task=task, seed=seed, truth="5", **dealt))
    return critic.sent


@some
@given(solutions, solutions, wrong, st.data(), seeds, st.booleans())
def test_the_request_is_the_same_for_the_same_steps(
    steps: list[str], others: list[str], step: str, data: st.DataObject, seed: int, marks: bool
) -> None:
    place = data.draw(st.integers(0, len(steps) - 1))
    one, two = (
        {"reasons": f"{SECRET} {name}", "error_type": data.draw(st.sampled_from(ErrorType)), "step": step}
        for name in "ab"
    )
    altered = critic_of(steps, place, seed, alteration=one, thought="a", marks=marks)
    assume(altered)  # else the altered step was not found to be wrong, and nobody was shown it
    again = critic_of([*steps[: place + 1], *others], place, seed, alteration=two, thought="b", marks=marks)
    before = steps[:place]
    rewritten = critic_of([*before, others[0]], place, seed, alteration=two, marks=marks, rollouts=2)
    left = critic_of([*before, step, *others], place, seed, alteration=None, marks=marks)
    assert altered == again == left
    assert rewritten in (altered, [])  # another original may not tell that the step is wrong
    assert SECRET not in repr(altered)


@some
@given(solutions, seeds, st.booleans(), st.integers(-1, 3))
def test_nor_does_a_label_change_what_it_is_sent(
    steps: list[str], seed: int, marks: bool, label: int
) -> None:
    def sent(truth: int | None) -> list[Sent]:
        critic = Watched("Verdict: Correct")
        task = PublicTask(text="How many?", data={"steps": steps})
        asyncio.run(play(FirstError(marks=marks), critic, task=task, seed=seed, truth=truth))
        return critic.sent

    whole = sent(label)
    assert whole == sent(None)
    # The last step is put as the game puts it, apart from the number of the request.
    (alone,) = critic_of(steps, len(steps) - 1, seed, alteration=None, marks=marks)
    assert (whole[-1].brief, whole[-1].view, whole[-1].prompt) == (alone.brief, alone.view, alone.prompt)
