"""What an answerer may be told of its answer before it answers again, by whom, and what comes of that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from arena.annotations import Label
from arena.forms import Form, Speech, Verdict
from arena.forms.verdict import Decision
from arena.seat.response import Response
from arena.votes.voting import agreement
from protocols.shared.answers import Argued

_ACCEPT, _REVISE = "accept", "revise"
NONE_WRONG = "none"
"""What is said instead of a step's number if no step is wrong."""


class Hint(StrEnum):
    """Who is told, outright or by being asked, whether an answer is right; nobody has it from elsewhere."""

    NONE = "none"
    UNARY = "unary"
    """The answerer, that its answer is wrong; nothing is ever said of a right one, which ends the episode."""
    CRITIC = "critic"
    """The critic, who reads wrong answers alone, and so the answerer, who is criticised for those alone."""


class Feedback(StrEnum):
    """Who says what is wrong with an answer."""

    NONE = "none"
    SELF = "self"
    """The answerer itself."""
    CRITIC = "critic"
    """A critic, whom the answerer hears."""


class RevisionUnit(StrEnum):
    """What is found wrong, and written again."""

    SOLUTION = "solution"
    """All of it."""
    STEP = "step"
    """The first wrong step, by its number, and what follows; the steps before it are kept as they are."""


class StopCondition(StrEnum):
    """Why an episode ended where it did. The first two are no settings: they hold always, and by the hint."""

    TURNS = "turns"
    """There were no more turns."""
    RIGHT = "right"
    """The answer was right, and somebody would have been told."""
    UNCHANGED = "unchanged"
    """The answer was the same as the one before it."""
    DONE = "done"
    """The answerer found nothing wrong with its answer."""
    ACCEPTED = "accepted"
    """The critic found nothing wrong with it."""


class Remark(NamedTuple):
    """What came of asking for feedback.

    `text` is what was published of it, None if there is nothing usable; `accepts` says whether nothing was
    found wrong and `step` which step was, as far as that was asked and answered.
    """

    by: str
    status: str
    text: str | None = None
    accepts: bool | None = None
    step: int | None = None


class Sample(NamedTuple):
    """One of a turn's answers; `is_right` is None for what is no answer, or if it is not known."""

    answer: Response[Argued]
    is_right: bool | None

    def record(self) -> dict[str, Any]:
        """Return the sample, JSON-able."""
        given = self.answer.value.answer if self.answer.ok else None
        return {"answer": given, "correct": self.is_right, "status": self.answer.status.value}


class Keep(StrEnum):
    """Which of a turn's samples is kept as its answer. What is not usable never is."""

    FIRST = "first"
    MAJORITY = "majority"
    """One of the most frequent answer; the first one sampled if several are."""
    RIGHT = "right"
    """The first that is right, or else the first."""

    def place(self, samples: Sequence[Sample], key: Callable[[str], str]) -> int | None:
        """Return the place of the sample that is kept; None if none is usable."""
        keys = [key(one.answer.value.answer) if one.answer.ok else None for one in samples]
        usable = [place for place, answer in enumerate(keys) if answer is not None]
        if self is Keep.MAJORITY and usable:
            return keys.index(agreement(keys).leading[0])
        if self is Keep.RIGHT:
            usable = [place for place in usable if samples[place].is_right] or usable
        return usable[0] if usable else None


@dataclass(slots=True)
class RevisionTurn:
    """A turn's samples, which of them was kept (None if none was usable), and the feedback on it, if any.

    `steps` are the lines of the solution that stands after it, those kept from earlier turns included.
    """

    samples: list[Sample]
    kept: int | None
    steps: list[str] = field(default_factory=list)
    remark: Remark | None = None

    @property
    def argued(self) -> Argued | None:
        """The answer that was kept."""
        return None if self.kept is None else self.samples[self.kept].answer.value

    @property
    def is_right(self) -> bool | None:
        """Whether that is right; None if there is no answer, or it is not known."""
        return None if self.kept is None else self.samples[self.kept].is_right

    def kept_labels(self) -> Iterator[Label]:
        """Yield the label called ``kept`` of each sample: whether it stands as the turn's answer."""
        for place, sample in enumerate(self.samples):
            yield Label("kept", "yes" if place == self.kept else "no", about=sample.answer.place)

    def record(self) -> dict[str, Any]:
        """Return the turn, JSON-able."""
        stands = self.samples[self.kept or 0]
        return {
            **stands.record(),
            "kept": self.kept,
            "samples": [sample.record() for sample in self.samples],
            "steps": self.steps,
            "feedback": self.remark._asdict() if self.remark else None,
        }


def remark_form(
    unit: RevisionUnit, steps: int, words: int | None, *, may_accept: bool, decides: bool
) -> Form[Any]:
    """Return what feedback must be.

    Args:
        unit: of a step, its number is to be named.
        steps: how many there are.
        words: how long it may be, where it is nothing but text.
        may_accept: whether it may say that nothing is wrong.
        decides: whether it has to say if something is.
    """
    if unit is RevisionUnit.STEP:
        options = (*([NONE_WRONG] if may_accept else ()), *map(str, range(1, steps + 1)))
    elif may_accept and decides:
        options = (_ACCEPT, _REVISE)
    else:
        return Speech(words)
    return Verdict(options, confidence=False, public=("choice", "reasons"))


def remark_of(answer: Response[Any], form: Form[Any]) -> Remark:
    """Return what a reply to `remark_form` says."""
    if not answer.ok:
        return Remark(answer.seat, answer.status.value)
    said: Decision | str = answer.value
    text = form.publish(said)
    if not isinstance(said, Decision):
        return Remark(answer.seat, answer.status.value, text)
    step = int(said.choice) if said.choice.isdecimal() else None
    return Remark(answer.seat, answer.status.value, text, said.choice in (_ACCEPT, NONE_WRONG), step)


def spliced(before: list[str], step: int, rewritten: list[str]) -> list[str]:
    """Return a solution's steps with those from `step` on (counted from 1) written anew.

    Whoever repeats the steps that were kept has not said them twice.

    >>> spliced(["a", "b", "c"], 2, ["B", "C"]), spliced(["a", "b"], 2, ["a", "B"])
    (['a', 'B', 'C'], ['a', 'B'])
    """
    kept = before[: step - 1]
    return rewritten if rewritten[: len(kept)] == kept else [*kept, *rewritten]
