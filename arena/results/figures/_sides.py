"""Who wins: by seat, by being right, by agent; and whether length wins instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from arena.judging import TIE
from arena.results.figures._entries import FigureEntry
from arena.results.figures._grids import Grid
from arena.results.figures._positions import first_position, swaps
from arena.results.metrics import Figure, length_correlation
from arena.results.metrics.figure import mean_of
from arena.results.study import DEFENDS, NOT_REACHED, Annotations, Axis, Line, Study, groups

Floats = NDArray[np.float64]
RIGHT = {1.0: "right answer", 0.0: "wrong answer"}
SEATS = Axis("share of points", 0.5, alone=True)


@dataclass(frozen=True, slots=True)
class DefendedSides:
    """The seats that defended an answer which was decided about.

    Args:
        rows: the labels that say so, a row for each seat of each episode.
        won: (rows,), points: 1, 0, or 1/2 of a tie; NaN where nothing was decided.
        agents: (rows,), the agent in each seat.
        right: (rows,), whether the answer is right, 1 or 0; NaN where it is not known.
    """

    rows: Annotations
    won: Floats
    agents: Sequence[str]
    right: Floats

    def pairs(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the places of both sides of each debate of two who defend different answers."""
        texts = self.rows.text.codes
        found = [
            places.tolist()
            for places in groups(self.rows.episode)
            if len(places) == 2 and (texts[places[0]] != texts[places[1]] or texts[places[0]] < 0)
        ]
        one, other = np.array(found, dtype=np.intp).reshape(len(found), 2).T
        return one, other


def sides_of(labels: Annotations, study: Study) -> DefendedSides:
    """Return who defended what, and who won by what was decided in the episode."""
    rows = labels.where(labels.name.is_(DEFENDS))
    decisions, truths = study.decisions, study.episodes.truths
    won, right, agents = np.full(len(rows), np.nan), np.full(len(rows), np.nan), []
    for row, (episode, seat, answer) in enumerate(
        zip(rows.episode.tolist(), rows.seat, rows.text, strict=True)
    ):
        agents.append(study.episodes.agents[episode].get(seat, ""))
        if (decided := decisions[episode]) is not None:
            is_tie = decided == TIE and TIE not in study.episodes.answers[episode]
            won[row] = 0.5 if is_tie else float(decided == answer)
        if (truth := truths[episode]) is not None and answer:
            right[row] = float(answer == truth)
    broken = np.flatnonzero(rows.status.is_(NOT_REACHED))
    for places in groups(rows.episode[broken]):
        # Of a debate that broke before it said who defends what, one side is right and the other wrong.
        if len(places) == 2:
            right[broken[places]] = 1.0, 0.0
    return DefendedSides(rows, won, agents, right)


def win_rates(labels: Annotations, study: Study) -> Iterator[Line]:
    """Share of points, ties half."""
    sides = sides_of(labels, study)
    conditions = list(sides.rows.condition)
    kinds = (
        ("seat", [[seat] for seat in sides.rows.seat], SEATS),
        ("correctness of its answer", _correctness(sides), None),
        ("agent", [[agent] for agent in sides.agents], None),
    )
    for name, values, axis in kinds:
        found: dict[str, list[int]] = {}
        for row, (condition, told) in enumerate(zip(conditions, values, strict=True)):
            for value in filter(None, told):
                found.setdefault(f"{condition}: {value}", []).append(row)
        for group, places in found.items():
            own = np.array(places)
            yield study.line(
                f"Win rate by {name}", group, sides.won[own], sides.rows.where(own), unit="sides", axis=axis
            )
    for (condition, agent, against), own in duels(sides).items():
        yield study.line(
            "Win rate of one agent against another",
            f"{condition}: {agent} against {against}",
            sides.won[own],
            sides.rows.where(own),
            unit="debates of two",
        )


