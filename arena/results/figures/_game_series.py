"""Series of games about a price: deal rate, price and gains by game."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._entries import FigureEntry
from arena.results.metrics import Figure
from arena.results.study import Annotations, Axis, Line, Study

Floats = NDArray[np.float64]

ABOUT = (
    "Games that follow one another, of which one side learns (Fu et al. 2023). A series ends after a game "
    "without a valid price: the games after it have no deal, and those before it count. The series with a "
    "deal in every game are those that the paper compares. Of several conditions, such as kinds of feedback "
    "after the same first game, these are also the series with one under all of them."
)
UNIT = "series"
RATE = Axis("share of series with a deal in this game and all before it", 1.0)


def series_of_games(labels: Annotations, scores: Annotations, study: Study) -> Iterator[Line]:
    """Deal rate, price and gains by game, over all series and over those with a deal in every game."""
    games = labels.where(labels.name.is_("game deal"))
    shared = _shared(games)
    for condition, own in games.grouped("condition"):
        deal = np.where(own.ok, own.text.is_("yes"), np.nan).astype(np.float64)
        whole = _whole(own, deal)
        for game in np.unique(own.turn[~np.isnan(own.turn)]).tolist():
            here = (own.turn == game) | np.isnan(own.turn)
            rows, group = own.where(here), f"{condition}: game {game:g}"
            yield study.line("Deal rate by game", group, deal[here], rows, unit=UNIT, axis=RATE)
            prices = _of(rows, scores, "game price")
            yield from _prices(study, "Price by game", group, prices, rows)
            kept = np.where(whole[here] == 1, prices, np.nan)
            yield from _prices(study, "Price by game, deals in all", group, kept, rows)
            if shared is not None:
                also = np.where(shared[rows.task.codes], prices, np.nan)
                yield from _prices(study, "Price by game, deals in all conditions", group, also, rows)
            for seat in sorted({seat for seat in scores.where(scores.name.is_("game gain")).seat if seat}):
                gains = _of(rows, scores, "game gain", seat)
                name = f"{seat.capitalize()}'s gain by game"
                yield study.line(name, group, gains, rows, unit=UNIT, convention="mean over the deals")
        _, places = np.unique(own.episode, return_index=True)
        first = own.where(places)
        yield study.line("Series with a deal in every game", condition, whole[places], first, unit=UNIT)


def _whole(games: Annotations, deal: Floats) -> Floats:
    """Return of each row whether its series has a deal in every game, (rows,); NaN where it is not known."""
    least = np.full(len(games.episodes), np.inf)
    np.minimum.at(least, games.episode, np.where(np.isnan(deal), -1.0, deal))
    found = least[games.episode]
    return np.where(found < 0, np.nan, found)


def _shared(games: Annotations) -> NDArray[np.bool_] | None:
    """Return which tasks have a deal in every game under all conditions, by code; None if there is one."""
    conditions = np.unique(games.condition.codes)
    if len(conditions) < 2:
        return None
    found = np.ones(int(games.task.codes.max()) + 1, dtype=np.bool_)
    for condition in conditions.tolist():
        own = games.where(games.condition.codes == condition)
        whole = np.zeros(len(found), dtype=np.bool_)
        whole[own.task.codes] = True
        is_deal = own.ok & own.text.is_("yes")
        np.logical_and.at(whole, own.task.codes, is_deal)
        found &= whole
    return found


def _of(rows: Annotations, scores: Annotations, name: str, seat: str = "") -> Floats:
    """Return the score of a name in the game of each row, (rows,); NaN where there is none."""
    wanted = scores.where(scores.name.is_(name) & scores.seat.is_(seat))
    known = dict(
        zip(
            zip(wanted.episode.tolist(), wanted.turn.tolist(), strict=True),
            wanted.value.tolist(),
            strict=True,
        )
    )
    keys = zip(rows.episode.tolist(), rows.turn.tolist(), strict=True)
    return np.array([known.get(key, np.nan) for key in keys], dtype=np.float64)


def _prices(study: Study, name: str, group: str, prices: Floats, rows: Annotations) -> Iterator[Line]:
    yield study.line(name, group, prices, rows, unit=UNIT, convention="mean over the deals")
    spread = "standard deviation of the population over the deals"
    yield study.measure(f"{name}, spread", group, deviation, (prices,), rows, unit=UNIT, convention=spread)


def deviation(values: Floats) -> Figure:
    """Return the standard deviation of the population of the values that are known.

    Args:
        values: (rows,), NaN where missing.
    """
    known = values[~np.isnan(values)]
    return Figure(float(known.std()) if len(known) else None, len(known), len(values))


GAME_SERIES = FigureEntry(title="Series of games", function=series_of_games, columns=("text",), about=ABOUT)
