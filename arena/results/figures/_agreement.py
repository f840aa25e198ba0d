"""Whether several judges of the same episodes agree, and whether one prefers what it said itself."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._entries import FigureEntry
from arena.results.metrics import krippendorff_alpha
from arena.results.study import PANEL, Annotations, Line, Study, group_codes, groups

ABOUT = (
    "Whether several judges of the same episodes agree, beyond what chance would bring, and whether a judge "
    "that sat in an episode prefers its own side. Its own scores are held against those of a panel of judges "
    "who sat nowhere in it, as high ones are no preference where a side is good."
)
Level = Literal["nominal", "interval"]


def agreement_of_rulings(rulings: Annotations, study: Study) -> Iterator[Line]:
    """Krippendorff's alpha, nominal, of the side that won or a tie; 1 is agreement, 0 is chance."""
    own = rulings.where(~rulings.author.is_(PANEL))
    ratings = np.where(own.text.codes >= 0, own.text.codes, np.nan).astype(np.float64)
    yield from _alpha("Krippendorff's alpha", own, ratings, study, "nominal")


def agreement_of_scores(scores: Annotations, study: Study) -> Iterator[Line]:
    """Krippendorff's alpha, interval, of the scores of sides; 1 is agreement, 0 is chance."""
    own = scores.where(scores.by.is_("judge"))
    yield from _alpha("Krippendorff's alpha of scores", own, own.value, study, "interval")


def self_preference(scores: Annotations, study: Study) -> Iterator[Line]:
    """A judge's score of a side in which it sat itself, less the mean of the panel's who sat nowhere."""
    later = scores.where(scores.by.is_("judge"))
    agents = study.episodes.agents
    for name, condition, rows in later.grouped("name", "condition"):
        judges = set(rows.author)
        found: dict[str, list[tuple[int, float]]] = {}
        for places in groups(rows.episode, rows.seat):
            episode, seat = int(rows.episode[places[0]]), rows.seat[places[0]]
            agent = agents[episode].get(seat, "")
            given = _means(rows, places)
            if agent in given:
                panel = [given.get(judge, np.nan) for judge in judges - set(agents[episode].values())]
                found.setdefault(agent, []).append((int(places[0]), given[agent] - _mean_of_most(panel)))
        for agent in sorted(found):
            stand, values = zip(*found[agent], strict=True)
            yield study.line(
                "Self-preference",
                f"{condition}: {agent}, {name}",
                np.array(values),
                rows.where(np.array(stand)),
                unit="sides",
                convention="a judge's score of a side in which it sat itself, less the mean of the panel's, "
                "in units of the scale; the panel: those who judged by the same criterion and sat nowhere, "
                "if more than half of them gave a score; above 0 favours itself",
            )


def _alpha(
    title: str,
    rows: Annotations,
    ratings: NDArray[np.float64],
    study: Study,
    level: Level,
) -> Iterator[Line]:
    """Yield the alpha of the judges by each criterion; of one alone there is none."""
    codes = group_codes(rows.name, rows.condition) if len(rows) else np.zeros(0, dtype=np.intp)
    for code in dict.fromkeys(codes.tolist()):
        chosen = codes == code
        own, given = rows.where(chosen), ratings[chosen]
        judges = list(dict.fromkeys(own.author))
        if len(judges) < 2:
            continue
        column = {judge: place for place, judge in enumerate(judges)}
        units = group_codes(own.episode, own.seat)
        _, firsts = np.unique(units, return_index=True)
        table = table_of(units, np.array([column[judge] for judge in own.author]), given, len(judges))
        yield study.measure(
            title,
            f"{own.condition[0]}: {own.name[0]}",
            partial(krippendorff_alpha, level=level),
            (table,),
            own.where(firsts),
            unit="rulings" if level == "nominal" else "scores",
            convention=f"{level}, {len(judges)} judges; 1 is agreement, 0 is chance",
        )


def table_of(
    units: NDArray[np.intp], judges: NDArray[np.intp], given: NDArray[np.float64], count: int
) -> NDArray[np.float64]:
    """Return the mean rating of each unit by each judge, (units, judges); NaN where it gave none."""
    there = ~np.isnan(given)
    shape = int(units.max()) + 1, count
    place = units[there] * count + judges[there]
    sums = np.bincount(place, weights=given[there], minlength=shape[0] * count)
    counts = np.bincount(place, minlength=shape[0] * count)
    with np.errstate(invalid="ignore"):
        return np.asarray(sums / counts, dtype=np.float64).reshape(shape)


def _means(rows: Annotations, places: NDArray[np.intp]) -> dict[str, float]:
    """Return the mean score that each judge gave among some rows; NaN where it gave none."""
    given: dict[str, list[float]] = {}
    for place in places.tolist():
        given.setdefault(rows.author[place], []).append(float(rows.value[place]))
    known = {judge: [one for one in values if not np.isnan(one)] for judge, values in given.items()}
    return {judge: float(np.mean(values)) if values else np.nan for judge, values in known.items()}


def _mean_of_most(scores: list[float]) -> float:
    """Return the mean of the scores of a panel more than half of whom gave one, or NaN."""
    given = sorted(score for score in scores if not np.isnan(score))
    return float(np.mean(given)) if 2 * len(given) > len(scores) else np.nan


AGREEMENT = tuple(
    FigureEntry(title="Agreement of judges", function=function, about=ABOUT)
    for function in (agreement_of_rulings, agreement_of_scores, self_preference)
)
