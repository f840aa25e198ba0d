"""The one door to an agent: a request goes in, a reply comes out.

An agent is whatever answers for a seat: a model, a script, a solver, a person. It is handed the seat's
brief and view, the prompt it is to answer and the form its answer must have, and nothing else. The same
agent object may sit in many seats of many episodes at once, so it keeps no memory between requests: what
it needs is in the view, and `Request.random()` gives it randomness that no other request shares.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from arena.core.seeds import derive, drawn

if TYPE_CHECKING:
    from arena.forms import Form
    from arena.seat.transcript import Event, View

T = TypeVar("T")


class Request(NamedTuple):
    """What a seat is asked.

    `brief` is the seat's system text, `view` what it had seen before this prompt, `prompt` the event that
    asks, `form` what the reply must be. `count` numbers the requests to this seat in this episode from 0,
    re-asks included. `root` is the seat's seed in this episode, from which the request's own is derived.
    """

    seat: str
    brief: str
    view: View
    prompt: Event
    form: Form[Any]
    count: int  # type: ignore[assignment]  # hides tuple's method, which nobody misses
    root: int

    @property
    def seed(self) -> int:
        """The request's own seed, by episode, seat and count: 63 bits."""
        return derive(self.root, self.count)

    def random(self) -> random.Random:
        """Return a fresh generator that belongs to this request alone."""
        return random.Random(self.seed)

    def draw(self, probabilities: Mapping[T, float]) -> T:
        """Return one of the keys, each as likely as its value says; it is the same at every call."""
        return drawn(self.seed / 2**63, probabilities.items())


class Stop(StrEnum):
    """Why a reply ended where it did."""

    COMPLETE = "complete"
    REFUSED = "refused"
    TRUNCATED = "truncated"


class Tokens(NamedTuple):
    """A reply's tokens as the model made them; they are never made again from its text.

    `texts`, `ids` and `logprobs` (natural logarithms) hold one entry for each token, in order, and `likely`
    the likeliest tokens at each place with their logarithms; `ids_read` are the tokens of what the model
    read. `answers` says how likely the model was to give each answer that the form allows (0 to 1, in all 1).
    Whatever was not told is empty.
    """

    texts: Sequence[str] = ()
    ids: Sequence[int] = ()
    logprobs: Sequence[float] = ()
    likely: Sequence[Mapping[str, float]] = ()
    ids_read: Sequence[int] = ()
    answers: Mapping[str, float] = MappingProxyType({})

    def told(self) -> dict[str, Any]:
        """Return what was told, JSON-able, by name."""
        parts = self._replace(answers=dict(self.answers))._asdict()
        return {name: part for name, part in parts.items() if part}

    @classmethod
    def retold(cls, told: Mapping[str, Any]) -> Tokens:
        """Return the tokens of which `told` is what they told."""
        parts: dict[str, Any] = {n: part if n == "answers" else tuple(part) for n, part in told.items()}
        return cls(**parts)


class Spent(NamedTuple):
    """What a request took, whether it was answered or not.

    `usage` counts by name (such as ``{"prompt_tokens": 12}``), all attempts together; `model` is what price
    lists call the model, `faults` how the attempts that came to nothing ended, and `cost` the dollars, None
    if they are unknown or nobody asked. Where the tokens or the dollars were not told, the estimated ones
    count toward the run's caps in their place. `notes` say how the request was changed to suit the server,
    and how the reply was mended, such as `arena.seat.messages.SYSTEM_FOLDED` and `REPAIRED`.
    """

    usage: Mapping[str, int] = MappingProxyType({})
    model: str = ""
    faults: Sequence[str] = ()
    cost: float | None = None
    estimated_tokens: int = 0
    estimated_dollars: float | None = None
    notes: Sequence[str] = ()

    @property
    def is_cached(self) -> bool:
        """Whether the reply came from the response cache, so that no model was asked."""
        return "cache_hits" in self.usage


