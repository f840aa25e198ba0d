"""Writing a design as a study: the text of a TOML file from which an equal design is built again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import tomli_w
from pydantic import BaseModel

from arena.core.errors import UsageError
from arena.episode.protocol import Protocol
from arena.registry import find
from arena.seat.agent import Agent
from arena.tasks.task import Task

_NO_LIST = (str, bytes)


def toml_of(design: BaseModel, kind: str, tasks: Sequence[Task]) -> str:
    """Return a study that describes a design whole: its kind, and all settings that are not the defaults.

    Args:
        design: the scenario, comparison, tournament or other design.
        kind: the name of its kind.
        tasks: the tasks of it that are played.

    Raises:
        UsageError: if something of it is a Python object that a file cannot name, such as an agent.
    """
    fields = {name: getattr(design, name) for name in type(design).model_fields}
    for name, value in fields.items():
        _check(value, name)
    tree = design.model_dump(mode="json", exclude_defaults=True, exclude={"tasks"})
    has_tasks = "tasks" in design.model_dump(exclude_defaults=True, include={"tasks"})
    unset: list[str] = []
    written = {"kind": kind, **without_none(tree, unset)}
    if unset:
        written = {"kind": written.pop("kind"), "unset": unset, **written}
    own = "".join(map(_task, tasks)) if has_tasks else ""
    return tomli_w.dumps(written, multiline_strings=True) + own


def _check(value: Any, where: str) -> None:
    """Refuse what a file cannot name."""
    if isinstance(value, Agent) or callable(value):
        kind = "agent" if isinstance(value, Agent) else "function"
        raise UsageError(
            f"{where} is the {kind} {getattr(value, '__name__', type(value).__name__)}, which a file cannot "
            f"name; put it into a Python file, and name it there, as in mine.py:Mine."
        )
    if isinstance(value, Protocol):
        _check_protocol(value, where)
    if isinstance(value, Task):
        return
    if isinstance(value, BaseModel):
        value = {name: getattr(value, name) for name in type(value).model_fields}
    if isinstance(value, Mapping):
        for name, part in value.items():
            _check(part, f"{where}.{name}")
    elif isinstance(value, Sequence) and not isinstance(value, _NO_LIST):
        for part in value:
            _check(part, where)


def _check_protocol(protocol: Protocol, where: str) -> None:
    kind = type(protocol)
    try:
        is_found = find("protocols", f"{kind.__module__}:{kind.__qualname__}") is kind
    except UsageError:
        is_found = False
    if not is_found and not kind.__module__.endswith(".py"):
        raise UsageError(
            f"{where} is the protocol {kind.__qualname__}, which a file cannot name; put it into a Python "
            "file, and name it there, as in mine.py:Mine."
        )


def _task(task: Task) -> str:
    """Return the table of a task, with its parts in their order, because tasks are compared by their JSON."""
    if task.all_pictures:
        raise UsageError(
            f"Task {task.id!r} has pictures, which a study cannot hold; put the tasks into a file that names "
            "the files of the pictures."
        )
    lacking: list[str] = []
    written = without_none(task.model_dump(mode="json", exclude_defaults=True), lacking)
    if lacking:
        raise UsageError(
            f"Task {task.id!r} has no value at {lacking[0]}, which TOML cannot say; put the tasks into a "
            "file of JSON lines."
        )
    return "\n[[tasks]]\n" + "".join(
        f"{toml_key(name)} = {inline(value)}\n" for name, value in written.items()
    )


def toml_key(name: str) -> str:
    """Return a name as TOML has it, with quotes if it needs them."""
    return tomli_w.dumps({name: 0}).partition(" = 0\n")[0]


def inline(value: Any) -> str:
    """Return a value as TOML has it on one line, with the parts of tables in their order."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{toml_key(name)} = {inline(part)}" for name, part in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return tomli_w.dumps({"value": value}).removeprefix("value = ").removesuffix("\n")


def without_none(value: Any, unset: list[str], where: str = "") -> Any:
    """Return a value without the parts that are None, and add their paths to `unset`."""
    if isinstance(value, list):
        return [without_none(one, unset, where) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, part in value.items():
        path = f"{where}.{name}" if where else name
        if part is None:
            unset.append(path)
        else:
            kept[name] = without_none(part, unset, path)
    return kept