def win_rates_by_judge(rulings: Annotations, study: Study) -> Iterator[Line]:
    """Share of points by each judge's rulings, ties half; where nothing was ruled there are none."""
    later = rulings.where(rulings.by.is_("judge"))
    for name, judge, condition, own in later.grouped("name", "author", "condition"):
        chosen = np.array(
            [study.seat_of(*one) or "" for one in zip(own.episode.tolist(), own.text, strict=True)]
        )
        for seat in sorted(set(chosen) - {"", TIE}):
            won = np.where(own.ok, np.where(own.text.is_(TIE), 0.5, chosen == seat), np.nan)
            group = f"{condition}: {judge}, {name}: {seat}"
            yield study.line("Win rate by later judges", group, won, own, unit="rulings")


def lengths(labels: Annotations, study: Study) -> Iterator[Line]:
    """Correlation of the difference in words with the win, ties left out; above 0 longer wins."""
    sides = sides_of(labels, study)
    one, other = sides.pairs()
    if not len(one):
        return
    words = study.words
    seats, episodes = list(sides.rows.seat), sides.rows.episode.tolist()
    said = np.array(
        [words.get(episodes[row], {}).get(seats[row], 0) for row in range(len(seats))], dtype=np.float64
    )
    for condition, rows in _by_condition(sides.rows.where(one)):
        columns = said[one[rows]], said[other[rows]], sides.won[one[rows]]
        stand = sides.rows.where(one[rows])
        for name, how, function in (
            ("Length correlation", "point-biserial", length_correlation),
            ("Length correlation, ranks", "Spearman's", partial(length_correlation, method="spearman")),
        ):
            yield study.measure(
                name,
                condition,
                function,
                columns,
                stand,
                unit="debates of two",
                convention=f"{how} correlation of the difference in words with the win, ties left out; "
                "above 0 longer wins",
            )


def duels(sides: DefendedSides) -> dict[tuple[str, str, str], NDArray[np.intp]]:
    """Return the sides of each agent against each other one; nothing comes of debating oneself."""
    found: dict[tuple[str, str, str], list[int]] = {}
    conditions = list(sides.rows.condition)
    one, other = sides.pairs()
    for first, second in zip(one.tolist(), other.tolist(), strict=True):
        for side, against in ((first, second), (second, first)):
            if sides.agents[side] != sides.agents[against]:
                key = conditions[side], sides.agents[side], sides.agents[against]
                found.setdefault(key, []).append(side)
    return {key: np.array(found[key]) for key in sorted(found)}


def wins(labels: Annotations, study: Study) -> Iterator[Grid]:
    """Yield the share of points of each agent (a row) against each other one (a column), by condition."""
    sides = sides_of(labels, study)
    rates: dict[str, dict[tuple[str, str], Figure]] = {}
    for (condition, agent, against), own in duels(sides).items():
        rates.setdefault(condition, {})[agent, against] = mean_of(sides.won[own])
    for condition, met in rates.items():
        agents = sorted({agent for agent, _ in met})
        rows = [(one, [met.get((one, other)) for other in agents]) for one in agents]
        yield Grid([f"{condition}: won against", *agents], rows)


def _correctness(sides: DefendedSides) -> list[list[str]]:
    """Return what each side is called by the correctness of its answer.

    A side of an episode that broke off before it said who defends what may be either.
    """
    broken = sides.rows.status.is_(NOT_REACHED).tolist()
    return [
        list(RIGHT.values()) if broke and right != right else [RIGHT.get(right, "")]
        for right, broke in zip(sides.right.tolist(), broken, strict=True)
    ]


def _by_condition(rows: Annotations) -> Iterator[tuple[str, NDArray[np.intp]]]:
    for places in groups(rows.condition):
        yield rows.condition[places[0]], places


ABOUT = (
    "Who won, and whether a place or a length won. Points: 1 for a win, 1/2 for a tie, 0 for a loss; where "
    "nothing was decided there are none."
)
SIDES = (
    FigureEntry(title="Sides and positions", function=win_rates, columns=("text",), about=ABOUT, grids=wins),
    FigureEntry(title="Sides and positions", function=win_rates_by_judge, about=ABOUT),
    FigureEntry(title="Sides and positions", function=first_position, columns=("text", "more"), about=ABOUT),
    FigureEntry(title="Sides and positions", function=swaps, columns=("text", "more"), about=ABOUT),
    FigureEntry(title="Sides and positions", function=lengths, columns=("text",), about=ABOUT),
)