NOTHING_SPENT = Spent()

REPAIRED = "characters that were broken are replaced"
"""The note on a reply that is not, letter for letter, what the agent wrote."""


class AnsweredBy(NamedTuple):
    """What the server says answered: its name for the model, and the fingerprint of how it runs the model.

    The name may be more exact than the one that was asked for, such as with a date. Either is empty if the
    server did not say it.
    """

    model: str = ""
    fingerprint: str = ""

    def shown(self) -> str:
        """Return both in words."""
        if not self.fingerprint:
            return self.model
        return f"{self.model} ({self.fingerprint})" if self.model else self.fingerprint


NOT_SAID = AnsweredBy()


class Reply(NamedTuple):
    """What an agent answered, as it came.

    `reasoning` holds what the agent thought before it answered; it is journalled and shown to nobody.
    `structured` says that `text` is JSON made to the form's schema, by a provider's structured output or a
    grammar. `usage`, `model`, `faults` and `notes` are as in `Spent`, and `tokens` is there if the model told
    them. `cost` is what the server says the reply cost; the journal holds it in `Spent` alone.
    """

    text: str
    reasoning: str = ""
    stop: Stop = Stop.COMPLETE
    usage: Mapping[str, int] = MappingProxyType({})
    structured: bool = False
    model: str = ""
    faults: Sequence[str] = ()
    tokens: Tokens | None = None
    answered_by: AnsweredBy = NOT_SAID
    cost: float | None = None
    notes: Sequence[str] = ()

    @property
    def spent(self) -> Spent:
        """What the reply took; its cost is known so far only if the server told it."""
        told = self.usage or self.model or self.faults or self.notes
        if not told:
            return NOTHING_SPENT
        return Spent(self.usage, self.model, self.faults, self.cost, notes=self.notes)


class Agent(ABC):
    """Whatever answers for a seat. Subclasses are built from plain parameters and define `reply`."""

    answers_only: str = ""
    """What a prompt must ask for, by the name that protocols give it, if the agent answers nothing else."""
    tells_cost: bool = False
    """Whether its replies may tell what they cost, so that a cap in dollars needs no price of its model."""
    name: str = ""
    """What tables and ratings call it; the specification it was made from unless it says otherwise."""

    @property
    def priced_as(self) -> str:
        """What price lists call the model behind the agent, such as ``openai:gpt-5-mini``."""
        return ""

    @property
    def shaped_by(self) -> Mapping[str, Any] | None:
        """The parameters that shape the replies, as plain data by name; None if that cannot be said.

        The response cache takes no reply of one agent for another's unless these are equal. They are all of a
        dataclass's parameters unless it says otherwise.
        """
        if not is_dataclass(self):
            return None
        return {field.name: getattr(self, field.name) for field in fields(self) if field.init}

    def expects(self, request: Request) -> Mapping[str, int]:
        """Return the usage that a request is thought to take; empty where there is no model."""
        return {}

    @abstractmethod
    async def reply(self, request: Request) -> Reply:
        """Answer one request. Whatever this raises is recorded as the seat's failure to answer."""

    async def open(self) -> None:  # noqa: B027 - most agents need nothing
        """Check that requests can be answered; called once, before the first one.

        Raises:
            StopRun: if they cannot, so that the run ends before anything is spent.
        """

    async def close(self) -> None:  # noqa: B027 - most agents hold nothing to let go of
        """Let go of connections and threads; called once, when the run ends."""


class PolicyAgent(Agent):
    """An agent that can say how likely it is to give each answer, and answers by drawing from that."""

    @abstractmethod
    async def distribution(self, request: Request) -> Mapping[str, float]:
        """Return the probability of each reply text; the probabilities sum to 1."""

    async def reply(self, request: Request) -> Reply:
        """Draw a reply from `distribution`."""
        return Reply(request.draw(await self.distribution(request)))
