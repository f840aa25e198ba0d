"""An agent that recovers masked numbers as often as it is told, so that every figure of FOBAR is known."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from agents.fobar import masked
from arena import Reply, Request
from arena.forms import Number
from scenarios.courses import SUMS, Recited

_MASKED = {one.question: (place, one.number) for place, task in enumerate(SUMS) for one in masked(task.text)}


@dataclass
class Reckoner(Recited):
    """Answers as its courses say, and finds the number called x as often as it is told.

    In a specification: ``scenarios.reckoners:Reckoner?of=1,1,0&samples=3&back=2,0``.

    Args:
        back: How often it finds the number, with commas between them: first from the right answer, then from
            the answer that is 1 above it, and so on.
    """

    back: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._found = [int(one) for one in self.back.split(",")]
        self._asked: Counter[tuple[int, int]] = Counter()

    async def reply(self, request: Request) -> Reply:
        """Return the answer, or the number called x, or one that is 1 above it."""
        if not isinstance(request.form, Number):
            return await super().reply(request)
        place, number = _MASKED[request.brief.partition("\n\n")[0]]
        answer = re.search(r"^> (-?\d+)$", request.prompt.text, re.MULTILINE)
        above = int(answer[1]) - int(str(SUMS[place].truth)) if answer else 0
        is_found = self._asked[place, above] < self._found[above]
        self._asked[place, above] += 1
        return Reply(f"Answer: {number + (0 if is_found else 1):g}")
