"""Agents that think as they are told, so that every figure of their reasoning and its length is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from arena import Agent, Reply, Request
from arena.core.errors import UsageError
from scenarios.courses import SUMS

STANDS = "So it is"
"""What a paragraph of such a thought begins with if the answer stands in it."""
_PLACES = {task.text: place for place, task in enumerate(SUMS)}
_COURSE = re.compile(r"(\d|\?)(?:-(\d+)/(\d+)/(\d+)/(\d+))?(?:\*(\d+))?")
_SPOKEN = 5
"""How many tokens a reply has besides its thought."""


class Thought(NamedTuple):
    """A thought whose answer stands in its `first` paragraph from 1, or in none if that is 0."""

    first: int
    paragraphs: int
    markers: int
    words: int


@dataclass
class Thinker(Agent):
    """Answers the sums of our scenarios as its courses say, the first of them the first sum, and so on.

    A course is a digit, by which the answer is above the right one, or ``?`` for no usable answer. After it
    may stand a thought, of which the tokens of the reply are the words: ``0-4/10/6/200`` is right, after ten
    paragraphs of 200 words, of which the fourth has the answer and six are ``Wait``. ``*`` and a number
    repeat a course for so many tasks. In a specification: ``scenarios.thinkers:Thinker?of=0-4/10/6/200,1``.

    Args:
        of: The courses, with commas between them. After the last the first follows again.
        samples: How many episodes each task has. Each of them has a course of its own.
    """

    of: str
    samples: int = 1

    def __post_init__(self) -> None:
        self._courses = [course for part in self.of.split(",") for course in _read(part)]
        self._met: dict[tuple[int, int], int] = {}

    async def reply(self, request: Request) -> Reply:
        """Return the thought and the answer of the request's task and episode."""
        task = request.brief.split("\n\n")[0]
        place = _PLACES[task]
        sample = sum(1 for met, _ in self._met if met == place) if self.samples > 1 else 0
        sample = self._met.setdefault((place, request.root), sample)
        letter, thought = self._courses[(place * self.samples + sample) % len(self._courses)]
        answer = "" if letter == "?" else str(int(str(SUMS[place].truth)) + int(letter))
        tokens = thought.words if thought else _SPOKEN
        usage = {"prompt_tokens": 0, "completion_tokens": tokens}
        reasoning = _worded(thought, answer) if thought else ""
        return Reply(f"Answer: {answer}" if answer else "", reasoning=reasoning, usage=usage)


def _read(part: str) -> list[tuple[str, Thought | None]]:
    course = _COURSE.fullmatch(part)
    if course is None:
        raise UsageError(f"A course is a digit, and perhaps a thought, as in 0-4/10/6/200, not {part!r}.")
    letter, *numbers, times = course.groups()
    thought = Thought(*map(int, numbers)) if numbers[0] else None
    if thought and thought.words < 4 * thought.paragraphs + thought.markers:
        raise UsageError(f"Each paragraph of a thought has four words besides its markers, unlike {part!r}.")
    return [(letter, thought)] * int(times or 1)


def _worded(thought: Thought, answer: str) -> str:
    """Return a thought in words, with a blank line between its paragraphs."""
    begun = [
        f"{STANDS} {answer}" if number == thought.first else "Then I add on"
        for number in range(1, thought.paragraphs + 1)
    ]
    more = thought.words - 4 * thought.paragraphs - thought.markers
    rest = ["Wait"] * thought.markers + ["on"] * more
    return "\n\n".join([*begun[:-1], " ".join([begun[-1], *rest])])
