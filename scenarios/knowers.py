"""An agent that says how sure it is as it is told, so that every figure of what it knows is known."""

from __future__ import annotations

from dataclasses import dataclass

from arena import Reply, Request
from arena.forms import Probability
from arena.seat.agent import Tokens
from scenarios.courses import SUMS, Recited


@dataclass
class Knower(Recited):
    """Answers as its courses say, and is as sure of the answer to each task as it is told.

    Whether its answer is right, it says with the words yes and no, whose probabilities it tells. In a
    specification: ``scenarios.knowers:Knower?of=0,1&sure=0.9,0.3``.

    Args:
        sure: How sure it is, from 0 to 1, with commas between the tasks.
    """

    sure: str = "0.5"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._sure = [float(one) for one in self.sure.split(",")]
        self._tasks = {task.text: place for place, task in enumerate(SUMS)}

    async def reply(self, request: Request) -> Reply:
        """Return the answer, or how sure it is."""
        asks = (request.prompt.data or {}).get("asks")
        if asks not in ("p-true", "p-ik", "confidence"):
            return await super().reply(request)
        sure = self._sure[self._tasks[request.brief.split("\n\n")[0]] % len(self._sure)]
        if isinstance(request.form, Probability):
            return Reply(f"Probability: {100 * sure:g}")
        return Reply("Answer: yes", tokens=Tokens(answers={"yes": sure, "no": 1 - sure}))
