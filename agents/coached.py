"""The wrapper that lets an agent play with the advice that a critic gave in a coaching run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.persona import Persona
from agents.shared.wrapper import Wrapper, specification
from arena.core.errors import UsageError
from arena.designs.coaching import Arm, Coaching, arm_of
from arena.journal import StoredRun
from arena.seat.agent import Reply, Request
from arena.seat.messages import fenced


@dataclass
class CoachedAgent(Wrapper):
    """Answers as the wrapped agent does when it has read a critic's advice from the coaching run at `run`.

    A coaching run has several series of games. From each series the agent reads the latest advice. It reads
    the advice in the way of a persona: the advice is part of the agent, and not of the transcript. In a
    specification: ``coached:local?run=runs/coached-bargain-1``.

    Args:
        run: The folder of the coaching run whose advice is read.

    Raises:
        UsageError: if there is no such run, the run is not a coaching run, or it holds no advice.
    """

    run: Path

    def __post_init__(self) -> None:
        super().__post_init__()
        self.name = specification("coached", self._wrapped, run=self.run)
        self._wrapped = Persona(self._wrapped, brief=_brief_of(self.run))

    @property
    def shaped_by(self) -> Mapping[str, Any] | None:
        """What shapes the replies: the advice itself, not its folder, and the wrapped agent."""
        return self._wrapped.shaped_by

    async def reply(self, request: Request) -> Reply:
        """Return what the wrapped agent answers when it has also read the advice."""
        return await self._wrapped.reply(request)


def _brief_of(folder: Path) -> str:
    with StoredRun(folder) as stored:
        config = stored.header()["config"]
        if config["kind"] != Coaching.kind:
            raise UsageError(f"The run in {folder} is not a coaching run, so it holds no advice.")
        given = dict(stored.annotation_columns(("episode", "text"), "answer", "advice"))
        latest: dict[int, tuple[int, str]] = {}
        for played in stored.finished():
            advice = given.get(played.plan.number)
            place, game = played.plan.match, played.plan.round
            if advice and arm_of(played.plan.condition) in (None, Arm.COACHED):
                latest[place] = max(latest.get(place, (-1, "")), (game, advice))
    if not latest:
        raise UsageError(f"The critic of the run in {folder} gave no advice.")
    quoted = "\n\n".join(fenced(advice) for _, (_, advice) in sorted(latest.items()))
    improving = config["protocol"]["improving"]
    return (
        f"You have played this before, as {improving}, and this is what a critic advised you to do as "
        f"{improving}. Lines that begin with '> ' are quoted.\n\n{quoted}"
    )
