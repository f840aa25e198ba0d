"""The runs that are shown: their folders, names and forks. Each request opens the journal that it reads."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from arena.core.errors import ArenaError, UsageError
from arena.episode.outcome import Ending
from arena.journal import StoredEpisode, StoredRun, StoredVerdict, people_of
from arena.journal.schema import JOURNAL_FILE
from arena.results.findings import decided
from arena.view._left_out import text_without_people, verdicts_without_people, without_people

_FORKS_TOLD = 12
"""The most forks of an episode whose verdicts are read for their tabs."""


class ForkOf(NamedTuple):
    """An episode of a fork: its run, its number, the step from which it differs, and what it decided."""

    run: int
    episode: int
    step: int
    decided: str


class ShownRuns:
    """Runs in the order in which they were named.

    Args:
        folders: their folders.
        with_people: whether what people wrote is shown.

    Raises:
        UsageError: if one is not there or is named twice.
        JournalError: if a journal cannot be read.
    """

    def __init__(self, folders: Sequence[Path], *, with_people: bool = True) -> None:
        self.folders = tuple(folder.resolve() for folder in folders)
        self._with_people = with_people
        if not self.folders:
            raise UsageError("Name at least one run to see; `arena runs` lists them.")
        if len(set(self.folders)) < len(self.folders):
            raise UsageError("A run is named twice; name each run once.")
        short = [folder.name for folder in self.folders]
        self.names = short if len(set(short)) == len(short) else list(map(str, folders))
        self._parents = dict(self._find_parents())

    def open(self, run: int) -> StoredRun:
        """Return a reader of a run, to be closed.

        Raises:
            UsageError: if there is no such run.
        """
        self.check(run)
        return StoredRun(self.folders[run])

    def read(self, stored: StoredRun, episode: int) -> StoredEpisode:
        """Return an episode of an open run, without what people wrote if that is not shown.

        Raises:
            UsageError: if there is no such episode.
            JournalDamaged: if it is not what was written.
        """
        found = stored.episode(episode)
        return found if self._with_people else without_people(found, people_of(stored.header()))

    def verdicts(self, stored: StoredRun, episode: int) -> list[StoredVerdict]:
        """Return what was found out of an episode afterwards, without people's words if these are not shown.

        Raises:
            JournalDamaged: if it is not what was written.
        """
        found = stored.verdicts_of(episode)
        if self._with_people or not found:
            return found
        return verdicts_without_people(found, stored.episode(episode), people_of(stored.header()))

    def text(self, stored: StoredRun, episode: int, text: str) -> str:
        """Return a text about an episode, without people's words if these are not shown.

        Raises:
            JournalDamaged: if the episode is not what was written.
        """
        if self._with_people or not (people := people_of(stored.header())):
            return text
        return text_without_people(text, stored.episode(episode), people)

    def failures(self, stored: StoredRun, most: int = 20) -> list[tuple[str, str, int]]:
        """Return how many episodes did not complete, by ending and reason, those of the most first.

        The reasons are without people's words if these are not shown.

        Raises:
            JournalDamaged: if an episode is not what was written.
        """
        if self._with_people or not people_of(stored.header()):
            return stored.failures(most)
        failed = [
            (played.plan.number, played.outcome)
            for played in stored.finished()
            if played.outcome.ending != Ending.COMPLETED
        ]
        counts = Counter(
            (outcome.ending.value, self.text(stored, number, outcome.reason)) for number, outcome in failed
        )
        ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        return [(*named, count) for named, count in ordered[:most]]

    def check(self, run: int) -> None:
        """Check that there is a run of this number.

        Raises:
            UsageError: if there is none.
        """
        if not 0 <= run < len(self.folders):
            raise UsageError(f"There is no run {run} here.")

    def size(self, run: int) -> tuple[int, ...]:
        """Return how large a journal's files are, and when they last changed."""
        found: list[int] = []
        for name in (JOURNAL_FILE, f"{JOURNAL_FILE}-wal"):
            path = self.folders[run] / name
            if path.exists():
                told = path.stat()
                found += [told.st_size, told.st_mtime_ns]
        return tuple(found)

    def forks_of(self, run: int, episode: int) -> list[ForkOf]:
        """Return the episodes that branch off an episode of a run, of the forks that are shown."""
        found: list[ForkOf] = []
        for child, parent in self._parents.items():
            if parent != run:
                continue
            with self.open(child) as stored:
                for number in stored.branches_of(episode):
                    branch = stored.branch_of(number)
                    told = ""
                    if len(found) < _FORKS_TOLD:
                        told = self._told(stored, number)
                    found.append(ForkOf(child, number, branch.step if branch else 0, told))
        return found

    def _told(self, stored: StoredRun, number: int) -> str:
        try:
            return decided(self.read(stored, number)).removeprefix("decided for ")
        except ArenaError:
            return "damaged"

    def original_of(self, run: int, stored: StoredRun, episode: int) -> tuple[int, int] | None:
        """Return the run and the episode that an episode of a fork branches off, if the run is shown."""
        parent = self._parents.get(run)
        branch = None if parent is None else stored.branch_of(episode)
        return None if parent is None or branch is None else (parent, branch.episode)

    def _find_parents(self) -> Iterator[tuple[int, int]]:
        for number, folder in enumerate(self.folders):
            with StoredRun(folder) as stored:
                parent = stored.header().get("parent")
            if parent is not None:
                place = Path(os.path.normpath(folder / parent))
                if place in self.folders:
                    yield number, self.folders.index(place)
