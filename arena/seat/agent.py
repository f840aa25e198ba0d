"""The one door to an agent: a request goes in, a reply comes out.

An agent is whatever answers for a seat: a model, a script, a solver, a person. It is given the seat's brief
and view, the prompt to answer and the form of the answer, and nothing else. The same agent object may sit in
many seats of many episodes at once, so it keeps no memory between requests. `Request.random()` is its own.
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
from arena.seat._drawn import options_drawn
from arena.seat.batching import Batching, no_batches
from arena.seat.calls import Calling, ToolCall, ToolSpec
from arena.seat.drafts import NOT_DRAFTED, Drafted
from arena.seat.parts import ReplyPart, joined

if TYPE_CHECKING:
    from arena.forms import Form
    from arena.seat.sight import SeatSight
    from arena.seat.transcript import Event, View

T = TypeVar("T")


class Request(NamedTuple):
    """What a seat is asked.

    `brief` is the seat's system text, `view` the events that it saw before this prompt, `prompt` the event
    that asks, and `form` what the reply must be. `count` numbers the requests to this seat in this episode
    from 0, re-asks included. `root` is the seat's seed in this episode, from which the request's own is
    derived.

    If the reply is written `in_pieces`, it is free text, and the agent returns only what follows on `begun`.
    At `most_tokens` tokens it is cut off. Only wrappers set these three, and only for agents that can go on
    with a reply (`Agent.continues`).

    `tools` are those that the agent may call by `Reply.calls`. There are none for an agent that does not say
    that it calls them natively (`Agent.calling`): its brief says how to call them in its text.
    """

    seat: str
    brief: str
    view: View
    prompt: Event
    form: Form[Any]
    count: int  # type: ignore[assignment]  # hides tuple's method, which nobody misses
    root: int
    begun: str = ""
    most_tokens: int | None = None
    in_pieces: bool = False
    tools: tuple[ToolSpec, ...] = ()

    @property
    def seed(self) -> int:
        """The request's own seed, by episode, seat, count and how the reply is begun: 63 bits."""
        return derive(self.root, self.count, self.begun) if self.begun else derive(self.root, self.count)

    def random(self) -> random.Random:
        """Return a fresh generator that belongs to this request alone."""
        return random.Random(self.seed)

    def draw(self, probabilities: Mapping[T, float]) -> T:
        """Return one of the keys.

        Each is as likely as its value says, and every call returns the same one.
        """
        return drawn(self.seed / 2**63, probabilities.items())


class Stop(StrEnum):
    """Why a reply ended where it did."""

    COMPLETE = "complete"
    REFUSED = "refused"
    TRUNCATED = "truncated"


class Tokens(NamedTuple):
    """The tokens of a reply, as the model generated them. They are never recomputed from the text.

    `texts`, `ids` and `logprobs` (natural logarithms) each have one entry per generated token, in order.
    `likely` has one mapping per token: the likeliest tokens at that place, with their log-probabilities.
    `ids_read` are the ids of the prompt's tokens. `answers` gives the model's probability of each answer that
    the form allows; these are from 0 to 1 and sum to 1. `certainties` has one number per token: how far the
    whole distribution from which it was drawn is from a uniform one, in nats, at least 0
    (`arena.votes.voting.uniform_divergence`). A field is empty if the model did not report it.
    """

    texts: Sequence[str] = ()
    ids: Sequence[int] = ()
    logprobs: Sequence[float] = ()
    likely: Sequence[Mapping[str, float]] = ()
    ids_read: Sequence[int] = ()
    answers: Mapping[str, float] = MappingProxyType({})
    certainties: Sequence[float] = ()

    def record(self) -> dict[str, Any]:
        """Return the fields that are not empty, as JSON-able values by name."""
        parts = self._replace(answers=dict(self.answers))._asdict()
        return {name: part for name, part in parts.items() if part}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Tokens:
        """Return the tokens whose `record` this is."""
        parts: dict[str, Any] = {n: part if n == "answers" else tuple(part) for n, part in record.items()}
        return cls(**parts)


