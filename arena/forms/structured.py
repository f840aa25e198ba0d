"""The form of JSON objects: any pydantic model."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from arena.forms.answer_line import shortened
from arena.forms.base import Form, Status, Unusable
from arena.forms.json_sample import sample_json

Model = TypeVar("Model", bound=BaseModel)

_FAILED_STARTS = 20


class _Twice(Exception):
    """A JSON object names a field twice."""


@dataclass(frozen=True, slots=True)
class Structured(Form[Model]):
    """A JSON object that `model` accepts; only the `public` fields (all, if None) reach the audience.

    Raises:
        ValueError: if `public` names a field that the model does not have.
    """

    model: type[Model]
    public: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if unknown := [name for name in self.public or () if name not in self.model.model_fields]:
            raise ValueError(f"{self.model.__name__} has no field {unknown[0]!r} to make public.")

    def instructions(self) -> str:
        """Return the JSON schema to follow."""
        schema = json.dumps(self.model.model_json_schema(), separators=(",", ":"))
        return f"Reply with one JSON object and nothing else. It must follow this JSON schema: {schema}"

    def parse(self, text: str) -> Model:
        """Return the model that the reply's one JSON object describes.

        The object may stand alone, in a fenced block, or on lines of its own between others.
        """
        try:
            objects = list(_objects(text))
        except _Twice as twice:
            raise Unusable(Status.AMBIGUOUS, f"it gives the field {twice} more than once") from None
        if len(objects) > 1:
            raise Unusable(Status.AMBIGUOUS, "it holds more than one JSON object")
        if not objects:
            raise Unusable(Status.UNPARSEABLE, "it is not a JSON object")
        try:
            return self.model.model_validate_json(objects[0])
        except ValidationError as invalid:
            raise Unusable(Status.UNPARSEABLE, _described(invalid)) from None

    def sample(self, rng: random.Random) -> str:
        """Return an object made of simple values that suit the fields' types."""
        return json.dumps(sample_json(self.model.model_json_schema(), rng))

    def publish(self, value: Model) -> str:
        """Return the public fields as a JSON object."""
        return json.dumps(self.public_fields(value), ensure_ascii=False)

    def fields(self, value: Model) -> dict[str, Any]:
        """Return all the model's fields."""
        return value.model_dump(mode="json")

    def public_fields(self, value: Model) -> dict[str, Any]:
        """Return the fields that the audience may read."""
        return value.model_dump(mode="json", include=None if self.public is None else set(self.public))


def _objects(text: str) -> Iterator[str]:
    """Yield the JSON objects that begin a line of `text`, or follow right after another."""
    decoder = json.JSONDecoder(
        object_pairs_hook=_without_duplicates, parse_constant=_refuse, parse_float=_finite
    )
    failed = 0
    position = _next_start(text, 0)
    while position is not None and failed < _FAILED_STARTS:
        try:
            _, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            failed += 1
            position = _next_start(text, position + 1)
        else:
            yield text[position:end]
            follows = len(text) - len(text[end:].lstrip())
            position = follows if text[follows : follows + 1] == "{" else _next_start(text, end)


def _next_start(text: str, position: int) -> int | None:
    """Return where the next line begins, white space aside, with an opening brace."""
    while (position := text.find("{", position)) >= 0:
        line = text.rfind("\n", 0, position) + 1
        if not text[line:position].strip():
            return position
        position = text.find("\n", position)
        if position < 0:
            return None
    return None


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            raise _Twice(repr(shortened(name)))
        fields[name] = value
    return fields


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"JSON has no {constant}")


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError(f"{shortened(number)} is beyond all bounds")
    return value


def _described(invalid: ValidationError) -> str:
    problems = [
        f"{shortened('.'.join(map(str, error['loc']))) or 'the object'}: {shortened(error['msg'], 120)}"
        for error in invalid.errors(include_url=False, include_input=False, include_context=False)[:3]
    ]
    return "; ".join(problems)
