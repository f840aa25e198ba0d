"""The annotations that an ask makes, as rows: filled in from the response, graded and numbered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
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
    Place,
    Reward,
    Score,
    Verdict,
    check_record,
    filling,
    row_of,
    sound,
    status_of,
)
from arena.core.errors import UsageError
from arena.episode._together import of_seat
from arena.forms import Choice, Form, Move, Speech
from arena.seat.drafts import draft_name
from arena.seat.response import Response
from arena.tasks.grading import AnswerMatch, Grader

TIE = "tie"
_EXACT = AnswerMatch.EXACT
_BY_PROTOCOL = {"author": "protocol", "by": AuthorKind.PROTOCOL.value}


class Annotator:
    """Numbers an episode's annotations, and grades its answers by the task's truth.

    Args:
        episode: the number of the episode.
        grader: knows the truth.
        seats: the seats of the episode.
        answers: the answers that the task lists, if it lists any.
    """

    def __init__(self, episode: int, grader: Grader, seats: frozenset[str], answers: Any = None) -> None:
        self._episode = episode
        self._grader = grader
        self._seats = seats
        self._lists_a_tie = isinstance(answers, list | tuple) and TIE in map(str, answers)
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

        What an agent made of drafts has the annotations of each draft, too, as of a sample. They have a name
        of their own, so that no figure takes a draft for the reply.

        Raises:
            UsageError: if the form cannot fill in an annotation, or if one has a seat or a number that is not
                possible.
        """
        own = form.finds() if finds is None else finds
        templates = tuple(own) if isinstance(own, tuple | list) else () if own is None else (own,)
        yield from self._filled(templates, form, response, step)
        for number, draft in enumerate(response.drafts if templates else ()):
            place = response.place._replace(sample=number)
            named = [replace(one, name=draft_name(one.name)) for one in templates if not one.about.seat]
            yield from self._filled(named, form, draft._replace(place=place), step)
            if named and number == response.picked:
                kept = Label("kept", "yes", about=place, said=step, author=response.seat)
                yield self._row(kept, {})

    def _filled(
        self, templates: Iterable[Annotation], form: Form[Any], response: Response[Any], step: int
    ) -> Iterator[AnnotationRow]:
        for template in templates:
            check_record(template)
            said: dict[str, Any] = {"said": step, "author": template.author or response.seat}
            if not template.about.seat:
                turn = response.place
                said |= {"seat": turn.seat, "step": turn.step, "sample": turn.sample}
            is_graded = True
            if response.ok:
                finding = form.finding(response.value, template.name)
                said |= filling(template, finding, response.probabilities)
                if isinstance(template, Belief | Score) and said["value"] is None and not finding.abstained:
                    raise _no_number(template, form)
                if isinstance(template, Verdict) and template.graded and template.truth is None:
                    is_graded = self._can_be_right(template, getattr(form, "options", None))
                if finding.abstained:
                    said["status"] = AnnotationStatus.ABSTAINED.value
            else:
                said["status"] = status_of(response.status).value
                said["reason"] = template.reason or response.reason
            yield self._row(template, said, is_graded=is_graded)

    def of_protocol(self, annotations: Iterable[Annotation]) -> Iterator[AnnotationRow]:
        """Yield the rows of annotations that a protocol records itself.

        Raises:
            UsageError: if one is about a seat that does not exist, or if it has a number out of its range.
        """
        for found in annotations:
            check_record(found)
            is_graded = not isinstance(found, Verdict) or self._can_be_right(found)
            yield self._row(found, {} if found.author else dict(_BY_PROTOCOL), is_graded=is_graded)

    def _row(self, found: Annotation, said: dict[str, Any], *, is_graded: bool = True) -> AnnotationRow:
        """Return the row of an annotation, in which columns are replaced by what was `said`."""
        if found.about.seat and found.about.seat not in self._seats:
            raise UsageError(
                f"The {found.kind} {found.name!r} is about {found.about.seat!r}; "
                f"the seats are {', '.join(sorted(self._seats))}."
            )
        said |= {"episode": self._episode, "judgement": 0, "number": self._number}
        row = sound(row_of(found)._replace(**said))
        if isinstance(found, Answer | Verdict) and row.text is not None:
            by = _comparison(found, row.method) if isinstance(found, Answer) else _EXACT
            key, correct = self._grade(found, row.text, by, is_graded=is_graded)
            row = row._replace(key=key, correct=correct)
        self._number += 1
        return row

    def _can_be_right(self, found: Verdict, options: Collection[str] | None = None) -> bool:
        """Return whether one of the options is right, because a verdict on anything else has no truth.

        The options are what the verdict's labels stand for, or else `options`. If there are none, any may be.
        """
        options = tuple((found.means or {}).values()) or options
        return options is None or any(self._grader(option, AnswerMatch.EXACT) for option in options)

    def _grade(
        self, found: Answer | Verdict, text: str, by: AnswerMatch, *, is_graded: bool
    ) -> tuple[int | None, float | None]:
        """Return the key of an answer or a choice, and whether it is right.

        None if one of them is unknown. What was chosen among replies, seats or episodes is no answer.
        """
        key, correct = by.key(text), found.correct
        is_answer = all(place == (None, Place(unit=place[1].unit)) for place in found.among)
        may_tie = isinstance(found, Verdict) and not self._lists_a_tie
        is_tie = may_tie and text == TIE and not self._grader(text, by)
        if correct is None and is_graded and found.graded and is_answer and not is_tie:
            right = self._grader(text, by) if found.truth is None else key == by.key(found.truth)
            correct = None if right is None else float(right)
        return None if key is None else hash64(key), correct


