"""What a reward makes of several samples of a turn: whether one is right, and whether it is chosen."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._accuracy import gradable, named
from arena.results.figures._entries import FigureEntry
from arena.results.study import Annotations, Line, Study

ABOUT = (
    "Samples of a turn have scores of their own. Those of equal scores are in the order in which they were "
    "made, and a sample without a usable answer is not right."
)
ENOUGH = 8
"""So many right samples of a turn are enough for a balance score of 1."""
CONVENTIONS = {
    "Any sample right (Pass@K)": "share of turns of which at least one sample is right",
    "Best sample right": "share of turns whose sample of the highest score is right",
    "One of the best two right": "share of turns of whose two samples of the highest scores one is right "
    "(Reward-Pass@2)",
    "Best two both right": "share of turns whose two samples of the highest scores are both right "
    "(Reward@K-2)",
}
_NOT_REACHED = -1.0
"""The step of a turn that an episode broke off before."""
_Turn = tuple[int, str, float]


def chosen_samples(answers: Annotations, scores: Annotations, study: Study) -> Iterator[Line]:
    """Whether the samples of a turn that a score puts first are right."""
    sampled = scores.where(~np.isnan(scores.sample))
    if not len(sampled):
        return
    for name, by, rows in named(gradable(answers)):
        right = _by_turn(rows, np.nan_to_num(rows.correct))
        for scored, author, given in named(sampled):
            values = _by_turn(given, given.value)
            shared = {turn for turn in right if turn in values}
            for condition, own in rows.grouped("condition"):
                stand, turns = _firsts(own, shared)
                if not shared.intersection(turns):
                    continue
                told = np.array([_of_turn(right.get(turn, {}), values.get(turn, {})) for turn in turns])
                what = f"{condition}: {by}{name}, by {author}{scored}"
                for column, (title, convention) in enumerate(CONVENTIONS.items()):
                    yield study.line(title, what, told[:, column], stand, unit="turns", convention=convention)


def balance_of_samples(
    answers: Annotations, scores: Annotations, labels: Annotations, study: Study
) -> Iterator[Line]:
    """Mean of min(c / 8, 1) * c / n over turns, of whose n samples that were kept c are right (B-STaR)."""
    scored = scores.where(~np.isnan(scores.sample))
    told = labels.where(labels.name.is_("kept") & ~np.isnan(labels.sample))
    if not len(scored) or not len(told):
        return
    sampled = set(_by_turn(scored, scored.value))
    kept = {
        turn: {sample for sample, value in samples.items() if value}
        for turn, samples in _by_turn(told, told.text.is_("yes").astype(np.float64)).items()
        if turn in sampled
    }
    for name, by, rows in named(gradable(answers)):
        right = _by_turn(rows, np.nan_to_num(rows.correct))
        for condition, own in rows.grouped("condition"):
            stand, turns = _firsts(own, set(right) & set(kept))
            if not set(kept).intersection(turns):
                continue
            found = [_balance(right.get(turn, {}), kept.get(turn, set())) for turn in turns]
            yield study.line(
                "Balance score", f"{condition}: {by}{name}", np.array(found), stand, unit="turns"
            )


def _turns(rows: Annotations) -> Iterator[_Turn]:
    yield from zip(
        rows.episode.tolist(), rows.seat, np.nan_to_num(rows.step, nan=_NOT_REACHED).tolist(), strict=True
    )


def _by_turn(rows: Annotations, values: NDArray[np.float64]) -> dict[_Turn, dict[int, float]]:
    """Return the value of each sample of each turn."""
    found: dict[_Turn, dict[int, float]] = {}
    columns = zip(
        rows.episode.tolist(), rows.seat, rows.step.tolist(), rows.sample.tolist(), values, strict=True
    )
    for episode, seat, step, sample, value in columns:
        own = found.setdefault((episode, seat, step), {})
        if sample == sample:
            own[int(sample)] = float(value)
    return found


def _firsts(rows: Annotations, turns: set[_Turn]) -> tuple[Annotations, list[_Turn]]:
    """Return the row that stands for each turn, and the turns: those given, and those not reached."""
    firsts: dict[_Turn, int] = {}
    for row, turn in enumerate(_turns(rows)):
        if turn in turns or turn[2] == _NOT_REACHED:
            firsts.setdefault(turn, row)
    return rows.where(np.array(list(firsts.values()), dtype=np.intp)), list(firsts)


def _of_turn(right: dict[int, float], scores: dict[int, float]) -> tuple[float, ...]:
    """Return the figures of a turn, NaN if it has no scores."""
    ranked = sorted((-score, sample) for sample, score in scores.items() if score == score)
    if not ranked:
        return (np.nan,) * len(CONVENTIONS)
    best = [right.get(sample, 0.0) >= 0.5 for _, sample in ranked]
    hits = any(one >= 0.5 for one in right.values()), best[0], any(best[:2])
    both = float(all(best[:2])) if len(best) > 1 else np.nan
    return (*map(float, hits), both)


def _balance(right: dict[int, float], kept: set[int]) -> float:
    if not kept:
        return np.nan
    good = sum(right.get(sample, 0.0) >= 0.5 for sample in kept)
    return min(good / ENOUGH, 1.0) * good / len(kept)


CHOSEN = (
    FigureEntry(title="Samples", function=chosen_samples, about=ABOUT),
    FigureEntry(title="Samples", function=balance_of_samples, columns=("text",), about=ABOUT),
)
