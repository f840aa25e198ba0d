"""What the tests share: agents that remember or misbehave, a recorder in memory, and random protocols.

Agents here answer by what a request holds, never by what they were asked before, as real ones must; what
they keep is for the test to read afterwards.
"""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from arena.core.errors import AgentFailed
from arena.core.seeds import derive
from arena.episode.context import EpisodeContext
from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.episode.plan import Plan, Played
from arena.episode.protocol import Protocol
from arena.episode.record import Call, Tape
from arena.forms import Form, Probability, Speech
from arena.seat.agent import Agent, Reply, Request, Stop
from arena.seat.transcript import Event
from arena.spending.limits import Limits
from arena.tasks.grading import AnswerMatch
from arena.tasks.task import PublicTask, Task

few = settings(deadline=None, max_examples=30)
some = settings(deadline=None, max_examples=80)

Answering = Callable[[Request], str | Reply | Awaitable[str | Reply]]


@dataclass(frozen=True)
class Sent:
    """All of a request that its agent can read."""

    seat: str
    brief: str
    view: tuple[Event, ...]
    prompt: Event
    form: Form[Any]
    count: int
    seed: int

    @classmethod
    def of(cls, request: Request) -> Sent:
        view = tuple(request.view)
        return cls(
            request.seat, request.brief, view, request.prompt, request.form, request.count, request.seed
        )


class Watched(Agent):
    """Answers with what `answer` returns, and keeps every request as it came."""

    def __init__(self, answer: Answering | str, name: str = "watched") -> None:
        self.answer = answer
        self.name = name
        self.sent: list[Sent] = []
        self.closed = 0

    async def reply(self, request: Request) -> Reply:
        self.sent.append(Sent.of(request))
        answer = self.answer if isinstance(self.answer, str) else self.answer(request)
        if isinstance(answer, Awaitable):
            answer = await answer
        return Reply(answer) if isinstance(answer, str) else answer

    async def close(self) -> None:
        self.closed += 1

    def to(self, seat: str) -> list[Sent]:
        """Return what `seat` was sent."""
        return [sent for sent in self.sent if sent.seat == seat]


class Scripted(Watched):
    """Gives the `replies` in order, to whichever seat; one that is an exception is raised."""

    def __init__(self, *replies: str | Reply | BaseException, name: str = "scripted") -> None:
        super().__init__(self._next, name)
        self.replies = replies

    def _next(self, request: Request) -> str | Reply:
        reply = self.replies[request.count]
        if isinstance(reply, BaseException):
            raise reply
        return reply


@dataclass
class Erratic(Agent):
    """Answers well or badly, by the request's own randomness; with `latency`, after an ambient wait."""

    latency: float = 0.0
    trouble: float = 0.4
    name: str = "erratic"
    asked: int = 0

    async def reply(self, request: Request) -> Reply:
        self.asked += 1
        if self.latency:
            await asyncio.sleep(random.uniform(0, self.latency))  # ambient on purpose: it must not matter
        rng = request.random()
        usable = request.form.sample(rng)
        if rng.random() >= self.trouble:
            return Reply(usable, reasoning=f"thought {rng.random()}", usage={"tokens": rng.randrange(9)})
        match rng.randrange(6):
            case 0:
                raise RuntimeError("it broke")
            case 1:
                raise TimeoutError("too slow")
            case 2:
                return Reply(usable, stop=Stop.REFUSED)
            case 3:
                return Reply(usable, stop=Stop.TRUNCATED)
            case 4:
                return Reply("")
        return Reply("Answer: this\nAnswer: that\nProbability: 1\nProbability: 2")


@dataclass(eq=False)
class Paid(Agent):
    """A model to be paid for: it answers, now and then badly, and takes tokens, by the request's randomness.

    `asked` counts the requests that reached it, by what they are; `busiest` is how many it was answering at
    once, at most.
    """

    latency: float = 0.0
    trouble: float = 0.0
    most: int = 300
    priced_as: str = "test:paid"
    name: str = "paid"
    asked: Counter[tuple[str, int, int]] = field(default_factory=Counter)
    flying: int = 0
    busiest: int = 0

    def expects(self, request: Request) -> Mapping[str, int]:
        return {"prompt_tokens": 100, "completion_tokens": 100}

    async def reply(self, request: Request) -> Reply:
        self.asked[(request.seat, request.count, request.seed)] += 1
        self.flying += 1
        self.busiest = max(self.busiest, self.flying)
        try:
            await asyncio.sleep(random.uniform(0, self.latency))  # ambient on purpose: it must not matter
        finally:
            self.flying -= 1
        rng = request.random()
        text = request.form.sample(rng)
        usage = {
            "prompt_tokens": rng.randrange(1, self.most),
            "completion_tokens": rng.randrange(1, self.most),
            "attempts": rng.choice((1, 1, 2)),
        }
        if rng.random() >= self.trouble:
            return Reply(text, usage=usage, model=self.priced_as)
        if rng.random() < 0.5:
            raise AgentFailed("It came to nothing.", usage=usage, model=self.priced_as)
        return Reply("", usage=usage, model=self.priced_as)


