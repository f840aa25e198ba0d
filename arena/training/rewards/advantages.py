"""Advantages: how much better it went than a baseline.

- **Role-conditioned** (SPIRAL, Liu et al. 2025): for each game and role an exponential moving average of the
  returns, ``b <- decay * b + (1 - decay) * R``, beginning at 0. The advantage is ``R - b`` with `b` as it was
  before this episode: a baseline that has seen the return that it is held against would be biased.
- **Group mean**: the return less the mean of its group's, as in GRPO (Shao et al. 2024), without dividing by
  the standard deviation (Liu et al. 2025, "Understanding R1-Zero-like training").
- **Leave-one-out**: the return less the mean of the others in its group (Kool et al. 2019; RLOO, Ahmadian et
  al. 2024); it is n / (n - 1) times the former. Who is alone in a group has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from arena.core.errors import UsageError

DECAY = 0.95
"""The decay that SPIRAL trains with."""


class Divide(StrEnum):
    """By what the difference to a group's mean is divided."""

    NONE = "none"
    SD = "sd"
    """The standard deviation of the group, of all n (GRPO)."""
    SAMPLE_SD = "sample-sd"
    """The standard deviation of the group as a sample, by n - 1."""


@dataclass(slots=True)
class RoleBaselines:
    """A moving average of the returns of each role in each game, which episodes are to come to in order.

    `state` is all there is to it, JSON-able: a `restored` one goes on as this one would.
    """

    decay: float = DECAY
    means: dict[str, dict[str, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 <= self.decay < 1:
            raise UsageError(f"The decay of a baseline is at least 0 and less than 1, not {self.decay:g}.")

    def advantages(self, game: str, returns: Mapping[str, float]) -> dict[str, float]:
        """Return each role's advantage in an episode, and only then let the baselines know of it."""
        means = self.means.setdefault(game, {})
        found = {role: amount - means.get(role, 0.0) for role, amount in returns.items()}
        for role, amount in returns.items():
            means[role] = self.decay * means.get(role, 0.0) + (1 - self.decay) * amount
        return found

    def state(self) -> dict[str, Any]:
        """Return the decay, and the baselines by game and role."""
        return {"decay": self.decay, "means": {game: dict(roles) for game, roles in self.means.items()}}

    @classmethod
    def restored(cls, state: Any) -> RoleBaselines:
        """Return the baselines whose `state` this is.

        Raises:
            UsageError: if it is none.
        """
        try:
            means = {
                str(game): {str(role): float(mean) for role, mean in roles.items()}
                for game, roles in state["means"].items()
            }
            found = cls(float(state["decay"]), means)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise UsageError("This is no state of baselines: {'decay': ..., 'means': {...}}.") from None
        if not all(isfinite(mean) for roles in means.values() for mean in roles.values()):
            raise UsageError("A baseline is no finite number.")
        return found


def group_mean(returns: ArrayLike, groups: ArrayLike) -> NDArray[np.float64]:
    """Return each return less the mean of those in the same group; not a number for who is alone in one.

    Args:
        returns: one finite number for each sample.
        groups: what is equal for samples of the same group.
    """
    amounts, sizes, totals = _grouped(returns, groups)
    return np.where(sizes > 1, amounts - totals / sizes, np.nan)


def leave_one_out(returns: ArrayLike, groups: ArrayLike) -> NDArray[np.float64]:
    """Return each return less the mean of the others in the same group; the arguments as of `group_mean`."""
    amounts, sizes, totals = _grouped(returns, groups)
    others = np.maximum(sizes - 1, 1)
    return np.where(sizes > 1, amounts - (totals - amounts) / others, np.nan)


def divided(gains: ArrayLike, returns: ArrayLike, groups: ArrayLike, by: Divide) -> NDArray[np.float64]:
    """Return advantages, divided by the standard deviation of their group's returns.

    Where all returns of a group are the same, its advantages stay as they are, which is 0.

    Args:
        gains: the advantages, as `group_mean` or `leave_one_out` returns them.
        returns: one finite number for each sample.
        groups: what is equal for samples of the same group.
        by: which standard deviation.
    """
    found = np.asarray(gains, dtype=np.float64)
    if by is Divide.NONE:
        return found
    amounts, sizes, totals = _grouped(returns, groups)
    _, _, sums = _grouped((amounts - totals / sizes) ** 2, groups)
    spread = np.sqrt(sums / np.maximum(sizes - (by is Divide.SAMPLE_SD), 1))
    return np.where(spread > 0, found / np.where(spread > 0, spread, 1.0), found)


def _grouped(
    returns: ArrayLike, groups: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.float64]]:
    """Return the returns, and the size and the total of each one's group."""
    amounts = np.asarray(returns, dtype=np.float64)
    _, places = np.unique(np.asarray(groups), return_inverse=True)
    totals = np.bincount(places, weights=amounts)
    return amounts, np.bincount(places)[places], totals.astype(np.float64)[places]
