"""The work of ``arena tasks``: it shows the tasks that a study, a file or a scenario would play."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from arena.cli.tasks import read_columns
from arena.core.console import out, plain, print_json, whole_text
from arena.core.errors import UsageError
from arena.core.text import one_line
from arena.designs.building import Source, build
from arena.designs.folders import found_from
from arena.designs.study_files import is_study, read_study
from arena.registry import table
from arena.tasks import read
from arena.tasks.made import is_made, made
from arena.tasks.reading import tasks_of
from arena.tasks.task import Task

_LONGEST = 400
"""How many characters of a text are shown."""


def show_tasks(
    what: str, columns: Sequence[str], split: str | None, *, limit: int, truth: bool, as_json: bool
) -> None:
    """Print how many tasks there are and what they hold, and the first of them.

    Raises:
        UsageError: if they cannot be read, or columns are given for what is no file of tasks.
    """
    found = _tasks_of(what, columns, split)
    facts = _facts(found)
    if as_json:
        shown = [_record(task, truth) for task in found[:limit]]
        print_json({"event": "tasks", "of": what, **facts, "first": shown})
        return
    known = facts["with_truth"]
    out.print(plain(f"{facts['tasks']:,} tasks, {known:,} of them with a right answer.", "bold"))
    out.print(plain(f"Their text has {facts['characters']:,} characters in the median."))
    if facts["categories"]:
        named = (f"{one_line(name) or 'none'} ({n:,})" for name, n in facts["categories"].items())
        out.print(plain(f"Categories: {', '.join(named)}."))
    if facts["holds"]:
        held = (f"{one_line(name)} ({n:,})" for name, n in facts["holds"].items())
        out.print(plain(f"They hold: {', '.join(held)}."))
    for task in found[:limit]:
        _show(task, truth)
    if more := len(found) - limit:
        out.print(plain(f"{more:,} more; --limit N shows N of them."))


def _tasks_of(what: str, columns: Sequence[str], split: str | None) -> Sequence[Task]:
    if is_study(what) or what in table("scenarios") or what.endswith(".py"):
        if columns or split is not None:
            raise UsageError("--columns and --split are about a file of tasks; a study says them itself.")
        return _of_study(Path(what)) if is_study(what) else build(Source(name=what)).played_tasks
    if is_made(what):
        return made(what)
    return read(what, read_columns(columns), split=split)


def _of_study(file: Path) -> Sequence[Task]:
    """Return the tasks of a study. Code that it names is not run, because only looking at it must be safe.

    Raises:
        UsageError: if the tasks are those of a scenario that stands in a Python file.
    """
    source = read_study(file).source
    given = source.settings.get("tasks")
    if given is None and source.name not in table("scenarios"):
        raise UsageError(
            f"{file} names no tasks, and looking at it runs no code; what {source.name or 'its protocol'} "
            "plays is known when it is run."
        )
    with found_from(source.model_dump(include={"folders"})):
        found = build(Source(name=source.name)).tasks if given is None else tasks_of(given)
    return list(found)[: source.settings.get("first")]


def _facts(found: Sequence[Task]) -> dict[str, Any]:
    categories = Counter(str(task.data.get("category", "")) for task in found)
    holds = Counter(
        name
        for task in found
        for name in (
            *(f"data.{key}" for key in task.data if key != "category"),
            *(f"briefs.{seat}" for seat in task.briefs),
            *(["pictures"] if task.pictures else []),
            *(f"pictures.{seat}" for seat in task.private_pictures),
        )
    )
    return {
        "tasks": len(found),
        "with_truth": sum(task.truth is not None for task in found),
        "characters": round(median(len(task.text) for task in found)) if found else 0,
        "categories": dict(categories.most_common())
        if categories.keys() > {""} or len(categories) > 1
        else {},
        "holds": dict(sorted(holds.items())),
    }


def _record(task: Task, truth: bool) -> dict[str, Any]:
    return task.model_dump(mode="json", exclude=set() if truth else {"truth"})


def _show(task: Task, truth: bool) -> None:
    out.print()
    out.print(plain(task.id, "bold"))
    out.print(whole_text(_cut(task.text)))
    parts = {f"{key}": value for key, value in task.data.items()}
    parts |= {f"only {seat}": brief for seat, brief in task.briefs.items()}
    if task.all_pictures:
        parts["pictures"] = f"{len(task.all_pictures):,}"
    if truth:
        parts["truth"] = task.truth
    for name, value in parts.items():
        out.print(whole_text(f"  {one_line(name)}: {_cut(str(value))}", "dim"))


def _cut(text: str) -> str:
    more = len(text) - _LONGEST
    return text if more <= 0 else f"{text[:_LONGEST]} ... ({more:,} characters more)"
