"""The parts of an imported episode: its task, speeches, beliefs, verdicts, scores and its deal."""

from __future__ import annotations

from hashlib import blake2b
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator
from pydantic_core import to_json

from arena.seat.calls import ToolCall, ToolSpec
from arena.tasks.questions import CLAIM, check_answers, question_task
from arena.tasks.task import Task
from arena.votes.rulings import TIE

JUDGE = "judge"

Name = Annotated[str, Field(min_length=1, max_length=1000)]
Long = Annotated[str, Field(max_length=1_000_000)]
Chance = Annotated[float, Field(ge=0, le=1)]
MOST = 10_000
"""The largest number of parts of one kind."""


class EpisodePart(BaseModel):
    """A part of an imported episode. It has no field but its own, and none is converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TaskPart(EpisodePart):
    """The question. Without answers it is a claim, and its answers are ``"true"`` and ``"false"``.

    An `open` task lists no answers: it is a chat, a negotiation or a question whose answer is free text. So
    is a task without a text.

    A task without an `id` gets one that is derived from its content. A task that is another one perturbed
    says so: `variant_of` is the other's id, and `perturbed` names what was changed. `stands_for` is the place
    of each answer among the other's, if their order differs.
    """

    id: Name | None = None
    text: Long = ""
    answers: Annotated[list[Name], Field(min_length=2, max_length=100)] | None = None
    open: bool = False
    source: Long = ""
    truth: str | None = None
    variant_of: Name | None = None
    perturbed: Name | None = None
    stands_for: Annotated[list[int], Field(max_length=100)] | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.open and self.answers is not None:
            raise ValueError("an open task lists no answers; leave out either answers or open")
        if not self.is_open:
            check_answers(self.answers, self.truth)
        if (self.variant_of is None) != (self.perturbed is None):
            raise ValueError("a perturbed task needs both fields variant_of and perturbed")
        places = list(range(len(self.known_answers)))
        if self.stands_for is not None and sorted(self.stands_for) != places:
            raise ValueError("stands_for must hold each place among the answers once, counted from 0")
        return self

    @property
    def is_open(self) -> bool:
        """Whether no answers are listed, not even those to a claim."""
        return self.open or ("text" not in self.model_fields_set and self.answers is None)

    @property
    def known_answers(self) -> tuple[str, ...]:
        """The answers, in the task's order; none if it is open."""
        return () if self.is_open else tuple(self.answers or CLAIM)

    def task(self) -> Task:
        """Return the task."""
        tied = self.model_dump(include={"variant_of", "perturbed", "stands_for"}, exclude_none=True)
        content = self.model_dump(exclude={"variant_of", "perturbed", "stands_for", "open"}) | tied
        name = self.id or f"task-{blake2b(to_json(content), digest_size=8).hexdigest()}"
        task = question_task(name, self.text, self.answers, self.truth, self.source)
        return task.model_copy(update={"data": {**task.data, **tied}})


class CallPart(EpisodePart):
    """A call of a tool. `arguments` are JSON, as a text or as a table; `id` names the call."""

    id: Annotated[str, Field(max_length=1000)] = ""
    name: Name
    arguments: Long | dict[str, Any] = ""

    @property
    def call(self) -> ToolCall:
        """The call, with its arguments as JSON."""
        given = self.arguments
        return ToolCall(self.id, self.name, given if isinstance(given, str) else to_json(given).decode())


class ToolPart(EpisodePart):
    """A tool that all seats of `replies` were offered, with the JSON schema of its arguments."""

    name: Name
    description: Long = ""
    schema_: dict[str, Any] = Field(default_factory=dict, alias="schema")

    @property
    def spec(self) -> ToolSpec:
        """The tool."""
        return ToolSpec(self.name, self.description, self.schema_)


class SpeechPart(EpisodePart):
    """Something that a seat said, or that the seats were told.

    Without a `seat`, nobody says it: the seats are told it, and it stands in their requests as it is, without
    a speaker's name. `audience` are the seats that heard it, beside the speaker; None is all of them.

    If it is a `reply`, it becomes a row of exports. None is a reply if the seat is among the episode's
    `replies`. `asked` is the question to which it replies, which only its seat read. `whole` is the reply as
    it came, if others heard only `text` of it. `private` are the speaker's thoughts before it, which nobody
    read. `calls` are the tools that it calls, and `answers` is the id of the call that this text, which only
    the caller reads, returns to.

    Speeches of a seat in a round that have a `sample` are several replies to the same request, of which the
    one that is `kept` was heard. `scores` are numbers that it was given, by name, and `offer` is the amount
    that it offers.
    """

    seat: Name | None = None
    text: Long = ""
    round: Annotated[int, Field(ge=0)] = 0
    audience: list[Name] | None = None
    reply: bool | None = None
    asked: Long = ""
    whole: Long | None = None
    private: Long = ""
    calls: Annotated[list[CallPart], Field(max_length=1000)] = Field(default_factory=list)
    answers: Name | None = None
    sample: Annotated[int, Field(ge=0)] | None = None
    kept: bool = False
    scores: Annotated[dict[Name, FiniteFloat | None], Field(max_length=100)] = Field(default_factory=dict)
    offer: FiniteFloat | None = None

    @model_validator(mode="after")
    def _is_said_or_told(self) -> Self:
        of_seats = "reply", "whole", "private", "calls", "sample", "kept", "scores", "offer", "asked"
        given = next(
            (name for name in of_seats if getattr(self, name) not in (None, "", [], {}, False)), None
        )
        if self.seat is None and given is not None:
            raise ValueError(f"a speech without a seat is told by nobody, so it has no {given}")
        if self.seat is not None and self.answers is not None:
            raise ValueError("what a tool returns is a speech without a seat")
        return self


