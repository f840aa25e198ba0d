"""Anyprefer with a judge that uses a tool, beside one that has none, on the same sums.

The system is that of `scenarios.anyprefer`. Under the condition ``calculator`` the judge may call a
calculator within each of its turns, and under ``alone`` it has nothing but its own head. How often the chosen
answer of a pair is truly the better one is the label ``better``; the paper reports 67.2 % without and 89.6 %
with tools and feedback.

The agent ``scenarios.anyprefer_tools:Summing`` needs no model, and its figures are exact: with a calculator
its judge is always right, and without one it errs on purpose and always prefers a wrong answer.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from arena import Agent, Comparison, Condition, Reply, Request
from arena.seat.calls import results_in
from arena.seat.transcript import EventKind
from scenarios.anyprefer import Anyprefer
from scenarios.courses import SUMS

_BEST, _WORST = 9, 3
_EXPRESSION = re.compile(r"\d[\d\s.+*/()-]*\d")
_ANSWER = re.compile(r"Answer: (-?\d+)")
_TOOL = "calculator"

scenario = Comparison(
    name="anyprefer-tools",
    conditions={
        "alone": Condition(protocol=Anyprefer()),
        "calculator": Condition(protocol=Anyprefer(), tools={"judge": (_TOOL,)}),
    },
    tasks=SUMS,
    first=3,
    seats=dict.fromkeys(Anyprefer().seats, "local?reproducible=false"),
)
_TRUTHS = {task.text: int(str(task.truth)) for task in SUMS}


@dataclass
class Summing(Agent):
    """Writes answers of which the first is right, and scores them by a calculator if it has one.

    Each further answer is wrong by one more. Without a calculator, the first answer gets the lowest score.
    """

    async def reply(self, request: Request) -> Reply:
        """Return what the seat says."""
        match request.seat:
            case "target":
                truth = next(truth for text, truth in _TRUTHS.items() if text in request.brief)
                return Reply(f"Answer: {truth + request.count % Anyprefer().samples}")
            case "judge":
                return Reply(_scored(request))
            case "rater":
                return Reply(f"Number: {_BEST}")
        return Reply(json.dumps({"target": "Be exact.", "judge": "Compute it yourself."}))


def _scored(request: Request) -> str:
    """Return a score, or a call of the calculator if there is one and it was not called yet."""
    asked = next(
        event for event in reversed((*request.view, request.prompt)) if event.kind is EventKind.ASKED
    )
    task, _, rest = asked.text.partition("This is an answer:")
    said = _ANSWER.search(rest)
    answer = said[1] if said else ""
    if request.prompt.kind is EventKind.RETURNED:
        (result,) = results_in(request.prompt.payload)
        return f"Number: {_BEST if result.text == answer else _WORST}"
    if f"\n{_TOOL}\n" in request.brief:
        found = _EXPRESSION.search(task)
        return f"Tool: {_TOOL} {json.dumps({'expression': found[0] if found else ''})}"
    is_first = answer == str(next(truth for text, truth in _TRUTHS.items() if text in asked.text))
    return f"Number: {_WORST if is_first else _BEST}"
