"""Episodes to export, without a journal, and the rows that are made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from arena.episode.outcome import Outcome
from arena.episode.plan import Branch, Plan, Played
from arena.journal import StoredEpisode
from arena.seat.agent import Agent, Reply, Request
from arena.seat.messages import Message, messages
from arena.seat.transcript import request_digest
from arena.tasks.task import Task
from arena.training.export.advantage import advantages
from arena.training.export.rows import LengthLimit, PromptChoice, Row, RowMaker
from arena.training.export.settings import Settings
from arena.training.rewards.reading import EpisodeReading, Origin, read_episode
from arena.training.rewards.sources import RewardSource, returns
from tests.shared.playing import Playing

CONFIG = {"protocol": {"class": "tests.shared.protocols:OneShot"}, "seed": 0}


@dataclass
class Noting(Agent):
    """Answers as `agent` does, and notes what it is sent, as a trainer will want to have it."""

    agent: Agent
    sent: dict[str, list[Message]] = field(default_factory=dict)

    async def reply(self, request: Request) -> Reply:
        digest = request_digest(request.brief, request.view, request.prompt)
        self.sent[digest] = normalised(messages(request))
        return await self.agent.reply(request)


def normalised(said: list[Message]) -> list[Message]:
    """Return messages with those of one role in a row made one; not by the code that is tested."""
    found: list[Message] = []
    for role, text, *_ in said:
        content = text if text.strip() or role != "assistant" else "(no answer)"
        if not content.strip():
            continue
        if found and found[-1].role == role:
            found[-1] = Message(role, found[-1].content + "\n\n" + content)
        else:
            found.append(Message(role, content))
    return found


def stored(
    playing: Playing,
    *,
    number: int = 0,
    outcome: Outcome | None = None,
    ended: bool = True,
    agents: Mapping[str, str] | None = None,
    match: tuple[int, int] = (0, 1),
    branch: Branch | None = None,
    truth: Any = None,
) -> StoredEpisode:
    """Return an episode that was played, as the journal would hold it."""
    seats = dict(agents or {seat: f"agent of {seat}" for seat in playing.briefs})
    task = Task(id="task", truth=truth)
    plan = Plan(number, task, seats, 0, match=match[0], match_size=match[1], branch=branch)
    calls = sorted(playing.calls, key=lambda call: (call.seat, call.count))
    played = Played(plan, outcome or playing.outcome, playing.episode.turns, 0.0) if ended else None
    steps, found = tuple(playing.steps), tuple(playing.memory.found.get(0, ()))
    return StoredEpisode(number, plan, playing.briefs, steps, tuple(calls), played, found)


def rows(
    *episodes: StoredEpisode,
    reward: RewardSource | str = "terminal",
    over: str = "role",
    config: Mapping[str, Any] = CONFIG,
    most: LengthLimit | None = None,
    weight: RewardSource | None = None,
    under: PromptChoice = PromptChoice.OWN,
) -> list[Row]:
    """Return the rows of some episodes of one run."""
    rewards = returns(reward) if isinstance(reward, str) else reward
    found = advantages(over)
    steps = {episode.number: episode.steps for episode in episodes}
    maker = RowMaker("a run", config, steps.__getitem__, most, under)
    settings = Settings(config)

    def read(episode: StoredEpisode) -> EpisodeReading:
        known = settings.of(episode.plan.condition)
        origin = Origin(known.baseline, known.digest)
        return read_episode(episode, steps.__getitem__, origin=origin)

    for number in range(rewards.rounds):
        for episode in episodes:
            rewards.survey(read(episode), number)
    for episode in episodes:
        if found.surveys:
            found.survey(read(episode), rewards.of(read(episode)), rewards)
    rows: list[Row] = []
    for episode in episodes:
        reading = read(episode)
        earned = rewards.of(reading)
        counted = weight.of(reading) if weight else None
        rows += maker.rows(reading, earned, found.of(reading, earned, rewards), counted)
    return rows