class BeliefPart(EpisodePart):
    """The probability that a seat gave to its win (``wins``), or to the answer `about` (``right``).

    A `probability` of None was asked for but not given, and `reason` says why. Without `about`, the belief is
    about the answer that the seat defends.
    """

    seat: Name
    probability: Chance | None
    round: Annotated[int, Field(ge=0)] = 0
    moment: Literal["before", "round", "after"] = "round"
    kind: Literal["wins", "right"] = "wins"
    about: Name | None = None
    method: Name = "verbalised-100"
    reasons: Long = ""
    reason: Long = ""
    public: bool = False


class VerdictPart(EpisodePart):
    """The decision of a judge, who saw the answers in an `order`.

    If no answer is better, `tie` is true, or `choice` is ``"tie"`` and no answer has that name. Otherwise a
    `choice` of None is an unusable verdict, and `reason` says why. `judge` is the judge's seat. `confidence`
    is the probability of the choice, and `probabilities` are those of all answers. Without them, the other
    answers share the rest of the probability equally. An `order` of None is unknown. Verdicts of one judge in
    the same order, or all without an order, are repetitions. If `choice` is left out and there are
    `probabilities`, it is the likeliest answer, or a tie of several. `whole` is the judge's reply as it came,
    and `asked` is its question, if the judge is among the episode's `replies`.
    """

    choice: Name | None = None
    tie: bool = False
    judge: Name = JUDGE
    confidence: Chance | None = None
    probabilities: dict[Name, Chance] | None = None
    order: list[Name] | None = None
    reasons: Long = ""
    reason: Long = ""
    asked: Long = ""
    whole: Long | None = None

    @model_validator(mode="after")
    def _is_one_verdict(self) -> Self:
        if self.tie and self.choice not in (None, TIE):
            raise ValueError(
                f"a verdict is both a tie and for {self.choice!r}; it can only be one of the two"
            )
        return self

    @model_validator(mode="before")
    @classmethod
    def _choice_of_the_likeliest(cls, given: Any) -> Any:
        known = given.get("probabilities") if isinstance(given, dict) else None
        if not isinstance(known, dict) or {"choice", "tie", "reason"} & set(given):
            return given
        if not known or not all(isinstance(chance, float | int) for chance in known.values()):
            return given
        likeliest = [answer for answer, chance in known.items() if chance == max(known.values())]
        return {**given, **({"choice": likeliest[0]} if len(likeliest) == 1 else {"tie": True})}


class ScorePart(EpisodePart):
    """A number that a seat was given, or the whole episode if there is no `seat`; None if it was not given.

    `low` and `high` are the ends of its scale, and `author` is who gave it, if that was not the protocol.
    """

    name: Name
    value: FiniteFloat | None
    seat: Name | None = None
    author: Annotated[str, Field(max_length=1000)] = ""
    low: FiniteFloat | None = None
    high: FiniteFloat | None = None
    unit: Annotated[str, Field(max_length=1000)] = ""


class DealPart(EpisodePart):
    """How a negotiation ended.

    `agreed` says whether there was a deal; None is unknown, and left out it is whether there is a `price` or
    there are `shares`. `values` are what the goods are worth to each seat: the ``buyer`` their value, the
    ``seller`` their cost. Where items were divided, `shares` are how many of each item a seat got, by seat
    and item, and `worths` what one of them is worth to it.
    """

    agreed: bool | None = None
    price: FiniteFloat | None = None
    unit: Annotated[str, Field(max_length=1000)] = "dollars"
    values: dict[Name, FiniteFloat] = Field(default_factory=dict)
    shares: dict[Name, dict[Name, FiniteFloat]] = Field(default_factory=dict)
    worths: dict[Name, dict[Name, FiniteFloat]] = Field(default_factory=dict)

    @property
    def is_agreed(self) -> bool | None:
        """Whether there was a deal; None if that is not known."""
        if "agreed" in self.model_fields_set:
            return self.agreed
        return self.price is not None or any(self.shares.values())

    @property
    def gains(self) -> dict[str, float]:
        """What each seat got: 0 without a deal. Seats of which too little is known are left out."""
        known = self.is_agreed
        if known is None:
            return {}
        if not known:
            return dict.fromkeys({**self.values, **self.worths}, 0.0)
        if self.price is not None:
            signs = {"buyer": 1, "seller": -1}
            return {
                seat: signs[seat] * (value - self.price)
                for seat, value in self.values.items()
                if seat in signs
            }
        return {
            seat: sum(worths.get(item, 0.0) * count for item, count in self.shares[seat].items())
            for seat, worths in self.worths.items()
            if seat in self.shares
        }
