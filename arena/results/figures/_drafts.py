"""What became of the drafts of a reply: whether the reply mends them, spoils them or follows most of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from arena.annotations import AnnotationStatus
from arena.results.figures._accuracy import named
from arena.results.figures._entries import FigureEntry
from arena.results.study import Annotations, Line, Study
from arena.seat.drafts import is_of_draft, reply_name

ABOUT = (
    "An agent that samples several drafts makes one reply of them. Their mode is the most frequent answer of "
    "those that could be used; several that are as frequent are a tie, which has no mode."
)
_Place = tuple[str, int, str, float]
_FIGURES: Mapping[str, str] = {
    "A draft is right": "share of replies of whose drafts at least one is right",
    "Follows the mode": "share of replies that give the most frequent answer of their drafts, ties left out",
    "Rescue rate": "share that is right of the replies all of whose usable drafts are wrong",
    "Loss rate": "share that is wrong of the replies whose drafts' most frequent answer is right",
}


def drafts_of_answers(answers: Annotations, study: Study) -> Iterator[Line]:
    """What the drafts of a reply came to, and what the reply made of it."""
    drafted: dict[_Place, list[int]] = {}
    for row, (name, place) in enumerate(zip(answers.name, _places(answers), strict=True)):
        if is_of_draft(name):
            drafted.setdefault((reply_name(name), *place), []).append(row)
    for name, group, rows in named(answers) if drafted else ():
        for condition, own in rows.grouped("condition"):
            found = [drafted.get((name, *place), []) for place in _places(own)]
            has = np.array([bool(members) for members in found], dtype=np.bool_)
            if not has.any():
                continue
            # A reply that never came would have been made of drafts, too.
            counted = has | ~own.status.is_(AnnotationStatus.OK.value, AnnotationStatus.ABSTAINED.value)
            replies = own.where(counted)
            columns = np.array(
                [
                    _of_reply(answers, members, replies.key[row], float(replies.correct[row]))
                    for row, members in enumerate(
                        members for members, counts in zip(found, counted, strict=True) if counts
                    )
                ]
            )
            for column, (title, convention) in enumerate(_FIGURES.items()):
                chosen = ~np.isinf(columns[:, column])
                yield study.line(
                    title,
                    f"{condition}: {group}{name}",
                    columns[chosen, column],
                    replies.where(chosen),
                    unit="replies",
                    convention=convention,
                )


def _places(rows: Annotations) -> Sequence[tuple[int, str, float]]:
    return list(zip(rows.episode.tolist(), rows.author, rows.step.tolist(), strict=True))


def _of_reply(
    answers: Annotations, members: Sequence[int], key: int | None, correct: float
) -> NDArray[np.float64]:
    """Return the four figures of a reply: NaN where one is unknown, and infinite where it has none."""
    if not members:
        return np.full(len(_FIGURES), np.nan)
    keys = {row: answers.key[row] for row in members if answers.key[row] is not None}
    right = np.array([answers.correct[row] for row in keys], dtype=np.float64)
    counts = Counter(keys.values()).most_common()
    is_tied = not counts or (len(counts) > 1 and counts[0][1] == counts[1][1])
    mode = None if is_tied else counts[0][0]
    of_mode = next((float(answers.correct[row]) for row, one in keys.items() if one == mode), np.nan)
    follows = np.inf if is_tied else (np.nan if key is None else float(key == mode))
    rescued = correct if len(right) and (right == 0).all() else np.inf
    lost = 1 - correct if of_mode == 1 else np.inf
    return np.array([float(right.max()) if len(right) else np.nan, follows, rescued, lost])


DRAFTS = FigureEntry(title="Drafts", function=drafts_of_answers, columns=("key",), about=ABOUT)
