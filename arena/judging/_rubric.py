"""Rubrics: a tree of yes/no questions, and its score (as in Mind2Web 2, Gou et al. 2025).

A leaf is a question. It scores 1 for yes and 0 for no. A node scores 0 if one of its critical parts scores
less than 1. Otherwise its score is the weighted mean of the parts that are not critical, or 1 if all parts
are critical. In a sequential node, the parts after a part that scores less than 1 count as 0 and are not
asked.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, ValidationError, model_validator

from arena.core.checked import Checked
from arena.core.complaints import first_problem
from arena.core.errors import UsageError
from arena.core.files import read_text

Answers = Mapping[str, bool]
"""The answers by the path of the question. The path ``2.1`` is the first part of the rubric's second part."""


class Rubric(Checked):
    """One node of a rubric.

    Attributes:
        question: the question of a leaf, which is answered with yes or no. A node with parts has none.
        parts: the nodes below this one. A leaf has none.
        critical: whether the node above scores 0 if this one scores less than 1.
        sequential: whether the parts after a part that scores less than 1 are left out.
        weight: the weight in the mean of the node above, above 0 and at most 1e9.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str = ""
    parts: tuple[Rubric, ...] = ()
    critical: bool = False
    sequential: bool = False
    weight: Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)] = 1.0

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.question) == bool(self.parts):
            raise ValueError("each node of a rubric has either a question or parts")
        return self


def score(rubric: Rubric, answers: Answers, path: str = "") -> float | None:
    """Return the score, from 0 to 1, or None while an answer that it needs is missing.

    Once a critical part of a node has failed, the node needs no other answer.

    >>> both = Rubric(parts=[Rubric(question="Is it true?", critical=True), Rubric(question="Is it short?")])
    >>> score(both, {"1": True, "2": False}), score(both, {"1": False, "2": True})
    (0.0, 0.0)
    """
    if rubric.question:
        return float(answers[path]) if path in answers else None
    scores: list[float | None] = []
    for place, part in enumerate(rubric.parts, start=1):
        before = scores[-1] if scores else 1.0
        skips = rubric.sequential and before is not None and before < 1
        scores.append(0.0 if skips else score(part, answers, _below(path, place)))
    if any(part.critical and _failed(found) for part, found in zip(rubric.parts, scores, strict=True)):
        return 0.0
    known = [found for found in scores if found is not None]
    if len(known) < len(scores):
        return None
    parts = list(zip(rubric.parts, known, strict=True))
    total = sum(part.weight for part, _ in parts if not part.critical)
    gained = sum(part.weight * found for part, found in parts if not part.critical)
    return min(gained / total, 1.0) if total else 1.0


def pending(
    rubric: Rubric, answers: Answers, path: str = "", *, skip: bool = False
) -> Iterator[tuple[str, str]]:
    """Yield the path and the question of each leaf that still has to be asked, in order.

    Args:
        rubric: the rubric.
        answers: the answers so far.
        path: the path of the rubric, if it is a part of another one.
        skip: whether to leave out what cannot change the score, because a critical part beside it, or beside
            a node above it, failed.
    """
    if rubric.question:
        if path not in answers:
            yield path, rubric.question
        return
    if skip and _has_failed(rubric, answers, path):
        return
    for place, part in enumerate(rubric.parts, start=1):
        below = _below(path, place)
        yield from pending(part, answers, below, skip=skip)
        if rubric.sequential and score(part, answers, below) != 1:
            return


def _has_failed(rubric: Rubric, answers: Answers, path: str) -> bool:
    """Return whether a critical part of a node has failed."""
    return any(
        part.critical and _failed(score(part, answers, _below(path, place)))
        for place, part in enumerate(rubric.parts, start=1)
    )


def _failed(found: float | None) -> bool:
    return found is not None and found < 1


def questions(rubric: Rubric, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the path and the question of each leaf, in order."""
    if rubric.question:
        yield path, rubric.question
    for place, part in enumerate(rubric.parts, start=1):
        yield from questions(part, _below(path, place))


def read_rubric(path: Path) -> Rubric:
    """Return the rubric in a TOML or JSON file, or that of a module, as in ``package.mine:rubric``.

    Raises:
        UsageError: if the file cannot be read or does not hold a rubric, or the module has none of that name.
    """
    module, colon, name = str(path).partition(":")
    if colon and all(part.isidentifier() for part in module.split(".")):
        return _of_module(module, name)
    try:
        text = read_text(path)
        found: Any = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
        return Rubric.model_validate(found)
    except OSError as error:
        raise UsageError(f"The rubric in {path} cannot be read: {error.strerror}.") from None
    except ValidationError as invalid:
        raise UsageError(f"The rubric in {path} cannot be used: {first_problem(invalid)}.") from None
    except ValueError as error:
        kind = "JSON" if path.suffix == ".json" else "TOML"
        raise UsageError(f"The rubric in {path} is not {kind}: {error}.") from None


def _of_module(module: str, name: str) -> Rubric:
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise UsageError(f"The rubric {module}:{name} cannot be found: {error}.") from None
    if not isinstance(found, Rubric):
        raise UsageError(f"{module}:{name} is {found!r:.100}, and not an arena.judging.Rubric.")
    return found


def _below(path: str, place: int) -> str:
    return f"{path}.{place}" if path else str(place)
