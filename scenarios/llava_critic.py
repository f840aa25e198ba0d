r"""LLaVA-Critic-R1: a critic compares two responses about a picture, and picks the best of its own answers.

The system is that of Wang et al. 2025, "LLaVA-Critic-R1: your critic model is secretly a strong policy
model". `scenario` is the critic: it thinks and writes the better of two responses in a box, and the reward
``critic`` is 0.9 if that is right, and 0.1 more for a thought between tags with a box behind it.

`self_critic` is the policy that is its own critic: it makes `samples` answers, and a knockout picks one of
them. Nothing that we could read says how the authors compare 128 samples, so the knockout is ours, and so is
its order, which the episode's seed draws. Each comparison is a turn of the seat ``critic`` with its row.

    arena export RUN --to trl-sft --seat critic --reward annotation:critic

The agents ``scenarios.llava_critic:Comparer`` and ``Sampler`` need no model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from arena import Answer, Episode, Label, Outcome, Protocol, Request, Reward, Scenario, Score, Task, Verdict
from arena.annotations import Annotation, AnnotationStatus, status_of
from arena.prompts import Prompts
from arena.seat.messages import fenced
from arena.seat.response import Response
from arena.seat.transcript import NOBODY
from arena.tasks.grading import AnswerMatch
from protocols.shared.questions import shuffled
from scenarios.lookers import COUNTED, Looker, off_by
from scenarios.tagged import AsWritten, WholeOutput, last_box, thinks_then_boxes

_POLICY, _CRITIC = "policy", "critic"
_PROMPTS = Prompts(__file__)
_SIDES = ("1", "2")
_RIGHT_WEIGHT, _FORM_WEIGHT = 0.9, 0.1


def critic_reward(chosen: str | None, label: str, text: str) -> float:
    r"""Return ``0.9 * accuracy + 0.1 * format`` of a comparison whose right choice is the label.

    >>> [critic_reward(last_box(said), "1", said) for said in (r"\boxed{1}", r"<think>a</think> \boxed{2}")]
    [0.9, 0.1]
    >>> critic_reward("1", "1", r"<think>a</think> \boxed{1}")
    1.0
    """
    return _RIGHT_WEIGHT * (chosen == label) + _FORM_WEIGHT * thinks_then_boxes(text)


class PairCritic(Protocol):
    """A critic says which of two responses is better. ``data["responses"]`` has them; the truth is 1 or 2."""

    @property
    def seats(self) -> tuple[str, ...]:
        """The seat ``critic``."""
        return (_CRITIC,)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {"answer": Answer, "critic": Reward}

    async def play(self, episode: Episode) -> Outcome:
        """Ask once, and record what stands in the box, and the reward."""
        first, second = map(fenced, episode.task.data["responses"])
        asked = _PROMPTS.text("compare", first=first, second=second)
        said = await episode.ask(_CRITIC, WholeOutput(), asked, audience=NOBODY)
        if not said.ok:
            return _unusable(episode, said)
        chosen = last_box(said.value)
        status = AnnotationStatus.OK if chosen in _SIDES else AnnotationStatus.UNPARSEABLE
        text = chosen if chosen in _SIDES else None
        episode.annotate(Answer("answer", text, about=said.place, author=_CRITIC, status=status))
        label = next((side for side in _SIDES if episode.score(side)), None)
        if label is None:
            return Outcome.completed({})
        reward = critic_reward(chosen, label, said.value)
        episode.annotate(Reward("critic", reward, about=said.place))
        return Outcome.completed({_CRITIC: float(chosen == label)})


class SelfCritic(Protocol):
    """A policy makes several answers, and a critic, which may be the same model, picks one by a knockout.

    The samples meet in an order that the episode's seed draws: the first with the second, the third with the
    fourth, and so on, and then the winners. Of an odd number the last has no opponent in that round. If the
    choice cannot be read, the one that was shown first goes on. A sample's score ``reached`` is the number of
    rounds that it has survived, and that of the winner one more. So the figures of samples have the accuracy
    of the winner (self-critic@N), of the most frequent answer (majority@N) and of any (pass@N), and the
    accuracy of all samples is pass@1.

    Args:
        samples: How many answers are made. The paper has 128.
    """

    samples: Annotated[int, Field(ge=2, le=256)] = 8

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats ``policy`` and ``critic``."""
        return _POLICY, _CRITIC

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {
            "answer": Answer,
            "better": Verdict,
            "critic": Reward,
            "decision": Answer,
            "kept": Label,
            "reached": Score,
        }

    async def play(self, episode: Episode) -> Outcome:
        """Make the answers, let them meet, and record the winner."""
        said = [await self._sample(episode, number) for number in range(self.samples)]
        there = [one for one in said if one.ok]
        if not there:
            return Outcome.failed("there was no usable answer", _POLICY)
        reached = {one.place: 0 for one in there}
        left = [there[int(place)] for place in shuffled(episode, [str(n) for n in range(len(there))])]
        while len(left) > 1:
            winners = [
                await self._better(episode, one, other)
                for one, other in zip(left[::2], left[1::2], strict=False)
            ]
            left = winners + left[len(winners) * 2 :]
            for one in left:
                reached[one.place] += 1
        reached[left[0].place] += 1
        answer = last_box(left[0].value)
        episode.annotate(
            *(Label("kept", "yes" if one is left[0] else "no", about=one.place) for one in there),
            *(Score("reached", reached[one.place], low=0, about=one.place) for one in there),
            Answer("decision", answer, author=_POLICY, comparison="number")
            if answer
            else Answer("decision", author=_POLICY, status=AnnotationStatus.UNPARSEABLE),
        )
        right = _right(episode, left[0])
        return Outcome.completed({} if right is None else {_POLICY: float(right)})

    async def _sample(self, episode: Episode, number: int) -> Response[str]:
        asked = _PROMPTS.text("solve")
        said = await episode.ask(_POLICY, AsWritten(), asked, audience=NOBODY, remember=False, sample=number)
        text = last_box(said.value) if said.ok else None
        unread = AnnotationStatus.UNPARSEABLE if said.ok else status_of(said.status)
        found: dict[str, Any] = {"about": said.place, "author": _POLICY}
        episode.annotate(
            Answer("answer", text, comparison="number", **found)
            if text
            else Answer("answer", status=unread, reason=said.reason, **found)
        )
        return said

    async def _better(self, episode: Episode, one: Response[str], other: Response[str]) -> Response[str]:
        """Return the better of two samples, and record the comparison and what it earns."""
        asked = _PROMPTS.text("compare", first=fenced(one.value), second=fenced(other.value))
        said = await episode.ask(_CRITIC, WholeOutput(), asked, audience=NOBODY, remember=False)
        chosen = last_box(said.value) if said.ok else None
        is_read = chosen in _SIDES
        unread = AnnotationStatus.UNPARSEABLE if said.ok else status_of(said.status)
        episode.annotate(
            Verdict(
                "better",
                str(int(chosen or 0) - 1) if is_read else None,
                about=said.place,
                among=((None, one.place), (None, other.place)),
                author=_CRITIC,
                status=AnnotationStatus.OK if is_read else unread,
                graded=False,
            )
        )
        right = _right(episode, one), _right(episode, other)
        if said.ok and None not in right and right[0] != right[1]:
            reward = critic_reward(chosen, "1" if right[0] else "2", said.value)
            episode.annotate(Reward("critic", reward, about=said.place))
        return other if chosen == "2" else one


