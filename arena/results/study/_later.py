"""What judges found out afterwards, as annotations: verdicts, scores, answers to rubrics, labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from types import MappingProxyType

from pydantic_core import from_json, to_json

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
from arena.journal import StoredRun, StoredVerdict
from arena.judging import Asks
from arena.results.study._questions import CriterionQuestion

_NO_CRITERIA: Mapping[str, CriterionQuestion] = MappingProxyType({})


def later_rows(
    run: StoredRun,
    right: Callable[[int], Mapping[str, float]],
    asked: Mapping[str, CriterionQuestion] = _NO_CRITERIA,
) -> Iterator[AnnotationRow]:
    """Yield what judges found out about a run afterwards, by episode.

    A verdict or a score is called by the question, or else by the criterion.

    Args:
        run: the run.
        right: whether each side of an episode defends the right answer, 1 or 0, by seat; empty where that is
            not known.
        asked: what was asked by each criterion, as far as that is known.
    """
    numbered = enumerate(run.verdicts(calls=False), start=1)
    for episode, found in groupby(numbered, key=lambda pair: pair[1].key.episode):
        verdicts = list(found)
        numbers = {_origin(verdict): number for number, verdict in verdicts}
        for number, verdict in verdicts:
            if verdict.found.labels is None:
                yield from _of_verdict(verdict, number, right(episode), asked.get(verdict.key.criterion))
            else:
                yield from _of_labelling(verdict, number, numbers)


def _origin(verdict: StoredVerdict) -> tuple[str | int, ...]:
    judge, criterion, _, subject, order, sample = verdict.key
    return judge, criterion, subject, order, sample


def _of_labelling(
    verdict: StoredVerdict, judgement: int, numbers: Mapping[tuple[str | int, ...], int]
) -> Iterator[AnnotationRow]:
    """Yield the labels of a judgement, with the numbers of the judgements that they rest on."""
    for number, row in enumerate(verdict.found.labels or ()):
        more = row.more
        if more:
            told = from_json(more)
            told["judgement"] = numbers.get(tuple(told["judgement"]))
            more = to_json(told).decode()
        row = row._replace(episode=verdict.key.episode, judgement=judgement, number=number)
        yield row._replace(said=judgement, more=more)


def _of_verdict(
    verdict: StoredVerdict, judgement: int, right: Mapping[str, float], asked: CriterionQuestion | None
) -> Iterator[AnnotationRow]:
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
        "group": asked.plain,
    }
    if not key.subject:
        is_answer = asked.asks is Asks.ANSWER
        yield Verdict(
            asked.title,
            said.choice,
            among=() if is_answer else tuple((None, Place(seat)) for seat in verdict.speakers),
            probabilities=said.probabilities or None,
            confidence=said.confidence,
            correct=said.correct if is_answer else right.get(said.choice or ""),
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
