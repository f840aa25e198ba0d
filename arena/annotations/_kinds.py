"""The six kinds of annotations: what was found out about an episode, a turn or a sample.

A protocol says what an ask finds out (``ask(..., finds=Answer("estimate"))``), and the engine fills in the
rest from the response, also when the reply cannot be used. `Episode.annotate` records one directly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from arena.annotations._place import WHOLE_EPISODE, Place
from arena.core.errors import UsageError


class AnnotationStatus(StrEnum):
    """Whether something was found out. Only the first two are results."""

    OK = "ok"
    ABSTAINED = "abstained"
    """The author said that it does not know, where it was allowed to."""
    REFUSED = "refused"
    TRUNCATED = "truncated"
    UNPARSEABLE = "unparseable"
    ILLEGAL = "illegal"
    TIMED_OUT = "timed-out"
    ERROR = "error"
    UNKNOWN = "unknown"
    """A grader or a validator could not tell."""
    NOT_ASKED = "not-asked"

    @property
    def is_result(self) -> bool:
        """Whether this is a result and not a failure."""
        return self in (AnnotationStatus.OK, AnnotationStatus.ABSTAINED)


_OF_REPLIES = {
    "ambiguous": AnnotationStatus.UNPARSEABLE,
    "too long": AnnotationStatus.ERROR,
    "timed out": AnnotationStatus.TIMED_OUT,
}


def status_of(status: str) -> AnnotationStatus:
    """Return the status of what a reply was to find out, from how the attempt to get it ended.

    Args:
        status: an `arena.forms.Status`.
    """
    return _OF_REPLIES[status] if status in _OF_REPLIES else AnnotationStatus(status)


class AuthorKind(StrEnum):
    """What kind of author an annotation has."""

    SEAT = "seat"
    JUDGE = "judge"
    """A judge who came after the episode."""
    GRADER = "grader"
    """A program that compares or counts."""
    PROTOCOL = "protocol"
    PERSON = "person"
    TASK = "task"


Among = tuple[tuple[int | None, Place], ...]
"""What was chosen between, in the order shown: episodes (None is this one) and places in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """What every kind of annotation has.

    Args:
        name: what was asked.
        about: what it is about.
        among: what was chosen between, in the order shown: seats, samples, episodes, or answers of the task.
            Such an answer is a unit by its place in the task's list.
        said: the step of the ask in which it was said. It may differ from the step that it is about.
        author: the seat, judge or program that found it out.
        by: what kind of author that is.
        turn: the author's own round, from 1.
        moment: when it was asked: ``before``, ``round``, ``after``, ``hindsight``, or a protocol's own name.
        order: of a judge, which order of the sides was shown, from 0.
        repeat: of a judge, which repetition it is, from 0.
        group: a name that those share which belong together though their prompts differ.
        status: whether something was found out.
        reason: why not, if not.
        revises: the `number` of the annotation of this episode that this one replaces or rests on.
        episode: the number of its episode. The engine sets it.
        judgement: 0 if it was written while the episode was played, and else the number of the ask of a later
            judge. The engine sets it.
        number: its number in the episode, from 0. The engine sets it.
    """

    kind: ClassVar[str] = ""

    name: str = field(kw_only=False)
    about: Place = WHOLE_EPISODE
    among: Among = ()
    said: int | None = None
    author: str = ""
    by: AuthorKind = AuthorKind.SEAT
    turn: int | None = None
    moment: str = ""
    order: int | None = None
    repeat: int | None = None
    group: str = ""
    status: AnnotationStatus = AnnotationStatus.OK
    reason: str = ""
    revises: int | None = None
    episode: int = 0
    judgement: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class Belief(Annotation):
    """How likely somebody holds something to be.

    Args:
        name: what was asked, such as ``right`` or ``wins``.
        probability: from 0 to 1; None if the status is not ok.
        of: what is believed: an answer, a seat or a proposition.
        method: how it was elicited: ``verbalised-100``, ``vote-share``, ``token-probability``, ``policy``,
            ``p-true`` or ``p-ik``.
        came_true: from 0 to 1, or None. If the protocol does not say it, it is found when it is read: by the
            truth if the name is ``right``, by the verdict if it is ``wins``.
    """

    kind: ClassVar[str] = "belief"

    probability: float | None = None
    of: str = field(default="", kw_only=True)
    method: str = field(default="", kw_only=True)
    came_true: float | None = field(default=None, kw_only=True)


