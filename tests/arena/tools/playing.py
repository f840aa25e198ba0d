"""Episodes in which the seat ``judge`` may call tools and the seat ``ann`` may not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import arena
from agents.scripted import ScriptedModel
from arena.designs.scenario import Scenario
from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.episode.protocol import Protocol
from arena.forms import Choice
from arena.seat.agent import Reply, Request
from arena.seat.calls import Calling, ToolCall
from arena.seat.transcript import EventKind

CHOICE = Choice(("4", "5"), retries=1)


class Sums(Protocol):
    """A judge is asked for a sum, perhaps together with ann, and ann is asked afterwards."""

    remember: bool = True
    together: bool = False
    turns: int = 1

    @property
    def seats(self) -> tuple[str, ...]:
        return "judge", "ann"

    async def play(self, episode: Episode) -> Outcome:
        right = 0.0
        for _ in range(self.turns):
            if self.together:
                answers = await episode.together(("judge", "ann"), CHOICE, "What is 2 + 2?")
                answer = answers["judge"]
            else:
                answer = await episode.ask(
                    "judge", CHOICE, "What is 2 + 2?", audience=(), remember=self.remember
                )
                await episode.ask("ann", CHOICE, "What is 2 + 2?")
            right += answer.ok and answer.value == "4"
        return Outcome.completed({"judge": right})


def calls_text(name: str, arguments: str = "{}") -> Callable[[Request], str]:
    """Return a script that calls a tool in its text, and then answers 4."""

    def script(request: Request) -> str:
        if request.prompt.kind is EventKind.RETURNED:
            return "Answer: 4"
        return f"Let me see.\nTool: {name} {arguments}"

    return script


def calls_natively(*calls: tuple[str, str]) -> Callable[[Request], Reply]:
    """Return a script that calls tools natively, and then answers 4."""

    def script(request: Request) -> Reply:
        if request.prompt.kind is EventKind.RETURNED:
            return Reply("Answer: 4")
        made = [ToolCall(f"c{number}", *call) for number, call in enumerate(calls)]
        return Reply("Let me see.", calls=tuple(made))

    return script


def scenario(
    judge: Any,
    *tools: Any,
    calling: Calling = Calling.TEXT,
    limits: Mapping[str, Any] | None = None,
    **settings: Any,
) -> Scenario:
    """Return a scenario in which the judge has these tools."""
    given = {name: settings.pop(name) for name in ("episodes", "tasks") if name in settings}
    sat = judge if isinstance(judge, ScriptedModel) else ScriptedModel(judge, name="judge", calling=calling)
    return Scenario(
        protocol=Sums(**settings),
        seats={"judge": sat, "ann": ScriptedModel("Answer: 5", name="ann")},
        tools={"judge": tools} if tools else {},
        tool_limits=limits or {},
        **given,
    )


async def played(study: Scenario, folder: Path, **options: Any) -> arena.journal.StoredEpisode:
    """Play a scenario and return its first episode."""
    from arena.journal import StoredRun

    await arena.run_async(study, folder=folder, **options)
    with StoredRun(folder) as run:
        return run.episode(0)


def told(episode: Any) -> str:
    """Return what the judge was told that its tools returned."""
    return "\n".join(event.text for event in episode.events if event.kind is EventKind.RETURNED)
