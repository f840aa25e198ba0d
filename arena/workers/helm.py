"""Steering a pool: what is asked of a run is heeded, and the journal says what state the run is in."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from arena.core.aio import to_its_end
from arena.core.errors import ArenaError, JournalError
from arena.core.log import log
from arena.journal import ActRow, Journal, StateKind, StoredRun
from arena.people import AskedPerson, people_asked
from arena.spending.rate_limits import HeldUp, held_up
from arena.steering import ActKind, StoredAct, state_before, stored_act
from arena.workers.pool import WorkerPool

SECONDS_BETWEEN_READS = 1.0
"""How often the journal is read for what was asked, in seconds."""
SECONDS_BETWEEN_LOOKS = 0.25
"""How often it is looked whether a provider holds the run up, in seconds."""
_TOLERANCE = 1.0
"""By how many seconds the time of a provider's next try changes before that is recorded."""
_LOOKS_UNTIL_CLEAR = 3
"""For how many looks nothing holds the run up before that is recorded."""
_INTERRUPTED = "It was interrupted where it was played."
_STOPPING = "It is being stopped."
_TOO_LATE = "The run was over before it heeded this."

HowToChange = Callable[[StoredAct], Awaitable[Callable[[], None]]]
"""Prepares to change a run as an act says, and returns what changes it at once.

Both raise an `ArenaError` with the reason if nothing is changed.
"""


