"""The progress of a judging."""

from __future__ import annotations

from dataclasses import dataclass

from arena.workers.pool import PoolProgress


@dataclass(slots=True)
class JudgingProgress(PoolProgress):
    """The progress of a judging, updated while it goes on.

    `planned` counts all verdicts that are wanted, `found` those that were there before, and `done` those that
    were asked for since. `spent` is the usage of the run in all, judging included. When the judging is
    drained, requests that have been sent are answered, and no other verdict is begun. `what` names what is
    counted: verdicts, or labellings of an episode by one label.
    """

    found: int = 0
    done: int = 0
    planned: int = 0
    what: str = "verdicts"

    def line(self) -> str:
        """Return the progress in words, such as ``"12 of 40 verdicts"``."""
        return f"{self.found + self.done:,} of {self.planned:,} {self.what}"
