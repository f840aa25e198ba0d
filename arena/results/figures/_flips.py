"""What a perturbation does to answers and verdicts: flips, robustness, and the flip matrix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._accuracy import final, named
from arena.results.figures._entries import FigureEntry
from arena.results.figures._flip_pairs import FlipPairs, compared, judged_pairs, paired_rows
from arena.results.figures._grids import Grid
from arena.results.figures.lines import grouped
from arena.results.study import Annotations, Line, Study

Floats = NDArray[np.float64]

ABOUT = (
    "Each task was asked as it is and as a perturbation changes it, and the two are compared. Answers are "
    "the same if they stand for the same answer of the task, wherever it is shown and however it is worded. "
    "In one line, what is missing or undecided is wrong, and differs from what is decided. In the other, "
    'only pairs count of which both were decided. Wang et al. 2025, "Assessing judging bias in large '
    'reasoning models", use both. Accuracy changes by helpful less harmful flips.'
)
CELLS = ("Right both times", "Right to wrong (harmful)", "Wrong to right (helpful)", "Wrong both times")
"""The cells of the flip matrix, as shares of all pairs; the first is also the joint consistency."""
RATE = "Robustness rate"


def flips_of_answers(answers: Annotations, study: Study) -> Iterator[Line]:
    """Share of pairs of last answers, on a task as it is and perturbed."""
    yield from _flips(answers, study)


def flips_of_verdicts(verdicts: Annotations, study: Study) -> Iterator[Line]:
    """Share of pairs of verdicts, on a task as it is and perturbed."""
    yield from _flips(verdicts, study)


def flips_of_rulings(rulings: Annotations, study: Study) -> Iterator[Line]:
    """Share of pairs of rulings, on a task as it is and perturbed."""
    yield from _flips(rulings, study)


def flip_matrix(lines: Iterable[Line]) -> Iterator[Grid]:
    """Yield the flip matrix of each perturbation, a row each, with its robustness rate."""
    rows = []
    for group, own in grouped(lines, lambda line: line.group).items():
        found = {line.name: line.figure for line in own}
        if CELLS[0] in found:
            rows.append((group, [found.get(name) for name in (*CELLS, RATE)]))
    if rows:
        yield Grid(["flip matrix", *CELLS, RATE], rows)


def _flips(found: Annotations, study: Study) -> Iterator[Line]:
    yield from _flips_of_tasks(found, study)
    yield from _flips_of_judges(found, study)


def _flips_of_judges(found: Annotations, study: Study) -> Iterator[Line]:
    """Yield the lines of judges who came afterwards, and read each episode as it is and perturbed."""
    perturbed = found.by.is_("judge") & (found.grp.codes >= 0)
    for base, plain, name, author, _ in found.where(perturbed).grouped("base", "grp", "name", "author"):
        if plain:
            mine = found.base.is_(base) & found.author.is_(author) & found.name.is_(plain, name)
            rows = found.where(mine)
            change = name.removeprefix(f"{plain}, ")
            if pairs := list(judged_pairs(rows, name)):
                group = f"{base}, {change}: {author}, afterwards, {plain}"
                yield from _lines(study, group, compared(rows, study, pairs))


def _flips_of_tasks(found: Annotations, study: Study) -> Iterator[Line]:
    if not found.episodes.perturbed.names:
        return
    for name, group, asked in named(found):
        rows = final(asked)
        pairs: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for one in paired_rows(rows):
            plain, changed = one
            pairs.setdefault((rows.base[plain], rows.perturbed[changed]), []).append(one)
        by_kind = grouped(pairs, lambda key: (key[0], key[1].partition("?")[0]))
        for (base, kind), variants in by_kind.items():
            for variant in variants:
                what = f"{base}, {variant[1]}: {group}{name}"
                yield from _lines(study, what, compared(rows, study, pairs[variant]))
            if len(variants) > 1:
                together = [pair for variant in variants for pair in pairs[variant]]
                what = f"{base}, {kind} in all variants: {group}{name}"
                yield from _lines(study, what, compared(rows, study, together))


def _lines(study: Study, group: str, pairs: FlipPairs) -> Iterator[Line]:
    both: NDArray[np.bool_] = np.all(pairs.decided, axis=1) | np.isnan(pairs.flipped)
    for told, where in ((", undecided as wrong", np.ones_like(both)), (", both decided", both)):
        rows, right = pairs.rows.where(where), pairs.right[where]
        flipped, what = pairs.flipped[where], f"{group}{told}"
        known = ~np.isnan(right).any(axis=1)
        before, after = right[:, 0] > 0.5, right[:, 1] > 0.5
        yield _line(study, RATE, what, 1 - flipped, rows)
        if known.any():
            cells = (before & after, before & ~after, ~before & after, ~before & ~after)
            for name, values in zip(CELLS, cells, strict=True):
                yield _line(study, name, what, np.where(known, values, np.nan), rows)
            same = np.where(known & ~np.isnan(flipped), (flipped > 0.5) & (before == after), np.nan)
            yield _line(study, "Neutral flips", what, same, rows)
            moved = np.where(known, before == after, np.nan)
            yield _line(study, "Robustness rate of being right", what, moved, rows)
            yield _line(study, "Accuracy, plain", what, right[:, 0], rows)
            yield _line(study, "Accuracy, perturbed", what, right[:, 1], rows)
            yield _line(study, "Accuracy, change", what, right[:, 1] - right[:, 0], rows, test=True)
        if not np.isnan(pairs.follows).all():
            for name, column in (("plain", 0), ("perturbed", 1)):
                yield _line(study, f"Follows the cue, {name}", what, pairs.follows[where][:, column], rows)


def _line(study: Study, name: str, group: str, values: Floats, rows: Annotations, test: bool = False) -> Line:
    return study.line(name, group, values, rows, unit="pairs", test=test)


FLIPS = tuple(
    FigureEntry(
        title="Perturbations", function=function, columns=("text", "key"), about=ABOUT, grids=flip_matrix
    )
    for function in (flips_of_answers, flips_of_verdicts, flips_of_rulings)
)
