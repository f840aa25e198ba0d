"""Scripted agents of known strength, to see whether protocols come out in the order in which they must.

Whoever sees a passage knows the answer. A debater's speech is as convincing as its strength, and more so when
it is right, as evidence is easier to find for what is true; a judge weighs what it hears, with noise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from arena.core.seeds import derive
from arena.seat.agent import Agent, Reply, Request
from arena.tasks.task import Task
from tests.protocols.asking import asks_for, label_of

_WEIGHT = re.compile(r"My evidence for (.*) weighs (-?[\d.]+)\.")


def answers_by_source(tasks: Iterable[Task]) -> dict[str, str]:
    """Return what a careful reader finds in each passage."""
    return {task.data["source"]: str(task.truth) for task in tasks}


def found_by(request: Request, known: Mapping[str, str]) -> str | None:
    """Return the answer that follows from the source, if the seat sees one."""
    for event in request.view:
        for source, answer in known.items():
            if event.seat is None and source in event.text:
                return answer
    return None


@dataclass
class Persuader(Agent):
    """Argues for whatever it defends, `edge` more convincingly when that is right."""

    known: Mapping[str, str]
    edge: float = 1.0
    name: str = "persuader"

    async def reply(self, request: Request) -> Reply:
        defends = request.prompt.data.get("defends")
        if asks_for(request) != "speech":
            return Reply(request.form.sample(request.random()))
        honest = found_by(request, self.known) == defends
        weight = request.random().gauss(self.edge if honest else 0.0, 0.5)
        return Reply(f"My evidence for {defends} weighs {weight:.3f}.")


@dataclass
class Weigher(Agent):
    """Decides by the source where it sees one, else by what the evidence weighs, else it guesses.

    Of one side alone it does not know what could be said for the other, and takes that for average.
    """

    known: Mapping[str, str]
    edge: float = 1.0
    noise: float = 3.0
    name: str = "weigher"

    async def reply(self, request: Request) -> Reply:
        if asks_for(request) != "verdict":
            return Reply(request.form.sample(request.random()))
        answers = sorted(request.prompt.data["answers"].values())
        weights = dict.fromkeys(answers, 0.0)
        speeches = [found for event in request.view if event.seat for found in _WEIGHT.findall(event.text)]
        for answer, weight in speeches:
            weights[answer] += float(weight)
        heard = {answer for answer, _ in speeches}
        if len(heard) == 1:
            other = next(answer for answer in answers if answer not in heard)
            weights[other] = len(speeches) * self.edge / 2
        for place, answer in enumerate(answers):
            # The same noise in both orders of the answers: they are one judgement.
            weights[answer] += self.noise * _noise(request, place)
        choice = found_by(request, self.known) or max(answers, key=lambda answer: weights[answer])
        return Reply(f"I weighed it.\nVerdict: {label_of(request, choice)}\nConfidence: 70")


def _noise(request: Request, place: int) -> float:
    return (derive(request.root, "noise", place) / 2**63 - 0.5) * 2
