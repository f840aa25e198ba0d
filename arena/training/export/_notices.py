"""Sentences about an export as a whole, for its card."""

from __future__ import annotations

from collections.abc import Sequence

from arena.training.export._imported import REBUILT, is_imported
from arena.training.export._source import SourceRun


def notices_of(runs: Sequence[SourceRun], *, rows: bool = True) -> list[str]:
    """Return what is to be said of runs that are exported, as `rows` to train on or as a record.

    It is how many episodes are left out because people sat in them, and that imported rows are rebuilt.
    """
    found = [REBUILT] if rows and any(map(is_imported, runs)) else []
    count = sum(run.people_left_out for run in runs)
    if not count:
        return found
    told = f"{count:,} episodes in which people sat are" if count > 1 else "1 episode in which people sat is"
    how = "--with-people (in Python, with_people=True) writes what people said, too."
    return [f"{told} left out; {how}", *found]
