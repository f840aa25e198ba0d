"""Labels and their counts, of each condition and turn."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from arena.annotations import AnnotationStatus
from arena.results.figures._accuracy import gradable, named
from arena.results.figures._entries import FigureEntry
from arena.results.study import DEFENDS, NOT_REACHED, Annotations, Line, Study

_NOT_ASKED = AnnotationStatus.NOT_ASKED.value
MOST_CLASSES = 12
"""Labels with more classes than this are free text, and their shares are not reported."""


def counts_of_labels(labels: Annotations, study: Study) -> Iterator[Line]:
    """Mean count of each label and the share of turns with any; what was not counted is left out."""
    for name, group, rows in named(labels):
        if np.isnan(rows.count).all():
            continue
        for condition, turn, own in rows.grouped("condition", "turn"):
            what = f"{condition}: {group}{name}" + ("" if turn is None else f", turn {turn}")
            some = np.where(np.isnan(own.count), np.nan, own.count > 0)
            yield study.line("Mean count", what, own.count, own)
            yield study.line("Share with any", what, some, own)
            failed = np.isnan(own.count) & ~own.status.is_(NOT_REACHED, _NOT_ASKED)
            if failed.any():
                yield study.line("Mean count, unusable as 0", what, np.where(failed, 0.0, own.count), own)


def counts_by_agent(labels: Annotations, study: Study) -> Iterator[Line]:
    """Mean count of each label in the turns of each agent, where several agents are labelled."""
    for name, group, rows in named(labels.where(~labels.seat.is_(""))):
        if np.isnan(rows.count).all() or len(set(rows.labelled)) < 2:
            continue
        for condition, agent, own in rows.grouped("condition", "labelled"):
            yield study.line("Mean count by agent", f"{condition}: {group}{name}, {agent}", own.count, own)


def shares_of_labels(labels: Annotations, study: Study) -> Iterator[Line]:
    """Share of each class of a label among those that were classified."""
    for name, group, rows in named(labels):
        classes = sorted({text for text in rows.text if text})
        counts = not np.isnan(rows.count).all()
        if name == DEFENDS or counts or not classes or len(classes) > MOST_CLASSES:
            continue
        for condition, own in rows.grouped("condition"):
            classified = own.text.codes >= 0
            for one in classes:
                share = np.where(classified, own.text.is_(one).astype(np.float64), np.nan)
                yield study.line("Share of a class", f"{condition}: {group}{name} is {one}", share, own)


def labels_by_category(labels: Annotations, study: Study) -> Iterator[Line]:
    """Mean count of each label, or share of each of its classes, by the category of the task."""
    if len(study.episodes.category.names) < 2:
        return
    for name, group, rows in named(labels.where(np.isnan(labels.sample))):
        is_counted = not np.isnan(rows.count).all()
        classes = sorted({text for text in rows.text if text})
        if name == DEFENDS or len(classes) > MOST_CLASSES:
            continue
        for condition, category, own in rows.grouped("condition", "category"):
            what, of = f"{condition}: {group}{name}", f", {category or 'no category'}"
            if is_counted:
                yield study.line("Mean count by category", f"{what}{of}", own.count, own)
                continue
            classified = own.text.codes >= 0
            for one in classes:
                share = np.where(classified, own.text.is_(one).astype(np.float64), np.nan)
                yield study.line("Share of a class by category", f"{what} is {one}{of}", share, own)


def accuracy_by_class(labels: Annotations, answers: Annotations, study: Study) -> Iterator[Line]:
    """Share of the answers that are right, of the turns that a later judge put in each class of a label."""
    alone = gradable(answers.where(np.isnan(answers.sample)))
    for name, group, rows in named(labels.where(labels.by.is_("judge") | (labels.judgement > 0))):
        classes = {_turn(rows, row): text for row, text in enumerate(rows.text) if text}
        if len(set(classes.values())) > MOST_CLASSES:
            continue
        for answered, by, own in named(alone):
            given = np.array([classes.get(_turn(own, row), "") for row in range(len(own))])
            for one in sorted(set(given.tolist()) - {""}):
                right = np.where(given == one, own.correct, np.nan)
                of_it = (given == one) | (given == "")
                for condition, under in own.where(of_it).grouped("condition"):
                    what = f"{condition}: {group}{name} is {one}, {by}{answered}"
                    values = right[of_it][own.where(of_it).condition.is_(condition)]
                    yield study.line("Accuracy by class", what, values, under)


def _turn(rows: Annotations, row: int) -> tuple[int, str, float]:
    return int(rows.episode[row]), rows.seat[row], float(rows.step[row])


ABOUT = "What was not classified or counted is left out; it is not 0, and lowers the coverage."
LABELS = (
    FigureEntry(title="Labels", function=counts_of_labels, about=ABOUT),
    FigureEntry(title="Labels", function=counts_by_agent, about=ABOUT),
    FigureEntry(title="Labels", function=shares_of_labels, columns=("text",), about=ABOUT),
    FigureEntry(title="Labels", function=labels_by_category, columns=("text",), about=ABOUT),
    FigureEntry(title="Labels", function=accuracy_by_class, columns=("text",), about=ABOUT),
)
