"""The content of an imported line: one episode that another system played.

::

    {"task": {"text": "Who kept the key?", "answers": ["the cook", "the gardener"], "truth": "the cook"},
     "seats": {"debater_a": "model-x", "debater_b": "model-y", "judge": "model-z"},
     "briefs": {"debater_a": "Argue for the cook.", "debater_b": "Argue for the gardener."},
     "replies": ["debater_a", "debater_b"],
     "defends": {"debater_a": "the cook", "debater_b": "the gardener"},
     "speeches": [{"seat": "debater_a", "round": 1, "text": "..."}],
     "beliefs": [{"seat": "debater_a", "round": 1, "probability": 0.8}],
     "verdicts": [{"choice": "the cook", "confidence": 0.7}]}

Every field has a limit on its size, and an unknown field is an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import Field, FiniteFloat, model_validator

from arena.episode.outcome import Ending
from arena.importing._parts import (
    MOST,
    BeliefPart,
    DealPart,
    EpisodePart,
    Long,
    Name,
    ScorePart,
    SpeechPart,
    TaskPart,
    ToolPart,
    VerdictPart,
)
from arena.tasks.task import Task
from arena.votes.rulings import TIE


class ImportedEpisode(EpisodePart):
    """One episode. `condition` names the condition under which it was played, if several are compared.

    `defends` has the answer that each seat defends. If `announced`, all seats were told so. Otherwise those
    that defend an answer were not, such as models that answered a question, of which a judge prefers one.

    If `simultaneous`, the speeches of a round were made at the same time. Otherwise they followed each other.

    `replies` are the seats whose speeches are rows of exports, and `briefs` the system message of each
    seat. If `briefs` is None, that of each seat of `replies` is the task's text. `tools` are what these seats
    could call.

    `returns` are what the seats got; None is unknown. Without them, the verdicts or the deal say it.
    `ending` says how the episode ended, with a `reason` and the seats that are to blame (`offenders`).
    Without it, the episode was completed, unless none of its verdicts is usable. `scores` are numbers that
    seats were given, and `deal` is the result of a negotiation.
    """

    task: TaskPart = Field(default_factory=TaskPart)
    condition: Annotated[str, Field(max_length=1000)] = ""
    seats: Annotated[dict[Name, Name], Field(min_length=1, max_length=100)]
    defends: dict[Name, Name] = Field(default_factory=dict)
    speeches: Annotated[list[SpeechPart], Field(max_length=MOST)] = Field(default_factory=list)
    beliefs: Annotated[list[BeliefPart], Field(max_length=MOST)] = Field(default_factory=list)
    verdicts: Annotated[list[VerdictPart], Field(max_length=MOST)] = Field(default_factory=list)
    simultaneous: bool = False
    announced: bool = True
    briefs: dict[Name, Long] | None = None
    replies: list[Name] = Field(default_factory=list)
    tools: Annotated[list[ToolPart], Field(max_length=1000)] = Field(default_factory=list)
    returns: dict[Name, FiniteFloat | None] = Field(default_factory=dict)
    ending: Annotated[Ending | None, Field(strict=False)] = None
    reason: Long = ""
    offenders: list[Name] = Field(default_factory=list)
    scores: Annotated[list[ScorePart], Field(max_length=MOST)] = Field(default_factory=list)
    deal: DealPart | None = None

    def made_task(self) -> Task:
        """Return the task."""
        return self.task.task()

    @property
    def answers(self) -> tuple[str, ...]:
        """The answers, in the task's order."""
        return self.task.known_answers

    @property
    def players(self) -> tuple[str, ...]:
        """The seats that defend an answer or, if none does, the seats that speak."""
        speak = {speech.seat for speech in self.speeches}
        return tuple(seat for seat in self.seats if seat in (self.defends or speak))

    def tied(self, verdict: VerdictPart) -> bool:
        """Whether a verdict says that no answer is better. A verdict for an answer called "tie" does not."""
        return verdict.tie or (verdict.choice == TIE and TIE not in self.answers)

    def is_reply(self, speech: SpeechPart) -> bool:
        """Whether a speech becomes a row of exports."""
        return speech.seat is not None and (
            speech.seat in self.replies if speech.reply is None else speech.reply
        )

    def system_messages(self) -> dict[str, str]:
        """Return the system message of each seat; it is empty for a seat that got none."""
        if self.briefs is None:
            reply = {*self.replies, *(one.seat for one in self.speeches if self.is_reply(one))}
            return {seat: self.task.text if seat in reply else "" for seat in self.seats}
        return {seat: self.briefs.get(seat, "") for seat in self.seats}

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if TIE in self.seats:
            raise ValueError(
                f"a seat is called {TIE!r}, which is the word for a judge's tie; rename the seat"
            )
        _all_among("seat", self._named_seats(), tuple(self.seats))
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

    def _named_seats(self) -> list[str]:
        """Return the seats that its parts name."""
        found = [*self.defends, *(one.seat for one in self.speeches), *(one.seat for one in self.beliefs)]
        found += [one.judge for one in self.verdicts]
        found += [*(self.briefs or ()), *self.replies, *self.returns, *self.offenders]
        found += [seat for one in self.speeches for seat in one.audience or ()]
        found += [one.seat for one in self.scores]
        if self.deal is not None:
            found += [*self.deal.values, *self.deal.shares, *self.deal.worths]
        return [seat for seat in found if seat is not None]


def _all_among(what: str, named: Iterable[str], known: tuple[str, ...]) -> None:
    for name in named:
        if name not in known:
            listed = ", ".join(map(repr, known)) or f"no {what}s"
            raise ValueError(f"there is no {what} {name!r}; there are {listed}")
