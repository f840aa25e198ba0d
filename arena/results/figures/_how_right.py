"""How often answers and verdicts are right, and how sure their authors are, as ``arena show`` prints it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import NamedTuple

import numpy as np

from arena.journal import StoredRun
from arena.results.figures._accuracy import as_wrong, final, gradable, named
from arena.results.figures._entries import FigureEntry
from arena.results.figures.lines import grouped
from arena.results.metrics import Figure
from arena.results.study import Annotations, Line, Study

_RIGHT, _AS_WRONG, _SURE = "Accuracy", "Accuracy, undecided as wrong", "Mean confidence"


class HowRight(NamedTuple):
    """How right somebody was, and how sure: shares from 0 to 1 with their intervals.

    `what` says who and under which condition. `confidence` is None if nobody said how sure they were.
    """

    what: str
    accuracy: Figure
    undecided_as_wrong: Figure
    confidence: Figure | None

    def record(self) -> dict[str, object]:
        """Return the figures as JSON-able values by name."""
        return {
            "what": self.what,
            "accuracy": asdict(self.accuracy),
            "undecided_as_wrong": asdict(self.undecided_as_wrong),
            "confidence": None if self.confidence is None else asdict(self.confidence),
        }


def how_right(run: StoredRun) -> list[HowRight]:
    """Return how right the verdicts and the last answers of a run are, where the truth is known."""
    study = Study([(run.folder.name, run)])
    lines = [line for entry in _ENTRIES for line in entry.lines(study)]
    alone = len(study.conditions) == 1
    found = []
    for what, own in grouped(lines, lambda line: line.group).items():
        figures = {line.name: line.figure for line in own}
        said = what.removeprefix(f"{study.conditions[0]}: ") if alone else what
        found.append(HowRight(said, figures[_RIGHT], figures[_AS_WRONG], figures.get(_SURE)))
    return found


def _of_verdicts(verdicts: Annotations, study: Study) -> Iterator[Line]:
    """Verdicts that were given while the episodes were played."""
    yield from _lines(verdicts, study)


def _of_answers(answers: Annotations, study: Study) -> Iterator[Line]:
    """The last answers."""
    yield from _lines(answers, study)


def _lines(found: Annotations, study: Study) -> Iterator[Line]:
    for name, group, rows in named(gradable(found.where(found.judgement == 0))):
        for condition, own in final(rows).grouped("condition"):
            what = f"{condition}: {group}{name}"
            yield study.line(_RIGHT, what, own.correct, own)
            yield study.line(_AS_WRONG, what, as_wrong(own), own)
            if not np.isnan(own.confidence).all():
                yield study.line(_SURE, what, own.confidence, own)


_ENTRIES = (
    FigureEntry(title="", function=_of_verdicts),
    FigureEntry(title="", function=_of_answers),
)
