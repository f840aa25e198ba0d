"""The tasks of debate, consultancy and direct answers: a question, the answers it may have, and a source.

::

    Task(
        text="Who kept the key?",
        data={"answers": ["the gardener", "the cook"], "source": "In the morning the cook ..."},
        truth="the cook",
    )

`text` is the question, which everyone reads. ``data["answers"]`` holds two or more different answers, in any
order: the order in which anyone is shown them is drawn by the episode's chance. ``data["source"]``, if there,
is read by those who may read it, and is in nobody's brief. `truth` is the right one of the answers, for
scorers alone. Without answers the text is a claim, whose answers are ``"true"`` and ``"false"``.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from arena.core.errors import UsageError
from arena.episode.episode import Episode
from arena.tasks.questions import CLAIM
from arena.tasks.task import PublicTask


class Readers(StrEnum):
    """Who reads the source, if the task has one."""

    SPEAKERS = "speakers"
    """Those who argue, and not those who judge or look on."""
    EVERYONE = "everyone"
    NOBODY = "nobody"


class Sides(StrEnum):
    """How it is settled which answer each speaker defends."""

    ASSIGNED = "assigned"
    """By the episode's chance: no speaker is told whether its answer is right, and nobody here knows."""
    CHOSEN = "chosen"
    """Each chooses for itself, before it knows what the others chose."""
    FIRST_CHOOSES = "first-chooses"
    """The first speaker chooses, and the others are assigned what is left (open debate)."""


class Question(NamedTuple):
    """What is asked, the answers it may have, and the source of the right one (empty if there is none)."""

    text: str
    answers: tuple[str, ...]
    source: str = ""
    is_claim: bool = False

    @classmethod
    def of(cls, task: PublicTask) -> Question:
        """Return the question that a task puts.

        Raises:
            UsageError: if its data do not hold what the module says.
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
        return cls(task.text, tuple(answers), source)

    def is_right(self, answer: str) -> str:
        """Return the proposition that `answer` is right."""
        return f"the claim is {answer}" if self.is_claim else f'"{answer}" is the right answer'


def labelled(answers: Sequence[str]) -> dict[str, str]:
    """Return answers by the labels that they are chosen by: their places, so that no label names a seat."""
    return {str(place): answer for place, answer in enumerate(answers, start=1)}


def listed(answers: Sequence[str]) -> str:
    """Return the answers on lines of their own, each with its label."""
    return "\n".join(f"{label}: {answer}" for label, answer in labelled(answers).items())


def shuffled(episode: Episode, answers: Sequence[str]) -> tuple[str, ...]:
    """Return the answers in an order drawn by the episode's chance, every order equally likely."""
    left, order = list(answers), []
    while left:
        order.append(episode.draw([(answer, 1 / len(left)) for answer in left]))
        left.remove(order[-1])
    return tuple(order)
