"""How answers and beliefs move over the turns of an episode."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._accuracy import as_wrong, named
from arena.results.figures._entries import FigureEntry
from arena.results.study import Annotations, Line, Study

ABOUT = "Turns are the author's own, counted from 1. A turn without a usable answer lowers the coverage."


def answers_by_turn(answers: Annotations, study: Study) -> Iterator[Line]:
    """Share of answers that are right at each turn, and how often an author changes its answer."""
    for name, group, rows in named(answers):
        turns = rows.turn
        if np.isnan(turns).all() or np.nanmax(turns) < 2:
            continue
        for condition, own in rows.grouped("condition"):
            what = f"{condition}: {group}{name}"
            for turn in np.unique(own.turn[~np.isnan(own.turn)]).astype(int):
                at = own.where(own.turn == turn)
                if not np.isnan(at.correct).all():
                    place = f"{what}, turn {turn}"
                    yield study.line("Accuracy by turn", place, at.correct, at)
                    yield study.line("Accuracy by turn, undecided as wrong", place, as_wrong(at), at)
            switched, back, firsts = _changes(own)
            yield study.line("Switching", f"{what}, a turn after the first", switched, firsts)
            yield study.line("Oscillation", f"{what}, back to an earlier answer", back, firsts)


def beliefs_by_turn(beliefs: Annotations, study: Study) -> Iterator[Line]:
    """Mean probability that was stated at each turn."""
    for name, group, rows in named(beliefs):
        if np.isnan(rows.turn).all() or np.nanmax(rows.turn) < 2:
            continue
        for condition, method, own in rows.grouped("condition", "method"):
            what = ", ".join(filter(None, (f"{condition}: {group}{name}", method)))
            for turn in np.unique(own.turn[~np.isnan(own.turn)]).astype(int):
                at = own.where(own.turn == turn)
                yield study.line("Belief by turn", f"{what}, turn {turn}", at.probability, at)


def _changes(rows: Annotations) -> tuple[NDArray[np.float64], NDArray[np.float64], Annotations]:
    """Return, for each author of an episode, the share of its turns after the first that change the answer.

    The second array is 1 where it came back to an answer that it had left. Both are NaN for an author with
    fewer than two usable answers. The third are the rows that stand for the authors.
    """
    answers: dict[tuple[int, str], list[tuple[float, int]]] = {}
    first: dict[tuple[int, str], int] = {}
    for row, (episode, author, turn, sample, key) in enumerate(
        zip(
            rows.episode.tolist(),
            rows.author,
            rows.turn.tolist(),
            rows.sample.tolist(),
            rows.key,
            strict=True,
        )
    ):
        if sample == sample and sample > 0:
            continue
        first.setdefault((episode, author), row)
        own = answers.setdefault((episode, author), [])
        if key is not None and turn == turn:
            own.append((turn, key))
    shares, backs = np.full(len(first), np.nan), np.full(len(first), np.nan)
    for place, author in enumerate(first):
        keys = [key for _, key in sorted(answers[author])]
        if len(keys) > 1:
            changed = [one != other for one, other in pairwise(keys)]
            shares[place] = sum(changed) / len(changed)
            backs[place] = float(
                any(key in keys[:at] and key != keys[at - 1] for at, key in enumerate(keys) if at > 1)
            )
    chosen = np.zeros(len(rows), dtype=np.bool_)
    chosen[list(first.values())] = True
    return shares, backs, rows.where(chosen)


SERIES = (
    FigureEntry(title="Turn by turn", function=answers_by_turn, columns=("key",), about=ABOUT),
    FigureEntry(title="Turn by turn", function=beliefs_by_turn, about=ABOUT),
)
