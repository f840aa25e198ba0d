"""Which tasks are played, as ``--tasks``, ``--columns``, ``--split`` and ``--pictures`` say it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from arena.core.errors import UsageError
from arena.tasks.made import is_made


def chosen_tasks(
    tasks: str | None, columns: Sequence[str], split: str | None, pictures: Path | None = None
) -> dict[str, object]:
    """Return the scenario's settings that choose its tasks, by their paths.

    Args:
        tasks: how many of the scenario's tasks are played, or a file of tasks, or the name of made ones.
        columns: which columns of the file hold what, as ``PART=COLUMN`` with commas between them.
        split: which split of the file is played.
        pictures: the folder of the pictures that the file names.

    Raises:
        UsageError: if the number is less than 1, or something is said about a file, and there is none.
    """
    is_name = tasks is not None and is_made(tasks)
    if tasks is not None and not is_name and not re.fullmatch(r"[+-]?\d+", tasks):
        more = {"columns": read_columns(columns), "split": split, "pictures": pictures and str(pictures)}
        return {"tasks": {"file": tasks, **{name: value for name, value in more.items() if value}}}
    if columns or split is not None or pictures is not None:
        which = "--columns" if columns else "--split" if split is not None else "--pictures"
        raise UsageError(f"{which} is about a file of tasks; name the file with --tasks FILE.")
    if is_name:
        return {"tasks": tasks}
    if tasks is not None and int(tasks) < 1:
        raise UsageError(f"--tasks takes a whole number of at least 1 or a file, not {tasks}.")
    return {"first": None if tasks is None else int(tasks)}


def read_columns(columns: Sequence[str]) -> dict[str, str | list[str]]:
    """Return a mapping of columns that was typed, such as ``question=Q,answers=A+B+C``.

    Raises:
        UsageError: if a part has no column.
    """
    read: dict[str, str | list[str]] = {}
    for typed in (part for one in columns for part in one.split(",")):
        part, equals, column = typed.partition("=")
        if not (part and equals and column):
            raise UsageError(
                f"A column is written PART=COLUMN, such as question=Q, not {typed!r}. A name that holds a "
                "comma or a plus can be given in Python alone."
            )
        read[part.strip()] = column.split("+") if "+" in column else column
    return read


def tools_typed(typed: Sequence[str]) -> dict[str, tuple[str, ...]] | None:
    """Return the tools of seats that were typed as ``SEAT=TOOL``, by seat; None if there are none.

    Raises:
        UsageError: if a text is written otherwise.
    """
    found: dict[str, tuple[str, ...]] = {}
    for one in typed:
        seat, equals, tool = one.partition("=")
        if not (seat and equals and tool):
            raise UsageError(f"A tool is written SEAT=TOOL, such as judge=calculator, not {one!r}.")
        found[seat] = (*found.get(seat, ()), tool)
    return found or None
