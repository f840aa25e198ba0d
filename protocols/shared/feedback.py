"""Hints and feedback on an answer before the next one, and the records of turns of revision."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from arena.annotations import Label
from arena.annotations import Verdict as Found
from arena.forms import Form, Speech, Verdict
from arena.forms.verdict import Decision
from arena.seat.response import Response
from arena.votes.voting import agreement
from protocols.shared.answers import Argued

_ACCEPT, _REVISE = "accept", "revise"
NONE_WRONG = "none"
"""The word for "no step is wrong", in place of a step's number."""


class Hint(StrEnum):
    """Which seat learns whether an answer is right. No other seat can learn it."""

    NONE = "none"
    UNARY = "unary"
    """The answerer is told that its answer is wrong. A right answer ends the episode without a word."""
    CRITIC = "critic"
    """The critic reads only wrong answers. So the answerer, too, learns that a criticised answer is wrong."""
    ALWAYS = "always"
    """The answerer is told that its answer is wrong, whether it is or not. So nobody learns anything."""

    @property
    def is_true(self) -> bool:
        """Whether it tells a seat what is so, and a right answer therefore ends the episode."""
        return self in (Hint.UNARY, Hint.CRITIC)


class History(StrEnum):
    """What the answerer sees of its earlier turns when it answers again."""

    ALL = "all"
    LAST = "last"
    """Its last answer only, which stands in the question."""


class Feedback(StrEnum):
    """Which seat says what is wrong with an answer."""

    NONE = "none"
    SELF = "self"
    """The answerer checks its own answer."""
    CRITIC = "critic"
    """A critic checks the answer, and the answerer hears the critic."""


class RevisionUnit(StrEnum):
    """The part of a solution that is found wrong and written again."""

    SOLUTION = "solution"
    """The whole solution."""
    STEP = "step"
    """The first wrong step, named by its number, and all after it. The steps before it are kept."""


class StopCondition(StrEnum):
    """The rule that ended an episode. ``turns`` always applies, and ``right`` applies if there is a hint."""

    TURNS = "turns"
    """The last turn was over."""
    RIGHT = "right"
    """The answer was right, and going on would have revealed that to a seat."""
    UNCHANGED = "unchanged"
    """The answer was the same as the one before it."""
    DONE = "done"
    """The answerer found nothing wrong with its answer."""
    ACCEPTED = "accepted"
    """The critic found nothing wrong with the answer."""
    SURE = "sure"
    """The answer's evaluation reached the threshold."""


class Remark(NamedTuple):
    """The feedback of a seat, or its failure to give any.

    `text` is the published feedback, or None if it is not usable. `accepts` says whether the seat found
    nothing wrong. `step` is the number of the wrong step, from 1. Both are None if the feedback does not
    say so.
    """

    by: str
    status: str
    text: str | None = None
    accepts: bool | None = None
    step: int | None = None


class Sample(NamedTuple):
    """One of a turn's answers. `is_right` is None if the reply is not usable or the truth is unknown."""

    answer: Response[Argued]
    is_right: bool | None

    def record(self) -> dict[str, Any]:
        """Return the sample as JSON data."""
        given = self.answer.value.answer if self.answer.ok else None
        return {"answer": given, "correct": self.is_right, "status": self.answer.status.value}


class Keep(StrEnum):
    """Which of a turn's samples is kept as its answer. Only usable samples can be kept."""

    FIRST = "first"
    MAJORITY = "majority"
    """A sample with the most frequent answer. If there are several such answers, the first one."""
    RIGHT = "right"
    """The first sample that is right. If none is right, the first one."""

    def place(self, samples: Sequence[Sample], key: Callable[[str], str]) -> int | None:
        """Return the index of the sample that is kept, or None if no sample is usable."""
        keys = [key(one.answer.value.answer) if one.answer.ok else None for one in samples]
        usable = [place for place, answer in enumerate(keys) if answer is not None]
        if self is Keep.MAJORITY and usable:
            return keys.index(agreement(keys).leading[0])
        if self is Keep.RIGHT:
            usable = [place for place in usable if samples[place].is_right] or usable
        return usable[0] if usable else None


