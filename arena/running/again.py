"""What is done where a folder holds a run already, as when a notebook's cell is run again."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Literal, get_args

from arena.core.errors import UsageError, did_you_mean
from arena.journal.schema import JOURNAL_FILE

Again = Literal["new", "resume"]


def folder_again(folder: Path | str | None, again: str | None) -> tuple[Path | str | None, bool]:
    """Return the folder of the run, and whether the run that it holds is resumed.

    Args:
        folder: the folder that was asked for; None for a new one.
        again: what to do if it holds a run: ``"new"`` or ``"resume"``.

    Raises:
        UsageError: if it holds a run and nothing is said, or if `again` says anything else.
    """
    ways = get_args(Again)
    if again is not None and again not in ways:
        raise UsageError(
            f"again={again!r} is not known.{did_you_mean(again, ways)} It is one of: {', '.join(ways)}."
        )
    if folder is None:
        if again == "resume":
            raise UsageError('again="resume" needs the folder of the run; name it.')
        return None, False
    if not (Path(folder) / JOURNAL_FILE).exists():
        return folder, False
    if again is None:
        raise UsageError(
            f'There is a run in {folder} already; add again="resume" to continue it, add again="new" for '
            "a new folder beside it, or choose another folder."
        )
    return (folder, True) if again == "resume" else (_beside(Path(folder)), False)


def _beside(folder: Path) -> Path:
    """Return the first of ``folder-2``, ``folder-3``, ... that does not exist."""
    beside = (folder.with_name(f"{folder.name}-{number}") for number in count(2))
    return next(path for path in beside if not path.exists())