@dataclass(slots=True)
class Helm:
    """Heeds what is asked of the run in `folder` while a pool works. `steered` makes one.

    Attributes:
        judges: whether the run is judged, and not played.
    """

    folder: Path
    journal: Journal
    pool: WorkerPool
    change: HowToChange
    judges: bool = False
    _run: StoredRun | None = None
    _seen: int = 0
    _kind: StateKind = StateKind.LIVE
    _more: Mapping[str, Any] = field(default_factory=dict)
    _waits: tuple[HeldUp, ...] = ()
    _people: tuple[AskedPerson, ...] = ()
    _tries: tuple[float, ...] = ()
    _stopped: StoredAct | None = None
    _before: tuple[StateKind, Mapping[str, Any]] = (StateKind.ENDED, {})
    _clear: int = 0
    _abandon: asyncio.TimerHandle | None = None

    async def begin(self) -> None:
        """Say that the run is live, and that it is too late for what nobody has heeded."""
        run = await asyncio.to_thread(StoredRun, self.folder)
        try:
            unheeded = await asyncio.to_thread(self._read_past, run)
            self._enter(StateKind.LIVE)
            for row in unheeded:
                self._refuse(row.number, _TOO_LATE)
        except BaseException:
            await to_its_end(run.close)
            raise
        self._run = run

    async def watch(self) -> NoReturn:
        """Heed what is asked, and say what holds the run up, until this is cancelled."""
        read_at, wrong = asyncio.get_running_loop().time(), ""
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            try:
                self._look_for_waits()
                self._look_for_people()
                if (now := asyncio.get_running_loop().time()) - read_at >= SECONDS_BETWEEN_READS:
                    read_at = now
                    await self._heed_all()
            except Exception as error:
                # Whatever it is, the run is steered on. An error that stays is logged once.
                if (said := f"{type(error).__name__}: {error}") != wrong:
                    wrong = said
                    _log_failure("what is asked of the run cannot be heeded", error)

    async def end(self, error: BaseException | None) -> None:
        """Say how the run ended, and refuse what was asked too late."""
        if self._abandon is not None:
            self._abandon.cancel()
        self._enter(*self._how_it_ends(error))
        assert self._run is not None
        with suppress(JournalError):
            await self.journal.flush()  # From now on nobody asks any more.
            for row in await to_its_end(self._run.acts, self._seen):
                self._refuse(row.number, _TOO_LATE)
        await to_its_end(self._run.close)

    def _read_past(self, run: StoredRun) -> list[ActRow]:
        rows = run.acts()
        answered = {state.act for state in run.answers()}
        self._seen = rows[-1].number if rows else 0
        if self.judges:
            last = run.last_states(1)
            before = state_before(last[0] if last else None, run.numbers(finished=False))
            self._before = before.kind, before.record()
        return [row for row in rows if row.number not in answered]

    def _how_it_ends(self, error: BaseException | None) -> tuple[StateKind, Mapping[str, Any]]:
        progress = self.pool.progress
        if self.judges:
            return self._before
        if isinstance(error, ArenaError):
            return StateKind.STOPPED, {"why": str(error)}
        if error is not None:
            why = _INTERRUPTED if not isinstance(error, Exception) else f"{type(error).__name__}: {error}"
            return StateKind.STOPPED, {"why": why}
        if progress.reached is not None:
            return StateKind.STOPPED, {"why": str(progress.reached)}
        if self._stopped is not None:
            return StateKind.STOPPED, {"by": self._stopped.by, "since": self._stopped.at}
        return (StateKind.STOPPED, {"why": _INTERRUPTED}) if progress.draining else (StateKind.ENDED, {})

    async def _heed_all(self) -> None:
        assert self._run is not None
        for row in await asyncio.to_thread(self._run.acts, self._seen):
            self._seen = row.number  # What fails is not tried again and again.
            try:
                await self._heed(stored_act(row))
            except ArenaError as refused:
                self._refuse(row.number, str(refused))
            except asyncio.CancelledError:
                self._refuse(row.number, _TOO_LATE)
                raise
            except Exception as error:
                _log_failure("what was asked of the run failed", error, act=row.number)
                self._refuse(row.number, f"{type(error).__name__}: {error}")

    async def _heed(self, stored: StoredAct) -> None:
        make = await self.change(stored) if stored.act.changes else None
        # After a kill, the journal holds the change with its answer, or neither.
        with self.journal.together():
            if make is not None:
                make()
            self._answer_to(stored)
        log.info("heeded", act=str(stored.act), by=stored.by)

    def _answer_to(self, stored: StoredAct) -> None:
        kind = stored.act.kind
        if kind is ActKind.PAUSE and self._kind is not StateKind.PAUSED:
            self.pool.hold()
            self._waits = ()
            self._enter(StateKind.PAUSED, {"by": stored.by}, act=stored.number)
        elif kind is ActKind.RESUME and self._kind is StateKind.PAUSED:
            self.pool.let_go()
            self._enter(StateKind.LIVE, act=stored.number)
        elif kind is ActKind.STOP and self._stopped is None:
            self._stop(stored)
        else:
            self._answer(stored.number, {})

    def _stop(self, stored: StoredAct) -> None:
        self._stopped = stored
        self.pool.progress.stopped_by = stored.by
        self.pool.leave()
        self._abandon = asyncio.get_running_loop().call_later(stored.act.seconds, self.pool.abandon)
        self._enter(StateKind.LIVE, {"by": stored.by, "why": _STOPPING}, act=stored.number)

    def _look_for_waits(self) -> None:
        """Say which providers hold the run up, if that has changed."""
        if self._kind is StateKind.PAUSED or self._stopped is not None:
            return
        waits, now = tuple(held_up(self.pool.progress.drained)), time.time()
        self._clear = 0 if waits else self._clear + 1
        if not waits and self._clear < _LOOKS_UNTIL_CLEAR:
            return  # A call that is tried again may be refused again at once.
        tries = tuple(now + wait.next_try for wait in waits)
        named = [(wait.provider, wait.waiting) for wait in waits]
        if named == [(wait.provider, wait.waiting) for wait in self._waits] and all(
            abs(one - other) < _TOLERANCE for one, other in zip(tries, self._tries, strict=True)
        ):
            return
        self._waits, self._tries = waits, tries
        if not waits:
            log.info("calls are made again")
            self._enter(StateKind.LIVE)
            return
        said = [
            {**wait._asdict(), "since": now - wait.since, "next_try": at}
            for wait, at in zip(waits, tries, strict=True)
        ]
        log.warning("all calls wait", providers=[wait.provider for wait in waits], reason=waits[0].why)
        self._enter(StateKind.HELD_UP, {"waits": said, "since": min(one["since"] for one in said)})

    def _look_for_people(self) -> None:
        """Say which people are being asked, if that has changed."""
        if (people := people_asked()) != self._people:
            self._people = people
            if self._kind is StateKind.LIVE and self._stopped is None:
                self._enter(StateKind.LIVE)

    def _enter(self, kind: StateKind, more: Mapping[str, Any] | None = None, act: int | None = None) -> None:
        is_new = kind is not self._kind or not self._more
        since = time.time() if is_new else self._more.get("since", time.time())
        own: dict[str, Any] = {"judges": True} if self.judges and not kind.is_over else {}
        if self._people and kind is StateKind.LIVE:
            own["people"] = [person._asdict() for person in self._people]
        self._kind, self._more = kind, {"since": since, **own, **(more or {})}
        self._answer(act, {})

    def _refuse(self, number: int, why: str) -> None:
        log.info("refused", act=number, reason=why)
        self._answer(number, {"refused": why})

    def _answer(self, number: int | None, more: Mapping[str, Any]) -> None:
        self.journal.state(self._kind, number, {**self._more, **more})


def _log_failure(event: str, error: Exception, **more: object) -> None:
    log.error(event, error=f"{type(error).__name__}: {error}", **more)
    log.debug(event, traceback="".join(traceback.format_exception(error)), **more)


@asynccontextmanager
async def steered(helm: Helm) -> AsyncIterator[None]:
    """Heed what is asked of a run until the block ends, and then say in its journal how it ended.

    If it cannot begin, the journal says nothing of it, because nothing was played.
    """
    await helm.begin()
    error: BaseException | None = None
    try:
        watching = asyncio.create_task(helm.watch())
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.wait([watching])
    except BaseException as caught:
        error = caught
        raise
    finally:
        await helm.end(error)
