"""Studies in TOML files: what is run, who plays, and settings by their paths, as a person would type them.

::

    run = "direct"
    perturb = ["authority", "mine.py:shout"]

    [tasks]
    file = "questions.csv"
    columns = { question = "Q", truth = "A" }

    [seats]
    judge = "local"

    [protocol]
    swap_verdict = false

`run` is the name of a scenario or a protocol, or the place of one. `agents` may list who plays, `prompts` the
folders of prompts, and `each` the agents that are compared, as the options of these names do. Everything else
is a setting, as with ``--set``. Files are found from the folder in which the command is typed, but the
pictures of tasks that stand in the study itself from the folder of the study. The journal of the run holds
all of it, so that a resume does not read the file again.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from arena.core.errors import UsageError
from arena.core.files import read_text, why
from arena.core.text import one_line
from arena.designs.ablation import read_wordings
from arena.designs.building import Source
from arena.tasks.made import is_made

TASKS = "tasks"
"""The setting that is one value though it is a table: a file of tasks (see `arena.tasks.read`)."""


def read_study(file: Path) -> Source:
    """Return what a TOML file says to run.

    Raises:
        UsageError: if the file cannot be read, is not TOML, or does not say what to run.
    """
    try:
        study = tomllib.loads(read_text(file))
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {why(error)}.") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file} is not TOML: {one_line(str(error))}.") from None
    run, agents = study.pop("run", None), study.pop("agents", [])
    prompts, each, past = (study.pop(name, []) for name in ("prompts", "each", "past"))
    if not isinstance(run, str):
        raise UsageError(f'{file} does not say what to run: begin it with a line such as run = "debate".')
    for name, listed in (("agents", agents), ("each", each), ("past", past)):
        if not _is_texts(listed):
            raise UsageError(f'{file}: {name} must be a list of texts, such as {name} = ["random", "local"].')
    prompts = [prompts] if isinstance(prompts, str) else prompts
    if not _is_texts(prompts):
        raise UsageError(f'{file}: prompts must be folders, such as prompts = ["standard", "short/"].')
    name = str(Path(run).resolve()) if run.endswith(".py") else run
    return Source(
        name=name,
        agents=tuple(agents),
        settings=dict(_by_path(study, file.resolve().parent)),
        prompts=read_wordings(prompts),
        each=tuple(each),
        past=tuple(past),
    )


def _is_texts(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(one, str) for one in given)


def _by_path(settings: Mapping[str, Any], folder: Path, before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in settings.items():
        path = f"{before}{name}"
        if path == TASKS:
            yield path, _resolved(value, folder)
        elif isinstance(value, dict):
            yield from _by_path(value, folder, f"{path}.")
        else:
            yield path, value


def _resolved(tasks: Any, folder: Path) -> Any:
    """Return a file of tasks, or the pictures of tasks, with whole paths, whatever folder a resume is in."""
    if isinstance(tasks, str):
        return tasks if is_made(tasks) else str(Path(tasks).resolve())
    if isinstance(tasks, dict) and isinstance(tasks.get("file"), str):
        paths = [name for name in ("file", "pictures") if isinstance(tasks.get(name), str)]
        return {**tasks, **{name: str(Path(tasks[name]).resolve()) for name in paths}}
    if isinstance(tasks, list):
        return [_with_pictures_of(task, folder) for task in tasks]
    return tasks


def _with_pictures_of(task: Any, folder: Path) -> Any:
    """Return a task in which the pictures have whole paths, found from a folder."""
    if not isinstance(task, dict):
        return task
    found = dict(task)
    if "pictures" in task:
        found["pictures"] = _whole(task["pictures"], folder)
    if isinstance(private := task.get("private_pictures"), dict):
        found["private_pictures"] = {seat: _whole(named, folder) for seat, named in private.items()}
    return found


def _whole(named: Any, folder: Path) -> Any:
    if not isinstance(named, list):
        return named
    return [str(folder / one) if isinstance(one, str) and "://" not in one else one for one in named]
