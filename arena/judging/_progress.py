"""Where a judging stands while it goes on."""

from __future__ import annotations

from dataclasses import dataclass

from arena.workers.pool import PoolProgress


@dataclass(slots=True)
class JudgingProgress(PoolProgress):
    """Where a judging stands: verdicts that were `found` already, `done` since, and `planned` in all.

    `spent` is what the run has taken in all, judging included. When it is drained, those who are being asked
    answer, and nobody else is asked.
    """

    found: int = 0
    done: int = 0
    planned: int = 0
