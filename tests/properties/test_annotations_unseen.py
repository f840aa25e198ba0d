"""No request depends on annotations, nor on the truth by which answers are graded."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from arena.annotations import Annotation, Label
from arena.designs.coached import Coached
from arena.episode.episode import Episode
from arena.episode.protocol import Protocol
from arena.seat.messages import messages
from arena.tasks.task import Task
from protocols import Bargain, FirstError, SneakyCritic
from tests.protocols.haggling import LAMP
from tests.protocols.test_revise import revising
from tests.protocols.test_sneaky_critic import STEPS
from tests.shared.agents import Erratic, Watched
from tests.shared.examples import few
from tests.shared.playing import Playing, play
from tests.shared.protocols import seeds

EGGS = Task(id="eggs", text="How many dollars?", data={"steps": STEPS})
DETECTION = SneakyCritic(any_step=True, rollouts=2, arithmetic=False)
COACHED = Coached(protocol=Bargain(turns=3, moderator=True), improving="buyer")
PLAYED: st.SearchStrategy[tuple[Protocol, Task]] = st.one_of(
    st.tuples(revising(hints=["none"]), st.just(Task(text="Which word?"))),
    st.sampled_from([(DETECTION, EGGS), (FirstError(), EGGS), (COACHED, LAMP)]),
)


class Silent(Episode):
    """An episode that records no annotation at all."""

    def _record(self, found: Any, step: int) -> None: ...


class Busy(Episode):
    """An episode that records more annotations than it is told to."""

    def annotate(self, *found: Annotation) -> None:
        super().annotate(Label("noise", "yes", count=7), *found, Label("noise", "no"))


def requests(playing: Playing) -> list[tuple[Any, ...]]:
    return [(call.seat, call.count, call.step, call.digest) for call in playing.calls]


@few
@given(PLAYED, seeds)
def test_annotations_change_no_request(made: tuple[Protocol, Task], seed: int) -> None:
    protocol, task = made
    one, *others = (
        asyncio.run(
            play(protocol, Erratic(), task=task.public, truth="10", seed=seed, episode_class=episode_class)
        )
        for episode_class in (Episode, Silent, Busy)
    )
    for other in others:
        assert requests(other) == requests(one)
        assert other.episode.transcript.events == one.episode.transcript.events


@few
@given(PLAYED, seeds, st.uuids())
def test_the_truth_is_in_no_request(made: tuple[Protocol, Task], seed: int, word: Any) -> None:
    protocol, task = made
    agent = Watched(lambda request: request.form.sample(request.random()), "watched")
    asyncio.run(play(protocol, agent, task=task.public, truth=word.hex, seed=seed))
    assert agent.sent
    for sent in agent.sent:
        assert not any(word.hex in message.content for message in messages(sent))  # type: ignore[arg-type]
        assert word.hex not in repr(sent)
