"""Whether answers and verdicts are right, of each name, condition and author."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._entries import FigureEntry
from arena.results.metrics import accuracy_of_questions
from arena.results.study import DECISION, NOT_REACHED, Annotations, Axis, Line, Study, group_codes

AXIS = Axis("share that is right", 0.5)
ABOUT = (
    "Whether answers and verdicts are right, where the truth is known. One that is missing, refused or "
    "undecided is left out in one line, and counts as wrong in the other. An episode that broke off before "
    "it came to something lowers the coverage of both."
)


def accuracy_of_answers(answers: Annotations, study: Study) -> Iterator[Line]:
    """Share of the last answers that are right."""
    yield from _accuracy(answers, study)


def accuracy_of_verdicts(verdicts: Annotations, study: Study) -> Iterator[Line]:
    """Share of the verdicts that are right."""
    yield from _accuracy(verdicts, study)


def accuracy_of_rulings(rulings: Annotations, study: Study) -> Iterator[Line]:
    """Share of rulings that are right: each judge's, its orders combined, and the majority's."""
    yield from _accuracy(rulings, study, " of each judge")


def accuracy_by_category(answers: Annotations, study: Study) -> Iterator[Line]:
    """Share of the last answers that are right, by the category of the task."""
    yield from _by_category(answers, study)


def verdicts_by_category(verdicts: Annotations, study: Study) -> Iterator[Line]:
    """Share of the verdicts that are right, by the category of the task."""
    yield from _by_category(verdicts, study)


def accuracy_of_decisions(verdicts: Annotations, study: Study) -> Iterator[Line]:
    """Mean of the questions' accuracies, where one was decided several times; undecided is wrong."""
    decided = verdicts.where(verdicts.name.is_(DECISION))
    for name, group, rows in named(gradable(decided)):
        for condition, own in rows.grouped("condition"):
            if len(np.unique(own.task.codes)) < len(own):
                figure = accuracy_of_questions(as_wrong(own), own.task.codes)
                what = f"{condition}: {group}{name}"
                how = "1.96 standard errors of the questions' means" if figure.interval else ""
                why = "" if figure.interval else "fewer than 2 questions"
                yield Line("Accuracy of questions", what, "", "questions", figure, how=how, no_interval=why)


def rulings_by_category(rulings: Annotations, study: Study) -> Iterator[Line]:
    """Share of rulings that are right, by the category of the task; what was not ruled counts as wrong."""
    if len(study.episodes.category.names) < 2:
        return
    for name, group, rows in named(gradable(rulings)):
        for condition, category, own in rows.grouped("condition", "category"):
            what = f"{condition}: {group}{name}, {category or 'no category'}"
            yield study.line(
                "Accuracy of each judge by category, undecided as wrong", what, as_wrong(own), own
            )


def _accuracy(found: Annotations, study: Study, of: str = "") -> Iterator[Line]:
    for name, group, rows in named(gradable(found)):
        last = final(rows)
        for condition, own in last.grouped("condition"):
            what = f"{condition}: {group}{name}"
            yield study.line(f"Accuracy{of}", what, own.correct, own, axis=AXIS)
            yield study.line(f"Accuracy{of}, undecided as wrong", what, as_wrong(own), own)


def _by_category(found: Annotations, study: Study) -> Iterator[Line]:
    if len(study.episodes.category.names) < 2:
        return
    for name, group, rows in named(gradable(found)):
        last = final(rows)
        for condition, category, own in last.grouped("condition", "category"):
            what = f"{condition}: {group}{name}, {category or 'no category'}"
            yield study.line("Accuracy by category", what, own.correct, own)


def as_wrong(rows: Annotations) -> NDArray[np.float64]:
    """Return whether each row is right, (rows,), undecided ones being wrong; NaN where not reached."""
    reached = ~rows.status.is_(NOT_REACHED)
    return np.asarray(np.where(reached, np.nan_to_num(rows.correct), np.nan), dtype=np.float64)


def named(found: Annotations) -> Iterator[tuple[str, str, Annotations]]:
    """Yield the rows of each name and author that is compared, with its name and what the author is called.

    Seats whose names differ by a number alone are one role: they are counted together. Judges who came
    afterwards are told apart by their names. What the protocol or a grader found out has no author.
    """
    later = found.by.is_("judge") | (found.judgement > 0)
    for name, one, by, rows in found.where(~later).grouped("name", "role", "by"):
        yield name, f"{one}, " if by in ("seat", "person") else "", rows
    for name, judge, rows in found.where(later).grouped("name", "author"):
        yield name, f"{judge}, afterwards, ", rows


def gradable(rows: Annotations) -> Annotations:
    """Return the rows that can be right or wrong: of names that were graded, those of a known truth."""
    graded = ~np.isnan(rows.correct)
    known = np.array([truth is not None for truth in rows.episodes.truths], dtype=np.bool_)
    named_so = np.isin(rows.name.codes, np.unique(rows.name.codes[graded]))
    return rows.where((graded | known[rows.episode]) & named_so)


def final(rows: Annotations) -> Annotations:
    """Return the rows of the last turn of each author in each episode, and all that have no turn."""
    turns = np.nan_to_num(rows.turn, nan=-1)
    last = np.full(len(rows), -1.0)
    if (turns >= 0).any():
        code = group_codes(rows.episode, rows.author)
        latest = np.full(int(code.max()) + 1, -1.0)
        np.maximum.at(latest, code, turns)
        last = latest[code]
    return rows.where(turns == last)


ACCURACY = (
    FigureEntry(title="Accuracy", function=accuracy_of_answers, about=ABOUT),
    FigureEntry(title="Accuracy", function=accuracy_of_verdicts, about=ABOUT),
    FigureEntry(title="Accuracy", function=accuracy_of_decisions, about=ABOUT),
    FigureEntry(title="Accuracy", function=accuracy_of_rulings, about=ABOUT),
    FigureEntry(title="Accuracy", function=accuracy_by_category, about=ABOUT),
    FigureEntry(title="Accuracy", function=verdicts_by_category, about=ABOUT),
    FigureEntry(title="Accuracy", function=rulings_by_category, about=ABOUT),
)
