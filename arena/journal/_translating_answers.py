"""What old societies and multi-agent debates found out: answers by turn, rulings, and what stood at last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from arena.annotations import Annotation, AnnotationStatus, Answer, Verdict
from arena.journal._old_episodes import OldEpisode, OldQuestion, said_in


def of_society(old: OldEpisode, statuses: Any) -> Iterator[Annotation]:
    """Yield the annotations of a society, whose details have ``statuses`` and ``majority``."""
    for question in old.asked(asks="answer"):
        yield _answer(old, question)
    majority = old.details["majority"]
    if majority is not None:
        yield Answer("decision", majority, comparison=_comparison(old))
    else:
        reason = "no answer is that of more than half of the members"
        yield Answer("decision", status=AnnotationStatus.UNKNOWN, reason=reason)


def of_moderated(old: OldEpisode, moderator: Any) -> Iterator[Annotation]:
    """Yield the annotations of a debate with a ``moderator``."""
    for question in old.asked():
        match question.fields.get("asks"):
            case "answer":
                yield _answer(old, question)
            case "break":
                choice = question.parsed["choice"] if question.is_ok else None
                yield said_in(question, Verdict("break", choice, turn=question.fields["round"], graded=False))
            case "verdict":
                labels: Mapping[str, str] = question.fields["answers"]
                chosen = labels[question.parsed["choice"]] if question.is_ok else None
                yield said_in(question, Verdict("verdict", chosen, means=labels))
    if (stands := old.details["answer"]) is not None:
        yield Answer("decision", stands, comparison=_comparison(old))


def _answer(old: OldEpisode, question: OldQuestion) -> Annotation:
    said = question.parsed["answer"] if question.is_ok else None
    by = _comparison(old) if question.is_ok else ""
    return said_in(question, Answer("answer", said, turn=question.fields["round"], comparison=by))


def _comparison(old: OldEpisode) -> str:
    if old.task.get("answers") is not None:
        return "exact"
    return str(old.settings.get("comparison", "casefold"))
