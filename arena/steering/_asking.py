"""Asking something of a run that another process plays, and waiting for its answer."""

from __future__ import annotations

import time
from pathlib import Path
from typing import NoReturn

from arena.core.errors import UsageError
from arena.journal import StateKind, StoredRun, add_act, is_being_written
from arena.journal.resuming import check_ours
from arena.steering._acts import ActKind, Heeded, RunAct, acts, who
from arena.steering._states import state

_SECONDS_BETWEEN = 0.1


def ask_run(folder: Path, act: RunAct, by: str = "") -> int:
    """Ask something of the run in `folder`, and return the number of the act. The run heeds it in a second.

    Args:
        folder: the folder of the run.
        act: what is asked.
        by: who asks; by default the user's name on this machine.

    Raises:
        UsageError: if no process plays or judges the run, so that nobody would heed it.
        JournalError: if the journal cannot be written.
    """
    check_may_be_asked(folder, act)
    number = add_act(folder, who(by), act.kind, act.record(), to_player=True)
    return number or _refuse(folder, act)


def go_on(folder: Path, act: RunAct, by: str = "") -> int:
    """Ask a run that another process plays to go on, with what changes. Return the number of the act.

    Raises:
        UsageError: if no process plays it, or it goes on already and nothing changes.
    """
    check_may_be_asked(folder, act)
    if not act.changes and state(folder).kind is not StateKind.PAUSED:
        raise UsageError(
            f"The run in {folder} is being played and is not paused, so there is nothing to go on with; say "
            "what is to change, or stop it."
        )
    return ask_run(folder, act, by)


def check_may_be_asked(folder: Path, act: RunAct) -> None:
    """Check that a process plays or judges the run in `folder`.

    Raises:
        UsageError: if none does.
    """
    check_ours(folder)
    if not is_being_written(folder):
        _refuse(folder, act)


def _refuse(folder: Path, act: RunAct) -> NoReturn:
    what = {ActKind.CHANGE: "nothing to change", ActKind.RESUME: "nothing to go on with"}
    nothing = what.get(act.kind, f"nothing to {act.kind}")
    now = state(folder)
    if now.kind is StateKind.ENDED:
        raise UsageError(f"The run in {folder} has ended, so there is {nothing}.")
    raise UsageError(
        f"The run in {folder} is not being played, so there is {nothing}; continue it with: "
        f"arena resume {folder}"
    )


def answer(folder: Path, number: int, seconds: float = 10.0) -> Heeded:
    """Wait for the run's answer to an act, and return it.

    Args:
        folder: the folder of the run.
        number: the number of the act.
        seconds: how long to wait at most.

    Raises:
        UsageError: if no answer comes, because the process has ended or is busy, or is of an older Arena.
    """
    until = time.monotonic() + seconds
    with StoredRun(folder) as run:
        version = -1
        while True:
            is_written = is_being_written(folder)
            if (grown := run.version()) != version:
                version = grown
                found = next((one for one in acts(run) if one.number == number), None)
                if found is not None and found.answer is not None:
                    return found.answer
            if not is_written:
                raise UsageError(f"The run in {folder} ended before it heeded this.")
            if time.monotonic() > until:
                raise UsageError(
                    f"The run in {folder} has not heeded this within {seconds:g} seconds. It does so when "
                    "its process comes to it; `arena show` says what state it is in."
                )
            time.sleep(_SECONDS_BETWEEN)
