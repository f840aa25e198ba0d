"""What seats believed: debaters who bet on the judge, and judges and onlookers who change their minds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._calibration import BINS, Stated, calibrated
from arena.results.figures._courses import Courses, courses
from arena.results.figures._entries import FigureEntry
from arena.results.figures._grids import BetColumn, Grid, bets_grid
from arena.results.figures._trajectories import named as at_place
from arena.results.figures.plots import CoursePlot, Plot, ReliabilityPlot
from arena.results.metrics import reliability_curve
from arena.results.study import PANEL, Annotations, Line, Study, groups

Floats = NDArray[np.float64]

ABOUT = (
    "What seats privately believed, from 0 to 1. A belief that was refused or cut off is no number and "
    "lowers the coverage. Debaters are asked how likely the judge is to side with them; judges and onlookers "
    "which answer is right. The last belief is each seat's own, however long its episode was."
)
BETTORS = "debater"
SURE = 0.75
MUTUAL: tuple[tuple[str, str, Callable[[Floats, Floats], NDArray[np.bool_]], BetColumn], ...] = (
    (
        f"Both at least {SURE:g}",
        f"both >= {SURE:g}",
        lambda one, other: (one >= SURE) & (other >= SURE),
        BetColumn.BOTH_AT_LEAST,
    ),
    (
        f"Both above {SURE:g}",
        f"both > {SURE:g}",
        lambda one, other: (one > SURE) & (other > SURE),
        BetColumn.BOTH_ABOVE,
    ),
    (
        "Sum above 1",
        "the two bets sum to more than 1 (100 %)",
        lambda one, other: one + other > 1,
        BetColumn.SUM,
    ),
)


def bets(beliefs: Annotations, study: Study) -> Iterator[Line]:
    """What debaters bet on winning, and how their bets rise."""
    for one in _bets(beliefs):
        yield from _escalation(one, study)
        yield from _mutual(one, study)
        yield from _against(one, study)


def belief_changes(beliefs: Annotations, study: Study) -> Iterator[Line]:
    """What judges and onlookers believed of the true answer at each moment, and how far they changed it."""
    for one in _answers(beliefs, study):
        for place, when in enumerate(one.places.tolist() if one.several else ()):
            at = one.asked[:, place]
            yield study.line(
                f"Belief of {one.role}s {at_place(when)}",
                one.condition,
                one.values[at, place],
                one.rows.where(at),
                unit="beliefs",
                convention=f"mean probability of the true answer, {one.method}",
            )
        if not one.several:
            continue
        span = f"from the first to the last that the seat was asked for, {one.method}"
        change = one.last - one.first
        mended, spoilt = (one.first < 0.5) & (one.last > 0.5), (one.first > 0.5) & (one.last < 0.5)
        for name, how, values in (
            (
                "Belief change",
                "probability of the true answer, last less first; above 0 is towards it",
                change,
            ),
            ("Absolute belief change", "how far the probability of the true answer moved", np.abs(change)),
            ("Wrong to right", "share below 1/2 first and above 1/2 last", mended),
            ("Right to wrong", "share above 1/2 first and below 1/2 last", spoilt),
        ):
            yield study.line(
                f"{name} of {one.role}s",
                one.condition,
                np.where(np.isnan(change), np.nan, values),
                one.rows,
                unit="courses of beliefs",
                convention=f"{how}, {span}",
            )


def belief_plots(beliefs: Annotations, study: Study) -> Iterator[Plot]:
    """Yield how bets move and whether the last ones come true, then how judges' and onlookers' minds move."""
    for one in _bets(beliefs):
        yield CoursePlot(f"{one.condition}, debaters' belief that they win, {one.method}", one.trajectory())
        true = _came_true(one, beliefs)
        if np.isin(true[~np.isnan(true)], (0, 1)).all():
            curve = reliability_curve(one.last, true, bins=BINS)
            if curve.n:
                yield ReliabilityPlot(f"{one.condition}, each debater's last bet, {one.method}", curve)
    for one in _answers(beliefs, study):
        if len(one.places) > 1:
            name = f"{one.condition}, {one.role}s' belief of the true answer, {one.method}"
            yield CoursePlot(name, one.trajectory())


def bet_grids(lines: list[Line]) -> Iterator[Grid]:
    """Yield what debaters bet, a row a condition; nothing if nobody bet."""
    yield from bets_grid(lines)


def _bets(beliefs: Annotations) -> Iterator[Courses]:
    wins = beliefs.where(beliefs.name.is_("wins"))
    yield from courses(wins, wins.probability, BETTORS)


def _answers(beliefs: Annotations, study: Study) -> Iterator[Courses]:
    """Yield what those who defend nothing believed of the true answer."""
    right = beliefs.where(beliefs.name.is_("right"))
    sides, truths, answers = study.sides, study.episodes.truths, study.episodes.answers
    free = np.array(
        [
            seat not in sides[episode]
            for episode, seat in zip(right.episode.tolist(), right.author, strict=True)
        ],
        dtype=np.bool_,
    )
    right = right.where(free)
    values = right.probability.copy()
    for row, (episode, of) in enumerate(zip(right.episode.tolist(), right.text, strict=True)):
        truth = truths[episode]
        if truth is None or not of:
            values[row] = np.nan
        elif of != truth:
            values[row] = 1 - values[row] if len(answers[episode]) == 2 else np.nan
    of_something = np.array([bool(of) for of in right.text], dtype=np.bool_)
    if of_something.any():
        yield from courses(right, values)


def _escalation(one: Courses, study: Study) -> Iterator[Line]:
    """Yield the mean bet at each place, and how bets rise from each debater's first to its last."""
    for place, when in enumerate(one.places.tolist()):
        at = one.asked[:, place]
        yield study.line(
            f"Confidence {at_place(when)}",
            one.condition,
            one.values[at, place],
            one.rows.where(at),
            unit="bets",
            convention=f"mean of debaters' bets, {one.method}",
            columns=[BetColumn.FIRST] if place == 0 else (),
        )
    convention = f"mean of each debater's own last bet, {one.method}"
    shown: dict[str, Any] = {"unit": "debaters", "convention": convention}
    yield study.line("Last confidence", one.condition, one.last, one.rows, columns=[BetColumn.LAST], **shown)
    if not one.several:
        return
    shown["convention"] = f"each debater's last bet less its first, {one.method}"
    rise = one.last - one.first
    yield study.line(
        "Escalation of confidence", one.condition, rise, one.rows, columns=[BetColumn.ESCALATION], **shown
    )
    shown["convention"] = f"least-squares slope of a debater's bets, per asking, {one.method}"
    yield study.line("Slope of confidence", one.condition, one.slopes, one.rows, **shown)


