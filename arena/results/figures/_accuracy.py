"""Whether answers and verdicts are right, of each name, condition and author."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from arena.results.figures._entries import FigureEntry
from arena.results.study import Annotations, Line, Study

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


def _accuracy(found: Annotations, study: Study) -> Iterator[Line]:
    for name, group, rows in named(found):
        last = gradable(final(rows))
        for condition, own in last.grouped("condition"):
            what = f"{condition}: {group}{name}"
            yield study.line("Accuracy", what, own.correct, own)
            yield study.line("Accuracy, undecided as wrong", what, np.nan_to_num(own.correct), own)


def named(found: Annotations) -> Iterator[tuple[str, str, Annotations]]:
    """Yield the rows of each name and author that is compared, with its name and what the author is called.

    Seats whose names differ by a number alone are one role: they are counted together. Judges who came
    afterwards are told apart by their names.
    """
    later = found.by.is_("judge")
    for name, rows in found.where(~later).grouped("name"):
        roles = np.array([role(author) for author in rows.author], dtype=object)
        for one in dict.fromkeys(roles):
            yield name, f"{one}, ", rows.where(roles == one)
    for name, judge, rows in found.where(later).grouped("name", "author"):
        yield name, f"{judge}, afterwards, ", rows


def gradable(rows: Annotations) -> Annotations:
    """Return the rows that can be right or wrong: those of a known truth, or none if nothing was graded."""
    graded = ~np.isnan(rows.correct)
    known = np.array([truth is not None for truth in rows.episodes.truths], dtype=np.bool_)
    return rows.where((graded | known[rows.episode]) & graded.any())


def role(author: str) -> str:
    """Return what a seat is called without its number.

    >>> role("player_0"), role("onlooker_12"), role("judge"), role("a")
    ('player', 'onlooker', 'judge', 'a')
    """
    return author.rstrip("0123456789").rstrip("_") or author


def final(rows: Annotations) -> Annotations:
    """Return the rows of the last turn of each author in each episode, and all that have no turn."""
    turns = np.nan_to_num(rows.turn, nan=-1)
    last: dict[tuple[int, str], float] = {}
    places = list(zip(rows.episode.tolist(), rows.author, strict=True))
    for place, turn in zip(places, turns.tolist(), strict=True):
        last[place] = max(last.get(place, -1), turn)
    return rows.where(np.array([last[place] for place in places]) == turns)


ACCURACY = (
    FigureEntry(title="Accuracy", function=accuracy_of_answers, about=ABOUT),
    FigureEntry(title="Accuracy", function=accuracy_of_verdicts, about=ABOUT),
)