def check_fillable(seats: Collection[str], form: Any, finds: Any) -> None:
    """Refuse an annotation that needs a number, if the form of its ask gives a text.

    Raises:
        UsageError: if a seat is asked for such an annotation.
    """
    for seat in seats if finds is not None else ():
        own, asked = of_seat(seat, finds), of_seat(seat, form)
        if isinstance(asked, Speech | Choice | Move) and type(asked).finding is Form.finding:
            for template in own if isinstance(own, tuple | list) else (own,):
                number = _NUMBERS.get(type(template))
                if number is not None and getattr(template, number) is None:
                    raise _no_number(template, asked)


_NUMBERS: Mapping[type, str] = {Belief: "probability", Score: "value", Reward: "value"}
"""What kinds of annotations need a number, and the field that holds it."""


def _no_number(template: Annotation, form: Form[Any]) -> UsageError:
    return UsageError(
        f"The {template.kind} {template.name!r} needs a number, and a {type(form).__name__} holds none. "
        "Ask with Number or Probability, or give a form of your own a method finding that returns one."
    )


def annotation_rows(
    number: int, truth: Any, seats: Collection[str], found: Iterable[Annotation]
) -> list[AnnotationRow]:
    """Return the rows of an episode that was played elsewhere: numbered from 0 and graded by its truth.

    Args:
        number: the episode's number.
        truth: the truth of its task, or None.
        seats: its seats.
        found: what was found out, in order. The default author is ``protocol``.

    Raises:
        UsageError: if one is about a seat that does not exist, or if it has a number out of its range.
    """
    return list(Annotator(number, Grader(truth), frozenset(seats)).of_protocol(found))


def hash64(key: str) -> int:
    """Return 64 bits of the hash of a text, as a number that SQLite can store."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "little", signed=True)


def _comparison(found: Answer, filled: str) -> AnswerMatch:
    name = filled or found.comparison
    try:
        return AnswerMatch(name) if name else _EXACT
    except ValueError:
        raise UsageError(
            f"The answer {found.name!r} is to be compared by {name!r}; there are: {', '.join(AnswerMatch)}."
        ) from None
