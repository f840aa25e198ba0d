"""Advantages: how much higher a return is than a baseline.

- **Role-conditioned** (SPIRAL, Liu et al. 2025): each game and role has an exponential moving average of its
  returns, ``b <- decay * b + (1 - decay) * R``, which begins at 0. The advantage is ``R - b``, with `b` from
  before this episode. A baseline that already includes the return would be biased.
- **Group mean**: the return minus the mean return of its group, as in GRPO (Shao et al. 2024), but not
  divided by the standard deviation (Liu et al. 2025, "Understanding R1-Zero-like training").
- **Leave-one-out**: the return minus the mean of the others in its group (Kool et al. 2019; RLOO, Ahmadian et
  al. 2024). It is n / (n - 1) times the group-mean advantage. A sample alone in its group has no advantage.
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
    """The divisor of the difference from a group's mean."""

    NONE = "none"
    SD = "sd"
    """The standard deviation of the group, with divisor n (GRPO)."""
    SAMPLE_SD = "sample-sd"
    """The sample standard deviation of the group, with divisor n - 1."""


@dataclass(slots=True)
class RoleBaselines:
    """A moving average of the returns of each role in each game. Episodes must be given in order.

    `state` returns everything it holds as JSON data. A `restored` one continues from that state.
    """

    decay: float = DECAY
    means: dict[str, dict[str, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 <= self.decay < 1:
            raise UsageError(f"The decay of a baseline is at least 0 and less than 1, not {self.decay:g}.")

    def advantages(self, game: str, returns: Mapping[str, float]) -> dict[str, float]:
        """Return each role's advantage in an episode, then update the baselines with its returns."""
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
        """Return the baselines with this `state`.

        Raises:
            UsageError: if it is not a state of baselines.
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
    """Return each return minus the mean of its group, or NaN for a sample alone in its group.

    Args:
        returns: one finite number for each sample.
        groups: one label for each sample. Samples with equal labels form a group.
    """
    amounts, sizes, totals = _grouped(returns, groups)
    return np.where(sizes > 1, amounts - totals / sizes, np.nan)


def leave_one_out(returns: ArrayLike, groups: ArrayLike) -> NDArray[np.float64]:
    """Return each return minus the mean of the others in its group, with the arguments of `group_mean`."""
    amounts, sizes, totals = _grouped(returns, groups)
    others = np.maximum(sizes - 1, 1)
    return np.where(sizes > 1, amounts - (totals - amounts) / others, np.nan)


def divided(gains: ArrayLike, returns: ArrayLike, groups: ArrayLike, by: Divide) -> NDArray[np.float64]:
    """Return advantages, divided by the standard deviation of their group's returns.

    If all returns of a group are the same, its advantages are 0 and stay 0.

    Args:
        gains: the advantages, as `group_mean` or `leave_one_out` returns them.
        returns: one finite number for each sample.
        groups: one label for each sample. Samples with equal labels form a group.
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
    """Return the returns, with the size and the total of the group of each return."""
    amounts = np.asarray(returns, dtype=np.float64)
    _, places = np.unique(np.asarray(groups), return_inverse=True)
    totals = np.bincount(places, weights=amounts)
    return amounts, np.bincount(places)[places], totals.astype(np.float64)[places]
