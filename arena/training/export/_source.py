"""A run that is exported, read one episode at a time, as often as an export has to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Self

from arena.annotations import AnnotationRow
from arena.journal import StoredRun
from arena.training.export.settings import Settings
from arena.training.rewards.places import Steps
from arena.training.rewards.reading import EpisodeReading, read_episode


class SourceRun:
    """A run that is exported. It is a context manager. Damaged episodes are left out.

    Args:
        folder: the run's folder.

    Raises:
        UsageError: if the folder holds no run.
    """

    def __init__(self, folder: Path) -> None:
        self.name = folder.resolve().name
        self.stored = StoredRun(folder)
        try:
            self.damage = self.stored.leave_out_damaged()
            self.header = self.stored.header()
        except BaseException:
            self.stored.close()
            raise
        self.steps: Callable[[int], Steps] = lru_cache(maxsize=1)(self.stored.steps)
        self._settings = Settings(self.header["config"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stored.close()

    def readings(self, number: int = 0) -> Iterator[EpisodeReading]:
        """Yield the episodes as rewards read them, by number; `number` is that of the run in the export."""
        later: tuple[AnnotationRow, ...] = ()
        for episode in self.stored.episodes(events=False):
            known = self._settings.of(episode.plan.condition)
            named = {"game": known.baseline, "setting": known.digest}
            yield read_episode(episode, self.steps, later, run=number, **named)
