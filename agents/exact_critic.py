"""The critic that knows only arithmetic. It is a baseline without a model."""

from __future__ import annotations

from dataclasses import dataclass

from agents.shared.prompt_fields import prompt_fields
from arena.seat.agent import Agent, Reply, Request
from arena.tasks.arithmetic import equations


@dataclass
class ExactCritic(Agent):
    """Calls a step incorrect if one of its equations does not hold exactly, and correct otherwise.

    Its confidence is 100% if the step has equations, and 50% if it has none.
    """

    answers_only = "critique"

    async def reply(self, request: Request) -> Reply:
        """Check the step that `protocols.shared.steps` shows to critics."""
        found = equations(prompt_fields(request, "critique", "is a critic of steps")["step"])
        wrong = [equation.written for equation in found if not equation.holds]
        if wrong:
            reasons = f"This does not hold: {wrong[0]}"
        else:
            reasons = "All equations hold." if found else "There is no equation to check."
        verdict = "Incorrect" if wrong else "Correct"
        return Reply(f"{reasons}\nVerdict: {verdict}\nConfidence: {100 if found else 50}")