class RequestUsage(NamedTuple):
    """What a request used, whether it was answered or not.

    `usage` holds counts by name over all attempts, such as ``{"prompt_tokens": 12}``. `model` is the model's
    name in price lists. `faults` says how each failed attempt ended. `cost` is in dollars; it is None if it
    is unknown or was not worked out. If the tokens or the dollars were not reported, `estimated_tokens` and
    `estimated_dollars` count toward the run's caps in their place. `notes` say how the request was changed to
    suit the server and how the reply was repaired, such as `arena.seat.messages.SYSTEM_FOLDED` and
    `REPAIRED`.
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


NO_USAGE = RequestUsage()

REPAIRED = "characters that were broken are replaced"
"""The note on a reply whose text is not exactly what the agent wrote."""


class AnsweredBy(NamedTuple):
    """The server's name for the model that answered, and the fingerprint of how it runs the model.

    The name may be more exact than the requested one, for example with a date. Each is empty if the server
    did not report it.
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
    """An agent's answer, as it arrived.

    `reasoning` is what the agent thought before it answered. It is written to the journal and shown to no
    seat. `structured` is true if `text` is JSON that follows the form's schema, by a provider's structured
    output or a grammar. `usage`, `model`, `faults` and `notes` are as in `RequestUsage`. `tokens` is None if
    the model did not report them. `cost` is the cost that the server reports, in dollars; the journal keeps
    it in `RequestUsage` only. `parts` say who wrote which part of `text`, if several did; otherwise there
    are none. They make up the text (`Reply.of_parts`). `calls` are the tools that the agent calls, in order;
    then `text` is what it said beside them, and the seat is asked again with what they return.
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
    parts: Sequence[ReplyPart] = ()
    calls: tuple[ToolCall, ...] = ()

    @classmethod
    def of_parts(cls, *parts: ReplyPart) -> Reply:
        """Return the reply whose text these parts make up, in their order."""
        return cls(joined(parts), parts=parts)

    @property
    def spent(self) -> RequestUsage:
        """What the reply used. Its cost is known here only if the server reported it."""
        record = self.usage or self.model or self.faults or self.notes
        if not record:
            return NO_USAGE
        return RequestUsage(self.usage, self.model, self.faults, self.cost, notes=self.notes)


class Agent(ABC):
    """Whatever answers for a seat. Subclasses are built from plain parameters and define `reply`."""

    answers_only: str = ""
    """The one thing that the agent answers, by its name in protocols; empty if it answers anything."""
    reports_cost: bool = False
    """Whether its replies may report their cost. Then a cap in dollars needs no price of its model."""
    sees_pictures: bool = True
    """Whether pictures in its requests reach it. One that sees none is refused before a run that has some."""
    desk: str = ""
    """Where the person sits who answers, such as ``terminal``; empty if it is no person.

    Who sits at a desk plays one episode at a time.
    """
    shares_desk: bool = True
    """Whether others may sit at the same desk. If not, people at desks of their own play side by side."""
    name: str = ""
    """The agent's name in tables and ratings. The default is the specification that it was made from."""

    @property
    def continues(self) -> bool:
        """Whether it can go on with a reply that is begun (`Request.begun`). By default it cannot."""
        return False

    @property
    def calling(self) -> Calling:
        """How it calls tools. By default its calls are read from its text."""
        return Calling.TEXT

    @property
    def priced_as(self) -> str:
        """The name of the agent's model in price lists, such as ``openai:gpt-5-mini``."""
        return ""

    @property
    def shaped_by(self) -> Mapping[str, Any] | None:
        """The parameters that shape the replies, as plain data by name, or None if they cannot be listed.

        The response cache reuses a reply for another agent only if these are equal. The default for a
        dataclass is all of its fields.
        """
        if not is_dataclass(self):
            return None
        return {field.name: getattr(self, field.name) for field in fields(self) if field.init}

    def expects(self, request: Request) -> Mapping[str, int]:
        """Return the estimated usage of a request. It is empty if the agent uses no model."""
        return {}

    @abstractmethod
    async def reply(self, request: Request) -> Reply:
        """Answer one request. Any exception is recorded as the seat's failure to answer."""

    async def ended(self, seat: str, view: View) -> None:  # noqa: B027 - programs need not know
        """Hear that an episode has ended, and what its seat may see of it. This is called for people only."""

    def heard(self, sight: SeatSight) -> None:  # noqa: B027 - programs are asked, and see their view then
        """Hear what a seat may see after a step. This is called for people only."""

    def drafts_of(self, reply: Reply) -> Drafted:
        """Return the drafts of which the agent made a reply; none if it makes no drafts."""
        return NOT_DRAFTED

    def batched(self, batching: Batching, purpose: str) -> Agent:
        """Return the agent that the batch interface asks for a purpose; a `UsageError` if there is none."""
        raise no_batches(self.name)

    async def open(self) -> None:  # noqa: B027 - most agents need nothing
        """Check that requests can be answered. This is called once, before the first request.

        Raises:
            StopRun: if they cannot be answered. The run then ends before anything is spent.
        """

    async def close(self) -> None:  # noqa: B027 - most agents hold nothing to let go of
        """Close connections and threads. This is called once, when the run ends."""


class PolicyAgent(Agent):
    """An agent that knows the probability of each of its answers, and draws its answer from them."""

    @abstractmethod
    async def distribution(self, request: Request) -> Mapping[str, float]:
        """Return the probability of each reply text. They sum to 1."""

    async def reply(self, request: Request) -> Reply:
        """Draw a reply from `distribution`. With a choice or a verdict comes how likely each option was."""
        likely = await self.distribution(request)
        answers = options_drawn(request.form, likely)
        return Reply(request.draw(likely), tokens=Tokens(answers=answers) if answers else None)