class Memory:
    """A recorder that keeps everything."""

    def __init__(self) -> None:
        self.begun: dict[int, tuple[Plan, Mapping[str, str]]] = {}
        self.calls: dict[int, list[Call]] = {}
        self.steps: dict[int, list[tuple[Event, ...]]] = {}
        self.ended: dict[int, Played] = {}

    def begin(self, plan: Plan, briefs: Mapping[str, str]) -> None:
        self.begun[plan.number] = (plan, briefs)

    def call(self, episode: int, call: Call) -> None:
        self.calls.setdefault(episode, []).append(call)

    def events(self, episode: int, step: int, position: int, events: Sequence[Event]) -> None:
        steps = self.steps.setdefault(episode, [])
        assert step == len(steps)
        assert position == sum(map(len, steps))
        steps.append(tuple(events))

    def end(self, played: Played) -> None:
        self.ended[played.plan.number] = played

    async def room(self) -> None:
        await asyncio.sleep(0)


class OneShot(Protocol):
    """Plays whatever coroutine function it is given; for tests that need a protocol once."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    seats_: tuple[str, ...] = ("ann", "bob")
    method: Callable[[Episode], Awaitable[Outcome]] = Field(exclude=True)

    @property
    def seats(self) -> tuple[str, ...]:
        return self.seats_

    async def play(self, episode: Episode) -> Outcome:
        return await self.method(episode)


# Random protocols -------------------------------------------------------------------------------------------

SEATS = ("player_1", "player_10", "judge")


class Tell(BaseModel):
    """Announce something."""

    model_config = ConfigDict(frozen=True)

    audience: frozenset[str]
    text: str


class Ask(BaseModel):
    """Ask `seats` at once."""

    model_config = ConfigDict(frozen=True)

    seats: tuple[str, ...]
    audience: frozenset[str] | None
    belief: bool
    remember: bool
    retries: int


class Script(Protocol):
    """Follows its steps, whatever is answered."""

    steps: tuple[Tell | Ask, ...]

    @property
    def seats(self) -> tuple[str, ...]:
        return SEATS

    async def play(self, episode: Episode) -> Outcome:
        usable = 0
        for number, step in enumerate(self.steps):
            if isinstance(step, Tell):
                episode.tell(step.audience, step.text, step=number)
                continue
            form: Form[Any] = (
                Probability("it rains", retries=step.retries)
                if step.belief
                else Speech(words=9, retries=step.retries)
            )
            answers = await episode.together(
                step.seats,
                form,
                f"Question {number}.",
                audience=step.audience,
                remember=step.remember,
                fields={"step": number},
            )
            usable += sum(answer.ok for answer in answers.values())
        return Outcome.completed(dict.fromkeys(SEATS, 0.0), usable=usable)


audiences = st.frozensets(st.sampled_from(SEATS))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
tells = st.builds(Tell, audience=audiences, text=texts)
asks = st.builds(
    Ask,
    seats=st.lists(st.sampled_from(SEATS), min_size=1, unique=True).map(tuple),
    audience=st.none() | audiences,
    belief=st.booleans(),
    remember=st.booleans(),
    retries=st.integers(0, 2),
)
scripts = st.builds(Script, steps=st.lists(tells | asks, max_size=8).map(tuple))
seeds = st.integers(0, 2**32)


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
            seed=derive(seed, "agents"), limits=Limits(turns=turns), recorder=memory, tape=tape
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


def plan_of(number: int = 0, task: Task | None = None, /, **seats: str) -> Plan:
    """Return a plan whose agents are named like their seats unless told otherwise."""
    return Plan(number, task or Task(), seats or {"ann": "ann", "bob": "bob"}, chance=number)


# Time -------------------------------------------------------------------------------------------------------


@dataclass
class Stopwatch:
    """How long a block took."""

    started: float = field(default_factory=time.perf_counter)

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.started


async def until(condition: Callable[[], object], seconds: float = 20) -> None:
    """Let others run until `condition` holds."""
    watch = Stopwatch()
    for _ in range(10**9):
        if condition():
            return
        assert watch.seconds < seconds, f"it did not come true in {seconds:g} seconds"
        await asyncio.sleep(0)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Stop the block with a failure if it takes more of the processor; even inside a regular expression.

    The time on the clock depends on what else the machine does, so only ten times as much of it is too long.
    """

    def stop(*_: object) -> None:
        raise AssertionError(f"it took longer than {seconds:g} seconds")

    limits = (
        (signal.SIGPROF, signal.ITIMER_PROF, seconds),
        (signal.SIGALRM, signal.ITIMER_REAL, 10 * seconds),
    )
    before = [signal.signal(sign, stop) for sign, _, _ in limits]
    for _, timer, limit in limits:
        signal.setitimer(timer, limit)
    try:
        yield
    finally:
        for (sign, timer, _), handler in zip(limits, before, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(sign, handler)
