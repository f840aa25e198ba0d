"""A stored episode, and what an episode of a fork shares with the one it branches off."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from arena.annotations import AnnotationRow
from arena.core.errors import UsageError
from arena.episode.plan import Branch, Plan, Played
from arena.episode.record import Call
from arena.journal.schema import JOURNAL_FILE
from arena.seat.transcript import Event, Transcript


@dataclass(frozen=True, slots=True)
class StoredEpisode:
    """A stored episode. `played` is None if it has not ended.

    `steps` holds its events, grouped by the step in which they were committed. `calls` holds the requests in
    the order of seat and count, and `annotations` what was found out while it was played. `offered` are the
    tools that its seats were offered, as JSON by seat (`arena.tools.ToolOffer`).
    """

    number: int
    plan: Plan
    briefs: Mapping[str, str]
    steps: tuple[tuple[Event, ...], ...]
    calls: tuple[Call, ...]
    played: Played | None
    annotations: tuple[AnnotationRow, ...] = ()
    offered: Mapping[str, str] = field(default_factory=dict)

    @property
    def events(self) -> tuple[Event, ...]:
        """All events in order."""
        return tuple(event for step in self.steps for event in step)

    def transcript(self) -> Transcript:
        """Return the transcript with every seat's view at the end of the episode."""
        return Transcript.rebuild(dict(self.briefs), self.steps, self.offered)


class Prefix(NamedTuple):
    """The steps and the calls that an episode shares with the one it branches off. Both may be empty."""

    steps: tuple[tuple[Event, ...], ...] = ()
    calls: tuple[Call, ...] = ()


NOTHING_SHARED = Prefix()


def shared_with(branch: Branch, steps: tuple[tuple[Event, ...], ...], calls: Iterable[Call]) -> Prefix | None:
    """Return what a branch shares with an episode of these steps and calls; None if it was another one."""
    calls = tuple(calls)
    at = (call.digest for call in calls if (call.step, call.seat) == (branch.step, branch.seat))
    if len(steps) < branch.step or next(at, branch.digest) != branch.digest:
        return None
    kept = (
        call
        for call in calls
        if call.step < branch.step or (call.step == branch.step and call.seat != branch.seat)
    )
    return Prefix(steps[: branch.step], tuple(kept))


def parent_folder(folder: Path, header: Mapping[str, Any]) -> Path:
    """Return where the run is that the one in `folder`, with this header, was forked from.

    Raises:
        UsageError: if it is no longer where it was, or was forked from none.
    """
    if "parent" not in header:
        raise UsageError(f"The run in {folder} was not forked from another one.")
    where = Path(os.path.normpath(folder / header["parent"]))
    if not (where / JOURNAL_FILE).exists():
        raise UsageError(f"The run in {folder} was forked from the one in {where}, which is no longer there.")
    return where
