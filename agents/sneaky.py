"""The sneaky generator that makes slips of arithmetic: a baseline without a model."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass

from agents.shared.prompt_fields import prompt_fields
from arena.seat.agent import Agent, Reply, Request
from arena.tasks.arithmetic import AMOUNT, MARK, Equation, equations, value_of
from arena.tasks.problems import perturbed

CALCULATION = "calculation"
"""The one type of error that it makes, as `protocols.shared.steps.ErrorType` names it."""

_TRIES = 20


@dataclass
class Sneaky(Agent):
    """Changes the result of one equation of the step into one near it, wherever that is written."""

    answers_only = "alter"

    async def reply(self, request: Request) -> Reply:
        """Alter the step that the protocol `sneaky-critic` gives to the generator."""
        step = prompt_fields(request, "alter", "alters steps")["step"]
        altered, reasons = miscalculated(step, request.random())
        return Reply(json.dumps({"reasons": reasons, "error_type": CALCULATION, "step": altered}))


def miscalculated(step: str, rng: random.Random) -> tuple[str, str]:
    """Return `step` with one result changed, so that its equation does not hold, and what was changed.

    The result is changed in the equation's mark, if it has one, and in the prose.

    Raises:
        ValueError: if no equation of the step holds.
    """
    found = [equation for equation in equations(step) if equation.holds]
    if not found:
        raise ValueError("the step has no equation that could be made wrong")
    chosen = rng.choice(found)
    places = sorted(set(_results(step, chosen, found)), reverse=True)
    written = step[slice(*places[0])]
    for _ in range(_TRIES):
        wrong = perturbed(written.replace(",", ""), rng)
        altered = step
        for start, end in places:
            altered = f"{altered[:start]}{_like(step[start:end], wrong)}{altered[end:]}"
        if any(not equation.holds for equation in equations(altered)):
            return altered, f"{written} became {wrong}."
    raise ValueError(f"no number near {written} is wrong")


def _results(step: str, chosen: Equation, found: list[Equation]) -> Iterator[tuple[int, int]]:
    """Yield where the result of an equation stands: in its mark, behind that, and in prose."""
    for equation in found:
        if (equation.left, equation.right) == (chosen.left, chosen.right):
            yield equation.result
            for mark in MARK.finditer(step):
                behind = AMOUNT.match(step, mark.end())
                inside = mark.start() < equation.result[0] < mark.end()
                if inside and behind and value_of(behind[0]) == equation.right:
                    yield behind.span()


def _like(written: str, number: str) -> str:
    """Return a number, with commas if the one in its place is written with some."""
    whole, point, decimals = number.partition(".")
    return f"{int(whole):,}{point}{decimals}" if "," in written else number
