"""The state that a run is in, read from its journal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from arena.journal import StateKind, StateRow, StoredRun, is_being_written
from arena.people import AskedPerson


@dataclass(frozen=True, slots=True)
class Wait:
    """All calls to a provider wait.

    Times are in seconds since 1970.

    Attributes:
        provider: its name.
        why: what came of the last call.
        since: since when it has answered nothing.
        next_try: when the next call is tried. A time that has passed means that one is being tried.
        waiting: how many episodes, or verdicts, wait.
    """

    provider: str
    why: str
    since: float
    next_try: float
    waiting: int


@dataclass(frozen=True, slots=True)
class RunState:
    """The state of a run.

    Attributes:
        kind: live, held up, paused, stopped or ended.
        since: since when, in seconds since 1970; None in journals that do not say.
        by: who paused or stopped it; empty if nobody did.
        why: in a sentence, why it stopped: which cap was reached, or which error came. It may be empty.
        waits: the providers that hold it up.
        judges: whether it is being judged, and not played.
        people: the people who are being asked.
    """

    kind: StateKind
    since: float | None = None
    by: str = ""
    why: str = ""
    waits: tuple[Wait, ...] = ()
    judges: bool = False
    people: tuple[AskedPerson, ...] = ()

    def record(self) -> dict[str, Any]:
        """Return what stands in the journal beside the kind of the state, as JSON-able values."""
        said = {**asdict(self), "people": [person._asdict() for person in self.people]}
        return {name: value for name, value in said.items() if name != "kind" and value}


def state(run: StoredRun | Path) -> RunState:
    """Return the state of a run, or of the run in a folder. Nothing is written, and no code of it is run.

    Raises:
        UsageError: if there is no run.
        JournalError: if its journal cannot be read.
    """
    if isinstance(run, Path):
        with StoredRun(run) as stored:
            return state(stored)
    last = run.last_states(1)
    return run_state_of(
        last[-1] if last else None,
        is_written=is_being_written(run.folder),
        is_whole=bool(last) or not run.numbers(finished=False),
    )


def state_before(last: StateRow | None, unfinished: Collection[int]) -> RunState:
    """Return the state of a run before a process began to write it. `unfinished` are episodes that began."""
    return run_state_of(last, is_written=False, is_whole=not unfinished)


def run_state_of(last: StateRow | None, *, is_written: bool, is_whole: bool = True) -> RunState:
    """Return the state of a run whose journal ends with the state `last`.

    Args:
        last: the last state in the journal, or None if it holds none.
        is_written: whether a process is writing the journal.
        is_whole: whether every episode that began has ended. It counts only without a last state.
    """
    if last is None:
        return RunState(StateKind.LIVE if is_written else StateKind.ENDED if is_whole else StateKind.STOPPED)
    if is_written or StateKind(last.state).is_over:
        return _said(last.state, last.at, last.more)
    was = f" It was {last.state} then." if last.state != StateKind.LIVE else ""
    why = f"The process that wrote it ended without a word, as when it is killed.{was}"
    return RunState(StateKind.STOPPED, last.at, why=why)


def _said(name: str, at: float, more: Mapping[str, Any]) -> RunState:
    waits: Sequence[Mapping[str, Any]] = more.get("waits", ())
    return RunState(
        StateKind(name),
        more.get("since", at),
        str(more.get("by", "")),
        str(more.get("why", "")),
        tuple(Wait(**wait) for wait in waits),
        bool(more.get("judges", False)),
        tuple(AskedPerson(**person) for person in more.get("people", ())),
    )
