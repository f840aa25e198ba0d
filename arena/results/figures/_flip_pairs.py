"""Pairs of what was found on a task as it is and as a perturbation changes it, and whether the two differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.results.study import NOT_REACHED, Annotations, Study, group_codes
from arena.tasks.questions import CLAIM

Floats = NDArray[np.float64]


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


def paired_rows(rows: Annotations) -> Iterator[tuple[int, int]]:
    """Yield the places of rows that belong together: the plain one and the perturbed one.

    They are of the same match, or, if the variants have matches of their own, as in imported runs, of the
    same number among those of their task.
    """
    episodes = rows.episodes
    match = episodes.match[rows.episode]
    run = episodes.run[rows.episode]
    asked = group_codes(run, rows.base, rows.task, *_asked(rows))
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


def _asked(rows: Annotations) -> tuple[Any, ...]:
    """Return the columns that tell one ask in an episode from another."""
    return rows.author, rows.ordering, rows.repeat, rows.sample, rows.unit, rows.moment


def judged_pairs(rows: Annotations, name: str) -> Iterator[tuple[int, int]]:
    """Yield the places of rows of one episode: the plain one, and that of the same ask under another name."""
    asked = group_codes(rows.episode, *_asked(rows)).tolist()
    is_changed = rows.name.is_(name).tolist()
    plain = {key: row for row, key in enumerate(asked) if not is_changed[row]}
    for row, key in enumerate(asked):
        if is_changed[row] and key in plain:
            yield plain[key], row


def compared(rows: Annotations, study: Study, pairs: Sequence[tuple[int, int]]) -> FlipPairs:
    places = np.array(pairs, dtype=np.intp).reshape(len(pairs), 2)
    contents = [[content(rows, study, row) for row in pair] for pair in pairs]
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


def content(rows: Annotations, study: Study, row: int) -> object:
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
