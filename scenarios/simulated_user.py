"""Dialogues of an assistant with a simulated user, about sums: what `scenarios.refuel` is made of."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from fractions import Fraction

from arena import Episode, Task
from arena.annotations import Place
from arena.core.seeds import derive
from arena.forms import Speech, Status, Unusable
from arena.prompts import Prompts
from arena.seat.messages import fenced
from arena.seat.response import Response
from arena.seat.transcript import NOBODY
from arena.tasks import PublicTask
from arena.tasks.arithmetic import value_of

ASSISTANT, USER, BASE = "assistant", "user", "base"
DIALOGUE_PROMPTS = Prompts(__file__)
"""What the assistant, the user and those who judge them are told and asked."""
_SUM = re.compile(r"\d+(?:\s*[-+*]\s*\d+)+")
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_MOST_DIGITS = 100


@dataclass(frozen=True, slots=True)
class UserQuestion(Speech):
    """A reply of which only what follows the last ``Question:`` counts."""

    def instructions(self) -> str:
        """Return that the question comes last."""
        return DIALOGUE_PROMPTS.text("question")

    def parse(self, text: str) -> str:
        """Return the question.

        Raises:
            Unusable: if there is none.
        """
        _, found, question = Speech.parse(self, text).rpartition("Question:")
        if not found or not question.strip():
            raise Unusable(Status.UNPARSEABLE, "there is no question after 'Question:'")
        return question.strip()

    def sample(self, rng: random.Random) -> str:
        """Return a question about a sum."""
        return f"Question: What is {rng.randint(11, 99)} + {rng.randint(11, 99)}?"


@dataclass
class Dialogue:
    """A dialogue of a user with the assistant in a seat.

    `place` is that of its last answer, and `right` says of each answer whether it is right, None if that is
    not known.
    """

    episode: Episode
    seat: str
    words: int

    def __post_init__(self) -> None:
        self.place = Place()
        self.right: list[bool | None] = []
        self._said: list[tuple[str, str]] = []

    def text(self) -> str:
        """Return the dialogue so far, each message quoted, so that none can pass for two."""
        return "\n\n".join(f"{who}:\n{fenced(said)}" for who, said in self._said)

    async def turn(self) -> Response[str] | None:
        """Have the user ask and the assistant answer. Return a reply that could not be used."""
        question = self.episode.task.text
        if self._said:
            asked = await self.episode.ask(
                USER,
                UserQuestion(),
                DIALOGUE_PROMPTS.text("ask", dialogue=fenced(self.text())),
                audience=NOBODY,
                remember=False,
                fields={"asks": "question", "turn": len(self.right)},
            )
            if not asked.ok:
                return asked
            question = asked.value
        fields = {
            "asks": "answer",
            "task": self.episode.task.id,
            "turn": len(self.right),
            "question": question,
        }
        said = await self.episode.ask(self.seat, Speech(self.words), question, audience=NOBODY, fields=fields)
        if not said.ok:
            return said
        self.place = said.place
        self._said += [("User", question), ("Assistant", said.value)]
        self.right.append(is_right(question, said.value))
        return None


def sum_of(question: str) -> Fraction | None:
    """Return the value of the last sum in a question, or None if it has none."""
    sums = _SUM.findall(question)
    return value_of(sums[-1]) if sums else None


def is_right(question: str, answer: str) -> bool | None:
    """Return whether the last number of an answer is the value of the question's sum; None without a sum.

    >>> is_right("What is 17 + 25?", "That makes 42."), is_right("Why?", "42")
    (True, None)
    """
    truth = sum_of(question)
    if truth is None:
        return None
    numbers = _NUMBER.findall(answer)
    last = numbers[-1].replace(",", "") if numbers else ""
    return 0 < len(last) <= _MOST_DIGITS and Fraction(last) == truth


def dialogue_brief(seat: str, task: PublicTask) -> str:
    """Return the role of a seat, and its own brief."""
    role = DIALOGUE_PROMPTS.text(ASSISTANT if seat == BASE else seat)
    return "\n\n".join(filter(None, [role, task.briefs.get(seat, "")]))


def series_of_sums(n: int, seed: int, turns: int = 5) -> list[Task]:
    """Return tasks of a first sum, and of others that the user is to ask for one after the other.

    Args:
        n: how many tasks.
        seed: the seed from which they follow.
        turns: how many sums each has.
    """
    return [_task(place, random.Random(derive(seed, "sums", place)), turns) for place in range(1, n + 1)]


def _task(place: int, rng: random.Random, turns: int) -> Task:
    asked = [f"What is {rng.randint(11, 99)} + {rng.randint(11, 99)}?" for _ in range(turns)]
    told = DIALOGUE_PROMPTS.text("sums", questions=fenced("\n".join(asked[1:])))
    return Task(id=f"sums-{place}", text=asked[0], briefs={USER: told}, data={"questions": asked})


DIALOGUES_OF_SUMS = series_of_sums(n=1000, seed=7)
