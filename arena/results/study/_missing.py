"""Rows for what an episode broke off before: it wrote none, and would else not be missed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.results.study._annotations import NOT_REACHED, NUMBERS, ON_DEMAND, Annotations, group_codes
from arena.results.study._coding import Texts, missing

ASKED = ("name", "author", "by", "part", "moment", "grp", "method", "turn", "ordering", "repeat", "sample",
         "unit")  # fmt: skip
"""What tells one thing that is asked in each episode from another, besides the seat that it is about."""
WHOSE = "name", "author", "by"
_KEPT = (*ASKED, "seat", "low", "high")


def with_missing(found: Annotations) -> Annotations:
    """Return the rows with one for each thing that an episode broke off before it was asked.

    What every completed episode of its condition has belongs to it. So do a name, author and seat that any
    other has, if it has none of these.
    """
    completed = found.episodes.completed
    if completed.all() or not len(found):
        return found
    # How an answer is compared is only known of one that came.
    told = [name for name in ASKED if not (name == "method" and found.kind == "answer")]
    asked = group_codes(*(found.columns[name] for name in told), _seats(found))
    whose = group_codes(*(found.columns[name] for name in WHOSE), _seats(found))
    conditions = found.episodes.condition.codes
    templates: list[int] = []
    places: list[int] = []
    for condition in np.unique(conditions[~completed]).tolist():
        rows = np.flatnonzero(conditions[found.episode] == condition)
        expected = _expected(asked[rows], found.episode[rows], completed)
        _, first = np.unique(whose[rows], return_index=True)
        for episode in np.flatnonzero(~completed & (conditions == condition)).tolist():
            own = rows[found.episode[rows] == episode]
            has, has_of = set(asked[own].tolist()), set(whose[own].tolist())
            added = [int(rows[place]) for code, place in expected if code not in has]
            has_of |= set(whose[added].tolist())
            added += [int(rows[place]) for place in first if int(whose[rows[place]]) not in has_of]
            templates += added
            places += [episode] * len(added)
    return found.joined(_blank(found.where(np.array(templates, dtype=np.intp)), np.array(places)))


def _seats(found: Annotations) -> NDArray[np.int32]:
    """Return a number for the seat that each row is about, or for its author if it names no seat."""
    codes = found.seat.joined(found.author).codes
    named = (found.seat.codes >= 0) & ~found.seat.is_("")
    return np.asarray(np.where(named, codes[: len(found)], codes[len(found) :]), dtype=np.int32)


def _expected(
    asked: NDArray[np.intp], episodes: NDArray[np.intp], completed: NDArray[np.bool_]
) -> list[tuple[int, int]]:
    """Return what every completed episode was asked, each with the place of a row."""
    whole = np.flatnonzero(completed[episodes])
    pairs = np.unique(np.stack([asked[whole], episodes[whole]], axis=1), axis=0)
    codes, counts = np.unique(pairs[:, 0], return_counts=True)
    everywhere = set(codes[counts == len(np.unique(pairs[:, 1]))].tolist())
    found, first = np.unique(asked, return_index=True)
    return [
        (code, place)
        for code, place in zip(found.tolist(), first.tolist(), strict=True)
        if code in everywhere
    ]


def _blank(rows: Annotations, episodes: NDArray[Any]) -> Annotations:
    """Return rows that say that they were not reached, in these episodes."""
    columns: dict[str, Any] = {}
    for name, column in rows.columns.items():
        if name == "status":
            columns[name] = Texts(np.zeros(len(rows), dtype=np.int32), (NOT_REACHED,))
        elif name in _KEPT or name == "judgement":
            columns[name] = column
        elif name == "key":
            columns[name] = np.full(len(rows), None, dtype=object)
        elif name in NUMBERS:
            columns[name] = missing(len(rows))
        elif name in ON_DEMAND:
            columns[name] = Texts(np.full(len(rows), -1, dtype=np.int32), ())
    columns["episode"] = episodes.astype(np.intp)
    return Annotations(rows.kind, rows.episodes, columns)
