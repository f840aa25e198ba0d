"""What judges found out afterwards, as annotations: a verdict between sides, a score, a rubric's answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from arena.annotations import (
    Annotation,
    AnnotationRow,
    AuthorKind,
    Label,
    Place,
    Score,
    Verdict,
    row_of,
    status_of,
)
from arena.forms import Status
from arena.journal import StoredVerdict
from arena.results.study._questions import CriterionQuestion


def rows_of(
    verdict: StoredVerdict, judgement: int, right: Mapping[str, float], asked: CriterionQuestion | None = None
) -> Iterator[AnnotationRow]:
    """Yield what one ask of a judge found out. It is called by the question, or else by the criterion.

    Args:
        verdict: the stored verdict.
        judgement: the number of the ask, from 1.
        right: whether each side defends the right answer, 1 or 0, by seat; empty where that is not known.
        asked: what the judge was asked, if that is known.
    """
    if asked is None:
        name = verdict.key.criterion
        asked = CriterionQuestion(name, {path: f"{name}: {path}" for path in verdict.found.answers})
    for number, found in enumerate(_found(verdict, asked, right)):
        row = row_of(found)
        yield row._replace(episode=verdict.key.episode, judgement=judgement, number=number, said=judgement)


def _found(
    verdict: StoredVerdict, asked: CriterionQuestion, right: Mapping[str, float]
) -> Iterator[Annotation]:
    key, said = verdict.key, verdict.found
    common = {
        "author": key.judge,
        "by": AuthorKind.JUDGE,
        "order": key.order,
        "repeat": key.sample,
        "status": status_of(verdict.status),
        "reason": verdict.reason,
    }
    if not key.subject:
        yield Verdict(
            asked.title,
            said.choice,
            among=tuple((None, Place(seat)) for seat in verdict.speakers),
            probabilities=said.probabilities or None,
            confidence=said.confidence,
            correct=None if said.choice is None else right.get(said.choice),
            **common,  # type: ignore[arg-type]
        )
        return
    about = Place(key.subject)
    yield Score(asked.title, said.score, about=about, **common)  # type: ignore[arg-type]
    for path, question in asked.rubric.items():
        answer, name = said.answers.get(path), question.replace("{speaker}", "the speaker")
        if answer is None:
            # Parts behind one that failed are not asked, and a verdict that failed answers none.
            if verdict.status is Status.OK:
                continue
            yield Label(name, about=about, **common)  # type: ignore[arg-type]
            continue
        yield Label(name, "yes" if answer else "no", about=about, **common)  # type: ignore[arg-type]
