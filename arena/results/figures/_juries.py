"""Bets against a jury: how high both sides of a debate bet, and what all votes of the jury together say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._beliefs import ABOUT, BETTORS
from arena.results.figures._calibration import Stated, calibrated
from arena.results.figures._courses import Courses, courses
from arena.results.figures._entries import FigureEntry
from arena.results.study import Annotations, Line, Study, groups
from arena.votes.voting import leading

Floats = NDArray[np.float64]
BANDS = ("at most 50 %", "above 50 % to 75 %", "above 75 %")
_TIED = ""


def bet_bands(beliefs: Annotations, study: Study) -> Iterator[Line]:
    """The share of debates by how high its two sides bet last, in bands of Prasad and Nguyen 2025."""
    for one in _bets(beliefs):
        pairs = [own for own in groups(one.rows.episode) if len(own) == 2]
        if not pairs or np.isnan(one.last).all():
            continue
        first, second = np.array(pairs, dtype=np.intp).T
        known = ~np.isnan(one.last[first] + one.last[second])
        bands = np.sort(np.array([_band(one.last[first]), _band(one.last[second])]), axis=0)
        for low, high in ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2)):
            both = f"both {BANDS[low]}" if low == high else f"one {BANDS[low]}, the other {BANDS[high]}"
            holds = np.where(known, (bands[0] == low) & (bands[1] == high), np.nan)
            yield study.line(f"Last bets {both}", one.condition, holds, one.rows.where(first), unit="debates")


def jury(beliefs: Annotations, verdicts: Annotations, study: Study) -> Iterator[Line]:
    """Each debater's last bet against the majority of all votes of the later judges, orders and repeats too.

    A debate in which two answers have the most votes is tied. It is left out of the scores and counted apart.
    """
    won = _majorities(verdicts, study)
    for one in _bets(beliefs) if won else ():
        debates = np.array([own[0] for own in groups(one.rows.episode)], dtype=np.intp)
        ruled = [won.get(episode) for episode in one.rows.episode[debates].tolist()]
        tied = np.array([np.nan if winner is None else winner == _TIED for winner in ruled])
        told = "the share of judged debates in which two answers have the most votes"
        yield study.line(
            "Debates that the jury tied",
            one.condition,
            tied,
            one.rows.where(debates),
            unit="debates",
            convention=told,
        )
        pairs = list(zip(one.rows.episode.tolist(), one.rows.author, strict=True))
        true = np.array([_came_true(study, won, episode, seat) for episode, seat in pairs])
        for name, bets in (("first", one.first), ("last", one.last)):
            for line in calibrated(study, Stated(one.condition, bets, true, one.rows), of=f" of {name} bets"):
                whose = f"each debater's {name} bet, {one.method}, against the majority of all votes"
                yield replace(line, unit="bets", convention=f"{whose}; {line.convention}")


def _bets(beliefs: Annotations) -> Iterator[Courses]:
    wins = beliefs.where(beliefs.name.is_("wins"))
    yield from courses(wins, wins.probability, BETTORS)


def _band(bets: Floats) -> NDArray[np.intp]:
    return np.asarray((bets > 0.5).astype(np.intp) + (bets > 0.75))


def _majorities(verdicts: Annotations, study: Study) -> dict[int, str]:
    """Return the answer with most votes of later judges in each judged episode; `_TIED` if several have."""
    later = verdicts.where((verdicts.judgement > 0) & verdicts.ok)
    votes: dict[int, Counter[str]] = {}
    for episode, choice in zip(later.episode.tolist(), later.text, strict=True):
        if (answer := study.answer_of(episode, choice)) is not None:
            votes.setdefault(episode, Counter())[answer] += 1
    found = {episode: leading(counted) for episode, counted in votes.items()}
    return {episode: most[0] if len(most) == 1 else _TIED for episode, most in found.items()}


def _came_true(study: Study, won: dict[int, str], episode: int, seat: str) -> float:
    winner, own = won.get(episode, _TIED), study.sides[episode].get(seat)
    return np.nan if winner == _TIED or own is None else float(own == winner)


JURIES = (
    FigureEntry(title="Beliefs", function=bet_bands, columns=("text",), about=ABOUT),
    FigureEntry(title="Beliefs", function=jury, columns=("text",), about=ABOUT),
)
