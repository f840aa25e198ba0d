"""The plans of a round that are to be played: those to be played again, then those that have not begun."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from arena.episode.plan import Plan


@dataclass(slots=True)
class ToPlay:
    """An iterator over the plans of a round that are to be played.

    It may yield a plan again after it was exhausted, if that failed meanwhile (`again`).

    Attributes:
        plans: all plans of the round, in order.
        finished: the numbers of the episodes that had ended when the round began.
        failed: the numbers of those of them that had failed.
    """

    plans: Iterator[Plan]
    finished: set[int]
    failed: set[int]
    _failures: dict[int, Plan] = field(default_factory=dict)
    _again: deque[Plan] = field(default_factory=deque)

    def __iter__(self) -> Iterator[Plan]:
        """Return itself."""
        return self

    def __next__(self) -> Plan:
        """Return the next plan to be played."""
        if self._again:
            return self._again.popleft()
        for plan in self.plans:
            if plan.number not in self.finished:
                return plan
            if plan.number in self.failed:
                self._failures[plan.number] = plan
        raise StopIteration

    @property
    def has_more(self) -> bool:
        """Whether a plan waits to be played again."""
        return bool(self._again)

    def note_failure(self, plan: Plan) -> None:
        """Remember that the episode of a plan has failed."""
        self._failures[plan.number] = plan

    def matches_failed(self) -> set[int]:
        """Return the matches of several episodes that have failed ones, of those that were come to."""
        return {plan.match for plan in self._failures.values() if plan.match_size > 1}

    def again(self) -> tuple[set[int], int]:
        """Let all episodes that have failed be played again, before all others.

        Return their numbers, and how many of them had failed before the round began here.
        """
        earlier = self.failed
        numbers = earlier | self._failures.keys()
        self._again.extend(self._failures.values())
        self.finished -= earlier
        self._failures, self.failed = {}, set()
        return numbers, len(earlier)
