"""Annotations as rows of one typed table, and rows as annotations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

from arena.annotations._kinds import (
    COMPARISONS,
    Among,
    Annotation,
    AnnotationStatus,
    Answer,
    AuthorKind,
    Belief,
    Label,
    Reward,
    Score,
    Verdict,
)
from arena.annotations._place import Place


class AnnotationRow(NamedTuple):
    """A row of the table `annotations`. A text that does not apply is empty, and a number is None.

    `value` is a belief's probability, a score, a label's count or a reward. `text` is what a belief is of, an
    answer, a choice or a label. `correct` is also whether a belief came true, and `method` also the
    comparison of an answer and the unit of a score. `more` is JSON with keys of `MORE`, or empty.
    """

    episode: int
    judgement: int
    number: int
    kind: str
    name: str
    author: str
    by: str
    said: int | None
    seat: str
    step: int | None
    sample: int | None
    unit: int | None
    part: str
    start: int | None
    end: int | None
    turn: int | None
    moment: str
    grp: str
    ordering: int | None
    repeat: int | None
    status: str
    reason: str
    revises: int | None
    value: float | None
    low: float | None
    high: float | None
    correct: float | None
    confidence: float | None
    text: str | None
    key: int | None
    truth: str | None
    method: str
    more: str


COLUMNS = AnnotationRow._fields
MORE = ("among", "probabilities", "anchor", "judgement")
"""The keys that the JSON of `AnnotationRow.more` may have."""


def row_of(found: Annotation) -> AnnotationRow:
    """Return the row of an annotation."""
    value = low = high = correct = confidence = key = None
    text = truth = None
    method = more = ""
    match found:
        case Belief():
            value, text, method, correct = found.probability, found.of, found.method, found.came_true
        case Answer():
            text, key, correct, truth = found.text, found.key, found.correct, found.truth
            method, confidence = found.comparison, found.confidence
        case Verdict():
            text, key, correct, truth = found.choice, found.key, found.correct, found.truth
            confidence = found.confidence
            more = more_of(found, found.probabilities)
        case Score():
            value, low, high, method = found.value, found.low, found.high, found.unit
            truth = None if found.truth is None else repr(float(found.truth))
        case Label():
            text, value = found.value, found.count
        case Reward():
            value = found.value
            more = more_of(found)
    if not more and found.among:
        more = more_of(found)
    said, place = found.said, found.about
    return AnnotationRow(
        found.episode, found.judgement, found.number, found.kind, found.name, found.author, str(found.by),
        said,
        *place, found.turn, found.moment, found.group, found.order, found.repeat, str(found.status),
        found.reason, found.revises, real(value), real(low), real(high), real(correct), real(confidence),
        text, key, truth, method, more,
    )  # fmt: skip


def more_of(found: Annotation, probabilities: Mapping[str, float] | None = None) -> str:
    """Return the JSON of the column `more` of an annotation, with the probabilities of its options."""
    more: dict[str, Any] = {}
    if probabilities is not None:
        more["probabilities"] = dict(probabilities)
    if isinstance(found, Reward) and found.anchor is not None:
        more["anchor"] = found.anchor
    if found.among:
        more["among"] = found.among
    return to_json(more).decode() if more else ""


def annotation_of(row: AnnotationRow) -> Annotation:
    """Return the annotation of a row."""
    more = from_json(row.more) if row.more else {}
    common: dict[str, Any] = {
        "about": Place(row.seat, row.step, row.sample, row.unit, row.part, row.start, row.end),
        "among": _among(more.get("among", ())),
        "said": row.said,
        "author": row.author,
        "by": AuthorKind(row.by),
        "turn": row.turn,
        "moment": row.moment,
        "order": row.ordering,
        "repeat": row.repeat,
        "group": row.grp,
        "status": AnnotationStatus(row.status),
        "reason": row.reason,
        "revises": row.revises,
        "episode": row.episode,
        "judgement": row.judgement,
        "number": row.number,
    }
    graded: dict[str, Any] = {"key": row.key, "correct": row.correct, "confidence": row.confidence}
    match row.kind:
        case Belief.kind:
            belief: dict[str, Any] = {"of": row.text or "", "method": row.method, "came_true": row.correct}
            return Belief(row.name, row.value, **belief, **common)
        case Answer.kind:
            by = row.method if row.method in COMPARISONS else ""  # an older run may name one that never was
            return Answer(row.name, row.text, truth=row.truth, comparison=by, **graded, **common)
        case Verdict.kind:
            chances = more.get("probabilities")
            return Verdict(row.name, row.text, truth=row.truth, probabilities=chances, **graded, **common)
        case Score.kind:
            gold = None if row.truth is None else float(row.truth)
            scale: dict[str, Any] = {"low": row.low, "high": row.high, "unit": row.method, "truth": gold}
            return Score(row.name, row.value, **scale, **common)
        case Label.kind:
            return Label(row.name, row.text, count=row.value, **common)
        case Reward.kind:
            anchor = more.get("anchor")
            return Reward(row.name, row.value, anchor=None if anchor is None else Place(*anchor), **common)
    raise ValueError(f"{row.kind!r} is no kind of annotation")


def _among(listed: list[Any]) -> Among:
    return tuple((episode, Place(*place)) for episode, place in listed)


def real(number: float | None) -> float | None:
    """Return a number as SQLite stores it in a column of reals, where -0.0 is 0.0."""
    return None if number is None else number + 0.0
