"""What a reply earned over a baseline: none, or the moving average of its role."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import Any

from arena.episode.outcome import Ending
from arena.training.rewards.advantages import RoleBaselines
from arena.training.rewards.reading import EpisodeReading
from arena.training.rewards.sources import Earned, RewardSource


class Advantages(ABC):
    """What each reply earned, minus a baseline."""

    surveys: bool = False
    """Whether it has to see all episodes before it can say anything."""

    def survey(self, reading: EpisodeReading, earned: Sequence[Earned], rewards: RewardSource) -> None:  # noqa: B027
        """See an episode, before any has advantages. It is called for each episode if `surveys` is true."""

    @abstractmethod
    def of(
        self, reading: EpisodeReading, earned: Sequence[Earned], rewards: RewardSource
    ) -> Sequence[Earned]:
        """Return the advantage of each reply of an episode, in order.

        Call it once for each episode, in order of number.

        Args:
            reading: the episode.
            earned: what each of its replies earned.
            rewards: the source of that.
        """

    def state(self) -> dict[str, Any] | None:
        """Return the state from which a later export can continue, or None if there is none."""
        return None

    def notices(self) -> Iterable[str]:
        """Return sentences about rows that have no advantage."""
        return ()


class NoBaseline(Advantages):
    """No baseline."""

    def of(
        self, reading: EpisodeReading, earned: Sequence[Earned], rewards: RewardSource
    ) -> Sequence[Earned]:
        """Return what the replies earned."""
        return earned


class ByRole(Advantages):
    """Role-conditioned baselines. Each condition and each game has its own.

    They average the returns of the seats that were asked something, and of all seats if one forfeited,
    because it may have done so before others were asked. If rewards are no returns, they average the mean
    reward of a seat in each episode.
    """

    def __init__(self, baselines: RoleBaselines) -> None:
        self._baselines = baselines

    def of(
        self, reading: EpisodeReading, earned: Sequence[Earned], rewards: RewardSource
    ) -> Sequence[Earned]:
        """Return the rewards minus the baselines from the episodes before this one."""
        condition = reading.episode.plan.condition
        game = f"{reading.game} under {condition}" if condition else reading.game
        if rewards.is_return:
            return rewards.of(reading, self._baselines.advantages(game, _returned(reading)))
        amounts: Mapping[str, float] = {} if reading.spoilt else _means(reading, earned)
        over = self._baselines.advantages(game, amounts)
        taken = {seat: amounts[seat] - over[seat] for seat in amounts}
        return [
            got if got.amount is None else Earned(got.amount - taken.get(one.call.seat, 0.0))
            for one, got in zip(reading.placed, earned, strict=True)
        ]

    def state(self) -> dict[str, Any]:
        """Return the baselines."""
        return self._baselines.state()


def _returned(reading: EpisodeReading) -> Mapping[str, float]:
    played = reading.episode.played
    if played is not None and played.outcome.ending is Ending.FORFEITED:
        return played.outcome.returns
    return reading.returns


def _means(reading: EpisodeReading, earned: Sequence[Earned]) -> dict[str, float]:
    """Return the mean of what each seat's replies earned, of those that are known."""
    amounts: dict[str, list[float]] = {}
    for one, got in zip(reading.placed, earned, strict=True):
        if got.amount is not None and not reading.why_shared(one):
            amounts.setdefault(one.call.seat, []).append(got.amount)
    return {seat: fmean(own) for seat, own in amounts.items()}
