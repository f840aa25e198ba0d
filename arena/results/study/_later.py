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
from arena.journal import StoredVerdict


def rows_of(verdict: StoredVerdict, judgement: int, right: Mapping[str, float]) -> Iterator[AnnotationRow]:
    """Yield what one ask of a judge found out.

    Args:
        verdict: the stored verdict.
        judgement: the number of the ask, from 1.
        right: whether each side defends the right answer, 1 or 0, by seat; empty where that is not known.
    """
    for number, found in enumerate(_found(verdict, right)):
        row = row_of(found)
        yield row._replace(episode=verdict.key.episode, judgement=judgement, number=number, said=judgement)


def _found(verdict: StoredVerdict, right: Mapping[str, float]) -> Iterator[Annotation]:
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
        shown = (*verdict.speakers[-key.order :], *verdict.speakers[: -key.order])
        yield Verdict(
            key.criterion,
            said.choice,
            among=tuple((None, Place(seat)) for seat in shown),
            probabilities=said.probabilities or None,
            confidence=said.confidence,
            correct=None if said.choice is None else right.get(said.choice),
            **common,  # type: ignore[arg-type]
        )
        return
    about = Place(key.subject)
    yield Score(key.criterion, said.score, about=about, **common)  # type: ignore[arg-type]
    for path, answer in said.answers.items():
        name = f"{key.criterion}: {path}"
        yield Label(name, "yes" if answer else "no", about=about, **common)  # type: ignore[arg-type]
