"""Two seats that answer round by round: how often they disagree, and whose answer is the final one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from arena.results.figures._entries import FigureEntry
from arena.results.study import DECISION, Annotations, Line, Study, groups

ABOUT = (
    "Two seats answer in each round, and one answer is the final one, as in MAD (Liang et al. 2023, "
    '"Encouraging divergent thinking in large language models through multi-agent debate"). A round or an '
    "episode in which one of them gave no usable answer lowers the coverage."
)


def disagreement(answers: Annotations, study: Study) -> Iterator[Line]:
    """Share of rounds in which two seats gave different answers."""
    for condition, _, rows in _of_two(answers):
        asked = list(groups(rows.episode, rows.turn))
        keys = [[rows.key[row] for row in places.tolist()] for places in asked]
        differ = [np.nan if None in own or len(own) < 2 else float(len(set(own)) > 1) for own in keys]
        firsts = np.array([places[0] for places in asked])
        stand, values = rows.where(firsts), np.array(differ)
        yield study.line("Disagreement", condition, values, stand, unit="rounds")
        for turn in np.unique(stand.turn):
            at = stand.turn == turn
            group = f"{condition}: round {turn:g}"
            yield study.line("Disagreement", group, values[at], stand.where(at), unit="rounds")


def final_answers(answers: Annotations, study: Study) -> Iterator[Line]:
    """Share of episodes whose final answer is the last answer of one seat alone, of both, or of neither."""
    decided = answers.where(answers.name.is_(DECISION))
    for condition, seats, rows in _of_two(answers):
        own = decided.where(decided.condition.is_(condition))
        last: dict[tuple[int, str], int | None] = {}
        for row in np.argsort(rows.turn, kind="stable").tolist():
            last[int(rows.episode[row]), rows.author[row]] = rows.key[row]
        whose = [
            _whose([last.get((episode, seat)) for seat in seats], key)
            for episode, key in zip(own.episode.tolist(), own.key, strict=True)
        ]
        known = np.array([one is not None for one in whose], dtype=np.bool_)
        for name, wanted in (
            (f"{seats[0]} alone", (True, False)),
            (f"{seats[1]} alone", (False, True)),
            ("both", (True, True)),
            ("neither", (False, False)),
        ):
            is_so = np.array([one == wanted for one in whose], dtype=np.float64)
            values = np.where(known, is_so, np.nan)
            yield study.line("Final answer", f"{condition}: {name}", values, own, unit="episodes")


def _of_two(answers: Annotations) -> Iterator[tuple[str, list[str], Annotations]]:
    """Yield each condition in which exactly two seats answer by rounds, the seats, and their answers."""
    rows = answers.where(answers.by.is_("seat") & ~np.isnan(answers.turn) & ~(answers.sample > 0))
    decided = answers.where(answers.name.is_(DECISION))
    for condition, _, own in rows.grouped("condition", "name"):
        seats = list(dict.fromkeys(own.author))
        if len(seats) == 2 and decided.condition.is_(condition).any():
            yield condition, seats, own


def _whose(last: list[int | None], final: int | None) -> tuple[bool, ...] | None:
    """Return of which of two last answers the final one is the same; None if one of the three is missing."""
    if final is None or None in last:
        return None
    return tuple(key == final for key in last)


TWO_SIDES = tuple(
    FigureEntry(title="Two answerers", function=function, columns=("key",), about=ABOUT)
    for function in (disagreement, final_answers)
)
