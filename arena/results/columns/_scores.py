"""Point scores that judges gave to seats after a run, each judge's mean over its orders and samples."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import fmean
from sys import intern

from arena.journal import StoredVerdict
from arena.results.columns._episode import ReadEpisode
from arena.results.columns._rows import ScoreRow


class Scores:
    """The scores of a run, by episode, then by criterion, judge and seat; None where a verdict has none."""

    def __init__(self) -> None:
        self._given: dict[int, dict[tuple[str, str, str], list[float | None]]] = {}

    def add(self, verdict: StoredVerdict) -> None:
        """Take in a verdict about one seat."""
        judge, criterion, number, seat, _, _ = verdict.key
        names = intern(criterion), intern(judge), intern(seat)
        self._given.setdefault(number, {}).setdefault(names, []).append(verdict.found.score)

    def rows(self, episode: ReadEpisode) -> Iterator[ScoreRow]:
        """Yield a row for each judge and seat of an episode."""
        plan = episode.played.plan
        for (criterion, judge, seat), given in self._given.get(plan.number, {}).items():
            usable = [score for score in given if score is not None]
            agents = intern(plan.seats.get(seat, "")), frozenset(map(intern, plan.seats.values()))
            yield ScoreRow(*episode.place, criterion, judge, seat, *agents, fmean(usable) if usable else None)