def _right(episode: Episode, said: Response[str]) -> bool | None:
    """Return whether the answer in the box is right; None if the truth is not known."""
    if episode.score("") is None:
        return None
    return bool(episode.score(last_box(said.value) or "", AnswerMatch.NUMBER))


def _unusable(episode: Episode, said: Response[str]) -> Outcome:
    status = status_of(said.status)
    episode.annotate(Answer("answer", about=said.place, author=_CRITIC, status=status, reason=said.reason))
    return Outcome.failed(said.reason or "there was no comparison", _CRITIC)


def _response(task: Task, by: int) -> str:
    return f"I looked closely. The answer is {off_by(task, str(task.truth), by)}."


def pairs_of(tasks: Sequence[Task]) -> list[Task]:
    """Return tasks that ask which of two responses is better; the right one is first in every other task."""
    return [
        task.model_copy(
            update={
                "id": f"pair-{task.id}",
                "data": {"responses": [_response(task, by) for by in ((0, 1), (1, 0))[place % 2]]},
                "truth": "12"[place % 2],
            }
        )
        for place, task in enumerate(tasks)
    ]


scenario = Scenario(
    name="llava-critic",
    protocol=PairCritic(),
    tasks=pairs_of(COUNTED),
    first=4,
    seats={_CRITIC: "local?reproducible=false&temperature=1"},
)

self_critic = Scenario(
    name="self-critic",
    protocol=SelfCritic(),
    tasks=COUNTED,
    first=2,
    seats=dict.fromkeys((_POLICY, _CRITIC), "local?reproducible=false&temperature=1"),
)


@dataclass
class Comparer(Looker):
    """Compares as its courses say: ``r`` is right, ``w`` is wrong, in capitals with a thought before the box.

    ``?`` is a reply without a box. It knows which response is right by the right answer alone. In a
    specification: ``scenarios.llava_critic:Comparer?of=R,r,W,?``.
    """

    def allowed(self) -> str:
        """Return the pattern of a course."""
        return "[rwRW?]"

    def worded(self, request: Request, task: Task, course: str) -> str:
        """Return the number of a response in a box."""
        if course == "?":
            return "I cannot tell."
        first, second = request.prompt.text.split("Response 2:")
        is_first = f" {task.truth}." in first or f"{{{task.truth}}}" in first
        is_second = f" {task.truth}." in second or f"{{{task.truth}}}" in second
        better = "2" if is_second and not is_first else "1"
        said = better if course in "rR" else {"1": "2", "2": "1"}[better]
        return f"{'<think>I look.</think> ' if course.isupper() else ''}\\boxed{{{said}}}"


@dataclass
class Sampler(Looker):
    """Makes the samples of its courses, a digit each: how far its answer is above the right one."""

    def allowed(self) -> str:
        """Return the pattern of a course."""
        return r"\d+"

    def worded(self, request: Request, task: Task, course: str) -> str:
        """Return the next sample."""
        by = int(course[request.count % len(course)])
        return f"<think>I look.</think> \\boxed{{{off_by(task, str(task.truth), by)}}}"
