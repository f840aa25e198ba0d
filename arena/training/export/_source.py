"""A run that is exported, read one episode at a time, as often as an export has to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Self

from arena.annotations import Label, Reward, Score, Verdict
from arena.episode.plan import Branch, Plan
from arena.journal import StoredRun
from arena.results.study import later_rows
from arena.training.export.settings import Settings
from arena.training.rewards.named import RecordedNames
from arena.training.rewards.places import Steps
from arena.training.rewards.reading import EpisodeReading, Origin, read_episode


class SourceRun:
    """A run that is exported. It is a context manager. Damaged episodes are left out.

    What judges found out afterwards is read only if `reads_later` is true. `read_as` may put something else,
    such as drafts, in place of the replies of an episode.

    Args:
        folder: the run's folder.
        with_people: whether the episodes in which people sat are read, too. If not, `people_left_out` is how
            many these are.

    Raises:
        UsageError: if the folder holds no run.
    """

    def __init__(self, folder: Path, *, with_people: bool = False) -> None:
        self.reads_later = False
        self.read_as: Callable[[EpisodeReading], EpisodeReading] = lambda reading: reading
        self.name = folder.resolve().name
        self.stored = StoredRun(folder)
        try:
            self.damage = self.stored.leave_out_damaged()
            self.people_left_out = 0 if with_people else self.stored.leave_out_people()
            self.header = self.stored.header()
        except BaseException:
            self.stored.close()
            raise
        self.steps: Callable[[int], Steps] = lru_cache(maxsize=1)(self.stored.steps)
        self._plans: dict[tuple[Path, int], Plan] = {}
        self._settings = Settings(self.header["config"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stored.close()

    def names(self) -> RecordedNames:
        """Return the names of what the run has that may be a reward."""
        rewards = {name for (name,) in self.stored.annotation_columns(("name",), Reward.kind)}
        asked = self.stored.criteria()
        criteria = {name for name, criterion in asked.items() if "label" not in criterion}
        # What a program labels is known by its labels alone.
        for verdict in self.stored.verdicts(calls=False) if len(criteria) < len(asked) else ():
            criteria |= {row.name for row in verdict.found.labels or ()}
        for kind in (Score.kind, Verdict.kind, Label.kind):
            criteria |= {name for (name,) in self.stored.annotation_columns(("name",), kind)}
        return RecordedNames(sorted(rewards), sorted(criteria))

    def readings(self, number: int = 0) -> Iterator[EpisodeReading]:
        """Yield the episodes as rewards read them, by number; `number` is that of the run in the export."""
        judged = (
            groupby(later_rows(self.stored, lambda _: {}), attrgetter("episode"))
            if self.reads_later
            else iter(())
        )
        place, found = next(judged, (-1, iter(())))
        for episode in self.stored.episodes(events=False):
            while 0 <= place < episode.number:
                place, found = next(judged, (-1, iter(())))
            later = tuple(found) if place == episode.number else ()
            known = self._settings.of(episode.plan.condition)
            before = self._before(episode.plan.branch)
            origin = Origin(known.baseline, known.digest, number, before)
            yield self.read_as(read_episode(episode, self.steps, later, origin))

    def _before(self, branch: Branch | None) -> tuple[Plan, ...]:
        """Return the plans of the episodes from which a branch descends, the nearest first."""
        found: list[Plan] = []
        run = self.stored
        while branch is not None:
            run = run.parent
            if (run.folder, branch.episode) not in self._plans:
                self._plans[run.folder, branch.episode] = run.episode(branch.episode).plan
            found.append(self._plans[run.folder, branch.episode])
            branch = found[-1].branch
        return tuple(found)
