"""The sneaky generator that makes errors of arithmetic. It is a baseline without a model."""

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
"""The only type of error that it makes, by its name in `protocols.shared.steps.ErrorType`."""

_TRIES = 20


@dataclass
class Sneaky(Agent):
    """Changes the result of one equation of the step to a number near it, wherever it is written."""

    answers_only = "alter"

    async def reply(self, request: Request) -> Reply:
        """Alter the step that the protocol `sneaky-critic` gives to the generator."""
        step = prompt_fields(request, "alter", "alters steps")["step"]
        altered, reasons = miscalculated(step, request.random())
        return Reply(json.dumps({"reasons": reasons, "error_type": CALCULATION, "step": altered}))


def miscalculated(step: str, rng: random.Random) -> tuple[str, str]:
    """Return `step` with the result of one equation changed, and a sentence that says what was changed.

    The equation no longer holds. Its result is changed in the equation's mark, if it has one, and in the
    prose.

    Raises:
        ValueError: if no equation of the step holds.
    """
    found = [equation for equation in equations(step) if equation.holds]
    if not found:
        raise ValueError("the step has no equation that holds and could be made wrong")
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
    raise ValueError(f"no number near {written} makes the equation wrong")


def _results(step: str, chosen: Equation, found: list[Equation]) -> Iterator[tuple[int, int]]:
    """Yield the places of an equation's result: in its mark, after the mark, and in the prose."""
    for equation in found:
        if (equation.left, equation.right) == (chosen.left, chosen.right):
            yield equation.result
            for mark in MARK.finditer(step):
                behind = AMOUNT.match(step, mark.end())
                inside = mark.start() < equation.result[0] < mark.end()
                if inside and behind and value_of(behind[0]) == equation.right:
                    yield behind.span()


def _like(written: str, number: str) -> str:
    """Return `number` with commas if `written`, which it replaces, has commas."""
    whole, point, decimals = number.partition(".")
    return f"{int(whole):,}{point}{decimals}" if "," in written else number
