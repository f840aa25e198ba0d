"""Whether groups of judges differ more from each other than the judges of one group do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._agreement import table_of
from arena.results.figures._entries import FigureEntry
from arena.results.study import Annotations, Line, SignTest, Study, group_codes, role

Floats = NDArray[np.float64]

ABOUT = (
    "Several judges score the same things. The group of a judge is what its name says before a slash, or "
    "else its name without the number at the end. Judges are grouped by their models too, where one model "
    "answered for each. Variances are in squared units of the scale."
)
PERMUTATIONS = 1_000
BETWEEN = (
    "variance of the groups' means of the same thing (n - 1), mean over things; p: the share of shuffled "
    "groups of judges with at least as much"
)
INSIDE = "variance of the scores of the same thing by judges of one group (n - 1), mean over its groups"


def dispersion_of_scores(scores: Annotations, study: Study) -> Iterator[Line]:
    """Variance of judges' scores of the same thing, between the groups of judges and inside them."""
    later = scores.where(scores.by.is_("judge"))
    for name, condition, rows in later.grouped("name", "condition"):
        judges, models = sorted(set(rows.author)), study.judge_models
        grouped = {
            "groups": [group_of(judge) for judge in judges],
            "models": [models[judge] for judge in judges if judge in models],
        }
        units = group_codes(rows.episode, rows.seat, rows.step, rows.sample, rows.unit)
        _, firsts = np.unique(units, return_index=True)
        columns = np.array([judges.index(judge) for judge in rows.author])
        table = table_of(units, columns, rows.value, len(judges))
        stand = rows.where(firsts)
        for kind, groups in grouped.items():
            known = sorted(set(groups))
            if len(groups) < len(judges) or not 1 < len(known) < len(judges):
                continue
            codes = np.array([known.index(group) for group in groups], dtype=np.intp)
            told = f"{condition}: {name}, {len(known)} {kind}"
            yield from _lines(study, kind, told, (table, codes), stand)


def _lines(
    study: Study, kind: str, told: str, columns: tuple[Floats, NDArray[np.intp]], stand: Annotations
) -> Iterator[Line]:
    """Yield the variances of a table, given with the group of each judge. Its rows `stand` for the things."""
    between, inside = dispersion(*columns)
    name = f"Variance between {kind} of judges"
    line = study.line(name, told, between, stand, unit="things", convention=BETWEEN)
    yield replace(line, test=permuted(*columns))
    name = f"Variance inside {kind} of judges"
    yield study.line(name, told, inside, stand, unit="things", convention=INSIDE)


def group_of(judge: str) -> str:
    """Return the group of a judge.

    >>> group_of("strict/ann"), group_of("lenient_2"), group_of("ann")
    ('strict', 'lenient', 'ann')
    """
    group, slash, _ = judge.partition("/")
    return group if slash and group else role(judge)


def dispersion(table: Floats, groups: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Return the variance between and inside groups of judges of each thing, (things,) each.

    The first is NaN where fewer than two groups gave a score, and the second where no group gave two.

    Args:
        table: (things, judges), NaN where a judge gave no score.
        groups: (judges,), the group of each.
    """
    means, variances = [], []
    for group in np.unique(groups):
        own = table[:, groups == group]
        mean, variance = _moments(own)
        means.append(mean)
        variances.append(variance)
    _, between = _moments(np.stack(means, axis=1))
    inside, _ = _moments(np.stack(variances, axis=1))
    return between, inside


def permuted(table: Floats, groups: NDArray[np.intp]) -> SignTest | None:
    """Return the test that the groups differ no more than groups of the same sizes drawn at random.

    Whole judges change their groups, as the scores of one judge are not independent. The p-value counts the
    observed groups as one of the draws (Phipson and Smyth 2010). There is none if nothing can be compared.

    Args:
        table: as in `dispersion`.
        groups: as in `dispersion`.
    """
    observed = _mean(dispersion(table, groups)[0])
    if np.isnan(observed):
        return None
    rng = np.random.default_rng(0)
    drawn = [_mean(dispersion(table, rng.permutation(groups))[0]) for _ in range(PERMUTATIONS)]
    extreme = sum(one >= observed - 1e-9 for one in drawn)
    return SignTest((extreme + 1) / (PERMUTATIONS + 1), f"{PERMUTATIONS:,} permutations of the judges")


def _moments(values: Floats) -> tuple[Floats, Floats]:
    """Return the mean and the variance (n - 1) of each row; NaN where there are too few values."""
    there = ~np.isnan(values)
    counts, filled = there.sum(axis=1), np.where(there, values, 0)
    mean = np.divide(filled.sum(axis=1), counts, out=np.full(len(values), np.nan), where=counts > 0)
    squares = (np.where(there, values - mean[:, None], 0) ** 2).sum(axis=1)
    variance = np.divide(squares, counts - 1, out=np.full(len(values), np.nan), where=counts > 1)
    return mean, variance


def _mean(values: Floats) -> float:
    there = values[~np.isnan(values)]
    return float(there.mean()) if len(there) else np.nan


DISPERSION = FigureEntry(title="Agreement of judges", function=dispersion_of_scores, about=ABOUT)
