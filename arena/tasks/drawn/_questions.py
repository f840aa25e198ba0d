"""The tasks of questions about pictures, open or with answers to choose among."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from arena.core.errors import UsageError
from arena.core.seeds import derive
from arena.pictures import Picture
from arena.tasks.task import Task

MOST_CHOICES = 8


class DrawnQuestion(NamedTuple):
    """A question about a picture, and its place among those of its kind and seed.

    Args:
        kind: what is drawn.
        seed: the seed from which the tasks of the kind follow.
        place: the number of this one, from 0.
        choices: how many answers there are to choose among; 0 is an open question.
    """

    kind: str
    seed: int
    place: int
    choices: int

    def number_task(self, text: str, png: bytes, truth: int) -> Task:
        """Return a task whose truth is a whole number. Wrong answers are the numbers around it.

        The right answer is as often the smallest of them as the largest, as far as none is below 0.
        """
        rank = self._random("answers").randrange(max(self.choices, 1))
        least = max(0, truth - rank)
        wrong = [str(number) for number in range(least, least + self.choices) if number != truth]
        return self.task(text, png, str(truth), lambda _: wrong)

    def task(self, text: str, png: bytes, truth: str, wrong: Callable[[Random], list[str]]) -> Task:
        """Return a task whose wrong answers are the first that `wrong` returns.

        In every `choices` successive tasks the right answer stands once in each position.
        """
        name, pictures = f"{self.kind}-{self.seed}-{self.place}", (Picture.from_bytes(png),)
        if not self.choices:
            return Task(id=name, text=text, pictures=pictures, truth=truth)
        rng = self._random("order of answers")
        answers = wrong(rng)[: self.choices - 1]
        rng.shuffle(answers)
        first = derive(self.seed, self.kind, "position", self.place // self.choices)
        answers.insert((first + self.place) % self.choices, truth)
        return Task(id=name, text=text, pictures=pictures, data={"answers": answers}, truth=truth)

    def _random(self, what: str) -> Random:
        return Random(derive(self.seed, self.kind, self.place, what))


def questions(kind: str, n: int, seed: int, choices: int) -> list[DrawnQuestion]:
    """Return the places of `n` questions of a kind.

    Raises:
        UsageError: if the number of answers is neither 0, for an open question, nor from 2 to 8.
    """
    if choices and not 2 <= choices <= MOST_CHOICES:
        raise UsageError(
            f"A question has 2 to {MOST_CHOICES} answers to choose among, or 0 for none, not {choices}."
        )
    return [DrawnQuestion(kind, seed, place, choices) for place in range(n)]