@dataclass(slots=True)
class RevisionTurn:
    """A turn's samples, the index of the one that was kept, and the feedback on it if there is any.

    `kept` is None if no sample was usable. `steps` are the lines of the solution after this turn. They
    include lines that were kept from earlier turns. `evaluation` is how likely the answer was held to be
    right, or None if that is not known.
    """

    samples: list[Sample]
    kept: int | None
    steps: list[str] = field(default_factory=list)
    remark: Remark | None = None
    evaluation: float | None = None

    @property
    def argued(self) -> Argued | None:
        """The answer that was kept."""
        return None if self.kept is None else self.samples[self.kept].answer.value

    @property
    def is_right(self) -> bool | None:
        """Whether the kept answer is right. None if there is no answer or the truth is unknown."""
        return None if self.kept is None else self.samples[self.kept].is_right

    def kept_labels(self) -> Iterator[Label]:
        """Yield the label called ``kept`` of each sample: whether it is the turn's answer."""
        for place, sample in enumerate(self.samples):
            yield Label("kept", "yes" if place == self.kept else "no", about=sample.answer.place)

    def record(self) -> dict[str, Any]:
        """Return the turn as JSON data."""
        stands = self.samples[self.kept or 0]
        return {
            **stands.record(),
            "kept": self.kept,
            "samples": [sample.record() for sample in self.samples],
            "steps": self.steps,
            "feedback": self.remark._asdict() if self.remark else None,
            **({} if self.evaluation is None else {"evaluation": self.evaluation}),
        }


def remark_form(
    unit: RevisionUnit, steps: int, words: int | None, *, may_accept: bool, decides: bool
) -> Form[Any]:
    """Return the form of feedback.

    Args:
        unit: the unit of revision. For a step, feedback has to name the number of the wrong step.
        steps: the number of steps.
        words: the largest number of words, if the feedback is only text. None is no limit.
        may_accept: whether feedback may say that nothing is wrong.
        decides: whether feedback has to say if something is wrong.
    """
    if unit is RevisionUnit.STEP:
        options = (*([NONE_WRONG] if may_accept else ()), *map(str, range(1, steps + 1)))
    elif may_accept and decides:
        options = (_ACCEPT, _REVISE)
    else:
        return Speech(words)
    return Verdict(options, confidence=False, public=("choice", "reasons"))


def feedback_found(form: Form[Any], turn: RevisionTurn) -> Found | tuple[()]:
    """Return what feedback on a turn finds: a verdict, unless it is words alone.

    Whether an answer is accepted is right or wrong where it is known whether the answer is right.
    """
    if not isinstance(form, Verdict):
        return ()
    if form.options != (_ACCEPT, _REVISE) or turn.is_right is None:
        return Found("feedback", graded=False)
    return Found("feedback", truth=_ACCEPT if turn.is_right else _REVISE)


def remark_of(answer: Response[Any], form: Form[Any]) -> Remark:
    """Return the remark in a reply to a form from `remark_form`."""
    if not answer.ok:
        return Remark(answer.seat, answer.status.value)
    said: Decision | str = answer.value
    text = form.publish(said)
    if not isinstance(said, Decision):
        return Remark(answer.seat, answer.status.value, text)
    step = int(said.choice) if said.choice.isdecimal() else None
    return Remark(answer.seat, answer.status.value, text, said.choice in (_ACCEPT, NONE_WRONG), step)


def spliced(before: list[str], step: int, rewritten: list[str]) -> list[str]:
    """Return a solution's steps, with `rewritten` in place of `step` (counted from 1) and all after it.

    If `rewritten` begins with the kept steps, they are not repeated.

    >>> spliced(["a", "b", "c"], 2, ["B", "C"]), spliced(["a", "b"], 2, ["a", "B"])
    (['a', 'B', 'C'], ['a', 'B'])
    """
    kept = before[: step - 1]
    return rewritten if rewritten[: len(kept)] == kept else [*kept, *rewritten]
