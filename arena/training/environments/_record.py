"""The run in which `Env` records its episodes: a new one, or one that goes on after its last episode."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from arena.core.version import __version__
from arena.journal import StoredRun
from arena.journal.resuming import check_unchanged
from arena.running.again import folder_again


class RecordPlace(NamedTuple):
    """The folder of a record, the header of a new one (None if it goes on), and its first new number."""

    folder: Path
    header: Mapping[str, Any] | None
    number: int


def record_place(
    folder: Path, again: str | None, config: Mapping[str, Any], agents: Mapping[str, Any]
) -> RecordPlace:
    """Return where to record. `again` says what to do if the folder holds a run already (`folder_again`).

    Raises:
        UsageError: if it holds a run and nothing is said.
        ConfigurationChanged: if the run that goes on began with another configuration.
    """
    chosen, goes_on = folder_again(folder, again)
    where = Path(chosen or folder)
    if not goes_on:
        header = {"config": config, "version": __version__, "source": None, "agents": agents}
        return RecordPlace(where, header, 0)
    check_unchanged(where, config)
    with StoredRun(where) as stored:
        begun = stored.numbers(finished=True) | stored.numbers(finished=False)
    return RecordPlace(where, None, max(begun, default=-1) + 1)
