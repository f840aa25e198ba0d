"""Who wins: by seat, by being right, by agent; and whether position or length wins instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from arena.results.columns import AskRow, Columns, SideRow
from arena.results.figures.lines import FigureDefinition, by_judge, grouped
from arena.results.metrics import first_position_win_rate, length_correlation, swap_inconsistency, win_rate
from arena.results.study import Axis, Line


class Swapped(NamedTuple):
    """What one asking in both orders came to: the points of the same one of the two, in either order."""

    cluster: str
    group: str
    won: float | None
    swapped: float | None


class Contest(NamedTuple):
    """Two sides: how much each said, and the points of the one."""

    cluster: str
    condition: str
    words: int
    other_words: int
    won: float | None


class Duel(NamedTuple):
    """An agent and the one it meets, under a condition."""

    condition: str
    agent: str
    against: str

    def __str__(self) -> str:
        return f"{self.condition}: {self.agent} against {self.against}"


BY: tuple[tuple[str, Callable[[SideRow], str | None], Axis | None], ...] = (
    ("seat", lambda row: row.seat, Axis("share of points", 0.5, alone=True)),
    ("correctness of its answer", lambda row: RIGHT.get(row.right), None),
    ("agent", lambda row: row.agent, None),
)
RIGHT: dict[float | None, str] = {1.0: "right answer", 0.0: "wrong answer"}


def sides(columns: Columns, samples: int) -> Iterator[Line]:
    """Yield win rates, then what comes of places and lengths."""
    for name, value, axis in BY:
        named = [(f"{row.condition}: {value(row)}", row) for row in columns.sides if value(row) is not None]
        groups = {group: [row for _, row in rows] for group, rows in grouped(named, itemgetter(0)).items()}
        yield from FigureDefinition(
            f"Win rate by {name}",
            "share of points, ties half",
            win_rate,
            [attrgetter("won")],
            unit="sides",
            axis=axis,
        ).of(groups, samples)
    yield from FigureDefinition(
        "Win rate of one agent against another",
        "share of points of debates between the two, ties half",
        win_rate,
        [attrgetter("won")],
        unit="debates of two",
    ).of({str(duel): sides for duel, sides in duels(columns).items()}, samples)
    asks = [ask for ask in columns.asks if ask.of_two]
    yield from FigureDefinition(
        "First position",
        "share of points won by what stood first, of two, ties half; 1/2 is a judge that does not care",
        first_position_win_rate,
        [attrgetter("first_won"), _first],
        unit="asks",
        axis=Axis("share of points won by what stood first", 0.5, alone=True),
    ).of(grouped(asks, by_judge), samples)
    yield from FigureDefinition(
        "Inconsistency under swap",
        "share of pairs of verdicts in swapped orders that differ, a tie being a verdict",
        swap_inconsistency,
        [attrgetter("won"), attrgetter("swapped")],
        unit="pairs",
    ).of(grouped(_pairs(asks), attrgetter("group")), samples)
    contests = grouped(_contests(columns), attrgetter("condition"))
    for name, how, correlation in (
        ("Length correlation", "point-biserial", length_correlation),
        ("Length correlation, ranks", "Spearman's", partial(length_correlation, method="spearman")),
    ):
        yield from FigureDefinition(
            name,
            f"{how} correlation of the difference in words with the win, ties left out; above 0 longer wins",
            correlation,
            [attrgetter("words"), attrgetter("other_words"), attrgetter("won")],
            unit="debates of two",
        ).of(contests, samples)


def _first(ask: AskRow) -> Any:
    return 1


def _pairs(asks: list[AskRow]) -> Iterator[Swapped]:
    keys = attrgetter("episode", "judge", "criterion", "sample")
    for pair in grouped(asks, keys).values():
        if len(pair) == 2:
            one, other = sorted(pair, key=attrgetter("order"))
            yield Swapped(one.cluster, by_judge(one), one.won, other.won)


def duels(columns: Columns) -> dict[Duel, list[SideRow]]:
    """Return the sides of each agent against each other one; nothing comes of debating oneself."""
    found: dict[Duel, list[SideRow]] = {}
    for one, other in _opposed(columns):
        for side, against in ((one, other), (other, one)):
            if side.agent != against.agent:
                found.setdefault(Duel(side.condition, side.agent, against.agent), []).append(side)
    return dict(sorted(found.items()))


def _opposed(columns: Columns) -> Iterator[list[SideRow]]:
    """Yield both sides of each debate of two who defend different answers."""
    for pair in grouped(columns.sides, attrgetter("episode")).values():
        if len(pair) == 2 and pair[0].answer != pair[1].answer:
            yield pair


def _contests(columns: Columns) -> Iterator[Contest]:
    for one, other in _opposed(columns):
        yield Contest(one.cluster, one.condition, one.words, other.words, one.won)
