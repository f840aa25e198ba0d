"""How many different answers the seats of one role give in an episode."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

import numpy as np

from arena.results.figures._accuracy import final, named
from arena.results.figures._entries import FigureEntry
from arena.results.study import Annotations, Line, Study

ABOUT = (
    "Seats of one role are compared by their last answers. Equal answers are those whose normal forms by the "
    "comparison are equal."
)
ENTROPY = "entropy of these answers by that of as many different ones: 0 if all agree, 1 if none do"


def variety_of_answers(answers: Annotations, study: Study) -> Iterator[Line]:
    """Number of different last answers of the seats of a role."""
    alone = answers.where(np.isnan(answers.sample) | (answers.sample == 0))
    for name, group, rows in named(alone):
        if not group:
            continue
        for condition, own in final(rows).grouped("condition"):
            if len(set(own.author)) < 2:
                continue
            keys: dict[int, list[object]] = {}
            for episode, key in zip(own.episode.tolist(), own.key, strict=True):
                keys.setdefault(episode, []).append(key)
            _, firsts = np.unique(own.episode, return_index=True)
            stand, what = own.where(firsts), f"{condition}: {group}{name}"
            told = [_variety(keys[episode]) for episode in stand.episode.tolist()]
            counts, entropies = np.array(told).reshape(-1, 2).T
            yield study.line("Different answers", what, counts, stand, unit="episodes")
            yield study.line(
                "Entropy of answers", what, entropies, stand, unit="episodes", convention=ENTROPY
            )


def _variety(keys: list[object]) -> tuple[float, float]:
    """Return how many different answers there are and their entropy; NaN if there are fewer than two."""
    counts = Counter(key for key in keys if key is not None)
    total = counts.total()
    if total < 2:
        return np.nan, np.nan
    entropy = -sum(count / total * math.log(count / total) for count in counts.values())
    return float(len(counts)), entropy / math.log(total)


VARIETY = FigureEntry(title="Variety", function=variety_of_answers, columns=("key",), about=ABOUT)
