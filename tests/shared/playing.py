"""Playing one episode, of which everything is kept; and episodes whose truth or chance is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from arena.core.seeds import derive
from arena.episode.context import EpisodeContext
from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.episode.protocol import Protocol
from arena.episode.record import Call, Tape
from arena.seat.agent import Agent
from arena.seat.transcript import Event
from arena.spending.limits import Limits
from arena.tasks.grading import AnswerMatch
from arena.tasks.task import PublicTask, Task
from tests.shared.recording import Memory


@dataclass
class Playing:
    """An episode that was played, with all that was recorded of it."""

    episode: Episode
    outcome: Outcome
    memory: Memory
    briefs: Mapping[str, str]

    @property
    def steps(self) -> list[tuple[Event, ...]]:
        return self.memory.steps.get(self.episode.number, [])

    @property
    def calls(self) -> list[Call]:
        return self.memory.calls.get(self.episode.number, [])


async def play(
    protocol: Protocol,
    agents: Agent | Mapping[str, Agent],
    *,
    task: PublicTask | None = None,
    truth: Any = None,
    seed: int = 0,
    turns: int | None = None,
    tape: Tape | None = None,
    episode_class: Callable[..., Episode] = Episode,
    **options: Any,
) -> Playing:
    """Play `protocol` once, every event and call kept in memory."""
    task = task or PublicTask()
    seated = agents if isinstance(agents, Mapping) else dict.fromkeys(protocol.seats, agents)
    briefs = {seat: protocol.brief(seat, task) for seat in protocol.seats}
    memory = Memory()
    episode = episode_class(
        seated,
        Task(**dict(task), truth=truth),
        briefs=briefs,
        chance=derive(seed, "chance"),
        context=EpisodeContext(
            seed=derive(seed, "agents"),
            limits=Limits(turns=turns),
            recorder=memory,
            tape=tape,
            absent=protocol.absent,
        ),
        **options,
    )
    return Playing(episode, await protocol.play(episode), memory, briefs)


class Graded(Episode):
    """An episode in which `grader` says what is right."""

    def __init__(
        self, *arguments: Any, grader: Callable[[str, AnswerMatch], bool | None], **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self._said = grader

    def score(self, answer: str, by: AnswerMatch = AnswerMatch.EXACT) -> bool | None:
        return self._said(answer, by)


class Dealt(Episode):
    """An episode whose chance events are given."""

    def __init__(self, *arguments: Any, deals: Sequence[int], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._deals = iter(deals)

    def draw(self, outcomes: Sequence[tuple[Any, float]]) -> Any:
        dealt = next(self._deals)
        assert dealt in [outcome for outcome, _ in outcomes]
        return dealt
