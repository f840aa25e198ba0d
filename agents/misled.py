"""The wrapper that makes a step of an agent's reply wrong, and has the agent go on from there."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agents.shared.wrapper import Wrapper, specification
from agents.shared.writing import Writing, check_continues
from agents.sneaky import miscalculated
from arena.core.seeds import derive
from arena.seat.agent import Reply, Request, Stop
from arena.tasks import checkable

INSERTED = "inserted"
"""The author of a step that was made wrong."""


@dataclass
class MisledAgent(Wrapper):
    """Changes the result of an equation in one line of the wrapped agent's reply, and has it go on there.

    So it is seen whether the agent notices and mends an error in its own text, and rows of S3c-Math (arXiv
    2409.01524) come out: the steps before the wrong one, the wrong step, from which nobody learns, and what
    the agent wrote after it. The paper samples wrong steps from a model and tells them by rollouts; here
    arithmetic makes and tells them. Which line is changed is drawn by the request's seed, among those whose
    equations all hold. A reply without such a line stands as it is.

    The agent must be able to go on with a reply (`Agent.continues`). In a specification: ``misled:local``.

    Raises:
        UsageError: if the agent cannot go on with a reply.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        check_continues(self._wrapped)
        self.name = specification("misled", self._wrapped).rstrip("?")

    def expects(self, request: Request) -> Mapping[str, int]:
        """Return the usage to expect of the agent, which writes twice."""
        return Counter({name: 2 * count for name, count in self._wrapped.expects(request).items()})

    async def reply(self, request: Request) -> Reply:
        """Return the reply whose wrong line the agent has gone on from.

        Raises:
            NoDraft: if the agent does not answer.
        """
        writing = Writing(request)
        said = await writing.go_on(self._wrapped)
        lines = said.text.splitlines(keepends=True)
        places = checkable(lines) if said.stop is Stop.COMPLETE else []
        if not places:
            return writing.reply()
        self._change(writing, lines, places)
        await writing.go_on(self._wrapped)
        return writing.reply()

    def _change(self, writing: Writing, lines: Sequence[str], places: Sequence[int]) -> None:
        """Let the reply end with one of the lines at `places`, made wrong."""
        rng = random.Random(derive(writing.request.seed, "misled"))
        place = rng.choice(places)
        wrong, _ = miscalculated(lines[place], rng)
        own = writing.parts[0]
        kept = "".join(lines[:place])
        writing.parts[:] = [own._replace(text=kept)] if kept else []
        writing.put(wrong, INSERTED)
