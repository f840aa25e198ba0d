"""The settings of a named object: each with its type, its default and a description.

They are the fields of a class or the parameters of a function. Their descriptions come from the section
``Args`` of its docstring, or of the docstring of the base class that declares the field.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from arena.seat.agent import Agent

REQUIRED = "required"

_PLAIN: Mapping[object, str] = {
    bool: "yes or no",
    int: "whole number",
    float: "number",
    str: "text",
    NoneType: "none",
    Path: "file",
    Any: "anything",
}
_MANY = 4
_NO_LIMIT = 1_000_000
"""A limit of this size or more only guards against typing errors, so it is not shown."""
_RANGES = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: the values it takes, in words, its default as a user would type it, and what it does."""

    name: str
    type: str
    default: str
    description: str


def settings_of(found: Any) -> list[Setting]:
    """Return the settings of a class, a function or a scenario.

    The defaults of a scenario are its own values.

    If a setting is a group of settings, such as `Limits`, each of the group is listed by its path.
    """
    kind = found if isinstance(found, type) or callable(found) else type(found)
    described = descriptions(kind)
    settings = []
    for name, annotation, default in _fields(found, kind):
        if isinstance(default, BaseModel) and type(default) is annotation:
            settings += [replace(one, name=f"{name}.{one.name}") for one in settings_of(default)]
        else:
            settings.append(
                Setting(name, type_in_words(annotation), _shown(default), described.get(name, ""))
            )
    return settings


def _fields(found: Any, kind: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            default = REQUIRED if field.is_required() else field.get_default(call_default_factory=True)
            annotation = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
            yield name, annotation, default if found is kind else getattr(found, name)
        return
    is_record = dataclasses.is_dataclass(kind)
    owner = vars(kind).get("__init__", kind) if isinstance(kind, type) and not is_record else kind
    hints = get_type_hints(owner, include_extras=True)
    made = {field.name: field.default_factory for field in dataclasses.fields(kind)} if is_record else {}
    for name, parameter in inspect.signature(kind).parameters.items():
        default = REQUIRED if parameter.default is parameter.empty else parameter.default
        make = made.get(name, dataclasses.MISSING)
        yield name, hints.get(name, Any), default if make is dataclasses.MISSING else make()


def descriptions(kind: Any) -> dict[str, str]:
    """Return the description of each setting, from the docstrings of the object and of its base classes."""
    found: dict[str, str] = {}
    for owner in reversed(kind.__mro__ if isinstance(kind, type) else [kind]):
        found |= _args(owner.__doc__ or "")
    return found


_SECTION = re.compile(r"^(?:Args|Attributes):\n((?:(?: .*)?\n)*)", re.MULTILINE)
_ENTRY = re.compile(r"^ {4}(\w+): ((?:.+\n?)(?: {5,}.+\n?)*)", re.MULTILINE)


def _args(docstring: str) -> dict[str, str]:
    section = _SECTION.search(inspect.cleandoc(docstring) + "\n")
    entries = _ENTRY.findall(section[1]) if section else ()
    return {name: " ".join(text.replace("``", "").split()) for name, text in entries}


def type_in_words(annotation: Any) -> str:
    """Return the values of a type, in words.

    >>> type_in_words(int | None)
    'whole number or none'
    """
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return type_in_words(arguments[0]) + "".join(_limits(arguments[1:]))
    if origin in (Union, UnionType):
        return _either(arguments)
    if origin is Literal:
        return ", ".join(str(value) for value in arguments)
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    kind = origin or annotation
    if isinstance(kind, type):
        if issubclass(kind, Enum):
            return ", ".join(str(member.value) for member in kind)
        if issubclass(kind, Agent):
            return "agent"
        if issubclass(kind, Mapping):
            return "mapping"
        if issubclass(kind, Sequence | frozenset | set):
            inner = [one for one in arguments if one is not Ellipsis]
            return f"list of {type_in_words(inner[0])}" if inner else "list"
        return kind.__name__
    return str(annotation)


def _either(kinds: Sequence[Any]) -> str:
    words = list(dict.fromkeys(type_in_words(kind) for kind in kinds))
    if "agent" in words and "text" in words:  # a user types an agent as text
        words.remove("text")
    return " or ".join(words)


def _limits(marks: Sequence[Any]) -> Iterator[str]:
    limits = {
        name: limit
        for mark in marks
        for each in (mark, *getattr(mark, "metadata", ()))
        for name in _RANGES
        if (limit := getattr(each, name, None)) is not None and limit < _NO_LIMIT
    }
    if limits.keys() >= {"ge", "le"}:
        yield f" from {limits.pop('ge'):,} to {limits.pop('le'):,}"
    said = [f"{_RANGES[name]} {limit:,}" for name, limit in limits.items()]
    if said:
        yield f", {' and '.join(said)}"


def _shown(default: Any) -> str:
    if isinstance(default, Enum):
        return str(default.value)
    if isinstance(default, bool):
        return "true" if default else "false"
    if default is None:
        return "none"
    if isinstance(default, str):
        return default or '""'
    if isinstance(default, Mapping):
        return ", ".join(f"{name}={_shown(value)}" for name, value in default.items()) or "none"
    if isinstance(default, Sequence):
        return (
            f"{len(default):,} of them" if len(default) > _MANY else ", ".join(map(_shown, default)) or "none"
        )
    if isinstance(default, Agent):
        return default.name or type(default).__name__
    return type(default).__name__ if isinstance(default, BaseModel) else str(default)
