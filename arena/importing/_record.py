"""The content of an imported line: one episode that another system played.

::

    {"task": {"text": "Who kept the key?", "answers": ["the cook", "the gardener"], "truth": "the cook"},
     "seats": {"debater_a": "model-x", "debater_b": "model-y", "judge": "model-z"},
     "defends": {"debater_a": "the cook", "debater_b": "the gardener"},
     "speeches": [{"seat": "debater_a", "round": 1, "text": "..."}],
     "beliefs": [{"seat": "debater_a", "round": 1, "probability": 0.8}],
     "verdicts": [{"choice": "the cook", "confidence": 0.7}]}

Every field has a limit on its size, and an unknown field is an error.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import to_json

from arena.tasks.questions import CLAIM, check_answers, question_task
from arena.tasks.task import Task
from arena.votes.rulings import TIE

JUDGE = "judge"

Name = Annotated[str, Field(min_length=1, max_length=1000)]
Long = Annotated[str, Field(max_length=1_000_000)]
Chance = Annotated[float, Field(ge=0, le=1)]
_MOST = 10_000


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TaskPart(_Part):
    """The question. Without answers it is a claim, and its answers are ``"true"`` and ``"false"``.

    A task without an `id` gets one that is derived from its content. A task that is another one perturbed
    says so: `variant_of` is the other's id, and `perturbed` names what was changed. `stands_for` is the place
    of each answer among the other's, if their order differs.
    """

    id: Name | None = None
    text: Long
    answers: Annotated[list[Name], Field(min_length=2, max_length=100)] | None = None
    source: Long = ""
    truth: str | None = None
    variant_of: Name | None = None
    perturbed: Name | None = None
    stands_for: Annotated[list[int], Field(max_length=100)] | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        check_answers(self.answers, self.truth)
        if (self.variant_of is None) != (self.perturbed is None):
            raise ValueError("a perturbed task needs both fields variant_of and perturbed")
        places = list(range(len(self.answers or CLAIM)))
        if self.stands_for is not None and sorted(self.stands_for) != places:
            raise ValueError("stands_for must hold each place among the answers once, counted from 0")
        return self

    def task(self) -> Task:
        """Return the task."""
        tied = self.model_dump(include={"variant_of", "perturbed", "stands_for"}, exclude_none=True)
        content = self.model_dump(exclude={"variant_of", "perturbed", "stands_for"}) | tied
        name = self.id or f"task-{blake2b(to_json(content), digest_size=8).hexdigest()}"
        task = question_task(name, self.text, self.answers, self.truth, self.source)
        return task.model_copy(update={"data": {**task.data, **tied}})


class SpeechPart(_Part):
    """Something that a seat said to everyone."""

    seat: Name
    text: Long
    round: Annotated[int, Field(ge=0)] = 0


class BeliefPart(_Part):
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


class VerdictPart(_Part):
    """The decision of a judge, who saw the answers in an `order`.

    If no answer is better, `tie` is true, or `choice` is ``"tie"`` and no answer has that name. Otherwise a
    `choice` of None is an unusable verdict, and `reason` says why. `judge` is the judge's seat. `confidence`
    is the probability of the choice, and `probabilities` are those of all answers. Without them, the other
    answers share the rest of the probability equally. An `order` of None is unknown. Verdicts of one judge in
    the same order, or all without an order, are repetitions.
    """

    choice: Name | None = None
    tie: bool = False
    judge: Name = JUDGE
    confidence: Chance | None = None
    probabilities: dict[Name, Chance] | None = None
    order: list[Name] | None = None
    reasons: Long = ""
    reason: Long = ""

    @model_validator(mode="after")
    def _is_one_verdict(self) -> Self:
        if self.tie and self.choice not in (None, TIE):
            raise ValueError(
                f"a verdict is both a tie and for {self.choice!r}; it can only be one of the two"
            )
        return self


class ImportedEpisode(_Part):
    """One episode. `condition` names the condition under which it was played, if several are compared.

    If `simultaneous`, the speeches of a round were made at the same time. Otherwise they followed each other.
    """

    task: TaskPart
    condition: Annotated[str, Field(max_length=1000)] = ""
    seats: Annotated[dict[Name, Name], Field(min_length=1, max_length=100)]
    defends: dict[Name, Name] = Field(default_factory=dict)
    speeches: Annotated[list[SpeechPart], Field(max_length=_MOST)] = Field(default_factory=list)
    beliefs: Annotated[list[BeliefPart], Field(max_length=_MOST)] = Field(default_factory=list)
    verdicts: Annotated[list[VerdictPart], Field(max_length=_MOST)] = Field(default_factory=list)
    simultaneous: bool = False

    def made_task(self) -> Task:
        """Return the task."""
        return self.task.task()

    @property
    def answers(self) -> tuple[str, ...]:
        """The answers, in the task's order."""
        return tuple(self.task.answers or CLAIM)

    @property
    def players(self) -> tuple[str, ...]:
        """The seats that defend an answer or, if none does, the seats that speak."""
        speak = {speech.seat for speech in self.speeches}
        return tuple(seat for seat in self.seats if seat in (self.defends or speak))

    def tied(self, verdict: VerdictPart) -> bool:
        """Whether a verdict says that no answer is better. A verdict for an answer called "tie" does not."""
        return verdict.tie or (verdict.choice == TIE and TIE not in self.answers)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if TIE in self.seats:
            raise ValueError(
                f"a seat is called {TIE!r}, which is the word for a judge's tie; rename the seat"
            )
        heard = [*(one.seat for one in self.speeches), *(one.seat for one in self.beliefs)]
        seats = [*self.defends, *heard, *(one.judge for one in self.verdicts)]
        _all_among("seat", seats, tuple(self.seats))
        named = [*self.defends.values(), *(one.about for one in self.beliefs)]
        named += [
            answer
            for one in self.verdicts
            for answer in (None if self.tied(one) else one.choice, *(one.probabilities or ()))
        ]
        _all_among("answer", [answer for answer in named if answer is not None], self.answers)
        for verdict in self.verdicts:
            for known in (verdict.order, verdict.probabilities):
                if known is not None and sorted(known) != sorted(self.answers):
                    raise ValueError("a verdict's order and probabilities must name all answers")
        for belief in self.beliefs:
            if belief.about is None and belief.seat not in self.defends:
                raise ValueError(f"a belief of {belief.seat}, who defends no answer, needs the field about")
        return self


def _all_among(what: str, named: list[str], known: tuple[str, ...]) -> None:
    for name in named:
        if name not in known:
            raise ValueError(f"there is no {what} {name!r}; there are {', '.join(map(repr, known))}")
