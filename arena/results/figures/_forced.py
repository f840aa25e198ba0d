"""Answering again after every possible first answer: CL, CS and RSS from probabilities."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from arena.results.figures._entries import FigureEntry
from arena.results.metrics import confidence_level, critique_score, relative_self_correction
from arena.results.study import Annotations, Line, Study

_FIRST_RIGHT, _KEPT_RIGHT, _MENDED = "first right", "kept right", "mended"
"""The scores of an episode: the probability that the first answer is right, that a right one stays right, and
that a wrong one becomes right."""

ABOUT = (
    "Each possible answer was taken as the first one, and weighed by its probability (Yang et al. 2024). The "
    "last accuracy is CL where the first answer was right and CS where it was wrong."
)


def forced_answers(scores: Annotations, study: Study) -> Iterator[Line]:
    """Accuracy at first and at last, CL, CS and RSS, of answers that were weighed by their probabilities."""
    for condition, rows in scores.where(scores.name.is_(_FIRST_RIGHT)).grouped("condition"):
        place = {episode: row for row, episode in enumerate(rows.episode.tolist())}
        kept, mended = (np.full(len(rows), np.nan) for _ in range(2))
        for name, column in ((_KEPT_RIGHT, kept), (_MENDED, mended)):
            own = scores.where(scores.name.is_(name))
            for episode, value in zip(own.episode.tolist(), own.value, strict=True):
                if episode in place:
                    column[place[episode]] = value
        first = rows.value
        last = first * kept + (1 - first) * mended
        yield study.line("Accuracy, first answer", condition, first, rows, unit="episodes")
        yield study.line("Accuracy, second answer", condition, last, rows, unit="episodes")
        for title, measure, columns in (
            ("Confidence level (CL)", confidence_level, (first, kept)),
            ("Critique score (CS)", critique_score, (first, mended)),
            ("Relative self-correction (RSS)", relative_self_correction, (first, last)),
        ):
            group = f"{condition}, by probability"
            yield study.measure(title, group, measure, columns, rows, unit="episodes")


FORCED = FigureEntry(title="Answering again", function=forced_answers, about=ABOUT)
