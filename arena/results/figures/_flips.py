"""What a perturbation does to answers and verdicts: flips, robustness, and the flip matrix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._accuracy import final, named
from arena.results.figures._entries import FigureEntry
from arena.results.figures._grids import Grid
from arena.results.figures.lines import grouped
from arena.results.study import NOT_REACHED, Annotations, Line, Study, group_codes
from arena.tasks.questions import CLAIM

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


@dataclass(frozen=True, slots=True)
class FlipPairs:
    """Pairs of what was found on a plain and on the perturbed task.

    Args:
        rows: the plain rows, one of each pair, (pairs,).
        right: whether each is right, (pairs, 2); NaN where either was not reached, or no truth is known.
        decided: whether each says something, (pairs, 2).
        flipped: whether the two differ, (pairs,); NaN where either was not reached.
        follows: whether each is the answer that the perturbation speaks for, (pairs, 2); NaN where either was
            not reached, or it speaks for none.
    """

    rows: Annotations
    right: Floats
    decided: NDArray[np.bool_]
    flipped: Floats
    follows: Floats


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
    if not found.episodes.perturbed.names:
        return
    for name, group, rows in named(final(found)):
        pairs: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for one in _paired(rows):
            plain, changed = one
            pairs.setdefault((rows.base[plain], rows.perturbed[changed]), []).append(one)
        by_kind = grouped(pairs, lambda key: (key[0], key[1].partition("?")[0]))
        for (base, kind), variants in by_kind.items():
            for variant in variants:
                what = f"{base}, {variant[1]}: {group}{name}"
                yield from _lines(study, what, _compared(rows, study, pairs[variant]))
            if len(variants) > 1:
                together = [pair for variant in variants for pair in pairs[variant]]
                what = f"{base}, {kind} in all variants: {group}{name}"
                yield from _lines(study, what, _compared(rows, study, together))


def _paired(rows: Annotations) -> Iterator[tuple[int, int]]:
    """Yield the places of rows that belong together: the plain one and the perturbed one.

    They are of the same match, or, if the variants have matches of their own, as in imported runs, of the
    same number among those of their task.
    """
    episodes = rows.episodes
    match = episodes.match[rows.episode]
    run = episodes.run[rows.episode]
    asked = group_codes(run, rows.base, rows.task, rows.author, rows.ordering, rows.repeat)
    plain: dict[int, list[int]] = {}
    changed: dict[tuple[int, str], list[int]] = {}
    for row, (key, perturbed) in enumerate(zip(asked.tolist(), rows.perturbed, strict=True)):
        if perturbed:
            changed.setdefault((key, perturbed), []).append(row)
        else:
            plain.setdefault(key, []).append(row)
    for (key, _), own in changed.items():
        others = plain.get(key, [])
        shared = {int(match[row]) for row in own} & {int(match[row]) for row in others}
        for number in sorted(shared) or (None,):
            yield from zip(
                [row for row in others if number in (None, match[row])],
                [row for row in own if number in (None, match[row])],
                strict=False,
            )


def _compared(rows: Annotations, study: Study, pairs: Sequence[tuple[int, int]]) -> FlipPairs:
    places = np.array(pairs, dtype=np.intp).reshape(len(pairs), 2)
    contents = [[_content(rows, study, row) for row in pair] for pair in pairs]
    reached = ~rows.status.is_(NOT_REACHED)[places]
    decided = np.array([[one is not None for one in pair] for pair in contents], dtype=np.bool_)
    known = np.array([truth is not None for truth in rows.episodes.truths], dtype=np.bool_)[rows.episode]
    known |= ~np.isnan(rows.correct)
    right = np.where(reached & known[places], np.nan_to_num(rows.correct[places]), np.nan)
    flipped = np.array([one != other for one, other in contents], dtype=np.float64)
    broken = ~reached.all(axis=1)
    flipped[broken], right[broken] = np.nan, np.nan
    cues = [_cue(rows, pair[1]) for pair in pairs]
    follows = np.array(
        [
            [np.nan if cue is None else one == cue for one in pair]
            for cue, pair in zip(cues, contents, strict=True)
        ],
        dtype=np.float64,
    ).reshape(len(pairs), 2)
    follows[~reached] = np.nan
    return FlipPairs(rows.where(places[:, 0]), right, decided, flipped, follows)


def _content(rows: Annotations, study: Study, row: int) -> object:
    """Return what a row stands for: the place of an answer in the plain task, or else its key or text."""
    if rows.text.codes[row] < 0:
        return None
    said, episode = rows.text[row], int(rows.episode[row])
    answer = study.sides[episode].get(said, said)
    listed = rows.episodes.answers[episode] or (CLAIM if answer in CLAIM else ())
    if answer not in listed:
        key = rows.columns["key"][row] if "key" in rows.columns else None
        return answer if key is None else key
    place, stands_for = listed.index(answer), rows.episodes.stands_for[episode]
    return stands_for[place] if place < len(stands_for) else place


def _cue(rows: Annotations, row: int) -> int | None:
    """Return the place in the plain task of the answer that a perturbed task speaks for."""
    episode = int(rows.episode[row])
    cue, stands_for = rows.episodes.cues[episode], rows.episodes.stands_for[episode]
    return stands_for[cue] if cue is not None and 0 <= cue < len(stands_for) else cue


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
