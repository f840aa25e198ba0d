"""What seats believed: debaters who bet on the judge, and judges and onlookers who change their minds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from arena.results.columns import SPEAKER, BeliefRow, Columns, EpisodeKey
from arena.results.figures._grids import BetColumn
from arena.results.figures._judges import BINS, CALIBRATION
from arena.results.figures._trajectories import Course, Trajectory, named, place, trajectories
from arena.results.figures.lines import FigureDefinition, grouped
from arena.results.figures.plots import CoursePlot, Plot, ReliabilityPlot
from arena.results.metrics import (
    Figure,
    absolute_belief_change,
    belief_change,
    confidence_escalation,
    confidence_slope,
    confidence_sum_above_one,
    mutual_confidence_above,
    mutual_confidence_at_least,
    reliability_curve,
)
from arena.results.metrics.figure import mean_of
from arena.results.metrics.values import Values, chances
from arena.results.study import Line

SURE = 0.75

MUTUAL = (
    (
        f"Both at least {SURE:g}",
        "both >= {sure:g}",
        partial(mutual_confidence_at_least, threshold=SURE),
        BetColumn.BOTH_AT_LEAST,
    ),
    (
        f"Both above {SURE:g}",
        "both > {sure:g}",
        partial(mutual_confidence_above, threshold=SURE),
        BetColumn.BOTH_ABOVE,
    ),
    ("Sum above 1", "the two bets sum to more than 1 (100 %)", confidence_sum_above_one, BetColumn.SUM),
)

CALIBRATION_COLUMNS = {
    "Brier score": (BetColumn.BRIER, BetColumn.BRIER_LATER),
    "Expected calibration error": (BetColumn.ECE, BetColumn.ECE_LATER),
}
"""Where bets' calibration stands in the grid, by the verdict and by later judges."""


class Bets(NamedTuple):
    """The last bets of the two sides of a debate, who defend different answers."""

    cluster: str
    one: float | None
    other: float | None


def beliefs(columns: Columns, samples: int) -> Iterator[Line]:
    """Yield what debaters bet and what came of it, then how judges and onlookers changed their minds."""
    bets = _bets(columns)
    opposed = _opposed(columns)
    for trajectory in trajectories(bets, attrgetter("probability")):
        yield from _escalation(trajectory, samples)
        yield from _mutual(trajectory, opposed, samples)
    last = last_bets(bets)
    for name, convention, function in CALIBRATION:
        for (condition, method), rows in grouped(last, attrgetter("condition", "method")).items():
            whose = f"each debater's last bet, {method}, against the verdict; {convention}"
            columns_of = [attrgetter("probability"), attrgetter("came_true")]
            shown_in = CALIBRATION_COLUMNS.get(name, ())
            definition = FigureDefinition(
                f"{name} of debaters", whose, function, columns_of, unit="bets", shown_in=shown_in[:1]
            )
            yield from definition.of({condition: rows}, samples)
            later = replace(definition, shown_in=shown_in[1:])
            yield from _against_later_judges(later, condition, rows, samples)
    for trajectory in trajectories(_answers(columns), attrgetter("truth_probability")):
        yield from _changes(trajectory, samples)


def belief_plots(columns: Columns) -> Iterator[Plot]:
    """Yield how bets move and whether the last ones come true, then how judges' and onlookers' minds move."""
    bets = _bets(columns)
    for one in trajectories(bets, attrgetter("probability")):
        yield CoursePlot(_whose(one, "that they win"), one)
    for (condition, method), rows in grouped(last_bets(bets), attrgetter("condition", "method")).items():
        stated, true = [row.probability for row in rows], [row.came_true for row in rows]
        curve = reliability_curve(stated, true, bins=BINS)
        if curve.n:
            yield ReliabilityPlot(f"{condition}, each debater's last bet, {method}", curve)
    for one in trajectories(_answers(columns), attrgetter("truth_probability")):
        if len(one.places) > 1:
            yield CoursePlot(_whose(one, "of the true answer"), one)


def _whose(one: Trajectory, what: str) -> str:
    return f"{one.condition}, {one.role}s' belief {what}, {one.method}"


def _bets(columns: Columns) -> list[BeliefRow]:
    return [row for row in columns.beliefs if row.kind == "wins"]


def _answers(columns: Columns) -> list[BeliefRow]:
    return [row for row in columns.beliefs if row.kind == "right" and row.role != SPEAKER]


