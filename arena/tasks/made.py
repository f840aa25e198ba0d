"""Tasks that are made from a seed, by name: ``sums?n=20&seed=3``."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

from arena.core.errors import UsageError, did_you_mean
from arena.tasks._chains import faulty_chains
from arena.tasks._syllogisms import syllogisms
from arena.tasks.drawn import bar_charts, clock_faces, coloured_grids, coloured_shapes
from arena.tasks.hidden_passage import hidden_passage
from arena.tasks.sums import sum_pairs, sums
from arena.tasks.task import Task

TASK_MAKERS: Mapping[str, Callable[..., list[Task]]] = {
    maker.__name__.replace("_", "-"): maker
    for maker in (
        *(bar_charts, clock_faces, coloured_grids, coloured_shapes),
        *(faulty_chains, hidden_passage, sum_pairs, sums, syllogisms),
    )
}
"""The functions that make tasks from whole numbers alone, by name."""
_MOST = 100_000
"""The largest number of tasks that a name may ask for."""


def is_made(given: str) -> bool:
    """Return whether a text is the name of tasks that are made, with settings or without."""
    return _name(given) in TASK_MAKERS


def made(given: str) -> list[Task]:
    """Return the tasks of a name with settings, such as ``bar-charts?n=20&seed=3&choices=4``.

    Raises:
        UsageError: if there is no such name or setting, or a setting is no whole number.
        MissingExtra: if they are drawn and Pillow is not installed.
    """
    name = _name(given)
    if name not in TASK_MAKERS:
        hint = did_you_mean(name, TASK_MAKERS)
        raise UsageError(f"No tasks are called {name!r}.{hint} There are: {', '.join(TASK_MAKERS)}.")
    takes = inspect.signature(TASK_MAKERS[name]).parameters
    settings: dict[str, int] = {}
    for setting, value in parse_qsl(given.partition("?")[2], keep_blank_values=True):
        if setting not in takes:
            raise UsageError(f"The tasks {name} have no setting {setting!r}; they have {', '.join(takes)}.")
        if not re.fullmatch(r"-?\d{1,18}", value):
            raise UsageError(f"The setting {setting} of the tasks {name} is a whole number, not {value!r}.")
        settings[setting] = int(value)
    if not 1 <= settings.get("n", 1) <= _MOST:
        raise UsageError(f"The setting n of the tasks {name} is from 1 to {_MOST:,}, not {settings['n']:,}.")
    return TASK_MAKERS[name](**settings)


def _name(given: str) -> str:
    return given.partition("?")[0].replace("_", "-")
