"""The work of ``arena pause`` and ``arena stop``, and of ``arena resume`` for a run that is being played."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace as replaced_by
from pathlib import Path
from typing import Any

from arena.cli.option_records import PlayOptions, SpendingOptions
from arena.core.console import err, run_folder
from arena.core.errors import UsageError
from arena.spending.limits import Limits
from arena.steering import ActKind, RunAct, answer, ask, go_on, is_being_written, replacement

_LIMITS = "limits."

_SECONDS_MORE = 10.0
"""How long a run that is stopped may take to close its agents and its journal, in seconds."""


def pause_run(run: str, by: str) -> None:
    """Pause a run that another process plays."""
    folder = run_folder(run)
    _ask(folder, RunAct(kind=ActKind.PAUSE), by)
    err.print(f"The run in {folder} is paused. It goes on with: arena resume {folder}", markup=False)


def stop_run(run: str, seconds: float, by: str) -> None:
    """Stop a run that another process plays, and wait until that process has let it go."""
    folder = run_folder(run)
    _ask(folder, RunAct(kind=ActKind.STOP, seconds=seconds), by)
    until = time.monotonic() + seconds + _SECONDS_MORE
    while is_being_written(folder) and time.monotonic() < until:
        time.sleep(0.1)
    ends = "is being stopped" if is_being_written(folder) else "is stopped"
    err.print(f"The run in {folder} {ends}. Continue it with: arena resume {folder}", markup=False)


def resuming_act(
    settings: Mapping[str, Any], replace: Sequence[str], retry_failed: bool, options: PlayOptions
) -> RunAct:
    """Return the act that goes on with a run, from what was typed.

    Args:
        settings: settings by path. Those below ``limits`` are the new limits of an episode.
        replace: agents that play in the place of others, as ``OLD=NEW``.
        retry_failed: whether failed episodes are played again.
        options: the caps and the concurrency.

    Raises:
        UsageError: if something of it is not valid.
    """
    limits = {path.removeprefix(_LIMITS): value for path, value in settings.items() if _is_limit(path)}
    replaced = dict(map(replacement, replace))
    caps, _ = options.spending.caps_and_prices()
    given: dict[str, Any] = {"caps": caps, "limits": Limits(**limits), "replace": replaced}
    given |= {} if options.concurrency is None else {"concurrency": options.concurrency}
    given |= {"retry_failed": True} if retry_failed else {}
    return RunAct(kind=ActKind.RESUME, **{name: value for name, value in given.items() if value})


def other_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that are not limits of an episode."""
    return {path: value for path, value in settings.items() if not _is_limit(path)}


def goes_on_elsewhere(
    folder: Path, act: RunAct, others: Sequence[str], options: PlayOptions, by: str
) -> bool:
    """Ask the process that plays the run in `folder` to go on with it. Return False if none does.

    Args:
        folder: the folder of the run.
        act: what is asked.
        others: what else was typed, which holds only where a run begins.
        options: how the run would be played here.
        by: who asks.

    Raises:
        UsageError: if the run is played elsewhere, and goes on already or refuses.
    """
    if not is_being_written(folder):
        return False
    plain = PlayOptions(concurrency=options.concurrency, spending=_without_prices(options.spending))
    if others or options != plain:
        raise UsageError(
            f"The run in {folder} is being played by another process, so only caps, limits, concurrency, "
            "--replace and --retry-failed can be changed; stop it first to change more."
        )
    number = go_on(folder, act, by)
    if refused := answer(folder, number).refused:
        raise UsageError(refused)
    what = f" with {changed}" if (changed := act.in_words()) else ""
    err.print(f"The run in {folder} goes on in the process that plays it{what}.", markup=False)
    return True


def _ask(folder: Path, act: RunAct, by: str) -> None:
    if refused := answer(folder, ask(folder, act, by)).refused:
        raise UsageError(refused)


def _is_limit(path: str) -> bool:
    return path.startswith(_LIMITS)


def _without_prices(spending: SpendingOptions) -> SpendingOptions:
    return replaced_by(spending, prices=None)
