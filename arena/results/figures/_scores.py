"""Scores that were given or measured, of each name, condition, author and seat."""

from __future__ import annotations

from collections.abc import Iterator

from arena.results.figures._accuracy import named
from arena.results.figures._entries import FigureEntry
from arena.results.study import Annotations, Line, Study


def mean_scores(scores: Annotations, study: Study) -> Iterator[Line]:
    """Mean of each score; one that is missing lowers the coverage."""
    for name, group, rows in named(scores):
        for about, condition, moment, own in rows.grouped("about", "condition", "moment"):
            when, of = f", {moment}" if moment else "", f", of {about}" if about else ""
            yield study.line("Mean score", f"{condition}: {group}{name}{when}{of}", own.value, own)


SCORES = FigureEntry(
    title="Scores",
    function=mean_scores,
    about="Numbers that judges gave or the protocol measured, each on its own scale.",
)
