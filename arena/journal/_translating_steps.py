"""What old critiques of steps found out: of single steps, of whole solutions, and of altered steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from arena.annotations import Annotation, AnnotationStatus, Answer, AuthorKind, Label, Place, Reward, Verdict
from arena.journal._old_episodes import OldEpisode, OldQuestion, said_in

_CORRECT, _INCORRECT = "Correct", "Incorrect"


def of_detection(old: OldEpisode, detection: Mapping[str, Any]) -> Iterator[Annotation]:
    """Yield the annotations of ``details["detection"]``, of one step or of a whole solution."""
    if "told" in detection:
        yield from _of_game(old, detection)
        return
    asked = list(old.asked(asks="critique"))
    for question in asked:
        yield _of_step(question)
    for unit in range(len(asked), detection["steps"]):
        about, status = Place(unit=unit), AnnotationStatus.NOT_ASKED
        yield Verdict("step", about=about, author="critic", by=AuthorKind.SEAT, status=status)
    first = detection["first_error"]
    if first is None:
        reason = "a reply before it could not be used"
        yield Answer("first_error", status=AnnotationStatus.UNKNOWN, reason=reason)
    else:
        yield Answer("first_error", str(first), comparison="number")


def _of_game(old: OldEpisode, found: Mapping[str, Any]) -> Iterator[Annotation]:
    """Yield what a generator, a solver and a critic said of a step, and what they earned."""
    altered = next(iter(old.asked(asks="alter")), None)
    if altered is not None:
        kind = altered.parsed["error_type"] if altered.is_ok else None
        yield said_in(altered, Label("error_type", kind))
        yield from _rollouts(old)
        if altered.is_ok:
            yield from _validity(old, found, altered)
    for critique in old.asked(asks="critique"):
        yield _of_step(critique, _CORRECT if altered is None else _INCORRECT)
        if critique.is_ok:
            right = (critique.parsed["choice"] == _INCORRECT) == (altered is not None)
            yield Reward("game", 1.0 if right else -1.0, about=critique.place)
            if altered is not None:
                yield Reward("game", -1.0 if right else 1.0, about=altered.place)


def _of_step(question: OldQuestion, truth: str | None = None) -> Annotation:
    unit = len(question.fields["before"])
    place = question.place._replace(unit=unit)
    said = question.parsed if question.is_ok else {}
    verdict = Verdict("step", said.get("choice"), about=place, truth=truth, graded=truth is not None)
    return said_in(question, verdict, confidence=said.get("confidence"))


def _rollouts(old: OldEpisode) -> Iterator[Annotation]:
    """Yield the answers from the original step and then those from the altered one."""
    by_steps = groupby(old.asked(asks="solve"), lambda question: question.fields["steps"])
    for group, (_, asked) in zip(("original", "altered"), by_steps, strict=False):
        several = tuple(asked)
        for number, question in enumerate(several):
            text = question.parsed["answer"] if question.is_ok else None
            place = Place(question.seat, several[0].step, number)
            comparison = "number" if question.is_ok else ""
            answer = Answer("rollout", text, about=place, group=group, comparison=comparison)
            yield said_in(question, answer)


def _validity(old: OldEpisode, found: Mapping[str, Any], altered: OldQuestion) -> Iterator[Annotation]:
    """Yield whether the altered step is wrong, and what the generator gets if it is not.

    A solver that failed too often from the original step made the altered one invalid. Today that is unknown.
    """
    valid, by = found["valid"], found["validated_by"]
    if valid is False and by == "rollouts":
        counts, at_most = found["rollouts"]["altered"], old.settings.get("altered_success", 0.0)
        valid = False if counts["succeeded"] > at_most * counts["of"] else None
    if valid is None:
        reason = "nothing could tell"
        yield Label("valid", about=altered.place, status=AnnotationStatus.UNKNOWN, reason=reason)
        return
    yield Label("valid", "yes" if valid else "no", about=altered.place)
    if not valid:
        yield Reward("game", old.returns.get(altered.seat), about=altered.place)