COMPARISONS = ("exact", "casefold", "number")
"""The names of the ways to decide whether two answers are the same (`arena.tasks.grading.AnswerMatch`)."""


@dataclass(frozen=True, slots=True)
class Answer(Annotation):
    """An answer that somebody gave, or a prediction.

    Raises:
        UsageError: if there is no such comparison.

    Args:
        name: what was asked, such as ``answer``.
        text: the answer; None if the status is not ok.
        key: 64 bits of the hash of its normal form by `comparison`, which equal answers share. The engine
            sets it.
        correct: from 0 to 1; None if it is not known. The engine grades an answer that has none.
        truth: what it was compared with, if that is not the task's truth.
        comparison: the name of the comparison: ``exact``, ``casefold`` or ``number``.
        confidence: from 0 to 1, or None.
        means: what the options stand for, if the reply names an option's label. It is not stored.
        graded: whether it is compared with the task's truth. It is not stored.
    """

    kind: ClassVar[str] = "answer"

    text: str | None = None
    key: int | None = field(default=None, kw_only=True)
    correct: float | None = field(default=None, kw_only=True)
    truth: str | None = field(default=None, kw_only=True)
    comparison: str = field(default="", kw_only=True)
    confidence: float | None = field(default=None, kw_only=True)
    means: Mapping[str, str] | None = field(default=None, kw_only=True, compare=False)
    graded: bool = field(default=True, kw_only=True, compare=False)

    def __post_init__(self) -> None:
        if self.comparison and self.comparison not in COMPARISONS:
            raise UsageError(
                f"The answer {self.name!r} is to be compared by {self.comparison!r}; "
                f"there are: {', '.join(COMPARISONS)}."
            )


@dataclass(frozen=True, slots=True)
class Verdict(Annotation):
    """A choice that somebody made: an answer, an index into `among`, or ``tie``.

    Args:
        name: what was asked, such as ``verdict``.
        choice: what was chosen; None if the status is not ok.
        key: as an answer's.
        correct: as an answer's.
        truth: as an answer's.
        confidence: from 0 to 1, or None.
        probabilities: the probability of each option, or None.
        means: as an answer's.
        graded: as an answer's.
    """

    kind: ClassVar[str] = "verdict"

    choice: str | None = None
    key: int | None = field(default=None, kw_only=True)
    correct: float | None = field(default=None, kw_only=True)
    truth: str | None = field(default=None, kw_only=True)
    confidence: float | None = field(default=None, kw_only=True)
    probabilities: Mapping[str, float] | None = field(default=None, kw_only=True)
    means: Mapping[str, str] | None = field(default=None, kw_only=True, compare=False)
    graded: bool = field(default=True, kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class Score(Annotation):
    """A number that was given to something, or measured of it: a rating, a price, a utility.

    Args:
        name: what was measured, such as ``price``.
        value: the number; None if the status is not ok.
        low: the lowest value of the scale; None if there is no scale.
        high: the highest value of the scale; None if there is no scale.
        truth: the gold score; None if there is none.
        unit: the unit, such as points, dollars or tokens.
    """

    kind: ClassVar[str] = "score"

    value: float | None = None
    low: float | None = field(default=None, kw_only=True)
    high: float | None = field(default=None, kw_only=True)
    truth: float | None = field(default=None, kw_only=True)
    unit: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Label(Annotation):
    """A class that something was put in, and how often what it names occurs.

    Args:
        name: what was asked, such as ``backtracking``.
        value: the class, or ``yes`` or ``no``; None if the status is not ok.
        count: how often it occurs, at least 0; None if it was not counted, which is not 0.
    """

    kind: ClassVar[str] = "label"

    value: str | None = None
    count: float | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class Reward(Annotation):
    """What something earned, for training.

    Args:
        name: which reward it is, such as ``utterance``.
        value: the amount; None if there is none, which masks the row.
        anchor: the turn under whose prompt the row is to stand, if that is not its own.
    """

    kind: ClassVar[str] = "reward"

    value: float | None = None
    anchor: Place | None = field(default=None, kw_only=True)


KINDS: Mapping[str, type[Annotation]] = {
    kind.kind: kind for kind in (Belief, Answer, Verdict, Score, Label, Reward)
}
"""The kinds by their names."""

Finds = Annotation | tuple[Annotation, ...]
"""What an ask finds out: one annotation or several, to be filled from the response."""
