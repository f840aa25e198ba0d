"""Rewards that stand in annotations: those called rewards, and what judges and seats found by a criterion."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from math import fsum
from statistics import fmean, median

from arena.annotations import (
    AnnotationRow,
    AnnotationStatus,
    Label,
    Place,
    Reward,
    Score,
    Verdict,
    annotation_of,
)
from arena.forms import Status
from arena.training.rewards.places import Placed
from arena.training.rewards.reading import EpisodeReading
from arena.training.rewards.sources import Earned, RewardSource

CHOSEN = "chosen"
"""The value of ``is`` that pays what a verdict chose among seats or replies."""
NEEDS_IS = "whether the label is to be paid is not known without ?is=VALUE"


class DivideBy(StrEnum):
    """What the rewards of a seat in an episode are divided by."""

    NOTHING = "nothing"
    LARGEST = "largest"
    """The largest of them without its sign, so that they are from -1 to 1 (EPO, Liu et al. 2025)."""


class FromRewards(RewardSource):
    """The sum of the `Reward` annotations of a name at a reply's place.

    Args:
        name: the name of the rewards.
        gamma: None pays each reply its own reward alone. Otherwise it has those of its seat's later turns as
            well, each discounted by `gamma` for each turn.
        moment: which moment alone; all if it is empty.
        divide: what they are then divided by. If all are 0, they stay 0.
    """

    def __init__(
        self,
        name: str,
        gamma: float | None = None,
        moment: str = "",
        divide: DivideBy = DivideBy.NOTHING,
    ) -> None:
        self._name = name
        self._gamma = gamma
        self._moment = moment
        self._divide = divide

    def of(self, reading: EpisodeReading, amounts: Mapping[str, float] | None = None) -> Sequence[Earned]:
        """Return the reward of each reply."""
        own = [_earned(reading, one, self._is_wanted, self._amount, self._name) for one in reading.placed]
        found = own if self._gamma is None else _with_later(reading, own, self._gamma)
        return found if self._divide is DivideBy.NOTHING else _by_largest(reading, found)

    def _is_wanted(self, row: AnnotationRow) -> bool:
        is_named = row.kind == Reward.kind and row.name == self._name
        return is_named and self._moment in ("", row.moment)

    def _amount(self, rows: Sequence[AnnotationRow]) -> float | None:
        known = [row.value for row in rows if row.value is not None]
        return fsum(known) if known else None


class Combine(StrEnum):
    """How several values of one criterion at one place become one."""

    MEAN = "mean"
    MEDIAN = "median"
    MIN = "min"

    def __call__(self, values: Sequence[float]) -> float:
        """Return the mean, the median or the least of some values."""
        if self is Combine.MIN:
            return min(values)
        return float(median(values)) if self is Combine.MEDIAN else fmean(values)


class FromCriterion(RewardSource):
    """What judges or seats found of a reply by a criterion: a score, whether a verdict is right, or a label.

    Args:
        name: the name of the criterion or the annotation.
        wanted: which value of a label pays 1, where any other pays 0. For a label without it, its count is
            paid. ``chosen`` pays what a verdict chose among seats or replies, and a half for a tie.
        judge: which judge or seat alone; all if it is empty.
        moment: which moment alone; all if it is empty.
        combine: how several values become one.
        scale: what values are divided by.
    """

    def __init__(
        self,
        name: str,
        wanted: str = "",
        judge: str = "",
        moment: str = "",
        combine: Combine = Combine.MEAN,
        scale: float = 1.0,
    ) -> None:
        self._name = name
        self._wanted = wanted
        self._judge = judge
        self._moment = moment
        self._combine = combine
        self._scale = scale

    def of(self, reading: EpisodeReading, amounts: Mapping[str, float] | None = None) -> Sequence[Earned]:
        """Return what was found of each reply."""
        if self._wanted == CHOSEN:
            return self._chosen(reading)
        return [_earned(reading, one, self._is_wanted, self._amount, self._name) for one in reading.placed]

    def _chosen(self, reading: EpisodeReading) -> Sequence[Earned]:
        choices = reading.found.contested(self._is_wanted)
        found = []
        for one in reading.placed:
            points = list(choices.contests(one)) if one.call.status is Status.OK else []
            none = Earned(None, f"in no choice of {self._name}")
            found.append(Earned(self._combine(points) / self._scale) if points else none)
        return found

    def _is_wanted(self, row: AnnotationRow) -> bool:
        if row.name != self._name or row.kind not in (Score.kind, Verdict.kind, Label.kind):
            return False
        return self._judge in ("", row.author) and self._moment in ("", row.moment)

    def _amount(self, rows: Sequence[AnnotationRow]) -> float | None:
        values = [value for row in rows if (value := self._value(row)) is not None]
        return self._combine(values) / self._scale if values else None

    def _value(self, row: AnnotationRow) -> float | None:
        if not AnnotationStatus(row.status).is_result:
            return None
        if row.kind == Label.kind and self._wanted:
            return None if row.text is None else float(row.text == self._wanted)
        return row.correct if row.kind == Verdict.kind else row.value


def _earned(
    reading: EpisodeReading,
    one: Placed,
    wanted: Callable[[AnnotationRow], bool],
    amount: Callable[[Sequence[AnnotationRow]], float | None],
    name: str,
) -> Earned:
    """Return what annotations say that a reply earned.

    A reply that could not be used has no part in what its whole seat earned.
    """
    at = reading.found.at if one.call.status is Status.OK else reading.found.exactly
    rows = at(one, wanted)
    if not rows:
        return Earned(None, f"no {name} at its place")
    earned = amount(rows)
    if earned is not None:
        return Earned(earned, anchor=_anchor(rows))
    failed = next((row for row in rows if not AnnotationStatus(row.status).is_result), None)
    if failed:
        return Earned(None, f"{name} is {failed.status}")
    is_label = any(row.kind == Label.kind and row.value is None for row in rows)
    return Earned(None, NEEDS_IS if is_label else f"{name} has no value")


def _anchor(rows: Sequence[AnnotationRow]) -> Place | None:
    """Return the turn under whose request a reward is to stand, if one of the rewards names any."""
    anchored = (row for row in rows if row.kind == Reward.kind and row.more)
    found = (annotation_of(row) for row in anchored)
    return next((one.anchor for one in found if isinstance(one, Reward) and one.anchor), None)


def _with_later(reading: EpisodeReading, own: Sequence[Earned], gamma: float) -> list[Earned]:
    """Return rewards with those of the seat's later turns, discounted.

    A sample that was not kept adds nothing to those before it.
    """
    found = list(own)
    ahead: dict[str, tuple[int, float]] = {}
    for position in range(len(own) - 1, -1, -1):
        one, got = reading.placed[position], own[position]
        turn, later = ahead.get(one.call.seat, (one.own, 0.0))
        follows = later * gamma ** (turn - one.own)
        if got.amount is not None:
            found[position] = got._replace(amount=got.amount + follows)
        stands = one.counts and (not one.is_sample or reading.found.is_kept(one))
        if stands:
            ahead[one.call.seat] = one.own, (got.amount or 0.0) + follows
    return found


def _by_largest(reading: EpisodeReading, own: Sequence[Earned]) -> list[Earned]:
    """Return rewards divided by the largest of their seat, without its sign."""
    largest: dict[str, float] = {}
    for one, got in zip(reading.placed, own, strict=True):
        largest[one.call.seat] = max(largest.get(one.call.seat, 0.0), abs(got.amount or 0.0))
    return [
        got if not got.amount else got._replace(amount=got.amount / largest[one.call.seat])
        for one, got in zip(reading.placed, own, strict=True)
    ]
