"""The annotations that an ask makes, as rows: filled in from the response, graded and numbered."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import blake2b
from typing import Any

from arena.annotations import (
    Annotation,
    AnnotationRow,
    AnnotationStatus,
    Answer,
    AuthorKind,
    Belief,
    Finds,
    Label,
    Reward,
    Score,
    Verdict,
    filling,
    row_of,
    status_of,
)
from arena.core.errors import UsageError
from arena.forms import Form
from arena.seat.response import Response
from arena.tasks.grading import AnswerMatch, Grader

TIE = "tie"


class Annotator:
    """Numbers an episode's annotations, and grades its answers by the task's truth."""

    def __init__(self, episode: int, grader: Grader, seats: frozenset[str]) -> None:
        self._episode = episode
        self._grader = grader
        self._seats = seats
        self._number = 0

    def of_response(
        self, finds: Finds | None, form: Form[Any], response: Response[Any], step: int
    ) -> Iterator[AnnotationRow]:
        """Yield the rows of an ask's annotations, filled in from the response.

        Args:
            finds: the annotations to fill in. None takes those of the form.
            form: the form of the response.
            response: the response to the ask. If it cannot be used, the rows say so.
            step: the step in which the response was given.

        Raises:
            UsageError: if the form cannot fill in an annotation, or if one has a seat or a number that is not
                possible.
        """
        own = form.finds() if finds is None else finds
        for template in (own,) if isinstance(own, Annotation) else own or ():
            about = template.about
            if not about.seat:
                turn = response.place
                about = about._replace(seat=turn.seat, step=turn.step, sample=turn.sample)
            said: dict[str, Any] = {"about": about, "said": step, "author": template.author or response.seat}
            if response.ok:
                finding = form.finding(response.value, template.name)
                said |= filling(template, finding)
                if isinstance(template, Verdict) and response.probabilities and not said["probabilities"]:
                    said["probabilities"] = response.probabilities
                if isinstance(template, Verdict) and template.truth is None:
                    said["graded"] = template.graded and self._can_be_right(template, form)
                if finding.abstained:
                    said["status"] = AnnotationStatus.ABSTAINED
            else:
                said["status"] = status_of(response.status)
                said["reason"] = template.reason or response.reason
            yield self._row(replace(template, **said))

    def of_protocol(self, annotations: Iterable[Annotation]) -> Iterator[AnnotationRow]:
        """Yield the rows of annotations that a protocol records itself.

        Raises:
            UsageError: if one is about a seat that does not exist, or if it has a number out of its range.
        """
        for found in annotations:
            own = found if found.author else replace(found, author="protocol", by=AuthorKind.PROTOCOL)
            yield self._row(own)

    def _row(self, found: Annotation) -> AnnotationRow:
        if found.about.seat and found.about.seat not in self._seats:
            raise UsageError(
                f"The {found.kind} {found.name!r} is about {found.about.seat!r}; "
                f"the seats are {', '.join(sorted(self._seats))}."
            )
        if problem := _problem(found):
            raise UsageError(f"The {found.kind} {found.name!r} has {problem}.")
        number, self._number = self._number, self._number + 1
        row = row_of(found)._replace(episode=self._episode, judgement=0, number=number)
        if isinstance(found, Answer | Verdict) and row.text is not None:
            key, correct = self._grade(found, row.text)
            row = row._replace(key=key, correct=correct)
        return row

    def _can_be_right(self, template: Verdict, form: Form[Any]) -> bool:
        """Return whether one of the options is right: a verdict on anything else has no truth."""
        options = tuple((template.means or {}).values()) or getattr(form, "options", None)
        return options is None or any(self._grader(option, AnswerMatch.EXACT) for option in options)

    def _grade(self, found: Answer | Verdict, text: str) -> tuple[int | None, float | None]:
        """Return the key of an answer or a choice, and whether it is right.

        None if one of them is unknown.
        """
        by = _comparison(found) if isinstance(found, Answer) else AnswerMatch.EXACT
        key, correct = by.key(text), found.correct
        if correct is None and found.graded and not found.among and text != TIE:
            right = self._grader(text, by) if found.truth is None else key == by.key(found.truth)
            correct = None if right is None else float(right)
        return None if key is None else hash64(key), correct


def hash64(key: str) -> int:
    """Return 64 bits of the hash of a text, as a number that SQLite can store."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "little", signed=True)


def _comparison(found: Answer) -> AnswerMatch:
    try:
        return AnswerMatch(found.comparison or AnswerMatch.EXACT)
    except ValueError:
        raise UsageError(
            f"The answer {found.name!r} is to be compared by {found.comparison!r}; "
            f"there are: {', '.join(AnswerMatch)}."
        ) from None


def _problem(found: Annotation) -> str:
    """Return a phrase about the first number that is out of its range, or an empty text."""
    shares: dict[str, float | None] = {}
    numbers: dict[str, float | None] = {}
    match found:
        case Belief():
            shares = {"probability": found.probability, "came_true": found.came_true}
        case Answer() | Verdict():
            shares = {"confidence": found.confidence, "correct": found.correct}
        case Score():
            numbers = {"value": found.value, "low": found.low, "high": found.high, "truth": found.truth}
        case Label():
            numbers = {"count": found.count}
            if found.count is not None and found.count < 0:
                return f"a count of {found.count:g}, which is below 0"
        case Reward():
            numbers = {"value": found.value}
    for name, number in shares.items():
        if number is not None and not 0 <= number <= 1:
            return f"a {name} of {number:g}, which is not between 0 and 1"
    for name, number in numbers.items():
        if number is not None and not math.isfinite(number):
            return f"a {name} of {number:g}, which is not a finite number"
    return ""
