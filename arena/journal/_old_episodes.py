"""An episode of a journal that has no annotations: what its details and its questions say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from arena.annotations import Annotation, AnnotationStatus, Place, status_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OldQuestion:
    """A question to a seat with its last reply.

    Args:
        seat: the seat.
        step: the step of the episode in which it was asked, from 0.
        fields: the fields of the question, such as ``asks`` and ``turn``.
        status: the `arena.forms.Status` of the last reply, as text.
        reason: why the reply could not be used; empty if it could.
        parsed: the fields of the reply. None if it could not be used.
    """

    seat: str
    step: int
    fields: Mapping[str, Any] = field(default_factory=dict)
    status: str = "ok"
    reason: str = ""
    parsed: Any = None

    @property
    def is_ok(self) -> bool:
        """Whether the reply could be used."""
        return self.status == "ok"

    @property
    def place(self) -> Place:
        """The turn in which it was asked."""
        return Place(self.seat, self.step)


@dataclass(frozen=True, slots=True, kw_only=True)
class OldEpisode:
    """An episode that ended before there were annotations.

    Args:
        details: the details of its outcome.
        returns: the return of each seat.
        questions: the questions to its seats, by step. Those of a branch begin at the branch.
        task: the public data of its task.
        settings: the settings of its protocol by name; empty if they are not known.
    """

    details: Mapping[str, Any]
    returns: Mapping[str, float] = field(default_factory=dict)
    questions: tuple[OldQuestion, ...] = ()
    task: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    def asked(self, seat: str = "", asks: str | None = None) -> list[OldQuestion]:
        """Return the questions to a seat that ask for something, by step. Empty values allow any."""
        return [
            question
            for question in self.questions
            if seat in ("", question.seat) and asks in (None, question.fields.get("asks"))
        ]


def said_in(question: OldQuestion, found: Annotation, **fields: Any) -> Annotation:
    """Return an annotation as an ask records it: said by the seat, in its step, with the status of its reply.

    Args:
        question: the question in whose reply it was said.
        found: the annotation. It is about the turn of the question if it is about no seat.
        fields: other fields of the annotation.
    """
    status = AnnotationStatus.OK if question.is_ok else status_of(question.status)
    said: dict[str, Any] = {"said": question.step, "author": question.seat, "status": status, **fields}
    if not found.about.seat:
        said["about"] = question.place
    return replace(found, **said, reason="" if question.is_ok else question.reason)
