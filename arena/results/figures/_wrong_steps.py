"""Which steps of a solution are wrong, where several may be: precision, recall and F1, macro and micro."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._entries import FigureEntry
from arena.results.metrics import Figure
from arena.results.study import NOT_REACHED, Annotations, Line, Study

Floats = NDArray[np.float64]

ABOUT = (
    "What a critic called wrong of all steps, against all that are wrong. The conventions are those of the "
    "code of DeltaBench (He et al. 2025): what is called wrong after the last wrong step is not counted, and "
    "a solution without a wrong step has no figures. A reply that cannot be used calls nothing wrong."
)
_SET = re.compile(r"\[((?:\d+(?:, ?\d+)*)?)\]")
_FIGURES = ("precision", "recall", "F1")


def wrong_steps(verdicts: Annotations, study: Study) -> Iterator[Line]:
    """Share of the steps called wrong that are wrong, share of the wrong ones called so, and their F1."""
    steps = verdicts.where(verdicts.name.is_("step"))
    truths = [_wrong(study.episodes.truths[episode]) for episode in steps.episode.tolist()]
    steps = steps.where(np.array([truth is not None for truth in truths], dtype=np.bool_))
    for condition, agent, own in steps.grouped("condition", "agent"):
        yield from _lines(study, f"{condition}: {agent}", own)
        if len(study.episodes.category.names) > 1:
            for category, some in own.grouped("category"):
                yield from _lines(study, f"{condition}: {agent}, {category or 'no category'}", some)


def _lines(study: Study, group: str, rows: Annotations) -> Iterator[Line]:
    _, firsts = np.unique(rows.episode, return_index=True)
    solutions = rows.where(firsts)
    counts = np.array([_counts(study, rows.where(rows.episode == one)) for one in solutions.episode])
    asked = counts[:, 3] > 0
    for name in _FIGURES:
        each = np.array([_ratio(name, *counted[:3]) for counted in counts])
        yield study.line(
            f"Wrong steps, macro {name}",
            group,
            each[asked],
            solutions.where(asked),
            unit="solutions",
            convention="mean over the solutions that have a wrong step",
        )
        yield study.measure(
            f"Wrong steps, micro {name}",
            group,
            partial(_micro, name),
            (counts[asked],),
            solutions.where(asked),
            unit="solutions",
            convention="of all steps of these solutions together",
        )
    yield study.line(
        "Solutions without a wrong step", group, (~asked).astype(float), solutions, unit="solutions"
    )


def _counts(study: Study, rows: Annotations) -> tuple[float, float, float, int]:
    """Return of a solution how many steps were found, called wrong in vain and missed, and are wrong."""
    wrong = _wrong(study.episodes.truths[int(rows.episode[0])]) or frozenset()
    if not wrong or rows.status.is_(NOT_REACHED).any():
        return np.nan, np.nan, np.nan, len(wrong)
    said = {int(place) for place in rows.unit[rows.text.is_("Incorrect")] if place <= max(wrong)}
    return len(said & wrong), len(said - wrong), len(wrong - said), len(wrong)


def _ratio(name: str, found: float, in_vain: float, missed: float) -> float:
    """Return precision, recall or F1; 0 where nothing would be divided by, NaN where nothing is known."""
    if np.isnan(found):
        return np.nan
    if name == "F1":
        return 2 * found / (2 * found + in_vain + missed) if found else 0.0
    return found / (found + (in_vain if name == "precision" else missed)) if found else 0.0


def _micro(name: str, counts: Floats) -> Figure:
    known = ~np.isnan(counts[:, 0])
    found, in_vain, missed = (float(column) for column in counts[known, :3].sum(axis=0))
    return Figure(
        _ratio(name, found, in_vain, missed) if known.any() else None, int(known.sum()), len(counts)
    )


def _wrong(truth: str | None) -> frozenset[int] | None:
    """Return the indices of the wrong steps from a truth such as ``[2, 5]``; None if it is no such truth."""
    said = _SET.fullmatch(truth or "")
    return frozenset(map(int, re.findall(r"\d+", said[1]))) if said else None


WRONG_STEPS = FigureEntry(title="Errors found", function=wrong_steps, columns=("text",), about=ABOUT)
