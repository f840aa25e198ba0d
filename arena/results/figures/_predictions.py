"""Predictions of another answer's property, against always saying the most frequent one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from arena.results.figures._accuracy import gradable, named
from arena.results.figures._entries import FigureEntry
from arena.results.study import Annotations, Line, Study

ABOUT = (
    "A property of an answer is predicted by one who has not seen it. Without knowing the question it is "
    "best to say the most frequent property always. That is the mode baseline."
)
_PREDICTED = "predicted "
"""How the names of such answers begin. The property follows."""


def mode_of_predictions(answers: Annotations, study: Study) -> Iterator[Line]:
    """Share that is right of always saying the most frequent property, and what predictions add to it."""
    chosen = np.array([name.startswith(_PREDICTED) for name in answers.name], dtype=np.bool_)
    for name, group, rows in named(gradable(answers.where(chosen))):
        for condition, own in rows.grouped("condition"):
            what = f"{condition}: {group}{name}"
            truths: Sequence[str | None] = list(own.truth)
            known = np.array([truth is not None for truth in truths]) & ~np.isnan(own.correct)
            graded = [truth for truth, is_known in zip(truths, known, strict=True) if is_known]
            if not graded:
                continue
            (most, _), *_ = Counter(graded).most_common(1)
            mode = np.where(known, [float(truth == most) for truth in truths], np.nan)
            yield study.line("Mode baseline", what, mode, own)
            yield study.line("Accuracy less the mode baseline", what, own.correct - mode, own)


PREDICTIONS = FigureEntry(
    title="Predictions of a property", function=mode_of_predictions, columns=("truth",), about=ABOUT
)
