"""ReMix: rows of earlier versions of a policy are trained on again, beside those of the current one.

Liang et al. 2025, "Squeeze the soaked sponge: efficient off-policy reinforcement finetuning for large
language models". Nothing of it is a protocol. Play any scenario with each version as a condition, ``arena run
self-correction --each policy@1=... --each policy@2=...``, and export the run: each row has its
``policy_version``, and in the format ``tokens`` the log-probabilities of the version that wrote it. `mixed`
draws the rows of a batch, and `clipped` and `kl_weight` are what the loss needs besides. How many replies
reflect is found by ``arena judge RUN --regex "reflection=(?i)wait" --set view=reasoning``, by version.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from arena.core.errors import UsageError

_Row = Mapping[str, Any]


def mixed(
    rows: Sequence[_Row], current: int, *, old: float = 0.4, window: int = 2, seed: int = 0
) -> Iterator[_Row]:
    """Yield rows without end, each of an earlier version with probability `old`, and else of the current one.

    An earlier version is one of the `window` before the current one that have rows, each as likely, which is
    our choice: the paper's distribution was not found. Rows are drawn with replacement.

    Args:
        rows: the rows of an export. Their ``policy_version`` is a whole number.
        current: the number of the current version.
        old: the probability of an earlier version; from 0 to 1.
        window: how many versions back a row may be; at least 1.
        seed: the seed of the draws.

    Raises:
        UsageError: if the current version has no rows, or a parameter is out of its range.
    """
    if not 0 <= old <= 1 or window < 1:
        raise UsageError("Rows are mixed with old from 0 to 1 and a window of at least 1.")
    by_version: dict[int, list[_Row]] = {}
    for row in rows:
        version = str(row.get("policy_version"))
        if version.isdecimal():
            by_version.setdefault(int(version), []).append(row)
    if current not in by_version:
        raise UsageError(f"There are no rows of the version {current}, which follows @ in an agent's name.")
    earlier = [version for version in range(current - window, current) if version in by_version]
    rng = Random(seed)
    while True:
        is_old = rng.random() < old and earlier
        yield rng.choice(by_version[rng.choice(earlier) if is_old else current])


def clipped(ratio: float, centre: float, advantage: float, eps: float = 0.2) -> float:
    """Return what a token adds to the objective: ``min(r A, clip(r, c - eps, c + eps) A)``.

    Args:
        ratio: the token's probability now by that when it was written.
        centre: its probability under the current version by that when it was written. It is 1 on-policy.
        advantage: the advantage of its reply.
        eps: how far from the centre the ratio counts.

    >>> clipped(1.5, 1.0, 1.0), clipped(1.5, 1.4, 1.0), clipped(0.5, 1.0, -1.0)
    (1.2, 1.5, -0.8)
    """
    return min(ratio * advantage, min(max(ratio, centre - eps), centre + eps) * advantage)


def kl_weight(step: int) -> float:
    """Return the weight of the divergence from the base model; that from the last version has the rest.

    It is ``max(1 - 0.1 * ceil(max(t - 50, 0) / 10), 0.5)`` at the step t.

    >>> kl_weight(0), kl_weight(51), kl_weight(61), kl_weight(100)
    (1.0, 0.9, 0.8, 0.5)
    """
    tens = -(-max(step - 50, 0) // 10)
    return max(10 - tens, 5) / 10
