"""Rewards of judgements that say a number, of which there are several of one item."""

from __future__ import annotations

from collections import Counter

import numpy as np

from arena.training.rewards._columns import Floats, RewardColumns


def nearness(rows: RewardColumns) -> Floats:
    """Give an answer that is a number minus its distance from the right one, and 0 if it is right.

    With ``--margin 2`` only right ratings and those that are off by 2 or more become a pair, as in
    self-rationalisation (arXiv 2410.05495).
    """
    return -rows.distance


def majority(rows: RewardColumns) -> Floats:
    """Give an answer 1 if it is the most frequent one to its request, and 0 if another one is.

    Several samples of a turn answer one request, and so do episodes that were alike so far. If two answers
    are the most frequent, none of the answers to the request earns anything.
    """
    found = np.full(len(rows), np.nan)
    asked: dict[tuple[str, int], list[int]] = {}
    for row in np.flatnonzero(rows.answers & rows.counts).tolist():
        if rows.key[row] is not None:
            asked.setdefault((rows.agent[row], int(rows.prompt[row])), []).append(row)
    for members in asked.values():
        (mode, most), *others = Counter(rows.key[row] for row in members).most_common()
        if not others or others[0][1] < most:
            found[members] = [float(rows.key[row] == mode) for row in members]
    return found
