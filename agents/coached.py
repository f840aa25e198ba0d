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
from arena.prompts import Prompts
from arena.seat.agent import Reply, Request
from arena.seat.messages import fenced

_PROMPTS = Prompts(__file__)


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
        self._advice = _advice_of(self.run)

    @property
    def shaped_by(self) -> Mapping[str, Any] | None:
        """What shapes the replies: the advice itself, not its folder, and the wrapped agent."""
        return self._advised().shaped_by

    async def reply(self, request: Request) -> Reply:
        """Return what the wrapped agent answers when it has also read the advice."""
        return await self._advised().reply(request)

    def expects(self, request: Request) -> Mapping[str, int]:
        """Return the usage that the wrapped agent expects, with the advice."""
        return self._advised().expects(request)

    def _advised(self) -> Persona:
        improving, advice = self._advice
        brief = _PROMPTS.text("brief", improving=improving, advice=advice)
        return Persona(self._wrapped, brief=brief)


def _advice_of(folder: Path) -> tuple[str, str]:
    """Return the seat that was advised, and the latest advice of each series, quoted."""
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
    return config["protocol"]["improving"], quoted
