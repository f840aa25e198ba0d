"""Rewards that are made of others: by a shaping function, or several of them by their weights."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from math import isnan

import numpy as np

from arena.core.errors import UsageError
from arena.forms import Status
from arena.training.rewards._columns import RewardColumns, columns_of, joined
from arena.training.rewards.functions import Shaped
from arena.training.rewards.reading import EpisodeReading
from arena.training.rewards.sources import Earned, RewardSource, Scaled

NOT_SEEN_BEFORE = "the episode was still being played when all others were read"


class ByFunction(RewardSource):
    """What a shaping function says.

    Args:
        name: its name.
        function: the function, which has its parameters already.
        whole: whether it gets the replies of all episodes at once.
    """

    def __init__(self, name: str, function: Callable[[RewardColumns], Shaped], whole: bool = False) -> None:
        self._name = name
        self._function = function
        self.rounds = int(whole)
        self._parts: list[RewardColumns] = []
        self._places: dict[tuple[int, int], tuple[int, int]] = {}
        self._found: list[float | None] | None = None

    def survey(self, reading: EpisodeReading, number: int) -> None:
        """Note an episode's replies."""
        before = sum(self._places[last]) if (last := next(reversed(self._places), None)) else 0
        self._places[reading.run, reading.episode.number] = before, len(reading.placed)
        self._parts.append(columns_of(reading, len(self._parts)))

    def of(self, reading: EpisodeReading, amounts: Mapping[str, float] | None = None) -> Sequence[Earned]:
        """Return what the function gives each reply."""
        if not self.rounds:
            return self._earned(reading, self._shaped(columns_of(reading)))
        if self._found is None:
            self._found = self._shaped(joined(self._parts)) if self._parts else []
            self._parts.clear()
        first, count = self._places.get((reading.run, reading.episode.number), (0, -1))
        if count != len(reading.placed):
            return [Earned(None, NOT_SEEN_BEFORE)] * len(reading.placed)
        return self._earned(reading, self._found[first : first + count])

    def _shaped(self, rows: RewardColumns) -> list[float | None]:
        given = self._function(rows)
        found = given.tolist() if isinstance(given, np.ndarray) else list(given)
        if len(found) != len(rows):
            raise UsageError(f"The reward {self._name} gave {len(found)} numbers for {len(rows)} rows.")
        return [None if value is None or isnan(value) else float(value) for value in found]

    def _earned(self, reading: EpisodeReading, found: Sequence[float | None]) -> Sequence[Earned]:
        nothing = f"{self._name} says nothing of it"
        return [
            Earned(amount, "" if amount is not None else nothing)
            if one.counts or one.call.status is Status.OK
            else Earned(None, nothing)
            for one, amount in zip(reading.placed, found, strict=True)
        ]


class CombineRewards(StrEnum):
    """How several rewards become one."""

    SUM = "sum"
    Z_SCORE = "z-score"
    """Each is first normalised over all replies to the mean 0 and the standard deviation 1."""


class WeightedSum(RewardSource):
    """The sum of several rewards by their weights. A reply that lacks one of them has none."""

    def __init__(self, parts: Sequence[Scaled], combine: CombineRewards) -> None:
        self._parts = parts
        self._own_rounds = max(part.source.rounds for part in parts)
        self.rounds = self._own_rounds + (combine is CombineRewards.Z_SCORE)
        self._seen = [array("d") for _ in parts]
        self._scales: list[tuple[float, float]] | None = None

    def survey(self, reading: EpisodeReading, number: int) -> None:
        """Let the parts see an episode, and in the last round note what they give."""
        for part, seen in zip(self._parts, self._seen, strict=True):
            if number < part.source.rounds:
                part.source.survey(reading, number)
            elif number == self._own_rounds and not reading.spoilt:
                seen.extend(
                    got.amount
                    for one, got in zip(reading.placed, part.source.of(reading), strict=True)
                    if got.amount is not None and not reading.why_shared(one)
                )

    def of(self, reading: EpisodeReading, amounts: Mapping[str, float] | None = None) -> Sequence[Earned]:
        """Return the weighted sum for each reply."""
        if self._scales is None:
            self._scales = [_scale(seen) for seen in self._seen]
        given = [part.source.of(reading) for part in self._parts]
        return [self._sum(row) for row in zip(*given, strict=True)]

    def _sum(self, row: Sequence[Earned]) -> Earned:
        total = 0.0
        for part, (mean, spread), got in zip(self._parts, self._scales or (), row, strict=True):
            if got.amount is None:
                return got._replace(masks=True)
            total += part.weight * (got.amount - mean) / spread
        return Earned(total, anchor=next((got.anchor for got in row if got.anchor), None))


def _scale(seen: array[float]) -> tuple[float, float]:
    """Return the mean and the standard deviation of values, or 0 and 1 if there are none."""
    if not len(seen):
        return 0.0, 1.0
    values = np.frombuffer(seen)
    return float(values.mean()), float(values.std()) or 1.0
