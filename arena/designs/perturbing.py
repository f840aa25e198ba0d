"""Perturbing tasks: finding a perturbation by its name or its file, and changing tasks with it.

The changed task is tied to the one that it was made of, so that figures can pair the two:
``data["variant_of"]`` is the other's id, ``data["perturbed"]`` is the perturbation's name, and
``data["stands_for"]`` is the place at which each answer stood before.
"""

from __future__ import annotations

import inspect
import random
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import parse_qsl

from pydantic import TypeAdapter, ValidationError

from arena.core.complaints import first_problem
from arena.core.errors import UnknownName, UsageError, did_you_mean
from arena.core.python_files import load_file
from arena.core.seeds import derive
from arena.tasks.perturbations import PERTURBATIONS, Transform
from arena.tasks.questions import check_truth
from arena.tasks.task import Task

PerturbationLike = str | Transform
"""A perturbation's name, its place such as ``mine.py:shout``, or the function; settings follow a ``?``."""


@dataclass(frozen=True, slots=True)
class Perturbation:
    """A perturbation by its name. The name without settings is its `kind`."""

    name: str
    kind: str
    change: Transform

    def of(self, task: Task, seed: int) -> Task:
        """Return the task as this perturbation changes it, tied to what it was.

        What is drawn follows from the seed, the perturbation's name and the task alone.

        Raises:
            UsageError: if it cannot change this task, raises an error or returns something else.
        """
        rng = random.Random(derive(seed, "perturb", self.name, task.id))
        changed = _called(self, task, rng)
        if not isinstance(changed, Task):
            raise UsageError(f"The perturbation {self.name} returned {changed!r:.100}, which is not a Task.")
        data = {**changed.data, "variant_of": task.data.get("variant_of", task.id), "perturbed": self.name}
        if "answers" in task.data and "answers" in changed.data:
            data.setdefault("stands_for", stands_for(task.data["answers"], changed.data["answers"]))
        tied = changed.model_copy(update={"id": f"{task.id}, {self.name}", "data": data})
        check_truth(tied)
        return tied


def _called(perturbation: Perturbation, task: Task, rng: random.Random) -> Any:
    """Change a task. An error in a perturbation is that of the user who wrote it."""
    try:
        return perturbation.change(task, rng)
    except UsageError:
        raise
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        raise UsageError(
            f"The perturbation {perturbation.name} raised {type(error).__name__} on task {task.id!r}: "
            f"{error} ({where.filename}, line {where.lineno})."
        ) from error


def stands_for(before: Sequence[str], after: Sequence[str]) -> list[int]:
    """Return the place at which each answer stood before: that of the same text, or else the next free one.

    Raises:
        UsageError: if there are more answers than before, or fewer.

    >>> stands_for(["a", "b", "c"], ["c", "a, surely", "b"])
    [2, 0, 1]
    """
    if len(before) != len(after):
        raise UsageError(f"A perturbation may not change the number of answers from {len(before)}.")
    left = [place for place, answer in enumerate(before) if answer not in after]
    free = iter(left)
    return [before.index(answer) if answer in before else next(free) for answer in after]


def perturb(tasks: Iterable[Task], by: PerturbationLike, seed: int = 0) -> list[Task]:
    """Return the tasks as a perturbation changes them, each tied to the task that it was.

    Play them beside the plain ones, or give ``perturb=[...]`` to a scenario, which does so for you.

    Args:
        tasks: The tasks.
        by: The perturbation: a name such as ``authority?on=right``, a place such as ``mine.py:shout``, or a
            function of a task and a `random.Random` that returns the changed task.
        seed: The seed from which the perturbation's draws follow.

    Raises:
        UnknownName: if there is no such perturbation.
        UsageError: if it cannot change one of the tasks.
    """
    found = perturbation(by)
    return [found.of(task, seed) for task in tasks]


def check_variants(plain: Task, changed: Sequence[Task], seats: Iterable[str]) -> None:
    """Check on one task that the perturbations of a scenario can be used together.

    Raises:
        UsageError: if two are the same, or one writes to the brief of something that is no seat.
    """
    if len({task.id for task in changed}) < len(changed):
        raise UsageError("A perturbation is named twice; name each once.")
    for task in changed:
        if unknown := sorted(task.briefs.keys() - plain.briefs.keys() - set(seats)):
            raise UsageError(
                f"The perturbation {task.data['perturbed']} is for the seat {unknown[0]!r}; "
                f"the seats are {', '.join(seats)}."
            )


def as_listed(given: Any) -> Any:
    """Return a list of perturbations, if only one is given."""
    return (given,) if isinstance(given, str) or callable(given) else given


def perturbations() -> dict[str, Callable[..., Task]]:
    """Return Arena's perturbations and those of other distributions (``arena.perturbations``), by name."""
    theirs = {point.name: _loaded(point.value) for point in entry_points(group="arena.perturbations")}
    return {**theirs, **PERTURBATIONS}


def _loaded(place: str) -> Any:
    module, _, attribute = place.partition(":")
    return getattr(import_module(module), attribute)


def perturbation(by: PerturbationLike) -> Perturbation:
    """Return the perturbation that a name, a place or a function stands for.

    Raises:
        UnknownName: if there is nothing of that name, or no such file.
        UsageError: if it has no such setting, or a setting cannot have this value.
    """
    if not isinstance(by, str):
        name = getattr(by, "__name__", type(by).__name__)
        return Perturbation(name, name, by)
    place, _, query = by.partition("?")
    module, _, attribute = place.rpartition(":")
    if module.endswith(".py"):
        function = getattr(load_file(Path(module)), attribute, None)
        if not callable(function):
            raise UnknownName(f"{module} has no function called {attribute!r}.")
        name, kind = f"{attribute}?{query}" if query else attribute, attribute
    else:
        known = perturbations()
        if place not in known:
            raise UnknownName(
                f"There is no perturbation called {place!r}.{did_you_mean(place, known)} There are: "
                f"{', '.join(sorted(known))}; one of your own is written file.py:function."
            )
        function, name, kind = known[place], by, place
    given = dict(parse_qsl(query, keep_blank_values=True))
    return Perturbation(
        name, kind, partial(function, **_settings(by, function, given)) if given else function
    )


def _settings(by: str, function: Callable[..., Task], given: dict[str, str]) -> dict[str, Any]:
    """Return the values of a perturbation's settings: its parameters after the task and the generator."""
    known = list(inspect.signature(function).parameters)[2:]
    if unknown := [name for name in given if name not in known]:
        takes = f"it takes {', '.join(known)}" if known else "it takes none"
        raise UsageError(f"The perturbation {by} has no setting {unknown[0]!r}; {takes}.")
    hints = get_type_hints(function)
    try:
        return {
            name: TypeAdapter(hints.get(name, Any)).validate_python(value) for name, value in given.items()
        }
    except ValidationError as invalid:
        raise UsageError(f"The perturbation {by} cannot be made: {first_problem(invalid)}.") from None
