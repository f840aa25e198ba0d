"""The tasks of debate, consultancy and direct answers: a question, its possible answers, and a source.

::

    Task(
        text="Who kept the key?",
        data={"answers": ["the gardener", "the cook"], "source": "In the morning the cook ..."},
        truth="the cook",
    )

`text` is the question, which everyone reads. ``data["answers"]`` holds two or more different answers in any
order, because the episode's chance draws the order in which they are shown. ``data["source"]`` is optional.
The protocol shows it to those who may read it, and it is in no brief. `truth` is the right answer, which only
scorers read. Without answers the text is a claim, whose answers are ``"true"`` and ``"false"``. If
``data["order"]`` is ``"listed"``, the answers are shown in the order in which they are listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from arena.core.errors import UsageError
from arena.episode.episode import Episode
from arena.prompts import Prompts
from arena.tasks.perturbations import LISTED
from arena.tasks.questions import CLAIM
from arena.tasks.task import PublicTask

_PROMPTS = Prompts(__file__)


class Readers(StrEnum):
    """Who reads the source, if the task has one."""

    SPEAKERS = "speakers"
    """Those who argue read it. Those who judge or look on do not."""
    EVERYONE = "everyone"
    NOBODY = "nobody"


class Sides(StrEnum):
    """Who decides which answer each speaker defends."""

    ASSIGNED = "assigned"
    """The episode's chance decides. No speaker is told whether its answer is right."""
    CHOSEN = "chosen"
    """Each speaker chooses for itself, before it knows what the others chose."""
    FIRST_CHOOSES = "first-chooses"
    """The first speaker chooses, and the others defend the remaining answers (open debate)."""
    LISTED = "listed"
    """The first speaker defends the answer that is shown first, the second one the next, and so on."""


class Question(NamedTuple):
    """A question, its possible answers, and the source of the right one, which is empty if there is none."""

    text: str
    answers: tuple[str, ...]
    source: str = ""
    is_claim: bool = False

    @classmethod
    def of(cls, task: PublicTask) -> Question:
        """Return the question of a task.

        Raises:
            UsageError: if the source is not text, or the answers are not two or more different texts.
        """
        source, answers = task.data.get("source", ""), task.data.get("answers")
        if not isinstance(source, str):
            raise UsageError(f"The source of task {task.id!r} is not text.")
        if answers is None:
            return cls(task.text, CLAIM, source, is_claim=True)
        texts = isinstance(answers, list | tuple) and all(isinstance(answer, str) for answer in answers)
        if not texts or len(answers) < 2 or len(set(answers)) < len(answers) or not all(answers):
            raise UsageError(
                f"The answers of task {task.id!r} are not a list of two or more different texts."
            )
        return cls(task.text, tuple(answers), source, is_claim=set(answers) == set(CLAIM))

    def shown(self, episode: Episode) -> tuple[str, ...]:
        """Return the answers in the order in which they are shown: a drawn one, or the listed one if so set.

        The order is drawn in any case, so that what follows has the same chance.
        """
        drawn = shuffled(episode, self.answers)
        return self.answers if episode.task.data.get("order") == LISTED else drawn

    def is_right(self, answer: str) -> str:
        """Return the proposition that `answer` is right."""
        return _PROMPTS.text("right", answer=answer, is_claim=self.is_claim)


def labelled(answers: Sequence[str]) -> dict[str, str]:
    """Return answers by label. A label is the answer's place, from 1, so that no label names a seat."""
    return {str(place): answer for place, answer in enumerate(answers, start=1)}


def listed(answers: Sequence[str]) -> str:
    """Return the answers with their labels, one on each line."""
    return "\n".join(f"{label}: {answer}" for label, answer in labelled(answers).items())


def shuffled(episode: Episode, answers: Sequence[str]) -> tuple[str, ...]:
    """Return the answers in an order that the episode's chance draws. All orders are equally likely."""
    left, order = list(answers), []
    while left:
        order.append(episode.draw([(answer, 1 / len(left)) for answer in left]))
        left.remove(order[-1])
    return tuple(order)