def _escalation(trajectory: Trajectory, samples: int) -> Iterator[Line]:
    """Yield the mean bet at each place, and how bets rise from the first to the last."""
    group = {trajectory.condition: list(trajectory.courses)}
    last = len(trajectory.places) - 1
    for position, when in enumerate(trajectory.places):
        ends = {0: BetColumn.FIRST}, {last: BetColumn.LAST}
        yield from FigureDefinition(
            f"Confidence {named(when)}",
            f"mean of debaters' bets, {trajectory.method}",
            _mean,
            [partial(_at, position)],
            unit="bets",
            shown_in=[end[position] for end in ends if position in end],
        ).of(group, samples)
    if len(trajectory.places) < 2:
        return
    span = f"{named(trajectory.places[0])} to {named(trajectory.places[-1])}, {trajectory.method}"
    for name, how, function, shown_in in (
        ("Escalation", "last bet less the first", confidence_escalation, [BetColumn.ESCALATION]),
        ("Slope", "least-squares slope of a debater's bets, per asking", confidence_slope, []),
    ):
        yield from FigureDefinition(
            f"{name} of confidence",
            f"{how}, {span}",
            function,
            [attrgetter("values")],
            unit="debaters",
            shown_in=shown_in,
        ).of(group, samples)


def _mutual(
    trajectory: Trajectory, opposed: Mapping[EpisodeKey, tuple[str, str]], samples: int
) -> Iterator[Line]:
    """Yield what the two sides' last bets say of each other."""
    pairs = []
    for episode, courses in grouped(trajectory.courses, attrgetter("episode")).items():
        seats: dict[str, Course] = {course.seat: course for course in courses}
        if episode in opposed and all(seat in seats for seat in opposed[episode]):
            one, other = (seats[seat] for seat in opposed[episode])
            pairs.append(Bets(one.cluster, one.values[-1], other.values[-1]))
    if pairs:
        when = f"bets {named(trajectory.places[-1])}, {trajectory.method}; of debates with two opposed sides"
        for name, how, function, column in MUTUAL:
            convention = f"{how.format(sure=SURE)}, {when}"
            yield from FigureDefinition(
                name,
                convention,
                function,
                [attrgetter("one"), attrgetter("other")],
                unit="debates",
                shown_in=[column],
            ).of({trajectory.condition: pairs}, samples)


def _opposed(columns: Columns) -> dict[EpisodeKey, tuple[str, str]]:
    """Return the two sides of every debate that has two, who defend different answers."""
    found = {}
    for episode, sides in grouped(columns.sides, attrgetter("episode")).items():
        if len(sides) == 2 and sides[0].answer != sides[1].answer:
            found[episode] = (sides[0].seat, sides[1].seat)
    return found


def last_bets(bets: Sequence[BeliefRow]) -> list[BeliefRow]:
    """Return each debater's bet at the last place at which bets were asked for in its condition."""
    places = {key: max(map(place, rows)) for key, rows in grouped(bets, _kind).items()}
    return [row for row in bets if place(row) == places[_kind(row)]]


def _kind(row: BeliefRow) -> tuple[str, str]:
    return row.condition, row.method


def _against_later_judges(
    definition: FigureDefinition, condition: str, rows: list[BeliefRow], samples: int
) -> Iterator[Line]:
    for criterion in sorted({name for row in rows for name in row.later}):
        against = f"the majority of later judges by {criterion}"
        convention = definition.convention.replace("the verdict", against, 1)
        later: list[Callable[[Any], Any]] = [definition.columns[0], partial(_by, criterion)]
        judged = replace(
            definition, convention=convention, columns=later, name=f"{definition.name}, later judges"
        )
        yield from judged.of({condition: rows}, samples)


def _changes(trajectory: Trajectory, samples: int) -> Iterator[Line]:
    if len(trajectory.places) < 2:
        return
    span = f"{named(trajectory.places[0])} to {named(trajectory.places[-1])}, {trajectory.method}"
    for name, how, function in (
        ("Belief change", "probability of the true answer, last less first", belief_change),
        (
            "Absolute belief change",
            "how far the probability of the true answer moved",
            absolute_belief_change,
        ),
    ):
        yield from FigureDefinition(
            f"{name} of {trajectory.role}s",
            f"{how}, {span}; above 0 is towards the truth" if name == "Belief change" else f"{how}, {span}",
            function,
            [partial(_at, 0), partial(_at, -1)],
            unit="judgements",
        ).of({trajectory.condition: list(trajectory.courses)}, samples)


def _at(position: int, course: Course) -> float | None:
    return course.values[position]


def _by(criterion: str, row: BeliefRow) -> float | None:
    return row.later.get(criterion)


def _mean(confidence: Values) -> Figure:
    return mean_of(chances("confidence", confidence))
