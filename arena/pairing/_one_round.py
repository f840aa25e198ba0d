"""Formats whose schedule depends on no result, so that all matches can be played at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from arena.core.errors import UsageError
from arena.pairing._pairing import Pairing, check_entrants, check_positive, check_round

if TYPE_CHECKING:
    from arena.ratings import Result


def _check_tables(meetings: int, table_size: int) -> None:
    check_positive(meetings=meetings)
    if table_size < 2:
        raise UsageError(f"A table needs at least two places, not {table_size}.")


@dataclass(frozen=True, slots=True)
class RoundRobin:
    """Every group of `table_size` entrants plays `meetings` matches. All matches are in one round.

    With tables of two, the matches are ordered by the circle method. There are n - 1 turns, or n if n is odd,
    and in each turn each entrant plays once or sits out. The seats are exchanged from one meeting to the
    next.

    Args:
        meetings: How many matches every table plays.
        table_size: How many entrants meet in a match.
    """

    meetings: int = 1
    table_size: int = 2

    def __post_init__(self) -> None:
        _check_tables(self.meetings, self.table_size)

    def pairings(self, players: Sequence[str], rounds: Sequence[Sequence[Result]]) -> list[Pairing]:
        """Return all matches if no round is finished, and none otherwise."""
        check_entrants(players, self.table_size)
        schedule: list[Pairing] = []
        for meeting in range(self.meetings):
            if self.table_size == 2:
                schedule += _circle(players, meeting)
            else:
                tables = combinations(players, self.table_size)
                schedule += [Pairing(_rotated(table, meeting), f"meeting {meeting + 1}") for table in tables]
        return _once(schedule, rounds)


@dataclass(frozen=True, slots=True)
class Gauntlet:
    """The first entrant is the champion and meets each other entrant `meetings` times, all in one round.

    Args:
        meetings: How often the champion meets each of the others.
    """

    meetings: int = 1

    def __post_init__(self) -> None:
        check_positive(meetings=self.meetings)

    def pairings(self, players: Sequence[str], rounds: Sequence[Sequence[Result]]) -> list[Pairing]:
        """Return all matches if no round is finished, and none otherwise."""
        check_entrants(players)
        schedule = [
            Pairing(_rotated((players[0], other), meeting), f"meeting {meeting + 1}")
            for meeting in range(self.meetings)
            for other in players[1:]
        ]
        return _once(schedule, rounds)


@dataclass(frozen=True, slots=True)
class MirrorMatches:
    """Each entrant plays `meetings` matches with itself, in all `table_size` places. All are in one round.

    Args:
        meetings: How many matches each entrant plays with itself.
        table_size: How many places it takes in a match.
    """

    meetings: int = 1
    table_size: int = 2

    def __post_init__(self) -> None:
        _check_tables(self.meetings, self.table_size)

    def pairings(self, players: Sequence[str], rounds: Sequence[Sequence[Result]]) -> list[Pairing]:
        """Return all matches if no round is finished, and none otherwise."""
        check_entrants(players, at_least=1)
        schedule = [
            Pairing((player,) * self.table_size, f"meeting {meeting + 1}")
            for meeting in range(self.meetings)
            for player in players
        ]
        return _once(schedule, rounds)


ONE_ROUND = (RoundRobin, Gauntlet, MirrorMatches)
"""The formats that schedule all matches before the first is played."""


def _circle(players: Sequence[str], meeting: int) -> Iterator[Pairing]:
    """Yield one meeting of all pairs by the circle method (Lucas 1883).

    One place stays and the others go round. With an odd number of players, the place that stays is empty.
    """
    circle: list[str | None] = [None, *players] if len(players) % 2 else [*players]
    turns, half = len(circle) - 1, len(circle) // 2
    for turn in range(turns):
        for place in range(half):
            one, two = circle[place], circle[-1 - place]
            if one is None or two is None:
                continue
            # Each player sits first as often as second. So the one that stays swaps seats by turn, and
            # the others by place.
            swapped = (turn if place == 0 else place) + meeting
            yield Pairing(_rotated((one, two), swapped), f"meeting {meeting + 1}, turn {turn + 1}")
        circle.insert(1, circle.pop())


def _rotated(players: tuple[str, ...], by: int) -> tuple[str, ...]:
    """Return the players, each moved by so many seats."""
    cut = by % len(players)
    return players[cut:] + players[:cut]


def _once(schedule: list[Pairing], rounds: Sequence[Sequence[Result]]) -> list[Pairing]:
    """Return the whole schedule before the only round, and nothing after it."""
    if not rounds:
        return schedule
    check_round(1, schedule, rounds[0])
    for number, results in enumerate(rounds[1:], start=2):
        check_round(number, [], results)
    return []
