"""Elo ratings of debaters from the verdicts of their debates, and of their right and wrong sides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from arena.ratings import Interval
from arena.results.figures._entries import FigureEntry
from arena.results.figures._half_wins import Comparisons, rated
from arena.results.figures._sides import RIGHT, DefendedSides, sides_of
from arena.results.metrics import Figure
from arena.results.study import NOT_REACHED, Annotations, Line, Study

ABOUT = (
    "Elo ratings of debaters by maximum likelihood. 500 points are odds of ten to one, and the mean is 0. A "
    "tie is half a win. There is no prior, so there are none unless a chain of wins leads from each player "
    'to each other (Kenton et al. 2024, "On scalable oversight with weak LLMs judging strong LLMs").'
)
UNIT = "debates of two"
_MEAN, _SCALE = 1500.0, 500 / 400


def elo_of_debaters(labels: Annotations, study: Study) -> Iterator[Line]:
    """Elo by the verdicts of debates of two; 500 points are odds of ten to one, mean 0, a tie half a win."""
    sides = sides_of(labels, study)
    condition = sides.rows.condition
    pairs: dict[str, list[tuple[int, int]]] = {}
    for one, other in zip(*(places.tolist() for places in sides.pairs()), strict=True):
        pairs.setdefault(condition[one], []).append((one, other))
    for name, own in pairs.items():
        if any(sides.agents[one] != sides.agents[other] for one, other in own):
            yield from _lines("Elo", name, _comparisons(sides, own, by_correctness=False), study)
            if not any(np.isnan(sides.right[one]) for one, _ in own):
                found = _comparisons(sides, own, by_correctness=True)
                yield from _lines("Elo by correctness", name, found, study)


def _comparisons(
    sides: DefendedSides, pairs: Iterable[tuple[int, int]], *, by_correctness: bool
) -> Comparisons:
    """Return the debates between different players, who are agents, or right and wrong sides of agents."""
    broken = sides.rows.status.is_(NOT_REACHED)
    tasks = sides.rows.task.codes.tolist()
    found: list[tuple[tuple[str, str], float, int, bool]] = []
    for one, other in pairs:
        agents, right = (sides.agents[one], sides.agents[other]), (sides.right[one], sides.right[other])
        players = [agents]
        if by_correctness:
            # A debate that broke before it said who defends what is missed of each player that it may be of.
            known = [(1.0, 0.0), (0.0, 1.0)] if broken[one] else [right]
            players = [(f"{agents[0]}, {RIGHT[a]}", f"{agents[1]}, {RIGHT[b]}") for a, b in known]
        told = float(sides.won[one]), tasks[one], bool(broken[one])
        found += [(pair, *told) for pair in players if pair[0] != pair[1]]
    names = sorted({player for pair, *_, broke in found if not broke for player in pair})
    found = [row for row in found if set(row[0]) <= set(names)]
    place = {player: number for number, player in enumerate(names)}
    return Comparisons(
        names,
        np.array([(place[a], place[b]) for (a, b), *_ in found], dtype=np.intp).reshape(len(found), 2),
        np.array([points for _, points, _, _ in found], dtype=np.float64),
        np.array([task for _, _, task, _ in found], dtype=np.int32),
    )


def _lines(name: str, condition: str, found: Comparisons, study: Study) -> Iterator[Line]:
    ratings, intervals, why = rated(found, study.samples)
    if ratings is None:
        return
    for place, player in enumerate(found.agents):
        own = (found.pairs == place).any(axis=1)
        count, of = int((own & ~np.isnan(found.points)).sum()), int(own.sum())
        interval = None if intervals is None else Interval(*map(_points, intervals[place]))
        figure = Figure(_points(float(ratings[place])), count, of, interval)
        yield Line(name, f"{condition}: {player}", "", UNIT, figure, no_interval=why)


def _points(rating: float) -> float:
    """Return a rating of 400 points and the mean 1500 as one of 500 points and the mean 0."""
    return (rating - _MEAN) * _SCALE


DEBATE_RATINGS = FigureEntry(
    title="Ratings of debaters", function=elo_of_debaters, columns=("text",), about=ABOUT
)
