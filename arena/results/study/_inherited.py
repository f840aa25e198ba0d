"""What an episode shares with the one that it branches off: its journal does not say it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from arena.journal import StoredRun


def with_inherited(run: StoredRun, fields: Sequence[str], kind: str, name: str) -> Iterator[tuple[Any, ...]]:
    """Yield the annotations of a kind and name, also those that forks share with their parents.

    It is for what is settled before anybody speaks, such as who defends what. Other annotations that are
    shared are the parent's, and are not counted twice.

    Args:
        run: the run.
        fields: the columns that are read; the first is the episode.
        kind: the kind of annotation.
        name: its name.
    """
    own = list(run.annotation_columns(fields, kind, name))
    yield from own
    has = {row[0] for row in own}
    missing = {number: parent for number, parent in run.branches().items() if number not in has}
    if missing:
        theirs: dict[int, list[tuple[Any, ...]]] = {}
        for row in with_inherited(run.parent, fields, kind, name):
            theirs.setdefault(row[0], []).append(row)
        for number, parent in missing.items():
            yield from ((number, *row[1:]) for row in theirs.get(parent, ()))
