"""How often agents say that they do not know, and how sure they are by how long they took."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from arena.annotations import AnnotationStatus
from arena.results.figures._accuracy import final, named
from arena.results.figures._entries import FigureEntry
from arena.results.figures._tokens import QUARTERS, quarters_of
from arena.results.metrics import Bins, expected_calibration_error
from arena.results.study import Annotations, Line, Study

ABOUT = (
    "Agents may say that they do not know, where that is allowed. Such an answer is neither right nor wrong, "
    "and has no confidence, so that calibration is that of the answers that were attempted."
)
_ABSTAINED = AnnotationStatus.ABSTAINED.value


def attempts_of_answers(answers: Annotations, study: Study) -> Iterator[Line]:
    """Share of usable answers that say that the agent does not know."""
    for name, group, rows in named(answers):
        if not rows.status.is_(_ABSTAINED).any():
            continue
        for condition, own in final(rows).grouped("condition"):
            usable = own.status.is_(_ABSTAINED, AnnotationStatus.OK.value)
            share = np.where(usable, own.status.is_(_ABSTAINED).astype(np.float64), np.nan)
            yield study.line("Not attempted", f"{condition}: {group}{name}", share, own)


def confidence_by_tokens(answers: Annotations, study: Study) -> Iterator[Line]:
    """Mean confidence in the last answers and its calibration, by how many tokens the episode took."""
    for group, place, rows in quarters_of(answers, study):
        if np.isnan(rows.confidence).all():
            continue
        what = f"{group}, {QUARTERS[place]}"
        yield study.line("Confidence by tokens", what, rows.confidence, rows)
        columns = rows.confidence, rows.correct
        function = partial(expected_calibration_error, bins=Bins())
        yield study.measure("Calibration error by tokens", what, function, columns, rows)


ATTEMPTS = (
    FigureEntry(title="Attempts", function=attempts_of_answers, about=ABOUT),
    FigureEntry(title="Attempts", function=confidence_by_tokens, about=ABOUT),
)
