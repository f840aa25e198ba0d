"""The agent that solves sums and errs with known probabilities. It is a baseline whose figures are known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

from pydantic import Field

from arena.seat.agent import Agent, Reply, Request
from arena.tasks.arithmetic import value_of

_ASKED = re.compile(r"What is ([-+*/() 0-9.]{1,200})\?")

Chance = Annotated[float, Field(ge=0, le=1)]


@dataclass
class Solver(Agent):
    """Solves the tasks of `arena.tasks.sums`, and is right or wrong with the probabilities that are set.

    It does not react to feedback. So `right` is the accuracy to expect of its first answers. After one more
    turn, `keeps` is the confidence level to expect, and `repairs` is the critique score (Yang et al. 2024).
    In a specification: ``solver?right=0.6&repairs=0.5``. If it is asked for something else than an answer, it
    replies at random.

    Args:
        right: The probability that its first answer is right.
        keeps: The probability that a right answer stays right when it is asked again.
        repairs: The probability that a wrong answer becomes right when it is asked again.
    """

    right: Chance = 1.0
    keeps: Chance = 1.0
    repairs: Chance = 0.0

    async def reply(self, request: Request) -> Reply:
        """Return the right answer or a wrong one.

        Raises:
            ValueError: if the brief holds no sum.
        """
        rng, fields = request.random(), request.prompt.data
        if not isinstance(fields, dict) or fields.get("asks") != "answer":
            return Reply(request.form.sample(rng))
        value = _worked_out(request.brief)
        last = value_of(fields.get("last") or "")
        chance = self.right if last is None else self.keeps if last == value else self.repairs
        off = 0 if rng.random() < chance else rng.choice((-10, -2, -1, 1, 2, 10))
        return Reply(f"I worked it out.\nAnswer: {value + off}")


def _worked_out(text: str) -> Fraction:
    asked = _ASKED.search(text)
    value = value_of(asked[1]) if asked else None
    if value is None:
        raise ValueError("this agent solves sums, such as 'What is 2 + 3 * 4?', and its brief holds none")
    return value
