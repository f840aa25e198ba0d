"""Agreement over several samples of the same turn, and what their majority comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from arena.results.figures._accuracy import named
from arena.results.figures._entries import FigureEntry
from arena.results.study import Annotations, Line, Study

ABOUT = (
    "Samples of one turn answer the same request. Equal answers are those whose normal forms by the "
    "comparison are equal; a sample that could not be used has none."
)

TITLES = "Share of the mode", "Pairwise agreement", "Accuracy of the mode"


def samples_of_answers(answers: Annotations, study: Study) -> Iterator[Line]:
    """Whether the samples of a turn agree, and whether their most frequent answer is right."""
    for name, group, rows in named(answers):
        sampled = rows.where(~np.isnan(rows.sample))
        if not len(sampled) or np.nanmax(sampled.sample) < 1:
            continue
        for condition, own in sampled.grouped("condition"):
            turns: dict[tuple[int, str, float], list[int]] = {}
            for row, place in enumerate(
                zip(own.episode.tolist(), own.author, own.step.tolist(), strict=True)
            ):
                turns.setdefault(place, []).append(row)
            firsts = np.zeros(len(own), dtype=np.bool_)
            firsts[[members[0] for members in turns.values()]] = True
            figures = np.array([_of_turn(own, turns[place]) for place in turns])
            what, stand = f"{condition}: {group}{name}", own.where(firsts)
            order = np.argsort([members[0] for members in turns.values()])
            for column, title in enumerate(
                ("Share of the mode", "Pairwise agreement", "Accuracy of the mode")
            ):
                yield study.line(title, what, figures[order, column], stand, unit="turns")


def _of_turn(rows: Annotations, members: list[int]) -> tuple[float, float, float]:
    keys = {row: rows.key[row] for row in members if rows.key[row] is not None}
    if not keys:
        return np.nan, np.nan, np.nan
    counts = Counter(keys.values())
    (mode, most), *others = counts.most_common()
    n = len(keys)
    pairs = sum(count * (count - 1) for count in counts.values()) / (n * (n - 1)) if n > 1 else np.nan
    tied = bool(others) and others[0][1] == most
    right = np.nan if tied else rows.correct[next(row for row, key in keys.items() if key == mode)]
    return most / n, pairs, float(right)


SAMPLES = FigureEntry(title="Samples", function=samples_of_answers, columns=("key",), about=ABOUT)
