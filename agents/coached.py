"""The wrapper that carries what a critic advised in a coaching run into any other playing."""

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
    """Answers as the wrapped agent does that has read what a critic advised in the coaching run at `run`.

    Of each series of games it reads the advice after the last game that had some, all told as a persona is:
    it is part of who answers, and nowhere in the transcript. In a specification:
    ``coached:local?run=runs/coached-bargain-1``.

    Args:
        run: The folder of the coaching run whose advice is read.

    Raises:
        UsageError: if there is no such run, it is no coaching run, or nobody was advised in it.
    """

    run: Path

    def __post_init__(self) -> None:
        super().__post_init__()
        self.name = specification("coached", self._wrapped, run=self.run)
        self._wrapped = Persona(self._wrapped, brief=_brief_of(self.run))

    @property
    def shaped_by(self) -> Mapping[str, Any] | None:
        """What shapes the replies: the advice, wherever it was read from, and the wrapped agent."""
        return self._wrapped.shaped_by

    async def reply(self, request: Request) -> Reply:
        """Return what the wrapped agent answers when it has read the advice, too."""
        return await self._wrapped.reply(request)


def _brief_of(folder: Path) -> str:
    with StoredRun(folder) as stored:
        config = stored.header()["config"]
        if config["kind"] != Coaching.kind:
            raise UsageError(f"The run in {folder} is no coaching run, so nobody was advised in it.")
        latest: dict[int, tuple[int, str]] = {}
        for played in stored.finished():
            advice = played.outcome.details.get("coaching", {}).get("advice")
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
