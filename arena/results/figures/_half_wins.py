"""Ratings of agents from what later judges preferred, pooled over the judges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arena.judging import TIE
from arena.ratings import Interval, half_win_ratings
from arena.results.figures._entries import FigureEntry
from arena.results.figures._soft_wins import among
from arena.results.metrics import Figure
from arena.results.study import Annotations, Line, Study, too_few

Floats = NDArray[np.float64]

ABOUT = (
    "Ratings of the agents in the sides of a debate of two. Each verdict of each judge is one comparison, "
    "and a tie is half a win for both. There is no prior, so the ratings exist only if a chain of wins leads "
    "from each agent to each other agent."
)
NOT_CONNECTED = "some agent never won or never lost against the others, so no finite rating without a prior"
NOT_IN_EACH = "some resamples have no finite rating"
_CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Verdicts between two agents, a row each.

    Args:
        agents: the names of the agents, sorted.
        pairs: (rows, 2), the places of both agents in `agents`.
        points: (rows,), of the first: 1, 0, or 1/2 of a tie; NaN where nothing was decided.
        tasks: (rows,), the task of each.
    """

    agents: list[str]
    pairs: NDArray[np.intp]
    points: Floats
    tasks: NDArray[np.int32]

    def wins(self, weights: Floats) -> Floats:
        """Return how often each agent beat each other, ties half, (samples, agents, agents).

        Args:
            weights: (samples, tasks), how often each task is counted.
        """
        there = ~np.isnan(self.points)
        (one, other), points = self.pairs[there].T, self.points[there]
        _, task = np.unique(self.tasks[there], return_inverse=True)
        n = len(self.agents)
        counted = np.zeros((weights.shape[1], n * n))
        np.add.at(counted, (task, one * n + other), points)
        np.add.at(counted, (task, other * n + one), 1 - points)
        return np.asarray((weights @ counted).reshape(len(weights), n, n), dtype=np.float64)


def half_win_bradley_terry(verdicts: Annotations, study: Study) -> Iterator[Line]:
    """Bradley-Terry rating by later judges' verdicts, pooled, a tie half a win, no prior; mean 1500."""
    later = verdicts.where(verdicts.by.is_("judge"))
    for name, condition, rows in later.grouped("name", "condition"):
        found = _compared(rows, study)
        if len(found.agents) < 2:
            continue
        ratings, intervals, why = rated(found, study.samples)
        for place, agent in enumerate(found.agents):
            own = (found.pairs == place).any(axis=1)
            count = int((own & ~np.isnan(found.points)).sum())
            value = None if ratings is None else float(ratings[place])
            figure = Figure(value, count, int(own.sum()), None if intervals is None else intervals[place])
            group = f"{condition}: {agent}, {name}"
            yield Line("Bradley-Terry, half wins", group, "", "verdicts", figure, no_interval=why)


def _compared(rows: Annotations, study: Study) -> Comparisons:
    """Return the verdicts between two sides in which different agents sat."""
    seated, choices = study.episodes.agents, rows.text
    found: list[tuple[str, str, float, int]] = []
    without: list[tuple[int, int]] = []
    tasks = rows.task.codes.tolist()
    for row, (episode, more) in enumerate(zip(rows.episode.tolist(), rows.more, strict=True)):
        sides, _ = among(more)
        if not sides:
            without.append((episode, tasks[row]))
            continue
        one, *others = (seated[episode].get(seat, "") for seat in sides)
        if len(others) != 1 or one == others[0] or not (one and others[0]):
            continue
        choice = choices[row] if choices.codes[row] >= 0 else None
        points = 0.5 if choice == TIE else float(choice == sides[0])
        found.append((one, others[0], np.nan if choice is None else points, tasks[row]))
    names = sorted({agent for one in found for agent in one[:2]})
    for episode, task in without:
        # A verdict that was never given lowers the coverage of both agents.
        sat = sorted(set(seated[episode].values()) & set(names))
        found += [(sat[0], sat[1], np.nan, task)] if len(sat) == 2 else []
    place = {agent: number for number, agent in enumerate(names)}
    return Comparisons(
        names,
        np.array([(place[one], place[two]) for one, two, *_ in found], dtype=np.intp).reshape(len(found), 2),
        np.array([points for _, _, points, _ in found], dtype=np.float64),
        np.array([task for *_, task in found], dtype=np.int32),
    )


def rated(found: Comparisons, samples: int) -> tuple[Floats | None, list[Interval] | None, str]:
    """Return the ratings, (agents,), and their intervals over resampled tasks, or why there are none."""
    tasks = len(np.unique(found.tasks[~np.isnan(found.points)]))
    ratings = half_win_ratings(found.wins(np.ones((1, tasks))))[0]
    if np.isnan(ratings).any():
        return None, None, NOT_CONNECTED
    if why := too_few(tasks) if samples else "no resamples were asked for":
        return ratings, None, why
    rng = np.random.default_rng(0)
    drawn = []
    chunk = max(1, _CELLS // max(tasks, len(found.agents) ** 2))
    for at in range(0, samples, chunk):
        weights = rng.multinomial(tasks, np.full(tasks, 1 / tasks), size=min(chunk, samples - at))
        drawn.append(half_win_ratings(found.wins(weights.astype(np.float64))))
    every = np.concatenate(drawn)
    if np.isnan(every).any():
        return ratings, None, NOT_IN_EACH
    low, high = np.percentile(every, [2.5, 97.5], axis=0)
    return ratings, [Interval(*ends) for ends in zip(low.tolist(), high.tolist(), strict=True)], ""


HALF_WINS = FigureEntry(
    title="Ratings by judges", function=half_win_bradley_terry, columns=("text", "more"), about=ABOUT
)
