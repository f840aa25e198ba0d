"""Agreement over several samples of the same turn, and what their majority comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from arena.results.figures._accuracy import named
from arena.results.figures._entries import FigureEntry
from arena.results.metrics import area_under_roc
from arena.results.study import Annotations, Line, Study

ABOUT = (
    "Samples of one turn answer the same request. Equal answers are those whose normal forms by the "
    "comparison are equal. A sample that could not be used counts as an answer of its own, and is never the "
    "mode. Of several answers that are as frequent, the one that was given first is the mode."
)

MEANS = {
    "Share of the mode": "share of the samples that give the most frequent answer",
    "Pairwise agreement": "share of the pairs of samples that give the same answer",
    "Entropy of the samples": "entropy of the shares of the answers, in nats; 0 if all agree",
    "Accuracy of the mode": "share of turns whose most frequent answer is right",
}
AUROC = "how often a right mode has a larger share of its samples than a wrong one, ties half"
_BUDGET = "share of turns whose most frequent answer among their first samples is right"


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
            shares, pairs, entropies, right = figures[order].T
            for (title, how), values in zip(MEANS.items(), (shares, pairs, entropies, right), strict=True):
                yield study.line(title, what, values, stand, unit="turns", convention=how)
            if np.isin(right[~np.isnan(right)], (0, 1)).all() and not np.isnan(right).all():
                yield study.measure(
                    "AUROC of the mode's share",
                    what,
                    area_under_roc,
                    (shares, right),
                    stand,
                    unit="turns",
                    convention=AUROC,
                )
            yield from _by_budget(study, what, own, sorted(turns.values()))


def _by_budget(study: Study, what: str, rows: Annotations, turns: list[list[int]]) -> Iterator[Line]:
    """Yield whether the mode of the first 1, 2, 4 samples and so on is right, short of all of them."""
    ordered = [sorted(members, key=lambda row: float(rows.sample[row])) for members in turns]
    stand = rows.where(np.array([members[0] for members in turns]))
    budget = 1
    while budget < max(map(len, turns)):
        right = [_of_turn(rows, members[:budget])[3] for members in ordered]
        title = f"Accuracy of the mode of {budget} sample{'s' if budget > 1 else ''}"
        yield study.line(title, what, right, stand, unit="turns", convention=_BUDGET)
        budget *= 2


def _of_turn(rows: Annotations, members: list[int]) -> tuple[float, float, float, float]:
    """Return the share of the mode, the pairwise agreement, the entropy, and whether the mode is right."""
    keys = [rows.key[row] for row in members]
    counts = Counter(key for key in keys if key is not None)
    if not counts:
        return np.nan, np.nan, np.nan, np.nan
    ((mode, most),) = counts.most_common(1)
    n = len(keys)
    pairs = sum(count * (count - 1) for count in counts.values()) / (n * (n - 1)) if n > 1 else np.nan
    shares = np.array([*counts.values(), *[1] * keys.count(None)]) / n
    right = rows.correct[members[keys.index(mode)]]
    return most / n, pairs, float(-(shares * np.log(shares)).sum()), float(right)


SAMPLES = FigureEntry(title="Samples", function=samples_of_answers, columns=("key",), about=ABOUT)
