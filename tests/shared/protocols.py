"""A protocol that is any function, for tests that need it once; and random protocols, as wild as can be."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.episode.protocol import Protocol
from arena.forms import Form, Probability, Speech


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
