"""Speakers and judges whose answers are given, so that every figure of oversight is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from arena import Agent, Reply, Request
from arena.core.errors import UsageError
from scenarios.oversight import closed, scenario

_QUESTIONS = {
    (task.text, frozenset(task.data["answers"])): (place // 2, task.data["answers"][0], task.truth)
    for tasks in (scenario.tasks, closed.tasks)
    for place, task in reversed(tuple(enumerate(tasks)))
}
"""The number, the first answer and the right answer of each question, by its text and its answers."""


@dataclass
class Advocate(Agent):
    """Argues for the answer that it defends. Which answer it holds for right is given.

    In a specification: ``scenarios.overseers:Advocate?knows=1110``.

    Args:
        knows: Of each question, 1 if it holds the right answer for right and 0 if the wrong one; after the
            last the first one follows again.
    """

    knows: str = "1"

    def __post_init__(self) -> None:
        _check([self.knows], "01")

    async def reply(self, request: Request) -> Reply:
        """Return the answer that it holds for right, or a speech."""
        if request.prompt.data["asks"] != "choice":
            return Reply(f"I say that it is this: {request.prompt.data['defends']}.")
        answers: Mapping[str, str] = request.prompt.data["answers"]
        place, _, truth = _question(request, answers)
        return Reply(f"Answer: {_label(answers, truth, self.knows[place % len(self.knows)])}")


@dataclass
class Overseer(Agent):
    """Asks and decides as a judge whose verdicts are given.

    In a specification: ``scenarios.overseers:Overseer?decides=11,10``.

    Args:
        decides: Of each question, a letter for the order in which it is listed and one for the other order,
            or one for both: 1 decides rightly, 0 wrongly, and ``f`` believes the first speaker, whose answer
            is shown first. After the last question the first one follows again.
    """

    decides: str = "f"

    def __post_init__(self) -> None:
        self._decides = self.decides.split(",")
        _check(self._decides, "01f")

    async def reply(self, request: Request) -> Reply:
        """Return a question or a verdict."""
        if request.prompt.data["asks"] != "verdict":
            return Reply("What speaks for it?")
        answers: Mapping[str, str] = request.prompt.data["answers"]
        place, first, truth = _question(request, answers)
        letters = self._decides[place % len(self._decides)]
        letter = letters[0 if answers["1"] == first else -1]
        label = "1" if letter == "f" else _label(answers, truth, letter)
        return Reply(f"I decide so.\nVerdict: {label}\nConfidence: 70")


def _check(given: Iterable[str], letters: str) -> None:
    for letter in given:
        if not letter or set(letter) - set(letters):
            raise UsageError(
                f"What is known of each question has the letters {', '.join(letters)}, not {letter!r}."
            )


def _question(request: Request, answers: Mapping[str, str]) -> tuple[int, str, str]:
    """Return the number of the question that a request is about, its first answer, and the right one."""
    text = request.brief.partition("\n\n")[0]
    found = _QUESTIONS.get((text, frozenset(answers.values())))
    if found is None:
        raise ValueError("overseers know only the questions of the scenarios of oversight")
    return found


def _label(answers: Mapping[str, str], truth: str, letter: str) -> str:
    """Return the label of the right answer if the letter is 1, or that of the wrong one."""
    return next(label for label, answer in answers.items() if (answer == truth) == (letter == "1"))
