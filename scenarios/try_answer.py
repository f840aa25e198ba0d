"""UFO's environment as a tool: within its turn a seat tries answers until one is right.

The environment is that of Liu et al. 2025, "A simple 'try again' can elicit multi-turn LLM reasoning", which
says no more of a wrong answer than to try again. The tool is ``try-answer``, and ``tool_limits.calls`` is
how often a seat may try. `scenarios.self_correction` has a turn for each answer instead.

The agent ``scenarios.try_answer:Trying`` needs no model. It knows the sums, tries two wrong answers, and then
the right one, so it calls the tool three times in each task.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from arena import Agent, Reply, Request, Scenario
from arena.seat.calls import results_in
from arena.seat.transcript import EventKind
from arena.tools import ToolLimits
from protocols import Revise
from scenarios.courses import SUMS

_TRUTHS = {task.text: int(str(task.truth)) for task in SUMS}

scenario = Scenario(
    name="try-answer",
    protocol=Revise(turns=1),
    tasks=SUMS,
    first=3,
    seats={"answerer": "local"},
    tools={"answerer": ("try-answer",)},
    tool_limits=ToolLimits(calls=5),
)


@dataclass
class Trying(Agent):
    """Tries answers that are too large, each by one less than the one before, and says which was right.

    Args:
        wrong: How many wrong answers it tries first.
    """

    wrong: int = 2

    async def reply(self, request: Request) -> Reply:
        """Return the next try, or the answer once the tool says that it is right."""
        events = (*request.view, request.prompt)
        texts = (request.brief, *(event.text for event in events))
        truth = next(truth for task, truth in _TRUTHS.items() if any(task in text for text in texts))
        tried = [
            result
            for event in events
            if event.kind is EventKind.RETURNED
            for result in results_in(event.payload)
        ]
        guess = truth + self.wrong - len(tried)
        if (tried and tried[-1].text == "Right.") or "used up" in request.prompt.text:
            return Reply(f"I tried.\nAnswer: {guess + 1}")
        return Reply(f"Tool: try_answer {json.dumps({'answer': str(guess)})}")
