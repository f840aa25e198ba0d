"""Labels as they are typed: a known name, a name with a question, a file of several, or a program."""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import ValidationError

from arena.core.complaints import first_problem
from arena.core.errors import UsageError, did_you_mean
from arena.core.files import read_text
from arena.core.python_files import load_file
from arena.judging._label_words import KNOWN_LABELS
from arena.judging._labels import Judge, LabelCriterion

LABEL_SETTINGS = ("sides", "view", "reads", "retries", "prompts")
"""The settings of a criterion that may be given for all labels of a labelling."""
LabelLike = str | Path | LabelCriterion | Judge
"""Labels: a known name, ``NAME=QUESTION``, a TOML file, a criterion, or a judge that is a program."""


@dataclass(frozen=True, slots=True)
class Labelling:
    """One criterion of labels, and the program that judges by it; None if an agent or a pattern does."""

    criterion: LabelCriterion
    program: Judge | None = None


def labellings(labels: Iterable[LabelLike], settings: Mapping[str, Any]) -> list[Labelling]:
    """Return the labellings that are meant by some labels.

    Args:
        labels: the labels.
        settings: settings that hold for all of them, such as ``{"view": "reasoning"}``.

    Raises:
        UsageError: if one is not known or cannot be used, or if two have the same name.
    """
    if unknown := [name for name in settings if name not in LABEL_SETTINGS]:
        raise UsageError(
            f"There is no setting {unknown[0]!r} of all labels.{did_you_mean(unknown[0], LABEL_SETTINGS)} "
            f"There are: {', '.join(LABEL_SETTINGS)}."
        )
    found = [one for label in labels for one in _meant(label, settings)]
    names = [one.criterion.label for one in found]
    if twice := [name for name in names if names.count(name) > 1]:
        raise UsageError(f"Two labels are called {twice[0]}; give each its own name.")
    if not found:
        raise UsageError("There must be at least one label.")
    return found


def load_judge(specification: str) -> Judge:
    """Return the judge in a file or a module: its only subclass of `Judge`, or the one named after a colon.

    Args:
        specification: such as ``mine.py``, ``mine.py:Mine`` or ``package.mine:Mine`` of a module.

    Raises:
        UsageError: if there is none, or several, or the file cannot be run.
    """
    file, colon, name = specification.rpartition(":")
    file, name = (file, name) if colon else (name, "")
    module = _module(file)
    own = {
        key: kind
        for key, kind in vars(module).items()
        if isinstance(kind, type) and issubclass(kind, Judge) and kind.__module__ == module.__name__
    }
    if name and name not in own:
        raise UsageError(f"{file} has no judge called {name!r}.{did_you_mean(name, own)}")
    if not name and len(own) != 1:
        has = (
            f"has several: {', '.join(own)}; name one, as in {file}:{next(iter(own))}" if own else "has none"
        )
        raise UsageError(f"A program of labels is a subclass of arena.judging.Judge; {file} {has}.")
    kind = own[name] if name else next(iter(own.values()))
    try:
        return kind()
    except TypeError as error:
        raise UsageError(f"{file}: {kind.__name__} cannot be made: {error}.") from None


def _module(name: str) -> ModuleType:
    """Run a file or import a module, and return it."""
    if name.endswith(".py") or not all(part.isidentifier() for part in name.split(".")):
        module: ModuleType = load_file(Path(name))
        return module
    try:
        return import_module(name)
    except ImportError as error:
        raise UsageError(f"The module {name} cannot be imported: {error}. A file ends in .py.") from None


def _meant(label: LabelLike, shared: Mapping[str, Any]) -> Iterator[Labelling]:
    if isinstance(label, Judge):
        yield Labelling(_of_program(label, shared), label)
    elif isinstance(label, LabelCriterion):
        yield Labelling(_made(label.model_dump() | dict(shared), f"The label {label.label}"))
    elif isinstance(label, Path) or label.endswith(".toml"):
        yield from (Labelling(one) for one in _of_file(Path(label), shared))
    else:
        name, _, question = label.partition("=")
        if not question and name not in KNOWN_LABELS:
            raise UsageError(
                f"There is no label called {name!r}.{did_you_mean(name, KNOWN_LABELS)} There are: "
                f"{', '.join(KNOWN_LABELS)}. Another one is written NAME=QUESTION, or in a TOML file."
            )
        yield Labelling(_made({"label": name, "question": question, **shared}, f"The label {name}"))


def _of_file(path: Path, shared: Mapping[str, Any]) -> Iterator[LabelCriterion]:
    """Yield the labels of a TOML file: a table ``labels.NAME`` each, after settings that all of them have."""
    try:
        found = tomllib.loads(read_text(path))
    except OSError as error:
        raise UsageError(f"The labels in {path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise UsageError(f"The labels in {path} are not TOML: {error}.") from None
    labels = found.pop("labels", None)
    if not isinstance(labels, dict) or not all(isinstance(one, dict) for one in labels.values()):
        raise UsageError(f"{path} must have a table for each label, such as [labels.verification].")
    for name, settings in labels.items():
        yield _made({**found, **settings, **shared, "label": name}, f"The label {name} in {path}")


def _of_program(judge: Judge, shared: Mapping[str, Any]) -> LabelCriterion:
    kind = type(judge)
    try:
        file = Path(inspect.getfile(kind))
        name, text = f"{file.name}:{kind.__qualname__}", file.read_bytes()
    except (OSError, TypeError):
        name, text = kind.__qualname__, b""
    digest = blake2b(text, digest_size=4).hexdigest()
    own = {
        "sides": tuple(judge.sides),
        "view": judge.view,
        "reads": dict(judge.reads),
        "retries": judge.retries,
    }
    return _made({**own, **shared, "label": name, "program": digest}, name)


def _made(settings: Mapping[str, Any], what: str) -> LabelCriterion:
    try:
        return LabelCriterion.model_validate(settings)
    except ValidationError as invalid:
        raise UsageError(f"{what} cannot be used: {first_problem(invalid)}.") from None
