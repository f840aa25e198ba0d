"""Finding a figure among all that were computed of a run made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from arena.episode.protocol import Protocol
from arena.journal import StoredRun
from arena.results.figures import Line, Section, all_figures
from tests.arena.results.stored import Ended, store


def sections_in(*folders: Path, samples: int = 20) -> Sequence[Section]:
    """Return the sections of stored runs."""
    runs = [(folder.name, StoredRun(folder)) for folder in folders]
    try:
        return all_figures(runs, samples=samples)
    finally:
        for _, run in runs:
            run.close()


class Found:
    """The lines of all figures."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self.sections = sections
        self.lines = [line for section in sections for line in section.lines]

    @property
    def names(self) -> set[str]:
        """The names of the figures."""
        return {line.name for line in self.lines}

    def line(self, name: str, group: str = "debate") -> Line:
        """Return the one line of this name and group."""
        (found,) = [line for line in self.lines if (line.name, line.group) == (name, group)]
        return found

    def shown(self, name: str, group: str = "debate") -> tuple[float | None, int, int]:
        """Return a figure's value, to nine digits, and what it rests on."""
        figure = self.line(name, group).figure
        return None if figure.value is None else round(figure.value, 9), figure.n, figure.of


async def found_in(folder: Path, *ended: Ended, protocol: Protocol | None = None) -> Found:
    """Return the figures of a run of these episodes."""
    return Found(sections_in(await store(folder, ended, protocol)))
