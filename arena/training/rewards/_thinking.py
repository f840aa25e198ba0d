"""What thinking earns: whether it was needed, and how short it was kept."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import numpy as np

from arena.core.errors import UsageError
from arena.training.rewards._columns import Floats, RewardColumns

RIGHT_BY_THINKING, WRONG_BY_THINKING = 1.0, 0.0
RIGHT_AT_ONCE, WRONG_AT_ONCE = 2.0, -1.0


def think_or_not(
    rows: RewardColumns, balance: float = 0.5, slope: float = 2.0, length: float = 0.0
) -> Floats:
    """Give a right answer 1 after a thought and 2 at once, a wrong one 0 and -1, and balance the two ways.

    AutoThink (Tu et al. 2025, "Learning when to think: shaping adaptive reasoning in R1-style models via
    multi-stage RL"). If the share z of answers after a thought is above `balance`, their rewards move by
    ``d = min(1, slope * (z - balance))`` of the way towards 0 if right and -1 if wrong. If the share of the
    answers at once is above it, theirs move so towards 1 and -2. The first stage is the default, and
    ``balance=1`` the second. The third besides has ``length=0.05``: among the right answers to a task, one
    whose length is z standard deviations (n - 1) above the mean gets ``exp(-length * z) - 1`` more, and among
    the wrong ones ``1 - exp(-length * z)``. This comes before the balance, which is then off.

    Args:
        rows: all replies, which are one batch. Lengths are tokens, or characters if any tokens are not known.
        balance: up to which share of the batch a way of answering may have; from 0 to 1.
        slope: how fast rewards move above it; at least 0.
        length: how much the length counts; 0 for nothing.

    Raises:
        UsageError: if a parameter is out of its range.
    """
    if not 0 <= balance <= 1 or slope < 0 or length < 0:
        raise UsageError("think-or-not takes balance from 0 to 1, and slope and length of at least 0.")
    answers = rows.answers & rows.counts & rows.usable & ~np.isnan(rows.right)
    right = rows.right >= 0.5
    found = np.where(
        rows.thinks,
        np.where(right, RIGHT_BY_THINKING, WRONG_BY_THINKING),
        np.where(right, RIGHT_AT_ONCE, WRONG_AT_ONCE),
    )
    found[~answers] = np.nan
    if length > 0:
        found += _by_length(rows, np.where(answers, right, np.nan), length)
    for way, (of_right, of_wrong) in ((rows.thinks, (0.0, -1.0)), (~rows.thinks, (1.0, -2.0))):
        share = float(way[answers].mean()) if answers.any() else 0.0
        moved = min(1.0, slope * max(share - balance, 0.0))
        target = np.where(right, of_right, of_wrong)
        found = np.where(way, (1 - moved) * found + moved * target, found)
    return found


def _by_length(rows: RewardColumns, right: Floats, weight: float) -> Floats:
    """Return what the length of each answer adds, compared with those to the same task that are as right."""
    lengths = rows.characters.astype(np.float64) if np.isnan(rows.tokens).any() else rows.tokens
    found = np.zeros(len(rows))
    for places in _groups(zip(*_siblings(rows), right.tolist(), strict=True)):
        is_right = right[places[0]]
        if len(places) < 2 or np.isnan(is_right):
            continue
        own = lengths[places]
        above = (own - own.mean()) / max(float(own.std(ddof=1)), 1e-6)
        gain = np.exp(-weight * above) - 1
        found[places] = gain if is_right else -gain
    return found


def shortness(rows: RewardColumns) -> Floats:
    """Give an episode from 0.5 for the shortest of its task to -0.5 for the longest; if wrong, 0 at most.

    Kimi Team 2025, "Kimi k1.5: scaling reinforcement learning with LLMs", as in "Not all thoughts are
    generated equal" (Ning et al. 2025). The length is the number of characters of all replies that count. The
    episodes of one task are compared for each condition, seat and agent; if all are equally long, each gets
    0. An episode is right for a seat if it returns half a point or more. Each reply of the seat has this
    reward.

    Args:
        rows: all replies.
    """
    found = np.full(len(rows), np.nan)
    totals = np.bincount(rows.episode, weights=np.where(rows.counts, rows.characters, 0))
    lengths = totals[rows.episode] if len(rows) else found
    known = ~np.isnan(rows.returns)
    for places in _groups(zip(*_siblings(rows), known.tolist(), strict=True)):
        own = lengths[places]
        if not known[places[0]]:
            continue
        spread = own.max() - own.min()
        reward = 0.5 - (own - own.min()) / spread if spread else np.zeros(len(own))
        found[places] = np.where(rows.returns[places] >= 0.5, reward, np.minimum(0.0, reward))
    return found


def _siblings(rows: RewardColumns) -> tuple[Sequence[Hashable], ...]:
    """Return what replies share that are compared with each other."""
    return rows.task.tolist(), rows.condition, rows.seat, rows.agent


def _groups(keys: Iterable[Hashable]) -> Iterable[list[int]]:
    """Return the places of equal keys."""
    found: dict[Hashable, list[int]] = {}
    for place, key in enumerate(keys):
        found.setdefault(key, []).append(place)
    return found.values()
