"""Asking for the verdicts of a judging in a pool. Replies of earlier, unfinished verdicts are used again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from arena.core.aio import to_its_end
from arena.episode.record import Tape
from arena.journal import StoredEpisode, StoredRun, VerdictKey
from arena.judging._progress import JudgingProgress
from arena.workers.pool import WorkerPool


class Asker(Protocol):
    """Asks a judge for one judgement, and records it."""

    async def ask(self, key: VerdictKey, judged: StoredEpisode, tape: Tape) -> None:
        """Ask for the judgement on an episode. Replies on the tape are used again."""


@dataclass(slots=True)
class Verdicts:
    """Asks for the verdicts, or the labels, on the episodes of a `stored` run, ordered by episode."""

    stored: StoredRun
    asker: Asker
    pool: WorkerPool
    progress: JudgingProgress
    _begun: set[VerdictKey] = field(default_factory=set)
    _episode: StoredEpisode | None = None
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ask(self, keys: Sequence[VerdictKey], keeps: set[VerdictKey]) -> None:
        """Ask for every verdict in `keys`, except those in `keeps` that are finished in the journal."""
        keeps = keeps & await asyncio.to_thread(self.stored.verdict_keys, finished=True)
        self._begun = await asyncio.to_thread(self.stored.verdict_keys, finished=False)
        wanted = [key for key in keys if key not in keeps]
        self.progress.found = len(keys) - len(wanted)
        self.progress.planned = len(keys)
        await self.pool.work_through(iter(wanted), self._ask, len(wanted))

    async def _ask(self, key: VerdictKey) -> None:
        async with self._reading:
            # The reader is closed when the judging ends, and nobody may be using it then.
            episode, tape = await to_its_end(self._read, key)
        await self.asker.ask(key, episode, tape)
        self.progress.done += 1

    def _read(self, key: VerdictKey) -> tuple[StoredEpisode, Tape]:
        episode = self._episode
        if episode is None or episode.number != key.episode:
            self._episode = episode = self.stored.episode(key.episode)
        calls = self.stored.judge_calls(key) if key in self._begun else ()
        return episode, Tape(call.call for call in calls)