def _mutual(one: Courses, study: Study) -> Iterator[Line]:
    """Yield what the last bets of two sides who defend different answers say of each other."""
    pairs = []
    seats = list(one.rows.author)
    for places in groups(one.rows.episode):
        sides = study.sides[int(one.rows.episode[places[0]])]
        own = [place for place in places.tolist() if seats[place] in sides]
        if len(sides) == len(own) == 2 and len(set(sides.values())) == 2:
            pairs.append(own)
        elif not sides and len(places) == 2:
            # A debate that broke before anything was said.
            pairs.append(places.tolist())
    if not pairs:
        return
    first, second = np.array(pairs, dtype=np.intp).T
    a, b = one.last[first], one.last[second]
    for name, how, holds, column in MUTUAL:
        values = np.where(np.isnan(a + b), np.nan, holds(a, b))
        yield study.line(
            name,
            one.condition,
            values,
            one.rows.where(first),
            unit="debates",
            convention=f"{how}, each debater's last bet, {one.method}; of debates with two opposed sides",
            columns=[column],
        )


def _against(one: Courses, study: Study) -> Iterator[Line]:
    """Yield the calibration of the last bets against the verdict, and against those who judged later."""
    whose = f"each debater's last bet, {one.method}, against"
    true = _won(one, study, {place: won for place, won in enumerate(study.decisions) if won is not None})
    shown = {"Brier score": [BetColumn.BRIER], "Expected calibration error": [BetColumn.ECE]}
    for line in calibrated(
        study, Stated(one.condition, one.last, true, one.rows), of=" of debaters", columns=shown
    ):
        yield replace(line, unit="bets", convention=f"{whose} the verdict; {line.convention}")
    shown = {"Brier score": [BetColumn.BRIER_LATER], "Expected calibration error": [BetColumn.ECE_LATER]}
    for name, winners in _later(study):
        true = _won(one, study, winners)
        stated = Stated(one.condition, one.last, true, one.rows)
        for line in calibrated(study, stated, of=" of debaters, later judges", columns=shown):
            told = f"{whose} the majority of later judges by {name}; {line.convention}"
            yield replace(line, unit="bets", convention=told)


def _later(study: Study) -> Iterator[tuple[str, dict[int, str]]]:
    """Yield the answer that won by those who judged later, by criterion and episode."""
    later = study.rulings.where(study.rulings.by.is_("judge"))
    for name, rows in later.grouped("name"):
        panel = rows.where(rows.author.is_(PANEL))
        chosen = panel if len(panel) else rows
        yield (
            name,
            {
                episode: answer
                for episode, choice in zip(chosen.episode.tolist(), chosen.text, strict=True)
                if (answer := study.answer_of(episode, choice)) is not None
            },
        )


def _won(one: Courses, study: Study, winners: dict[int, str]) -> Floats:
    """Return whether the answer that each bettor defends won, (courses,); NaN where nothing did."""
    won = np.full(len(one.rows), np.nan)
    for row, (episode, seat) in enumerate(zip(one.rows.episode.tolist(), one.rows.author, strict=True)):
        defended = study.sides[episode].get(seat)
        if defended is not None and episode in winners:
            won[row] = float(defended == winners[episode])
    return won


def _came_true(one: Courses, beliefs: Annotations) -> Floats:
    """Return whether each bettor won, by its own beliefs, (courses,)."""
    wins = beliefs.where(beliefs.name.is_("wins"))
    known = {
        (episode, seat): true
        for episode, seat, true in zip(
            wins.episode.tolist(), wins.author, wins.came_true.tolist(), strict=True
        )
        if not np.isnan(true)
    }
    keys = zip(one.rows.episode.tolist(), one.rows.author, strict=True)
    return np.array([known.get(key, np.nan) for key in keys], dtype=np.float64)


BELIEFS = (
    FigureEntry(
        title="Beliefs",
        function=bets,
        columns=("text",),
        about=ABOUT,
        plots=belief_plots,
        grids=bet_grids,
    ),
    FigureEntry(title="Beliefs", function=belief_changes, columns=("text",), about=ABOUT),
)
